"""Response processing of QTI 1.2: conditions over variables, and what they add to the score.

IMS QTI ASI 1.2 information model, §"resprocessing". `continue` is No by default; files of learning
platforms rely on every `Add` being reached, so only a `continue="No"` that is written there, or a
condition that sets the score, ends the processing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from lxml import etree

from question_banks.formats.qti.values import exact
from question_banks.formats.reading import Unreadable

Given = Mapping[str, Sequence[str]]
TESTS: Final[dict[str, Callable[[Fraction, Fraction], bool]]] = {
    "vargte": lambda a, b: a >= b,
    "vargt": lambda a, b: a > b,
    "varlte": lambda a, b: a <= b,
    "varlt": lambda a, b: a < b,
}
TYPED: Final = frozenset({"varequal", "varsubstring", *TESTS})


def score(item: etree._Element, given: Given) -> Fraction:
    """The score of responses by variable; raises Unreadable for rules that are not supported."""
    total = Fraction(0)
    for rule in item.iterfind(".//resprocessing/respcondition"):
        condition = rule.find("conditionvar")
        if condition is None or not _all(condition, given):
            continue
        acts = list(rule.iterfind("setvar"))
        for act in acts:
            total = _act(act, total)
        if acts and (rule.get("continue") or "").lower() == "no":
            break
    return total


def _act(act: etree._Element, total: Fraction) -> Fraction:
    amount = exact((act.text or "0").strip())
    kind = act.get("action", "Set")
    if kind == "Set":
        return amount
    if kind in {"Add", "Subtract"}:
        return total + (amount if kind == "Add" else -amount)
    if kind == "Multiply":
        return total * amount
    raise Unreadable(f"expression_unsupported: {kind}")


def _all(node: etree._Element, given: Given) -> bool:
    return all(_holds(child, given) for child in node)


def _holds(node: etree._Element, given: Given) -> bool:
    tag = node.tag
    if tag in {"and", "conditionvar"}:
        return _all(node, given)
    if tag == "or":
        return any(_holds(child, given) for child in node)
    if tag == "not":
        return not _all(node, given)
    if tag == "other":
        return True
    own = given.get(node.get("respident", ""), ())
    if tag == "unanswered":
        return not own
    if tag not in TYPED:
        raise Unreadable(f"expression_unsupported: {tag}")
    return any(_fits(node, text) for text in own)


def _fits(node: etree._Element, text: str) -> bool:
    wanted = (node.text or "").strip()
    if node.tag in TESTS:
        try:
            return TESTS[node.tag](exact(text), exact(wanted))
        except Unreadable:
            return False
    if (node.get("case") or "No").lower() != "yes":
        text, wanted = text.casefold(), wanted.casefold()
    return wanted in text if node.tag == "varsubstring" else text == wanted or _equal(text, wanted)


def _equal(left: str, right: str) -> bool:
    try:
        return exact(left) == exact(right)
    except Unreadable:
        return False


def named(item: etree._Element, respident: str) -> Iterator[str]:
    """Every text that a rule which scores compares a variable with, but those under `not`."""
    for rule in item.iterfind(".//resprocessing/respcondition"):
        if rule.find("setvar") is None:
            continue
        for node in rule.iter(*TYPED):
            under = any(above.tag == "not" for above in node.iterancestors())
            if node.get("respident") == respident and not under:
                yield (node.text or "").strip()
