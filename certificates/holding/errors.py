"""Errors of what holders ask."""

from kernel.errors import Conflict, Invalid, NotFound


class ShareUnknown(NotFound):
    """No such share link of one's own."""

    code = "share_unknown"


class ShareTermInvalid(Invalid):
    """A share link lasts one of a few terms."""

    code = "share_term_invalid"


class CorrectionOpen(Conflict):
    """The certificate has a request that waits for its answer."""

    code = "correction_open"


class CorrectionUnknown(NotFound):
    """No such request, or it was answered."""

    code = "correction_unknown"
