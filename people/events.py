"""Events of people: only that a role came or went, never whose in clear."""

from typing import ClassVar

from audit.events import Event


class PrivacyErased(Event, frozen=True):
    """What could be read of the person behind the leaf's handle was destroyed."""

    type: ClassVar[str] = "privacy.erased"
    reason: str


class PersonCorrected(Event, frozen=True):
    """A person's name or unit was changed by a newer list."""

    type: ClassVar[str] = "person.corrected"
    by: str
    before: dict[str, str]
    after: dict[str, str]


class FactorChanged(Event, frozen=True):
    """An account's second factor was turned on, off, or reset by the operator."""

    type: ClassVar[str] = "account.factor_changed"
    clear: ClassVar[frozenset[str]] = frozenset({"change"})
    account: str
    change: str


class RoleGranted(Event, frozen=True):
    """An account was given a role."""

    type: ClassVar[str] = "role.granted"
    clear: ClassVar[frozenset[str]] = frozenset({"role"})
    account: str
    role: str
