"""Errors of question banks."""

from kernel.errors import Conflict, Denied, Invalid, NotFound


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


class CardIncomplete(Invalid):
    """The review card has checks without a mark; `missing` names them."""

    code = "card_incomplete"


class BlindAnswerMissing(Conflict):
    """The reviewer has not answered the item before seeing its key."""

    code = "blind_answer_missing"


class KeyDisputed(Conflict):
    """The reviewer's blind answer is not the key, so approving needs a reason."""

    code = "key_disputed"


class CardRequired(Conflict):
    """The bank's items are approved one by one, with a card."""

    code = "card_required"


class ReasonMissing(Invalid):
    """The deed needs a reason that the writer can act upon."""

    code = "reason_missing"


class ExpertTermOver(Denied):
    """The outside expert's time has ended."""

    code = "expert_term_over"


class ConflictStatementMissing(Denied):
    """The outside expert has not declared to be free of conflicts of interest with the bank."""

    code = "conflict_statement_missing"


class ItemInvalid(Invalid):
    """The item's content breaks a rule of its family; `reason` names it."""

    code = "item_invalid"


class ItemChanged(Conflict):
    """Somebody saved another version since the form was opened."""

    code = "item_changed"


class CodeTaken(Conflict):
    """Another item of the bank bears this code."""

    code = "item_code_taken"


class StimulusUnknown(NotFound):
    """The bank has no such stimulus."""

    code = "stimulus_unknown"


class PanelUnknown(NotFound):
    """No such standard-setting panel."""

    code = "panel_unknown"


class PanelIncomplete(Conflict):
    """The panel lacks judges or ratings, or is closed; `missing` counts what is not there."""

    code = "panel_incomplete"


class RatingInvalid(Invalid):
    """A rating is a whole number from 0 to 100 for an item of the panel."""

    code = "rating_invalid"


class MediaInvalid(Invalid):
    """A picture is none that is kept; `reason` says why."""

    code = "media_invalid"


class MediaUnknown(NotFound):
    """No such picture, or none for this reader."""

    code = "media_unknown"


class ImportUnknown(Invalid):
    """The upload to be confirmed is not there any more, or was another's."""

    code = "import_unknown"
