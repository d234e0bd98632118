"""What can go wrong with a design."""

from kernel.errors import Conflict, Invalid, NotFound


class DesignInvalid(Invalid):
    """A field of a design cannot be printed; `field` names it."""

    code = "design_invalid"


class DesignUnknown(NotFound):
    """There is no such design, or it is another agency's."""

    code = "design_unknown"


class DesignUnfit(Conflict):
    """The check of the printed page found faults, or was made of another design."""

    code = "design_unfit"


class DesignApproved(Conflict):
    """The design is approved already."""

    code = "design_approved"
