"""The envelope of events: what a package declares to have a deed in the log.

An event class names its `type` and which fields are `clear`, that is readable by everyone for
ever; every other field enters the leaf as a salted commitment, its value only in the opening.
"""

import unicodedata
from functools import cache
from typing import Any, ClassVar

import msgspec

from audit import commitment
from audit.errors import EventMisdefined, EventTypeTaken
from audit.jcs import SAFE_INTEGER
from audit.leaf import is_type

_registry: dict[str, type["Event"]] = {}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events. Field values: str, int, bool, None, bytes (as base64 text in JSON),
    and lists and dicts of these; clear fields str, int or bytes, absent when None.
    """

    type: ClassVar[str] = ""
    clear: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not is_type(cls.type):
            raise EventMisdefined(event=cls.__qualname__, reason="type")
        if cls.type in _registry:
            raise EventTypeTaken(type=cls.type, event=cls.__qualname__)
        _registry[cls.type] = cls


class LogCreated(Event, frozen=True):
    """Which log this is and whose key signs it; first, unless deeds were recorded before.

    `previous` is the last checkpoint of the closed log that this one goes on from.
    """

    type = "log.created"
    clear = frozenset({"origin", "key", "previous"})
    origin: str
    key: str
    previous: str | None = None


class LogKeyAdded(Event, frozen=True):
    """A further key will sign checkpoints beside the present one."""

    type = "log.key_added"
    clear = frozenset({"key"})
    key: str


class LogKeyRetired(Event, frozen=True):
    """This key signs no checkpoint from here on."""

    type = "log.key_retired"
    clear = frozenset({"key"})
    key: str


class LogPolicy(Event, frozen=True):
    """The witness policy in force from here on, whole; the empty text asks for nobody."""

    type = "log.policy"
    clear = frozenset({"policy"})
    policy: str


class LogFrozen(Event, frozen=True):
    """The last deed of this log: it is closed, and where the next one begins."""

    type = "log.frozen"
    clear = frozenset({"next_origin"})
    next_origin: str
    reason: str


class BackupRestored(Event, frozen=True):
    """An older copy of the database was in use; what was published since was put back."""

    type = "backup.restored"
    clear = frozenset({"found", "replayed"})
    found: int
    replayed: int


class OverrideUsed(Event, frozen=True):
    """Somebody went past a rule that would have stopped the deed, and why."""

    type = "override.used"
    clear = frozenset({"rule"})
    rule: str
    subject: str
    reason: str
    by: str


class ClockStep(Event, frozen=True):
    """The wall clock was found behind what was already recorded."""

    type = "clock.step"
    clear = frozenset({"stored", "behind_micros"})
    stored: str
    behind_micros: int


class SoftwareVersion(Event, frozen=True):
    """The programme that writes from here on."""

    type = "software.version"
    clear = frozenset({"version", "engine"})
    version: str
    engine: str


class Shape(msgspec.Struct, frozen=True):
    """How a class of events becomes a leaf: clear names, and committed names with prefix."""

    clear: tuple[str, ...]
    committed: tuple[tuple[str, bytes], ...]


def registered() -> dict[str, type[Event]]:
    """Every event class of the modules imported so far, by type."""
    return dict(_registry)


@cache
def shape(event: type[Event]) -> Shape:
    """The shape of an event class, its committed fields in canonical order."""
    names = event.__struct_fields__
    if not event.clear.issubset(names):
        raise EventMisdefined(event=event.type, reason="clear_field_unknown")
    hidden = sorted(set(names) - event.clear)
    return Shape(
        clear=tuple(sorted(event.clear)),
        committed=tuple((name, commitment.prefix(event.type, name)) for name in hidden),
    )


def clear_fields(event: Event) -> dict[str, str | int]:
    """What the leaf shows of an event; raises `EventMisdefined` for what it may not show."""
    shown: dict[str, str | int] = {}
    for name in shape(type(event)).clear:
        value = plain(getattr(event, name))
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise EventMisdefined(event=event.type, field=name, reason="clear_value")
        if isinstance(value, int) and abs(value) > SAFE_INTEGER:
            raise EventMisdefined(event=event.type, field=name, reason="integer_too_large")
        if isinstance(value, str) and not unicodedata.is_normalized("NFC", value):
            raise EventMisdefined(event=event.type, field=name, reason="not_nfc")
        shown[name] = value
    return shown


def plain(value: Any) -> Any:
    """A field value as JSON has it: bytes become base64 text, at every depth."""
    return value if isinstance(value, str | int) else msgspec.to_builtins(value)
