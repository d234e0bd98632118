"""Why a proctor acts: the incident taxonomy that TAO publishes, in its five groups."""

from enum import StrEnum


class Reason(StrEnum):
    """One reason code; its group stands before the dot of `grouped`."""

    COMFORT = "comfort"
    DISTURBANCE = "disturbance"
    NOISE = "noise"
    POWER = "power"
    WEATHER = "weather"
    BEHAVIOUR = "behaviour"
    COMPLAINT = "complaint"
    IDENTITY = "identity"
    ILLNESS = "illness"
    LATE = "late"
    NAVIGATION = "navigation"
    NO_SHOW = "no_show"
    STAFF = "staff"
    LAUNCHING = "launching"
    NETWORK = "network"
    PRINTING = "printing"
    WORKSTATION = "workstation"
    ACCOMMODATION = "accommodation"
    OTHER = "other"


ENVIRONMENT = (Reason.COMFORT, Reason.DISTURBANCE, Reason.NOISE, Reason.POWER, Reason.WEATHER)
EXAMINEE = (
    Reason.BEHAVIOUR, Reason.COMPLAINT, Reason.IDENTITY, Reason.ILLNESS, Reason.LATE,
    Reason.NAVIGATION, Reason.NO_SHOW,
)  # fmt: skip
TECHNICAL = (Reason.LAUNCHING, Reason.NETWORK, Reason.PRINTING, Reason.WORKSTATION)
REST = (Reason.STAFF, Reason.ACCOMMODATION, Reason.OTHER)
GROUPS: dict[str, tuple[Reason, ...]] = {
    "environment": ENVIRONMENT,
    "examinee": EXAMINEE,
    "technical": TECHNICAL,
    "other": REST,
}
RELEASE = (Reason.WORKSTATION, Reason.NETWORK, Reason.POWER, Reason.COMFORT, Reason.OTHER)
EXTENSION = (
    Reason.POWER, Reason.NETWORK, Reason.WORKSTATION, Reason.DISTURBANCE, Reason.ILLNESS,
    Reason.STAFF, Reason.ACCOMMODATION, Reason.OTHER,
)  # fmt: skip


def reason_of(code: str, allowed: tuple[Reason, ...]) -> Reason | None:
    """The reason with a code, None unless it is one of those allowed."""
    return next((reason for reason in allowed if reason == code), None)
