"""An item of QTI 2.1, 2.2 or 3.0 as a native item.

Everything is read with the item's own response processing, so nothing depends on a template's
address: a proposal is taken only when our grading gives what QTI's rules give. See `part`.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any, Final

from lxml import etree

from question_banks.formats.foreign import Found
from question_banks.formats.qti import gaps, interactions, pictures
from question_banks.formats.qti.body import Body, Picture
from question_banks.formats.qti.declarations import Declaration
from question_banks.formats.qti.part import BY_TYPE, Native, Part, Score, whole
from question_banks.formats.qti.processing import Scoring, scoring_of
from question_banks.formats.qti.values import NUMERIC, Value, value
from question_banks.formats.reading import Unreadable

INLINE: Final = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})
BLOCK: Final = frozenset({
    "choiceInteraction", "orderInteraction", "matchInteraction", "hotspotInteraction",
    "selectPointInteraction", "extendedTextInteraction",
})  # fmt: skip
LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
TOOL: Final = "Ujikom"
MOST_PARTS: Final = 12
MALFORMED: Final = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What reading a tree of the wrong shape comes to, wherever it happens."""


def read_item(item: etree._Element, name: str, line: int, picture: Picture) -> Found:
    """One item in unified names; a refusal names its reason."""
    losses: list[str] = []
    try:
        native = _native(item, picture, losses)
    except Unreadable as reason:
        return Found(name=name, line=line, reason=str(reason))
    except MALFORMED:
        return Found(name=name, line=line, reason="malformed: QTI")
    except RecursionError:
        return Found(name=name, line=line, reason="too_deep")
    return Found(name=name, line=line, item=native, losses=tuple(dict.fromkeys(losses)))


def _native(item: etree._Element, picture: Picture, losses: list[str]) -> Native:
    if item.get("adaptive") == "true":
        raise Unreadable("interaction_unsupported: adaptive")
    if item.find("templateDeclaration") is not None or item.find("templateProcessing") is not None:
        raise Unreadable("interaction_unsupported: template")
    root = item.find("itemBody")
    nodes = [] if root is None else [n for n in root.iter() if n.tag.endswith("Interaction")]
    strange = list(dict.fromkeys(n.tag for n in nodes if n.tag not in INLINE | BLOCK))
    if strange or not nodes or root is None:
        raise Unreadable(f"interaction_unsupported: {', '.join(strange) or 'none'}")
    if item.find("modalFeedback") is not None:
        losses.append("feedback")
    body, scoring = Body(picture, losses), scoring_of(item)
    if len(nodes) == 1 and nodes[0].tag in BLOCK:
        part = _part(nodes[0], item, scoring, body)
        stem = "".join(filter(None, [body.html(root), body.html(nodes[0].find("prompt"))]))
        found = part.native | {"stem": stem}
        losses.extend(part.losses)
    elif all(node.tag in INLINE for node in nodes):
        found = _inline(item, root, nodes, scoring, body)
    else:
        found = _composite(item, root, nodes, scoring, body)
    return _about(item, body) | found


def _about(item: etree._Element, body: Body) -> Native:
    """Language and rationale."""
    found: Native = {}
    language = item.get(LANG, "")[:2].lower()
    if language.isalpha():
        found["lang"] = language
    rationale = next((d for d in item.iter("div") if d.get("class") == "rationale"), None)
    if rationale is not None:
        found["rationale"] = body.html(rationale)
    return found


def hint_of(item: etree._Element) -> str:
    """What our own export says of an item: `family.mode`, empty for others' items."""
    own = item.get("toolName") == TOOL
    return item.get("toolVersion", "").partition(" ")[2] if own else ""


def _declaration(node: etree._Element, scoring: Scoring) -> Declaration:
    name = node.get("responseIdentifier", "")
    if name not in scoring.responses:
        raise Unreadable(f"variable_unknown: {name}")
    return scoring.responses[name]


def _score(own: Declaration, scoring: Scoring, others: Mapping[str, Value | None]) -> Score:
    def score(given: Value | None) -> Fraction:
        return scoring.score({**others, own.name: given})

    return score


def _part(
    node: etree._Element,
    item: etree._Element,
    scoring: Scoring,
    body: Body,
    hint: str | None = None,
) -> Part:
    if node.tag == "extendedTextInteraction":
        return pictures.essay(node, item)
    if not scoring.scored:
        raise Unreadable("scoring_missing")
    own = _declaration(node, scoring)
    score = _score(own, scoring, {})
    said = hint_of(item) if hint is None else hint
    if node.tag in INLINE:
        return _alone(node, own, score, scoring)
    readers: dict[str, Callable[[], Part]] = {
        "choiceInteraction": partial(interactions.choice, node, own, score, body, said),
        "orderInteraction": partial(interactions.order, node, own, score, body, said),
        "matchInteraction": partial(interactions.match, node, own, score, body, said),
        "hotspotInteraction": partial(pictures.hotspot, node, own, score, body),
        "selectPointInteraction": partial(pictures.select_point, node, own, score, body),
    }
    return readers[node.tag]()


def _alone(node: etree._Element, own: Declaration, score: Score, scoring: Scoring) -> Part:
    """One typed answer below its question."""
    if node.tag != "textEntryInteraction":
        raise Unreadable(f"interaction_unsupported: {node.tag}")
    if own.base in NUMERIC:
        accepted = gaps.intervals(own, score, scoring)
        return Part({"type": "numeric", "body": {"accepted": accepted}}, _most(own, score))
    words, case = gaps.texts(own, score, scoring)
    native = {"type": "short_text", "body": {"accepted": words, **({"case": True} if case else {})}}
    return Part(native, _most(own, score))


def _most(own: Declaration, score: Score) -> Fraction:
    known = list(own.correct.members if own.correct else ()) + [e.key for e in own.entries]
    return max((score(value("single", own.base, [k])) for k in known), default=Fraction(1))


def _inline(
    item: etree._Element, root: etree._Element, nodes: list[etree._Element], scoring: Scoring,
    body: Body,
) -> Native:  # fmt: skip
    if not scoring.scored:
        raise Unreadable("scoring_missing")
    if len(nodes) == 1 and nodes[0].tag == "textEntryInteraction" and _stands_last(root, nodes[0]):
        part = _part(nodes[0], item, scoring, body)
        return part.native | {"stem": body.html(root)}
    owns = [_declaration(node, scoring) for node in nodes]
    best = {own.name: _best(own) for own in owns}
    every = scoring.score(best)
    alone = [scoring.score({own.name: best[own.name]}) for own in owns]
    lacking = [scoring.score({**best, own.name: None}) for own in owns]
    if (
        every > 0
        and sum(alone) == every
        and all(left == every - own for left, own in zip(lacking, alone, strict=True))
    ):
        mode, weights = "partial", _weights(alone)
        others: list[dict[str, Value | None]] = [{} for _ in owns]
    elif every > 0 and not any(lacking):
        mode, weights = "all", [1] * len(owns)
        others = [{k: v for k, v in best.items() if k != own.name} for own in owns]
    else:
        raise Unreadable("scoring_unsupported")
    found = []
    for node, own, weight, rest in zip(nodes, owns, weights, others, strict=True):
        gap = gaps.gap(node, own, _score(own, scoring, rest), scoring, body)
        found.append(
            {"id": _gap_id(own.name), **gap, **({"weight": weight} if weight != 1 else {})}
        )
        body.marks[node] = f"[[{_gap_id(own.name)}]]"
    return {"type": "cloze", "stem": body.html(root), "body": {"gaps": found, "mode": mode}}


def _stands_last(root: etree._Element, node: etree._Element) -> bool:
    """Whether nothing but white space and staff's blocks comes after an interaction."""
    while node is not root:
        if (node.tail or "").strip() or any(
            own.tag != "rubricBlock" for own in node.itersiblings()
        ):
            return False
        node = node.getparent()
    return True


def _gap_id(name: str) -> str:
    return "".join(sign for sign in name.removeprefix("R_") if sign.isalnum() or sign in "_.-")[:40]


def _weights(points: list[Fraction]) -> list[int]:
    found = whole(points)
    least = min(found)
    if least <= 0:
        raise Unreadable("scoring_unsupported")
    return [own // least for own in found] if all(own % least == 0 for own in found) else found


def _best(own: Declaration) -> Value | None:
    """The response of a gap that its declaration says is worth most."""
    candidates = list(own.correct.members) if own.correct else []
    worth = {entry.key: entry.value for entry in own.entries}
    candidates += [key for key, points in worth.items() if points == max(worth.values())]
    if not candidates:
        raise Unreadable("accepted_missing")
    return value(own.cardinality, own.base, candidates[:1])


def _composite(
    item: etree._Element, root: etree._Element, nodes: list[etree._Element], scoring: Scoring,
    body: Body,
) -> Native:  # fmt: skip
    if len(nodes) > MOST_PARTS or any(n.tag == "extendedTextInteraction" for n in nodes):
        raise Unreadable("interaction_unsupported: composite")
    hints = hint_of(item).partition(":")[2].split(",")
    parts = [
        _part(node, item, scoring, body, hints[n] if n < len(hints) else "")
        for n, node in enumerate(nodes)
    ]
    stems = _stems(root, nodes, body)
    weights = _weights([part.most for part in parts])
    rows = []
    for n, (node, part) in enumerate(zip(nodes, parts, strict=True)):
        own = part.native
        options = [
            {"id": o["key"], "html": o["text"], "points": o["score"]}
            for o in own.get("options", ())
        ]
        row: dict[str, Any] = {
            "id": _gap_id(node.get("responseIdentifier", "")),
            "family": BY_TYPE[own["type"]].name,
            "stem": stems[n + 1],
        }
        row |= {"options": options} if options else {}
        row |= {"body": own["body"]} if own.get("body") else {}
        rows.append(row | ({"weight": weights[n]} if weights[n] != 1 else {}))
    return {"type": "composite", "stem": stems[0], "body": {"parts": rows}}


def _stems(root: etree._Element, nodes: list[etree._Element], body: Body) -> list[str]:
    """The text before the parts and each part's own: its `div class="part"`, or its prompt."""
    frames = []
    for node in nodes:
        frame = node.getparent()
        own = frame is not None and frame.get("class") == "part"
        frames.append(frame if own else node)
    texts = []
    for node, frame in zip(nodes, frames, strict=True):
        prompt = body.html(node.find("prompt"))
        texts.append((body.html(frame) if frame is not node else "") + prompt)
    for frame in frames:
        body.marks[frame] = ""
    return [body.html(root), *texts]
