"""Interactions of options: choice, order, match."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations, permutations
from typing import Any, Final

from lxml import etree

from question_banks.families.response import response_of
from question_banks.formats.markup import plain
from question_banks.formats.qti.body import Body
from question_banks.formats.qti.declarations import Declaration
from question_banks.formats.qti.part import Native, Part, Probe, Score, proven, whole
from question_banks.formats.qti.values import Value, value
from question_banks.formats.reading import Unreadable

ALL_SUBSETS: Final = 8
ALL_ORDERS: Final = 5
TRUE: Final = frozenset({"true", "benar", "t", "b"})
FALSE: Final = frozenset({"false", "salah", "f", "s"})
MODES: Final = ("all", "points", "penalties", "partial")


def choice(node: etree._Element, own: Declaration, score: Score, body: Body, hint: str) -> Part:
    """choiceInteraction: one choice, or several."""
    texts = {c.get("identifier", ""): body.html(c) for c in node.iterfind("simpleChoice")}
    if own.cardinality == "single":
        return one_choice(texts, own, score, hint)
    return several(texts, own, score, int(node.get("maxChoices", "1") or 0), hint)


def several(texts: dict[str, str], own: Declaration, score: Score, most: int, hint: str) -> Part:
    """Any number of options up to `most` (0: all)."""
    ids = tuple(texts)
    probes = [_bag(own.base, subset) for subset in _subsets(ids, most, own.correct)]
    proposals = list(_several_natives(texts, own, score, most))
    proposals.sort(key=lambda native: native["body"]["mode"] != hint.partition(".")[2])
    return proven(proposals, probes, score)


def one_choice(texts: dict[str, str], own: Declaration, score: Score, hint: str) -> Part:
    """Exactly one option: true or false, single, weighted, or part credits."""
    scores = {id_: score(value("single", own.base, [id_])) for id_ in texts}
    points = dict(zip(texts, whole(list(scores.values())), strict=True))
    truth = _truth(texts, hint)
    if truth and sorted(max(0, own) > 0 for own in points.values()) == [False, True]:
        key = next(truth[id_] for id_, own in points.items() if own > 0)
        probes = [_truth_probe(own.base, id_, is_) for id_, is_ in truth.items()]
        return proven([{"type": "true_false", "body": {"key": key}}], probes, score)
    ids = [Probe(value("single", own.base, [id_]), id_) for id_ in texts]
    floor = {id_: max(0, own) for id_, own in points.items()}
    if all(own > 0 for own in points.values()) and hint != "multiple_response.points":
        return proven([{"type": "weighted", "options": options_of(texts, points)}], ids, score)
    if sum(own > 0 for own in floor.values()) == 1:
        return proven([{"type": "single", "options": options_of(texts, floor)}], ids, score)
    probes = [Probe(p.value, response_of([p.response])) for p in ids]
    native = {"type": "multiple", "options": options_of(texts, points),
              "body": {"mode": "points", "choices": 1}}  # fmt: skip
    return proven([native], probes, score)


def _truth(texts: dict[str, str], hint: str) -> dict[str, bool] | None:
    words = {id_: plain(text).casefold().rstrip(".") for id_, text in texts.items()}
    if hint not in {"", "true_false"} or len(words) != 2:  # noqa: PLR2004 - true and false
        return None
    known = {id_: word in TRUE for id_, word in words.items() if word in TRUE | FALSE}
    return known if sorted(known.values()) == [False, True] else None


def _truth_probe(base: str, id_: str, is_: bool) -> Probe:  # noqa: FBT001 - the value
    return Probe(value("single", base, [id_]), response_of(is_))


def _several_natives(
    texts: dict[str, str], own: Declaration, score: Score, most: int
) -> Iterable[Native]:
    """Native items that could score like the interaction; `proven` decides."""
    limit = {"choices": most} if most else {}
    table = {entry.key: entry.value for entry in own.entries}
    spare = own.bounds.default if own.bounds else Fraction(0)
    if own.bounds is not None:
        bounds = {name: bound for name, bound in
                  (("lowest", own.bounds.lowest), ("highest", own.bounds.highest))
                  if bound is not None}  # fmt: skip
        numbers = whole([*(table.get(id_, spare) for id_ in texts), *bounds.values()])
        points = dict(zip(texts, numbers, strict=False))
        limits = dict(zip(bounds, numbers[len(texts) :], strict=True))
    else:
        alone = [score(value("multiple", own.base, [id_])) for id_ in texts]
        points, limits = dict(zip(texts, whole(alone), strict=True)), {}
    right = set(own.correct.members) if own.correct else {i for i, p in points.items() if p > 0}
    keyed = {id_: max(0, points[id_]) or 1 if id_ in right else 0 for id_ in texts}
    for mode in MODES:
        if mode == "points":
            given: dict[str, Any] = {"mode": mode, **limit, **limits}
            yield {"type": "multiple", "options": options_of(texts, points), "body": given}
        elif right:
            given = {"mode": mode, **limit}
            yield {"type": "multiple", "options": options_of(texts, keyed), "body": given}


def options_of(texts: dict[str, str], points: dict[str, int]) -> list[Native]:
    return [{"key": id_, "text": text, "score": points[id_]} for id_, text in texts.items()]


def _bag(base: str, subset: tuple[str, ...]) -> Probe:
    return Probe(value("multiple", base, list(subset)), response_of(sorted(subset)))


def _subsets(ids: tuple[str, ...], most: int, correct: Value | None) -> list[tuple[str, ...]]:
    """Every subset that may be chosen, or of many options the telling ones."""
    widest = min(most or len(ids), len(ids))
    sizes = range(1, widest + 1) if len(ids) <= ALL_SUBSETS else range(1, min(widest, 2) + 1)
    found = [own for size in sizes for own in combinations(ids, size)]
    if len(ids) > ALL_SUBSETS and correct is not None:
        right = tuple(id_ for id_ in ids if id_ in correct.members)
        wrong = [id_ for id_ in ids if id_ not in right]
        found += [right, *((*right, id_) for id_ in wrong), *combinations(right, len(right) - 1)]
        found.append(ids)
    return [own for own in dict.fromkeys(found) if own and len(own) <= widest]


def order(node: etree._Element, own: Declaration, score: Score, body: Body, hint: str) -> Part:
    """orderInteraction over all its choices."""
    texts = {c.get("identifier", ""): body.html(c) for c in node.iterfind("simpleChoice")}
    if own.correct is None or sorted(own.correct.members) != sorted(texts):
        raise Unreadable("key_count")
    right = list(own.correct.members)
    ways = list(permutations(right)) if len(right) <= ALL_ORDERS else _near(right)
    probes = [
        Probe(value("ordered", own.base, list(way)),
              response_of({id_: n for n, id_ in enumerate(way, start=1)}))
        for way in ways
    ]  # fmt: skip
    options = options_of(texts, dict.fromkeys(texts, 0))
    modes = sorted(("all", "positions", "pairs"), key=lambda m: m != hint.partition(".")[2])
    natives = [{"type": "ordering", "options": options, "body": {"order": right, "mode": mode}}
               for mode in modes]  # fmt: skip
    return proven(natives, probes, score)


def _near(right: list[str]) -> list[tuple[str, ...]]:
    found = [tuple(right), tuple(reversed(right)), (*right[1:], right[0])]
    for left, other in combinations(range(len(right)), 2):
        swapped = list(right)
        swapped[left], swapped[other] = swapped[other], swapped[left]
        found.append(tuple(swapped))
    return found


def match(node: etree._Element, own: Declaration, score: Score, body: Body, hint: str) -> Part:
    """matchInteraction whose one side has exactly one partner each."""
    sides = [
        {c.get("identifier", ""): body.html(c) for c in side.iterfind("simpleAssociableChoice")}
        for side in node.iterfind("simpleMatchSet")
    ]
    if len(sides) != 2:  # noqa: PLR2004 - QTI has two
        raise Unreadable("interaction_unsupported: matchInteraction")
    if own.base != "directedPair":
        raise Unreadable("value_malformed")
    pairs = _right_pairs(own)
    for turned in (False, True):
        near = [pair[::-1] for pair in pairs] if turned else pairs
        premises, options = (sides[1], sides[0]) if turned else (sides[0], sides[1])
        if sorted(source for source, _ in near) == sorted(premises):
            return _matching(premises, options, dict(near), own, score, turned=turned, hint=hint)
    raise Unreadable("scoring_unsupported")


def _right_pairs(own: Declaration) -> list[tuple[str, str]]:
    if own.correct is not None:
        return [tuple(member) for member in own.correct.members]
    return [entry.key for entry in own.entries if entry.value > 0]


def _matching(
    premises: dict[str, str], options: dict[str, str], key: dict[str, str], own: Declaration,
    score: Score, *, turned: bool, hint: str,
) -> Part:  # fmt: skip
    def probe(pairs: dict[str, str]) -> Probe:
        members = [pair[::-1] if turned else pair for pair in pairs.items()]
        kind = own.cardinality
        return Probe(value(kind, own.base, members), response_of(pairs))

    many = own.cardinality != "single"
    full = [key] if many or len(key) == 1 else []
    alone = [{source: target} for source in key for target in options]
    less = [{s: t for s, t in key.items() if s != gone} for gone in key] if many else []
    probes = [probe(pairs) for pairs in [*full, *alone, *less] if pairs]
    natives = [
        {
            "type": "matching",
            "options": options_of(options, dict.fromkeys(options, 0)),
            "body": {
                "premises": [{"id": i, "html": h, "option": key[i]} for i, h in premises.items()],
                "mode": mode,
            },
        }
        for mode in sorted(("partial", "all"), key=lambda m: m != hint.partition(".")[2])
    ]
    return proven(natives, probes, score)
