"""QTI 1.2 items (`questestinterop`), as learning platforms write them."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any, Final

from lxml import etree

from question_banks.families.response import response_of
from question_banks.formats.foreign import Found
from question_banks.formats.markup import plain
from question_banks.formats.qti import gaps, interactions, one_two_rules
from question_banks.formats.qti.declarations import Declaration, Entry
from question_banks.formats.qti.items import MALFORMED
from question_banks.formats.qti.part import Native, Part, Probe, Score, proven
from question_banks.formats.qti.processing import Scoring
from question_banks.formats.qti.values import Value, value
from question_banks.formats.reading import Unreadable, words

REFUSED: Final = frozenset({
    "calculated_question", "file_upload_question", "text_only_question", "categorization_question",
    "hot_spot_question",
})  # fmt: skip
BRACKET: Final = re.compile(r"\[([A-Za-z0-9_-]{1,40})\]")
TEXTS: Final = frozenset({"response_str", "response_num"})
NO_RULES: Final = Scoring({}, {}, "", None)


def read(root: etree._Element) -> Iterator[Found]:
    """Items of a document in names without a namespace."""
    for number, item in enumerate(root.iter("item"), start=1):
        name = item.get("ident") or f"qti-{number}"
        losses = ["feedback"] if item.find("itemfeedback") is not None else []
        try:
            part = _item(item)
        except Unreadable as reason:
            yield Found(name=name, line=item.sourceline or 0, reason=str(reason))
        except MALFORMED:
            yield Found(name=name, line=item.sourceline or 0, reason="malformed: QTI")
        else:
            found = (*losses, *part.losses)
            yield Found(name=name, line=item.sourceline or 0, item=part.native, losses=found)


def kind_of(item: etree._Element) -> str:
    """The `question_type` that platforms write, empty where there is none."""
    for field in item.iter("qtimetadatafield"):
        if (field.findtext("fieldlabel") or "").strip() == "question_type":
            return (field.findtext("fieldentry") or "").strip()
    return ""


def _item(item: etree._Element) -> Part:
    kind = kind_of(item)
    shown = item.find("presentation")
    if kind in REFUSED or shown is None:
        raise Unreadable(f"interaction_unsupported: {kind or 'none'}")
    responses = (n for n in shown.iter() if str(n.tag).startswith("response_"))
    asked = [n for n in responses if n.tag != "response_label"]
    strange = [n.tag for n in asked if n.tag not in {"response_lid", *TEXTS}]
    extended = next(shown.iter("render_extension"), None)
    if strange or extended is not None or not asked:
        name = strange[0] if strange else "render_extension" if asked else kind or "none"
        raise Unreadable(f"interaction_unsupported: {name}")
    if all(node.tag in TEXTS for node in asked):
        return _typed(item, shown, asked)
    if len(asked) == 1 and not kind_of(item).startswith(("fill_in", "multiple_dropdowns")):
        return _choice(item, shown, asked[0])
    if any((n.get("rcardinality") or "Single").lower() != "single" for n in asked):
        raise Unreadable("interaction_unsupported: response_lid Multiple")
    stem = _material(shown)
    if BRACKET.search(stem):
        return _dropdowns(item, stem, asked)
    return _matching(item, stem, asked)


def _material(node: etree._Element) -> str:
    """The texts that stand in an element itself, not in its responses."""
    found = []
    for material in node.iterfind(".//material"):
        over = (a for a in material.iterancestors() if str(a.tag).startswith("response_"))
        above = next(over, None)
        if above is None or above is node:
            found.append(_text(material))
    return " ".join(part for part in found if part)


def _text(material: etree._Element) -> str:
    if (
        next(material.iter("matimage", "mataudio", "matvideo", "matapplet", "matapplication"), None)
        is not None
    ):
        raise Unreadable("image_missing")
    parts = []
    for text in material.iter("mattext"):
        inner = text.text or ""
        inner += "".join(etree.tostring(child, encoding="unicode") for child in text)
        rich = (text.get("texttype") or "text/plain").lower() == "text/html"
        parts.append(_unwrapped(inner.strip()) if rich or len(text) else words(inner))
    return " ".join(parts)


def _unwrapped(text: str) -> str:
    """HTML without the frames that platforms put around it."""
    return re.sub(r"</?(?:div|span)\b[^>]*>", "", text).strip()


def _labels(node: etree._Element) -> dict[str, str]:
    return {label.get("ident", ""): _material(label) for label in node.iter("response_label")}


def _variable(item: etree._Element, node: etree._Element, base: str) -> Declaration:
    """A variable with the texts that its rules name as keys."""
    name, many = node.get("ident", ""), (node.get("rcardinality") or "").lower() == "multiple"
    known = dict.fromkeys(one_two_rules.named(item, name))
    correct = value("multiple", base, list(known)) if many else None
    entries = () if many else tuple(Entry(text, Fraction(1), False) for text in known)
    return Declaration(
        name=name, cardinality="multiple" if many else "single", base=base, correct=correct,
        entries=entries,
    )  # fmt: skip


def _score(item: etree._Element, name: str, others: dict[str, list[str]]) -> Score:
    def score(given: Value | None) -> Fraction:
        own = [_written(member) for member in given.members] if given else []
        return one_two_rules.score(item, {**others, name: own})

    return score


def _written(member: Any) -> str:
    from_number = isinstance(member, Fraction)
    return str(float(member)) if from_number else str(member)


def _choice(item: etree._Element, shown: etree._Element, node: etree._Element) -> Part:
    own = _variable(item, node, "identifier")
    texts, score = _labels(node), _score(item, own.name, {})
    stem = {"stem": _material(shown)}
    if own.cardinality == "single":
        part = interactions.one_choice(texts, own, score, "")
    else:
        part = interactions.several(texts, own, score, 0, "")
    return Part(part.native | stem, part.most, part.losses)


def _dropdowns(item: etree._Element, stem: str, asked: list[etree._Element]) -> Part:
    """`[name]` in the stem, a choice for each."""
    owns = [_variable(item, node, "identifier") for node in asked]
    names = [node.get("ident", "").removeprefix("response_") for node in asked]
    if not set(names) <= set(BRACKET.findall(plain(stem))):
        names = [node.findtext("material/mattext") or "" for node in asked]
    if sorted(BRACKET.findall(plain(stem))) != sorted(names):
        raise Unreadable("gap_marks")
    rows = []
    for node, own, name in zip(asked, owns, names, strict=True):
        score = _score(item, own.name, {})
        if next(node.iter("response_label"), None) is None:
            raise Unreadable("option_count")
        labels = {ident: plain(text) for ident, text in _labels(node).items()}
        scores = [max(Fraction(0), score(value("single", "identifier", [i]))) for i in labels]
        rows.append((name, gaps.shares(list(labels.values()), scores), scores))
    if len({max(scores) for _, _, scores in rows}) != 1:
        raise Unreadable("scoring_unsupported")
    found = [
        {"id": name, "kind": "text" if min(scores) > 0 else "choice", "accepted": accepted}
        for name, accepted, scores in rows
    ]
    native = {"type": "cloze", "stem": BRACKET.sub(r"[[\1]]", stem),
              "body": {"gaps": found, "mode": "partial"}}  # fmt: skip
    return Part(native, sum((max(scores) for _, _, scores in rows), Fraction(0)))


def _matching(item: etree._Element, stem: str, asked: list[etree._Element]) -> Part:
    """Several choices over the same options: a premise for each."""
    options: dict[str, str] = {}
    key, premises = {}, []
    for node in asked:
        name, labels = node.get("ident", ""), _labels(node)
        options = labels | options
        score = _score(item, name, {})
        key[name] = max(labels, key=lambda ident: score(value("single", "identifier", [ident])))
        premises.append({"id": name, "html": _material(node), "option": key[name]})
    by_text: dict[str, str] = {}
    for ident, text in options.items():
        by_text.setdefault(text, ident)
    same = {ident: by_text[text] for ident, text in options.items()}
    pairs = {name: same[ident] for name, ident in key.items()}
    probes = [_pairs(key, pairs)]
    probes += [_pairs({n: i}, {n: pairs[n]}) for n, i in key.items()]
    probes += [
        _pairs({**key, n: other}, {**pairs, n: same[other]})
        for n in key for other in options if same[other] != pairs[n]
    ][:200]  # fmt: skip
    natives = [
        {
            "type": "matching", "stem": stem,
            "options": interactions.options_of(
                {i: t for t, i in by_text.items()}, dict.fromkeys(options, 0)),
            "body": {"mode": mode, "premises": [
                {**premise, "option": same[premise["option"]]} for premise in premises]},
        }
        for mode in ("partial", "all")
    ]  # fmt: skip
    return proven(natives, probes, partial(one_two_rules.score, item))


def _pairs(given: dict[str, str], ours: dict[str, str]) -> Probe:
    return Probe({name: [ident] for name, ident in given.items()}, response_of(ours))


def _typed(item: etree._Element, shown: etree._Element, asked: list[etree._Element]) -> Part:
    owns = [_variable(item, node, _base(item, node)) for node in asked]
    if not any(own.entries for own in owns):
        raise Unreadable("rubric_missing")
    if len(asked) == 1:
        return _one_typed(item, _material(shown), owns[0])
    best = {own.name: [str(own.entries[0].key)] for own in owns if own.entries}
    if len(best) != len(owns) or any(own.base == "float" for own in owns):
        raise Unreadable("accepted_missing")
    every = one_two_rules.score(item, best)
    alone = [one_two_rules.score(item, {name: text}) for name, text in best.items()]
    fewer = [{n: t for n, t in best.items() if n != own} for own in best]
    lacking = [one_two_rules.score(item, given) for given in fewer]
    if every > 0 and len(set(alone)) == 1 and sum(alone) == every:
        mode = "partial"
    elif every > 0 and not any(lacking):
        mode = "all"
    else:
        raise Unreadable("scoring_unsupported")
    rows: list[Native] = []
    for own in owns:
        others = {n: t for n, t in best.items() if n != own.name} if mode == "all" else {}
        accepted, case = gaps.texts(own, _score(item, own.name, others), NO_RULES)
        rows.append({"id": own.name, "kind": "text", "accepted": accepted,
                     **({"case": True} if case else {})})  # fmt: skip
    stem = _running(shown)
    return Part({"type": "cloze", "stem": stem, "body": {"gaps": rows, "mode": mode}}, every)


def _one_typed(item: etree._Element, stem: str, own: Declaration) -> Part:
    score = _score(item, own.name, {})
    if own.base == "float":
        keys = tuple(Entry(Fraction(str(e.key)), e.value, e.case) for e in own.entries)
        numeric = Declaration(name=own.name, cardinality="single", base="float", entries=keys)
        accepted = gaps.intervals(numeric, score, NO_RULES)
        return Part({"type": "numeric", "stem": stem, "body": {"accepted": accepted}}, Fraction(1))
    words_, case = gaps.texts(own, score, NO_RULES)
    body = {"accepted": words_, **({"case": True} if case else {})}
    return Part({"type": "short_text", "stem": stem, "body": body}, Fraction(1))


def _base(item: etree._Element, node: etree._Element) -> str:
    kinds = {(fib.get("fibtype") or "String").lower() for fib in node.iter("render_fib")}
    numeric = (
        node.tag == "response_num"
        or kinds & {"decimal", "integer"}
        or kind_of(item) == "numerical_question"
    )
    return "float" if numeric else "string"


def _running(shown: etree._Element) -> str:
    """The texts with `[[gap]]` where each response stands."""
    parts = []
    for node in shown.iter("material", "response_str"):
        if node.tag == "response_str":
            parts.append(f"[[{node.get('ident', '')}]]")
        elif not any(str(a.tag) == "response_str" for a in node.iterancestors()):
            parts.append(_text(node))
    return " ".join(part for part in parts if part)
