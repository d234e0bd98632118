"""What readers of other systems' files share: findings, and turning them into a bank file.

A reader finds items by line. Each becomes a native item and goes through the native reader's
checks, so that nothing enters by a side door; each refusal and loss names its item and line.
"""

import math
from collections.abc import Iterable
from fractions import Fraction
from itertools import islice
from typing import Any, Final

import msgspec

from question_banks.errors import BankFileInvalid
from question_banks.formats.limits import USUAL, Limits
from question_banks.formats.native import BankFile, Rejected, Target, read_items
from question_banks.formats.reading import Unreadable
from question_banks.media.check import Media
from question_banks.stimulus import Stimulus, stimulus_digest

SCALE: Final = 1000


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a file: a native item without its place, or the reason why it is none.

    `ignored` names what is no item at all (a test of a package). `media` are the pictures that the
    item shows, `stimulus` the title and HTML of a text that it shares with others.
    """

    name: str
    line: int
    file: str = ""
    item: dict[str, Any] | None = None
    reason: str = ""
    ignored: str = ""
    losses: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    stimulus: tuple[str, str] | None = None


class Loss(msgspec.Struct, frozen=True):
    """What an accepted item had in its file and has no more."""

    external_id: str
    line: int
    what: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was read, before anything is stored."""

    file: BankFile
    lines: dict[str, int]
    losses: tuple[Loss, ...] = ()
    ignored: tuple[Loss, ...] = ()
    files: dict[str, str] = {}

    def spot(self, name: str) -> tuple[str, int]:
        """Where an item stands, to sort by."""
        return self.files.get(name, ""), self.lines.get(name, 0)

    def place(self, name: str) -> str:
        """`file:line` of an item as far as known."""
        line = self.lines.get(name)
        return ":".join(filter(None, [self.files.get(name, ""), str(line) if line else ""]))


def text_of(data: bytes, limits: Limits = USUAL) -> str:
    """A text file's words; raises BankFileInvalid for what is too large or no UTF-8."""
    if len(data) > limits.bytes:
        raise BankFileInvalid(reason="too_large")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise BankFileInvalid(reason="not_utf8") from error


def named_once(found: Found, **changes: Any) -> Found:
    """The finding with other fields."""
    return msgspec.structs.replace(found, **changes)


def report(found: Iterable[Found], target: Target, limits: Limits = USUAL) -> Report:
    """Put found items into a competency and level, check them, and say what became of each."""
    every = list(islice(found, limits.items + 1))
    if len(every) > limits.items:
        raise BankFileInvalid(reason="too_many_items")
    kept = [one for one in every if not one.ignored]
    stimuli = {stimulus_digest(one.stimulus[1]): one.stimulus for one in kept if one.stimulus}
    place = {"competency": target.competency, "level": target.level, "markup": "html"}
    raws = [
        place | one.item | {"id": one.name} | _shared(one) for one in kept if one.item is not None
    ]
    items, rejected = read_items(raws)
    refused = [Rejected(one.name, one.reason) for one in kept if one.item is None]
    accepted = {item.external_id for item in items}
    return Report(
        file=BankFile(
            items,
            (*rejected, *refused),
            (),
            media=tuple({m.digest: m for one in kept for m in one.media}.values()),
            stimuli=tuple(Stimulus(d, *own) for d, own in stimuli.items()),
        ),
        lines={one.name: one.line for one in reversed(kept)},
        losses=tuple(
            Loss(one.name, one.line, loss)
            for one in kept
            if one.item is not None and one.name in accepted
            for loss in one.losses
        ),
        ignored=tuple(Loss(o.name, o.line, o.ignored) for o in every if o.ignored),
        files={one.name: one.file for one in reversed(kept) if one.file},
    )


def _shared(found: Found) -> dict[str, str]:
    return {"stimulus": stimulus_digest(found.stimulus[1]).hex()} if found.stimulus else {}


def choice(options: list[tuple[str, Fraction]], *, single: bool) -> dict[str, Any]:
    """A native item's type, options and body for options with credits."""
    right = [credit for _, credit in options if credit > 0]
    letters = [(chr(ord("A") + n), *option) for n, option in enumerate(options[:26])]
    plain = all(credit in {0, 1} for _, credit in options)
    if single and plain and len(right) == 1:
        return {"type": "single", "options": _options(letters, 1)}
    scale = math.lcm(*(credit.denominator for _, credit in options)) if options else 1
    if scale > SCALE:
        raise Unreadable("credit_malformed")
    body: dict[str, Any] = {"mode": "points"}
    if single:
        body["choices"] = 1
    return {"type": "multiple", "options": _options(letters, scale), "body": body}


def _options(rows: list[tuple[str, str, Fraction]], scale: int) -> list[dict[str, Any]]:
    return [{"key": key, "text": text, "score": int(credit * scale)} for key, text, credit in rows]
