"""Marks on write jobs: the event a job emits, or the reason why it emits none.

`Database.write` refuses an unmarked job, and refuses to commit a job that emitted an event which
its mark does not name; so evidence cannot be forgotten silently.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import msgspec

P = ParamSpec("P")
T = TypeVar("T")

ATTRIBUTE = "__ujikom_mark__"


class Mark(msgspec.Struct, frozen=True):
    """What a write job says about its evidence."""

    job: str
    events: frozenset[str]
    reason: str


_marks: dict[str, Mark] = {}


def emits(*events: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Mark a job with the types of the events it may emit."""
    return _marker(frozenset(events), "")


def emits_nothing(reason: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Mark a job that proves nothing, and say why."""
    return _marker(frozenset(), reason)


def mark_of(job: Callable[..., object]) -> Mark | None:
    """The mark of a job, None when it has none."""
    mark = getattr(job, ATTRIBUTE, None)
    return mark if isinstance(mark, Mark) else None


def write_jobs() -> dict[str, Mark]:
    """Every marked job of the modules imported so far, by qualified name."""
    return dict(_marks)


def _marker(events: frozenset[str], reason: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    def mark(job: Callable[P, T]) -> Callable[P, T]:
        name = f"{job.__module__}.{job.__qualname__}"
        _marks[name] = Mark(job=name, events=events, reason=reason)
        setattr(job, ATTRIBUTE, _marks[name])
        return job

    return mark
