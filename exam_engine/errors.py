"""Errors of the exam engine."""

from kernel.errors import Closed, Conflict, Denied, Integrity, Invalid, NotFound, Unauthenticated


class SchemeInvalid(Invalid):
    """A scheme's parts do not fit together; `reason` says which."""

    code = "scheme_invalid"


class SchemeUnknown(NotFound):
    """No such scheme version."""

    code = "scheme_unknown"


class SessionUnknown(NotFound):
    """No such exam session, or not of one's agency or duty."""

    code = "session_unknown"


class SessionStateWrong(Conflict):
    """The session's state does not allow the deed."""

    code = "session_state_wrong"


class SessionPast(Conflict):
    """The session's planned time is over; it cannot be opened any more."""

    code = "session_past"


class PoolTooSmall(Conflict):
    """A blueprint row asks for more items than are published; `missing` says how many."""

    code = "pool_too_small"


class DrawExhausted(Conflict):
    """No paper that satisfies the blueprint was found in `attempts` draws."""

    code = "draw_exhausted"


class BlueprintTooNarrow(Conflict):
    """Too few of the papers that the rows allow satisfy a constraint.

    `constraint` is the one that fails most, `accepted` of `tried` drawn papers satisfied all.
    """

    code = "blueprint_too_narrow"


class ConstraintImpossible(Invalid):
    """A constraint looks at what items do not have; `missing` says how many items lack it."""

    code = "constraint_impossible"


class PoolMoved(Conflict):
    """The bank's published items changed while the freeze was being prepared."""

    code = "pool_moved"


class RosterEmpty(Conflict):
    """A session without candidates cannot be frozen."""

    code = "roster_empty"


class RosterInvalid(Invalid):
    """Rows of a candidates' file that cannot be taken; `rows` names each with its reason."""

    code = "roster_invalid"


class CandidateRefused(Unauthenticated):
    """Number and PINs do not fit; it never says which."""

    code = "candidate_refused"


class SessionPinRefused(CandidateRefused):
    """The registration PIN fits and the session PIN does not; told to the counters alone."""


class SessionNotOpen(Unauthenticated):
    """Number and PINs fit, but the session is not open yet: said only to who has both PINs."""

    code = "session_not_open"


class SittingUnknown(NotFound):
    """No such sitting, or not the asker's."""

    code = "sitting_unknown"


class RulesNotAccepted(Invalid):
    """The candidate has not ticked the exam rules."""

    code = "rules_not_accepted"


class SittingClosed(Closed):
    """The sitting is submitted or closed."""

    code = "sitting_closed"


class TooLate(Closed):
    """The time is over; what was acknowledged before counts."""

    code = "too_late"


class SittingPaused(Closed):
    """A proctor stopped the sitting's clock; what is saved stays, and nothing runs."""

    code = "sitting_paused"


class PauseMissing(Conflict):
    """The sitting is not paused."""

    code = "pause_missing"


class TimeOutOfRange(Invalid):
    """Extra time is at least a minute and at most `most_minutes`."""

    code = "time_out_of_range"


class NoteMissing(Invalid):
    """An incident, a message or a warning needs its words, at most `most` characters."""

    code = "note_missing"


class MinutesChanged(Conflict):
    """The minutes are no longer those that were shown: read them again before signing."""

    code = "minutes_changed"


class MinutesSignedAlready(Conflict):
    """This duty's signature is there, or the same person signed for the other duty."""

    code = "minutes_signed_already"


class NotYourPlace(Closed):
    """Another place (PC) holds the sitting."""

    code = "not_your_place"


class PlaceHeld(Conflict):
    """The sitting is open on another PC; a proctor must release it first."""

    code = "place_held"


class NotYourItem(Invalid):
    """The paper has no such position."""

    code = "not_your_item"


class AnswerStale(Conflict):
    """A newer answer to this item is saved; the old form is not taken over it."""

    code = "answer_stale"


class SubmissionUnconfirmed(Invalid):
    """Submitting needs its own confirmation."""

    code = "submission_unconfirmed"


class PlaceNotHeld(Conflict):
    """There is no place to release."""

    code = "place_not_held"


class ReasonMissing(Invalid):
    """The action needs a reason code."""

    code = "reason_missing"


class NotAssigned(Denied):
    """The account has no duty in this session."""

    code = "not_assigned"


class ResultUnknown(NotFound):
    """No result, or none that may be shown yet."""

    code = "result_unknown"


class NothingToDecide(Conflict):
    """No undecided result in the session."""

    code = "nothing_to_decide"


class SittingsOpen(Conflict):
    """Some sittings of the session are still being ended and graded."""

    code = "sittings_open"


class MinutesMissing(Invalid):
    """A decision needs its minutes."""

    code = "minutes_missing"


class DutyConflict(Denied):
    """Separation of duties forbids the deed; `duty` names the other hand."""

    code = "duty_conflict"


class TaskUnknown(NotFound):
    """No such answer to rate, or not for this rater."""

    code = "rating_task_unknown"


class LevelsInvalid(Invalid):
    """A rating has one level of each criterion; `missing` counts those without."""

    code = "rating_levels_invalid"


class TaskSettled(Conflict):
    """The answer has all the ratings it needs."""

    code = "rating_task_settled"


class EvidenceMalformed(Invalid):
    """The file is no evidence of our format; `reason` says why in one word."""

    code = "evidence_malformed"


class EvidencePending(Conflict):
    """The newest checkpoint does not cover the whole sitting yet."""

    code = "evidence_pending"


class DrawWithheld(Closed):
    """The draw of a sitting is not for its candidate yet, or not as a file."""

    code = "draw_withheld"


class ReplayDiffers(Integrity):
    """A replay found differences; `differences` lists them."""

    code = "replay_differs"
