"""GIFT: Moodle's text format. Import."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from question_banks.families.exact import typed, written
from question_banks.families.interface import LETTERS
from question_banks.formats.foreign import Found, choice, text_of
from question_banks.formats.limits import USUAL, Limits
from question_banks.formats.reading import Unreadable, credited, share, words

ESCAPES: Final = {sign: chr(0xE000 + n) for n, sign in enumerate("~=#{}:")}
RESTORED: Final = {ord(mark): sign for sign, mark in ESCAPES.items()}
NAME: Final = re.compile(r"\s*::(?P<name>.*?)::", re.DOTALL)
KIND: Final = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
ANSWER: Final = re.compile(
    r"(?P<sign>[=~])\s*(?:%(?P<credit>-?[\d.]+)%)?(?P<rest>[^=~]*)", re.DOTALL
)
ID: Final = re.compile(r"\[id:([^\]]+)\]")


def read(data: bytes, limits: Limits = USUAL) -> Iterator[Found]:
    """Items of a file, each by its line; categories are passed over."""
    for number, (line, block, comment) in enumerate(_blocks(text_of(data, limits)), start=1):
        named = NAME.match(block)
        own_id = ID.search(comment)
        name = own_id[1] if own_id else (_restored(named["name"]) if named else f"gift-{number}")
        name = " ".join(name.split())[:80] or f"gift-{number}"
        losses: list[str] = []
        try:
            item = _item(block[named.end() :] if named else block, losses)
        except Unreadable as reason:
            yield Found(name=name, line=line, reason=str(reason))
        else:
            yield Found(name=name, line=line, item=item, losses=tuple(losses))


def _blocks(text: str) -> Iterator[tuple[int, str, str]]:
    """Questions with their first line and the comments above, parted by blank lines."""
    lines: list[str] = []
    comments: list[str] = []
    start = 0
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.lstrip().startswith("//"):
            comments.append(line)
        elif line.strip().startswith("$CATEGORY:"):
            continue
        elif line.strip():
            start = start or number
            lines.append(line)
        elif lines and not _open("\n".join(lines)):
            yield start, _guarded("\n".join(lines)), " ".join(comments)
            lines, comments, start = [], [], 0
    if lines:
        yield start, _guarded("\n".join(lines)), " ".join(comments)


def _open(text: str) -> bool:
    guarded = _guarded(text)
    return guarded.count("{") > guarded.count("}")


def _guarded(text: str) -> str:
    for sign, mark in ESCAPES.items():
        text = text.replace(f"\\{sign}", mark)
    return text.replace("\\n", "\n")


def _restored(text: str) -> str:
    return text.translate(RESTORED)


def _html(text: str, losses: list[str], default: str = "moodle") -> str:
    kind = KIND.match(text)
    own = kind[1] if kind else default
    body = _restored(text[kind.end() :] if kind else text).strip()
    if own == "markdown":
        losses.append("markdown_as_text")
    return body if own == "html" or (own == "moodle" and "<" in body) else words(body)


def _item(text: str, losses: list[str]) -> dict[str, Any]:
    head, brace, rest = text.partition("{")
    inner, closed, tail = rest.rpartition("}")
    if not brace:
        raise Unreadable("interaction_unsupported: description")
    if not closed:
        raise Unreadable("brace_open")
    kind = KIND.match(head)
    stem = _html(head, losses)
    if tail.strip():
        stem = f"{stem} _____ {_html(tail, losses, kind[1] if kind else 'moodle')}"
    answers, sign, _ = inner.partition("####")
    if sign:
        losses.append("feedback")
    return {"stem": stem, **_answers(answers.strip(), kind[1] if kind else "moodle", losses)}


def _answers(inner: str, kind: str, losses: list[str]) -> dict[str, Any]:
    if not inner:
        raise Unreadable("rubric_missing")
    truth, sign, _ = inner.partition("#")
    if truth.strip().upper() in {"T", "TRUE", "F", "FALSE"}:
        losses.extend(["feedback"] if sign else [])
        return {"type": "true_false", "body": {"key": truth.strip().upper().startswith("T")}}
    if inner.startswith("#"):
        return {"type": "numeric", "body": {"accepted": _numbers(inner[1:].strip(), losses)}}
    rows = [_row(match, losses) for match in ANSWER.finditer(inner)]
    if not rows:
        raise Unreadable("answer_malformed")
    signs = {sign for sign, _, _ in rows}
    if all("->" in text for _, _, text in rows):
        return _matching(rows, kind, losses)
    if signs == {"="}:
        return _short(rows)
    credits_ = [
        (_html(text, losses, kind), credit if credit is not None else Fraction(sign == "="))
        for sign, credit, text in rows
    ]
    return choice(credits_, single="=" in signs)


def _row(match: re.Match[str], losses: list[str]) -> tuple[str, Fraction | None, str]:
    text, sign, _ = match["rest"].partition("#")
    if sign:
        losses.append("feedback")
    return match["sign"], share(match["credit"]) if match["credit"] else None, text.strip()


def _short(rows: list[tuple[str, Fraction | None, str]]) -> dict[str, Any]:
    accepted = []
    for _, credit, raw in rows:
        text = _restored(raw)
        pattern = {"pattern": True} if "*" in text.replace("\\*", "") else {}
        earned = Fraction(1) if credit is None else credit
        if earned > 0:
            accepted.append(credited(earned, {"text": text, **pattern}))
    return {"type": "short_text", "body": {"accepted": accepted}}


def _matching(
    rows: list[tuple[str, Fraction | None, str]], kind: str, losses: list[str]
) -> dict[str, Any]:
    pairs = [tuple(part.strip() for part in text.split("->", 1)) for _, _, text in rows]
    targets = list(dict.fromkeys(_restored(target) for _, target in pairs))
    keys = dict(zip(targets, LETTERS, strict=False))
    if len(keys) < len(targets):
        raise Unreadable("option_count")
    premises = [(source, keys[_restored(target)]) for source, target in pairs if source]
    return {
        "type": "matching",
        "options": [{"key": key, "text": words(t), "score": 0} for t, key in keys.items()],
        "body": {
            "mode": "partial",
            "premises": [
                {"id": f"P{n}", "html": _html(source, losses, kind), "option": key}
                for n, (source, key) in enumerate(premises, start=1)
            ],
        },
    }


def _numbers(text: str, losses: list[str]) -> list[dict[str, Any]]:
    if not text.startswith(("=", "~")):
        bare, sign, _ = text.partition("#")
        losses.extend(["feedback"] if sign else [])
        return [_interval(bare)]
    accepted = []
    for match in ANSWER.finditer(text):
        _, credit, own = _row(match, losses)
        if credit is None or credit > 0:
            accepted.append(credited(Fraction(1) if credit is None else credit, _interval(own)))
    return accepted


def _interval(text: str) -> dict[str, str]:
    plain = _restored(text).strip()
    if ".." in plain:
        low, high = (typed(part) for part in plain.split("..", 1))
    else:
        value, _, slack = plain.partition(":")
        number, width = typed(value), typed(slack or "0")
        if number is None or width is None:
            raise Unreadable("number_malformed")
        low, high = number - abs(width), number + abs(width)
    if low is None or high is None:
        raise Unreadable("number_malformed")
    return {"low": written(low), "high": written(high)}
