"""Moodle XML. Import; no document type, no entity, no outside address is ever read."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final

from lxml import etree

from question_banks.errors import BankFileInvalid
from question_banks.families.exact import typed, written
from question_banks.families.interface import LETTERS
from question_banks.formats.foreign import Found, choice
from question_banks.formats.limits import USUAL, Limits
from question_banks.formats.plain_xml import parse
from question_banks.formats.reading import Unreadable, credited, share, words

SKIPPED: Final = "category"


def read(data: bytes, limits: Limits = USUAL) -> Iterator[Found]:
    """Items of a file by the line of their question; raises BankFileInvalid for a broken file."""
    number = 0
    for element in _root(data, limits).iterfind("question"):
        kind = element.get("type", "")
        if kind == SKIPPED:
            continue
        number += 1
        name = _name(element) or f"moodle-{number}"
        losses = ["feedback"] if _has_feedback(element) else []
        if "\\(" in "".join(element.itertext()):
            losses.append("tex_as_text")
        try:
            item = _item(element, kind)
        except Unreadable as reason:
            yield Found(name=name, line=element.sourceline or 0, reason=str(reason))
        else:
            yield Found(name=name, line=element.sourceline or 0, item=item, losses=tuple(losses))


def _root(data: bytes, limits: Limits) -> etree._Element:
    root = parse(data, limits)
    if root.tag != "quiz":
        raise BankFileInvalid(reason="format_unknown")
    return root


def _name(element: etree._Element) -> str:
    idnumber = (element.findtext("idnumber") or "").strip()
    return " ".join((idnumber or element.findtext("name/text") or "").split())[:80]


def _has_feedback(element: etree._Element) -> bool:
    return any((own.findtext("text") or "").strip() for own in element.iter("feedback"))


def _html(element: etree._Element | None) -> str:
    if element is None:
        return ""
    text = element.findtext("text") or ""
    plain = element.get("format") in {"plain_text", "markdown"}
    return words(text) if plain else text.strip()


def _item(element: etree._Element, kind: str) -> dict[str, Any]:
    reader = READERS.get(kind)
    if reader is None:
        raise Unreadable(f"interaction_unsupported: {kind or '?'}")
    rationale = _html(element.find("generalfeedback"))
    return {"stem": _html(element.find("questiontext")), "rationale": rationale} | reader(element)


def _credit(answer: etree._Element) -> Fraction:
    return share(answer.get("fraction", "0"))


def _choice(element: etree._Element) -> dict[str, Any]:
    rows = [(_html(answer), _credit(answer)) for answer in element.iterfind("answer")]
    single = (element.findtext("single") or "true").strip() in {"true", "1"}
    return choice(rows, single=single)


def _truth(element: etree._Element) -> dict[str, Any]:
    right = [a.findtext("text") or "" for a in element.iterfind("answer") if _credit(a) == 1]
    if len(right) != 1 or right[0].strip().lower() not in {"true", "false"}:
        raise Unreadable("key_count")
    return {"type": "true_false", "body": {"key": right[0].strip().lower() == "true"}}


def _short(element: etree._Element) -> dict[str, Any]:
    accepted = []
    for answer in element.iterfind("answer"):
        text, credit = (answer.findtext("text") or "").strip(), _credit(answer)
        pattern = {"pattern": True} if "*" in text.replace("\\*", "") else {}
        if credit > 0:
            accepted.append(credited(credit, {"text": text, **pattern}))
    case = {"case": True} if (element.findtext("usecase") or "").strip() == "1" else {}
    return {"type": "short_text", "body": {"accepted": accepted, **case}}


def _number(element: etree._Element) -> dict[str, Any]:
    accepted = []
    for answer in element.iterfind("answer"):
        credit = _credit(answer)
        if credit <= 0:
            continue
        value = typed(answer.findtext("text") or "")
        slack = typed((answer.findtext("tolerance") or "0").strip() or "0")
        if value is None or slack is None:
            raise Unreadable("number_malformed")
        bounds = {"low": written(value - abs(slack)), "high": written(value + abs(slack))}
        accepted.append(credited(credit, bounds))
    return {"type": "numeric", "body": {"accepted": accepted}}


def _matching(element: etree._Element) -> dict[str, Any]:
    pairs = [
        (_html(pair), (pair.findtext("answer/text") or "").strip())
        for pair in element.iterfind("subquestion")
    ]
    targets = list(dict.fromkeys(target for _, target in pairs if target))
    keys = dict(zip(targets, LETTERS, strict=False))
    if len(keys) < len(targets):
        raise Unreadable("option_count")
    premises = [(source, keys[target]) for source, target in pairs if source and target]
    return {
        "type": "matching",
        "options": [{"key": key, "text": words(t), "score": 0} for t, key in keys.items()],
        "body": {
            "mode": "partial",
            "premises": [
                {"id": f"P{n}", "html": source, "option": key}
                for n, (source, key) in enumerate(premises, start=1)
            ],
        },
    }


def _essay(element: etree._Element) -> dict[str, Any]:
    del element
    raise Unreadable("rubric_missing")


READERS: Final[dict[str, Callable[[etree._Element], dict[str, Any]]]] = {
    "multichoice": _choice,
    "truefalse": _truth,
    "shortanswer": _short,
    "numerical": _number,
    "matching": _matching,
    "essay": _essay,
}
