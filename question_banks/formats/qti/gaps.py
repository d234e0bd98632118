"""Interactions within the running text: typed texts and numbers, inline choices, gaps."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from lxml import etree

from question_banks.families.exact import written
from question_banks.formats.markup import plain
from question_banks.formats.qti.body import Body
from question_banks.formats.qti.declarations import Declaration
from question_banks.formats.qti.part import Score
from question_banks.formats.qti.processing import Scoring
from question_banks.formats.qti.values import NUMBER, NUMERIC, exact, value
from question_banks.formats.reading import Unreadable, credited

NONSENSE: Final = "\u2603 \u2602 \u2601"
MOST_TEXTS: Final = 200


def texts(own: Declaration, score: Score, scoring: Scoring) -> tuple[list[dict[str, Any]], bool]:
    """Accepted texts with their credits, and whether case counts; raises Unreadable."""
    if score(value("single", own.base, [NONSENSE])) > 0:
        raise Unreadable("scoring_unsupported")
    known = [str(m) for m in own.correct.members] if own.correct else []
    known += [str(entry.key) for entry in own.entries]
    known += [text for text in _constants(scoring) if text]
    scores = {text: score(value("single", own.base, [text])) for text in dict.fromkeys(known)}
    kept = {text: own for text, own in scores.items() if own > 0}
    if not kept or len(kept) > MOST_TEXTS:
        raise Unreadable("accepted_missing")
    best = max(kept.values())
    case = any(
        score(value("single", own.base, [text.swapcase()])) != points
        for text, points in kept.items()
        if text.swapcase().casefold() == text.casefold()
    )
    if not case:
        folded = {text.casefold(): text for text in reversed(kept)}
        kept = {text: kept[text] for text in kept if folded[text.casefold()] == text}
    return [credited(points / best, {"text": text}) for text, points in kept.items()], case


def intervals(own: Declaration, score: Score, scoring: Scoring) -> list[dict[str, Any]]:
    """Closed intervals of numbers with their credits; raises Unreadable for other scoring.

    The rules compare with constants alone, so the score changes only at sums and differences of
    those; it is looked at there, between and beyond.
    """
    places = _places(own, scoring)
    if not places:
        raise Unreadable("accepted_missing")
    points = [places[0] - 1]
    for left, right in zip(places, [*places[1:], places[-1] + 2], strict=True):
        points += [left, (left + right) / 2]
    scores = [max(Fraction(0), score(value("single", own.base, [point]))) for point in points]
    best = max(scores)
    if best <= 0:
        raise Unreadable("accepted_missing")
    found = []
    for level in sorted({own for own in scores if own > 0}, reverse=True):
        for first, last in _runs([own >= level for own in scores]):
            if first % 2 == 0 or last % 2 == 0:  # an open end, or none
                raise Unreadable("scoring_unsupported")
            if all(own > level for own in scores[first : last + 1]):
                continue
            bounds = {"low": written(points[first]), "high": written(points[last])}
            found.append(credited(level / best, bounds))
    return found


def _places(own: Declaration, scoring: Scoring) -> list[Fraction]:
    numbers = {
        exact(text.strip()) for text in _constants(scoring) if NUMBER.fullmatch(text.strip())
    }
    numbers |= {Fraction(member) for member in (own.correct.members if own.correct else ())}
    numbers |= {Fraction(entry.key) for entry in own.entries}
    slack = {Fraction(0)}
    for node in _rules(scoring):
        for text in node.get("tolerance", "").split():
            width = exact(text)
            relative = node.get("toleranceMode") == "relative"
            slack |= {own * width / 100 for own in numbers} if relative else {width}
    if len(numbers) * len(slack) > MOST_TEXTS:
        raise Unreadable("scoring_unsupported")
    return sorted({own + sign * width for own in numbers for width in slack for sign in (-1, 1)})


def _runs(held: list[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for place, own in enumerate([*held, False]):
        if own and start is None:
            start = place
        elif not own and start is not None:
            yield start, place - 1
            start = None


def _rules(scoring: Scoring) -> Iterator[etree._Element]:
    if scoring.rules is not None:
        yield from scoring.rules.iter()


def _constants(scoring: Scoring) -> Iterator[str]:
    for node in _rules(scoring):
        if node.tag == "baseValue":
            yield "".join(node.itertext())


def inline_words(node: etree._Element, body: Body) -> dict[str, str]:
    """Words of an inline choice by identifier; raises Unreadable for what is more than words."""
    found = {}
    for own in node.iterfind("inlineChoice"):
        shown = body.html(own)
        if "<math" in shown or "<img" in shown:
            raise Unreadable("gap_markup")
        found[own.get("identifier", "")] = plain(shown)
    return found


def gap(
    node: etree._Element, own: Declaration, score: Score, scoring: Scoring, body: Body
) -> dict[str, Any]:
    """A gap of a cloze without id and weight; raises Unreadable."""
    if node.tag == "inlineChoiceInteraction":
        words = inline_words(node, body)
        scores = {id_: max(Fraction(0), score(value("single", own.base, [id_]))) for id_ in words}
        return {"kind": "choice", "accepted": shares(list(words.values()), list(scores.values()))}
    if own.base in NUMERIC:
        return _number(intervals(own, score, scoring))
    accepted, case = texts(own, score, scoring)
    return {"kind": "text", "accepted": accepted, **({"case": True} if case else {})}


def shares(words: list[str], scores: list[Fraction]) -> list[dict[str, Any]]:
    """Words with their credits; raises Unreadable when none is worth anything."""
    best = max(scores, default=Fraction(0))
    if best <= 0:
        raise Unreadable("key_count")
    return [credited(own / best, {"text": word}) for word, own in zip(words, scores, strict=True)]


def _number(found: list[dict[str, Any]]) -> dict[str, Any]:
    spans = [(Fraction(own["low"]), Fraction(own["high"])) for own in found]
    widths = {high - low for low, high in spans}
    if len(widths) != 1:
        raise Unreadable("scoring_unsupported")
    slack = widths.pop() / 2
    accepted = [
        {"text": written((low + high) / 2)} | ({"credit": own["credit"]} if "credit" in own else {})
        for own, (low, high) in zip(found, spans, strict=True)
    ]
    return {"kind": "number", "accepted": accepted,
            **({"tolerance": written(slack)} if slack else {})}  # fmt: skip
