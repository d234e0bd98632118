"""Writes events.json: one golden leaf for each event type, with its opening.

Salts, values, handle and time follow from the type's name alone, so that a new type adds a vector
and changes none. Run `python -m tests.vectors.make_events` after adding a type; a changed vector
of an old type means that leaves already logged are read differently: that takes a new version.
"""

import hashlib
import json
import pkgutil
import typing
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from audit import commitment, leaf, log, merkle
from audit.events import Event, registered, shape
from kernel.canonical import b64

FILE: Final = Path(__file__).parent / "events.json"
AT: Final = datetime(2026, 11, 22, 5, 30, 0, 123456, tzinfo=UTC)
PACKAGES: Final = (
    "audit",
    "people",
    "competencies",
    "question_banks",
    "exam_engine",
    "certificates",
)
UNCHAINED: Final = ("log.", "clock.", "software.", "backup.", "override.")


def event_types() -> dict[str, type[Event]]:
    """Every event class of the system, by type; those that tests define are left out."""
    for name in PACKAGES:
        for found in pkgutil.walk_packages(import_module(name).__path__, f"{name}."):
            if found.name.endswith(".events"):
                import_module(found.name)
    return {
        name: kind
        for name, kind in sorted(registered().items())
        if kind.__module__.split(".")[0] in PACKAGES
    }


def fixed(*parts: str) -> bytes:
    """Thirty-two bytes that follow from a name."""
    return hashlib.sha256("/".join(("ujikom-event-vectors/1", *parts)).encode()).digest()


def example(kind: Any, name: str) -> Any:
    """A value of a field's type; text has letters beyond ASCII, numbers more than one digit."""
    if typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    choices = {
        bool: True,
        int: 10 + len(name),
        bytes: fixed(name)[:20],
        str: f"contoh “{name}” é",
    }
    if kind in choices:
        return choices[kind]
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin in {list, tuple}:
        return origin([example(arguments[0], f"{name}.{n}") for n in range(2)])
    if origin is dict:
        return {"b": example(str, name), "a": [1, None, False], "é": 0}
    present = [argument for argument in arguments if argument is not type(None)]
    return example(present[0], name)


def vector(name: str, kind: type[Event]) -> dict[str, Any]:
    """One golden vector."""
    hints = typing.get_type_hints(kind)
    fields = {field: example(hints[field], field) for field in kind.__struct_fields__}
    salts = b"".join(fixed(name, field) for field, _ in shape(kind).committed)
    place = session = None
    if not name.startswith(UNCHAINED):
        place = leaf.Chain(handle=fixed(name, "handle")[:16], k=2, previous=fixed(name, "previous"))
        session = fixed(name, "session")[:16]
    data, opened = log.compose(kind(**fields), salts=salts, at=AT, session=session, place=place)
    assert len(salts) % commitment.SALT_BYTES == 0
    return {
        "type": name,
        "leaf": b64(data),
        "leaf_hash": merkle.leaf_hash(data).hex(),
        "opening": json.loads(opened) if opened else {},
    }


def made() -> str:
    """The file's text."""
    vectors = [vector(name, kind) for name, kind in event_types().items()]
    body = {"format": "ujikom-event-vectors/1", "vectors": vectors}
    return json.dumps(body, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(made(), encoding="utf-8")
    print(f"{FILE.name}: {len(event_types())} event types")
