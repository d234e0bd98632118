"""Errors of question banks."""

from kernel.errors import Conflict, Invalid, NotFound


class BankUnknown(NotFound):
    """No such bank."""

    code = "bank_unknown"


class ItemUnknown(NotFound):
    """No such item, or version."""

    code = "item_unknown"


class ItemStateWrong(Conflict):
    """The item's state does not allow the deed."""

    code = "item_state_wrong"


class BankFileInvalid(Invalid):
    """The file as a whole cannot be read; `reason` and `place` say why."""

    code = "bank_file_invalid"


class ItemRejected(Invalid):
    """One item of a file cannot be taken; `reason` is one of the importer's reasons."""

    code = "item_rejected"


class ChoiceInvalid(Invalid):
    """The answer is none that the item takes: another option, too many of them, too long a text."""

    code = "choice_invalid"


class FormInvalid(Invalid):
    """A field of an author's form is malformed; `field` and `reason` say where and why."""

    code = "item_form_invalid"
