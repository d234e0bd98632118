"""The native format, written: it carries every family, its pictures and shared texts."""

import base64
from typing import Any

import msgspec

from kernel.canonical import encode
from question_banks.families import FAMILIES
from question_banks.formats.export import Entry, Supply, Written
from question_banks.media.service import named_in, shown_by


def write(entries: list[Entry], supply: Supply) -> Written:
    """A bank file of items; nothing is left out."""
    used = {entry.content.stimulus for entry in entries} - {""}
    stimuli = [supply.stimuli[digest] for digest in sorted(used) if digest in supply.stimuli]
    shown = frozenset().union(*(shown_by(entry.content) for entry in entries))
    shown = shown.union(*(named_in(own.html) for own in stimuli))
    document: dict[str, Any] = {
        "format": "ujikom-bank/1",
        "items": [_item(entry) for entry in entries],
        "stimuli": [{"title": own.title, "html": own.html} for own in stimuli],
        "media": {
            media.digest.hex(): base64.b64encode(media.data).decode()
            for media in supply.media.values()
            if media.digest in shown
        },
    }
    return Written(data=encode(document), items=len(entries))


def _item(entry: Entry) -> dict[str, Any]:
    content = entry.content
    found = {
        "id": entry.code,
        "type": FAMILIES[content.family].native_type,
        "markup": "html",
        "lang": content.language,
        "options": [{"key": o.id, "text": o.html, "score": o.points} for o in content.options],
    }
    names = (
        "stem", "competency", "level", "cognitive", "indicator", "rationale", "source", "body",
        "stimulus", "group",
    )  # fmt: skip
    rest = {name: msgspec.to_builtins(getattr(content, name)) for name in names}
    rest |= {"enemies": list(entry.enemies), "tags": list(entry.tags)}
    return found | {name: value for name, value in rest.items() if value not in ("", None, [])}
