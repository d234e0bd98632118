"""GIFT, Moodle XML and Aiken, written."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from lxml import etree

from question_banks.content import Content
from question_banks.families.exact import ratio, written
from question_banks.formats import aiken, gift, moodle_xml
from question_banks.formats.export import Entry, Supply, Unwritable, Written, sorted_out
from question_banks.formats.markup import plain

SIGNS: Final = "\\~=#{}:"
HUNDRED: Final = 100


def write_aiken(entries: list[Entry], supply: Supply) -> Written:
    """Single choice in plain words, a letter for each option."""
    del supply

    def text(entry: Entry) -> str:
        if entry.content.family != "single_choice":
            raise Unwritable(f"family: {entry.content.family}")
        return aiken.write([entry.content])[0]

    kept, losses, left = sorted_out(entries, lambda e: aiken.read(text(e).encode()))
    data = "\n".join(text(entry) for entry in kept).encode()
    return Written(data=data, items=len(kept), losses=losses, left=left)


def write_gift(entries: list[Entry], supply: Supply) -> Written:
    """Choice, true or false, short text, numeric and matching items."""
    del supply
    kept, losses, left = sorted_out(entries, lambda entry: gift.read(_gift(entry).encode()))
    data = "\n".join(_gift(entry) for entry in kept).encode()
    return Written(data=data, items=len(kept), losses=losses, left=left)


def _gift(entry: Entry) -> str:
    writer = GIFT.get(entry.content.family)
    if writer is None:
        raise Unwritable(f"family: {entry.content.family}")
    name, stem = _escaped(entry.code), _escaped(entry.content.stem)
    return f"::{name}::[html]{stem}{{{writer(entry.content)}}}\n"


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in text.replace("\n", " "))


def percent(credit: Fraction) -> str:
    """A share in per cent with the places that readers need to find thirds again."""
    value = credit * HUNDRED
    return written(value) if 10**5 % value.denominator == 0 else f"{float(value):.5f}"


def credits_of(content: Content) -> list[Fraction]:
    """What each option of a choice earns, as a share of the whole."""
    if content.family == "single_choice":
        return [Fraction(option.points > 0) for option in content.options]
    body = content.body or {}
    if content.family != "multiple_response" or body.get("mode") != "points":
        raise Unwritable(f"mode: {body.get('mode', '')}")
    gains = [option.points for option in content.options if option.points > 0]
    best = max(gains) if body.get("choices") == 1 else sum(gains)
    return [Fraction(option.points, best) for option in content.options]


def _gift_choice(content: Content) -> str:
    credits_ = credits_of(content)
    single = content.family == "single_choice" or (content.body or {}).get("choices") == 1
    rows = []
    for option, credit in zip(content.options, credits_, strict=True):
        sign = "=" if single and credit == 1 else f"~%{percent(credit)}%" if credit else "~"
        rows.append(f"{sign}[html]{_escaped(option.html)}")
    return " ".join(rows)


def _gift_short(content: Content) -> str:
    body = content.body or {}
    if body.get("case"):
        raise Unwritable("case")
    return " ".join(
        f"={_part(accepted)}{_escaped(accepted['text'])}" for accepted in body["accepted"]
    )


def _part(accepted: dict[str, Any]) -> str:
    credit = ratio(accepted.get("credit", "1"))
    return "" if credit == 1 else f"%{percent(credit)}%"


def _gift_numbers(content: Content) -> str:
    body = content.body or {}
    if body.get("units"):
        raise Unwritable("units")
    return "#" + " ".join(f"={_part(a)}{a['low']}..{a['high']}" for a in body["accepted"])


def _gift_pairs(content: Content) -> str:
    rows = [(f"[html]{_escaped(left)}", right) for left, right in pairs_of(content)]
    rows += [("", right) for right in spare_of(content)]
    return " ".join(f"={left} -> {_escaped(right)}" for left, right in rows)


def pairs_of(content: Content) -> list[tuple[str, str]]:
    """HTML of premises with the words of their options."""
    texts = {option.id: plain(option.html) for option in content.options}
    return [(own["html"], texts[own["option"]]) for own in (content.body or {})["premises"]]


def spare_of(content: Content) -> list[str]:
    """Words of options that belong to no premise."""
    used = {own["option"] for own in (content.body or {})["premises"]}
    return [plain(option.html) for option in content.options if option.id not in used]


def _gift_truth(content: Content) -> str:
    return "T" if (content.body or {})["key"] else "F"


GIFT: Final[dict[str, Callable[[Content], str]]] = {
    "single_choice": _gift_choice,
    "multiple_response": _gift_choice,
    "true_false": _gift_truth,
    "short_text": _gift_short,
    "numeric": _gift_numbers,
    "matching": _gift_pairs,
}


def write_moodle(entries: list[Entry], supply: Supply) -> Written:
    """The same families as Moodle XML, with rationales as general feedback."""
    del supply
    kept, losses, left = sorted_out(entries, lambda entry: moodle_xml.read(_moodle([entry])))
    return Written(data=_moodle(kept), items=len(kept), losses=losses, left=left)


def _moodle(entries: list[Entry]) -> bytes:
    root = etree.Element("quiz")
    for entry in entries:
        content = entry.content
        if content.family not in MOODLE:
            raise Unwritable(f"family: {content.family}")
        kind, writer = MOODLE[content.family]
        question = etree.SubElement(root, "question", type=kind)
        _text(etree.SubElement(question, "name"), entry.code)
        _text(etree.SubElement(question, "questiontext", format="html"), content.stem)
        _text(etree.SubElement(question, "generalfeedback", format="html"), content.rationale)
        etree.SubElement(question, "idnumber").text = entry.code
        writer(question, content)
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return data


def _text(node: etree._Element, text: str) -> None:
    etree.SubElement(node, "text").text = text


def _answer(
    question: etree._Element, text: str, credit: Fraction, kind: str = ""
) -> etree._Element:
    node = etree.SubElement(question, "answer", fraction=percent(credit))
    if kind:
        node.set("format", kind)
    _text(node, text)
    return node


def _moodle_choice(question: etree._Element, content: Content) -> None:
    single = content.family == "single_choice" or (content.body or {}).get("choices") == 1
    etree.SubElement(question, "single").text = "true" if single else "false"
    for option, credit in zip(content.options, credits_of(content), strict=True):
        _answer(question, option.html, credit, "html")


def _moodle_truth(question: etree._Element, content: Content) -> None:
    for is_ in (True, False):
        credit = Fraction((content.body or {})["key"] is is_)
        _answer(question, str(is_).lower(), credit)


def _moodle_short(question: etree._Element, content: Content) -> None:
    body = content.body or {}
    etree.SubElement(question, "usecase").text = "1" if body.get("case") else "0"
    for accepted in body["accepted"]:
        _answer(question, accepted["text"], ratio(accepted.get("credit", "1")))


def _moodle_numbers(question: etree._Element, content: Content) -> None:
    body = content.body or {}
    if body.get("units"):
        raise Unwritable("units")
    for own in body["accepted"]:
        low, high = ratio(own["low"]), ratio(own["high"])
        node = _answer(question, written((low + high) / 2), ratio(own.get("credit", "1")))
        etree.SubElement(node, "tolerance").text = written((high - low) / 2)


def _moodle_pairs(question: etree._Element, content: Content) -> None:
    for left, right in [*pairs_of(content), *(("", own) for own in spare_of(content))]:
        node = etree.SubElement(question, "subquestion", format="html")
        _text(node, left)
        _text(etree.SubElement(node, "answer"), right)


MOODLE: Final[dict[str, tuple[str, Callable[[etree._Element, Content], None]]]] = {
    "single_choice": ("multichoice", _moodle_choice),
    "multiple_response": ("multichoice", _moodle_choice),
    "true_false": ("truefalse", _moodle_truth),
    "short_text": ("shortanswer", _moodle_short),
    "numeric": ("numerical", _moodle_numbers),
    "matching": ("matching", _moodle_pairs),
}
