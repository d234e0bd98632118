"""Families as QTI interactions: declarations, interaction, and the rules that add up the score.

In the names of QTI 2.2; `writer` turns them into those of 3.0.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import msgspec
from lxml import etree, html

from question_banks.content import Content
from question_banks.families.exact import ratio, written
from question_banks.formats.export import Unwritable
from question_banks.formats.qti.part import whole

WORDS: Final = {"id": {True: "Benar", False: "Salah"}, "en": {True: "True", False: "False"}}
Rules = Callable[[Fraction], list[Any]]


class Part(msgspec.Struct, frozen=True):
    """An interaction with its variables; `template` scores it alone, `rules` as one of several.

    `rules` takes a weight: full marks add that much to SCORE.
    """

    declarations: list[Any]
    interaction: Any
    rules: Rules
    template: str = ""
    hint: str = ""
    after: tuple[Any, ...] = ()


def make(tag: str, *children: Any, text: str = "", **attributes: str) -> Any:
    """An element."""
    node = etree.Element(tag, attributes)
    node.text = text or None
    node.extend(children)
    return node


def fill(node: Any, fragment: str) -> Any:
    """Put safe HTML into an element."""
    held = html.fragment_fromstring(fragment, create_parent="div")
    node.text = held.text
    for child in held:
        node.append(_plain(child))
    return node


def _plain(node: Any) -> Any:
    own = etree.Element(node.tag, dict(node.attrib))
    own.text, own.tail = node.text, node.tail
    own.extend(_plain(child) for child in node)
    return own


def number(given: Fraction) -> str:
    """A decimal; raises Unwritable for one without an end."""
    text = written(given)
    if "/" in text:
        raise Unwritable("number")
    return text


def real(given: Fraction) -> Any:
    """A constant."""
    return make("baseValue", baseType="float", text=number(given))


def declaration(name: str, cardinality: str, base: str, *, correct: list[str], **more: Any) -> Any:
    """A response variable with what is right, and `points` by key as its mapping."""
    node = make("responseDeclaration", identifier=name, cardinality=cardinality, baseType=base)
    if correct:
        values = (make("value", text=text) for text in correct)
        node.append(make("correctResponse", *values))
    points = more.get("points")
    if points is not None:
        mapping = make("mapping", defaultValue="0")
        for side in ("lowerBound", "upperBound"):
            if more.get(side) is not None:
                mapping.set(side, str(more[side]))
        for key, worth in points.items():
            entry = make("mapEntry", mapKey=key, mappedValue=str(worth))
            if more.get("case") is False:
                entry.set("caseSensitive", "false")
            mapping.append(entry)
        node.append(mapping)
    return node


def add(expression: Any) -> Any:
    """The rule that adds an expression to SCORE."""
    total = make("sum", make("variable", identifier="SCORE"), expression)
    return make("setOutcomeValue", total, identifier="SCORE")


def when(test: Any, *rules: Any) -> Any:
    """Rules under a condition."""
    return make("responseCondition", make("responseIf", test, *rules))


def mapped(name: str, most: Fraction) -> Rules:
    """Rules that add the mapped share of a weight."""

    def rules(weight: Fraction) -> list[Any]:
        points = make("mapResponse", identifier=name)
        if weight == most:
            return [add(points)]
        return [add(make("product", make("divide", points, real(most)), real(weight)))]

    return rules


def matched(name: str) -> Rules:
    """Rules that add the weight when the response is the right one."""
    test = ("match", ("variable", "correct"))

    def rules(weight: Fraction) -> list[Any]:
        sides = (make(tag, identifier=name) for tag in test[1])
        return [when(make(test[0], *sides), add(real(weight)))]

    return rules


def _choices(content: Content, name: str, most: int) -> Any:
    node = make("choiceInteraction", responseIdentifier=name, shuffle="false", maxChoices=str(most))
    for option in content.options:
        node.append(fill(make("simpleChoice", identifier=option.id), option.html))
    return node


def single(content: Content, name: str) -> Part:
    """One option is right."""
    key = next(option for option in content.options if option.points > 0)
    plain = key.points == 1 and all(option.points in {0, 1} for option in content.options)
    points = None if plain else {o.id: o.points for o in content.options}
    own = declaration(name, "single", "identifier", correct=[key.id], points=points)
    rules = matched(name) if plain else mapped(name, Fraction(key.points))
    template = "match_correct" if plain else "map_response"
    return Part([own], _choices(content, name, 1), rules, template, "single_choice")


def weighted(content: Content, name: str) -> Part:
    """Every option has its points."""
    points = {option.id: option.points for option in content.options}
    best = max(points, key=lambda id_: points[id_])
    own = declaration(name, "single", "identifier", correct=[best], points=points)
    rules = mapped(name, Fraction(points[best]))
    return Part([own], _choices(content, name, 1), rules, "map_response", "weighted_choice")


def multiple(content: Content, name: str) -> Part:
    """Several options, by the body's mode."""
    body = content.body or {}
    mode, most = body["mode"], body.get("choices", 0)
    right = [o.id for o in content.options if o.points > 0]
    points = {o.id: o.points for o in content.options}
    hint, interaction = f"multiple_response.{mode}", _choices(content, name, most)
    if mode == "all":
        plain = all(worth in {0, 1} for worth in points.values())
        own = declaration(name, "multiple", "identifier", correct=right,
                          points=None if plain else points)  # fmt: skip
        return Part([own], interaction, matched(name), "match_correct", hint)
    if mode == "points":
        if most == 1:
            own = declaration(name, "single", "identifier", correct=right[:1], points=points,
                              lowerBound=_floor(points))  # fmt: skip
        else:
            sides = {"lowerBound": body.get("lowest", _floor(points)),
                     "upperBound": body.get("highest")}  # fmt: skip
            own = declaration(name, "multiple", "identifier", correct=right, points=points, **sides)
        gains = sorted((p for p in points.values() if p > 0), reverse=True)
        best = sum(gains[:most] if most else gains)
        best = min(best, body.get("highest", best))
        return Part([own], interaction, mapped(name, Fraction(best)), "map_response", hint)
    signs = {id_: 1 if id_ in right else -1 for id_ in points}
    if mode == "penalties":
        own = declaration(name, "multiple", "identifier", correct=right, points=signs, lowerBound=0)
        rules = mapped(name, Fraction(len(right)))
        return Part([own], interaction, rules, "map_response", hint)
    own = declaration(name, "multiple", "identifier", correct=right, points=signs)
    return Part([own], interaction, _judged(name, len(points), len(right)), "", hint)


def _floor(points: dict[str, int]) -> int | None:
    """Our marks never fall below 0; QTI has to be told."""
    return 0 if any(worth < 0 for worth in points.values()) else None


def _judged(name: str, options: int, right: int) -> Rules:
    """Each option judged rightly: right ones chosen, and wrong ones left."""

    def rules(weight: Fraction) -> list[Any]:
        judged = make("sum", make("mapResponse", identifier=name), real(Fraction(options - right)))
        share = judged if weight == options else make("product", judged, real(weight / options))
        blank = make("isNull", make("variable", identifier=name))
        return [when(make("not", blank), add(share))]

    return rules


def truth(content: Content, name: str) -> Part:
    """True or false as a choice of two."""
    key = (content.body or {})["key"]
    words = WORDS.get(content.language, WORDS["en"])
    node = make("choiceInteraction", responseIdentifier=name, shuffle="false", maxChoices="1")
    for is_ in (True, False):
        node.append(make("simpleChoice", identifier=str(is_).lower(), text=words[is_]))
    own = declaration(name, "single", "identifier", correct=[str(key).lower()])
    return Part([own], node, matched(name), "match_correct", "true_false")


def matching(content: Content, name: str) -> Part:
    """Premises with one option each."""
    body = content.body or {}
    pairs = [f"{own['id']} {own['option']}" for own in body["premises"]]
    first, second = make("simpleMatchSet"), make("simpleMatchSet")
    for own in body["premises"]:
        cell = make("simpleAssociableChoice", identifier=own["id"], matchMax="1")
        first.append(fill(cell, own["html"]))
    for option in content.options:
        cell = make("simpleAssociableChoice", identifier=option.id, matchMax="0")
        second.append(fill(cell, option.html))
    node = make("matchInteraction", first, second, responseIdentifier=name, shuffle="false",
                maxAssociations=str(len(pairs)))  # fmt: skip
    each = dict.fromkeys(pairs, 1) if body["mode"] == "partial" else None
    own = declaration(name, "multiple", "directedPair", correct=pairs, points=each)
    rules = mapped(name, Fraction(len(pairs))) if each else matched(name)
    template = "map_response" if each else "match_correct"
    return Part([own], node, rules, template, f"matching.{body['mode']}")


def ordering(content: Content, name: str) -> Part:
    """Options in their order; a share for each in its place, or all or nothing."""
    body = content.body or {}
    node = make("orderInteraction", responseIdentifier=name, shuffle="true")
    for option in content.options:
        node.append(fill(make("simpleChoice", identifier=option.id), option.html))
    own = declaration(name, "ordered", "identifier", correct=body["order"])
    hint = f"ordering.{body['mode']}"
    if body["mode"] == "all":
        return Part([own], node, matched(name), "match_correct", hint)
    if body["mode"] != "positions":
        raise Unwritable(f"mode: {body['mode']}")

    def rules(weight: Fraction) -> list[Any]:
        found = []
        for n, id_ in enumerate(body["order"], start=1):
            place = make("index", make("variable", identifier=name), n=str(n))
            test = make("match", place, make("baseValue", baseType="identifier", text=id_))
            found.append(when(test, add(real(weight / len(body["order"])))))
        return found

    return Part([own], node, rules, "", hint)


def short_text(content: Content, name: str) -> Part:
    """A typed text with its accepted variants."""
    body = content.body or {}
    own, most = accepted_texts(name, body["accepted"], case=body.get("case", False))
    node = make("textEntryInteraction", responseIdentifier=name)
    return Part([own], make("p", node), mapped(name, most), "map_response", "short_text")


def accepted_texts(
    name: str, accepted: list[dict[str, Any]], *, case: bool
) -> tuple[Any, Fraction]:
    """A variable that maps texts to points, and the most of them; raises Unwritable."""
    if any(own.get("pattern") for own in accepted):
        raise Unwritable("pattern")
    credits_ = whole([ratio(own.get("credit", "1")) for own in accepted])
    points = dict(zip((own["text"] for own in accepted), credits_, strict=True))
    best = max(points, key=lambda text: points[text])
    own = declaration(name, "single", "string", correct=[best], points=points, case=case)
    return own, Fraction(points[best])


def numeric(content: Content, name: str) -> Part:
    """A typed number within intervals."""
    body = content.body or {}
    if body.get("units"):
        raise Unwritable("units")
    spans = [
        (ratio(a["low"]), ratio(a["high"]), ratio(a.get("credit", "1"))) for a in body["accepted"]
    ]
    best = max(spans, key=lambda span: span[2])
    middle = [number((best[0] + best[1]) / 2)]
    own = declaration(name, "single", "float", correct=middle)
    node = make("textEntryInteraction", responseIdentifier=name)
    return Part([own], make("p", node), _within(name, spans), "", "numeric")


def _within(name: str, spans: list[tuple[Fraction, Fraction, Fraction]]) -> Rules:
    """Rules that add the credit of the first interval, the best first."""
    ranked = sorted(spans, key=lambda span: -span[2])

    def rules(weight: Fraction) -> list[Any]:
        node = make("responseCondition")
        for n, (low, high, credit) in enumerate(ranked):
            least = make("gte", make("variable", identifier=name), real(low))
            most = make("lte", make("variable", identifier=name), real(high))
            branch = "responseElseIf" if n else "responseIf"
            node.append(make(branch, make("and", least, most), add(real(weight * credit))))
        return [node]

    return rules


def gap(own: dict[str, Any], name: str) -> tuple[Any, Any, Rules, Fraction]:
    """A gap of a cloze: variable, interaction, rules, and the most its mapping gives."""
    if own["kind"] == "choice":
        words = {f"C{n}": a for n, a in enumerate(own["accepted"], start=1)}
        worth = whole([ratio(a.get("credit", "1")) for a in words.values()])
        points = dict(zip(words, worth, strict=True))
        best = max(points, key=lambda id_: points[id_])
        node = make("inlineChoiceInteraction", responseIdentifier=name, shuffle="false")
        node.extend(make("inlineChoice", identifier=i, text=a["text"]) for i, a in words.items())
        held = declaration(name, "single", "identifier", correct=[best], points=points)
        return held, node, mapped(name, Fraction(points[best])), Fraction(points[best])
    node = make("textEntryInteraction", responseIdentifier=name)
    if own["kind"] == "text":
        held, most = accepted_texts(name, own["accepted"], case=own.get("case", False))
        return held, node, mapped(name, most), most
    slack = ratio(own.get("tolerance", "0"))
    spans = [(ratio(a["text"]) - slack, ratio(a["text"]) + slack, ratio(a.get("credit", "1")))
             for a in own["accepted"]]  # fmt: skip
    held = declaration(name, "single", "float", correct=[number((spans[0][0] + spans[0][1]) / 2)])
    return held, node, _within(name, spans), Fraction(0)


def regions(content: Content, name: str, href: Callable[[str], str]) -> Part:
    """Regions of a picture to choose from, or a point to be put on it."""
    body = content.body or {}
    picture = make("object", type="image/png" if body["image"].endswith("png") else "image/jpeg",
                   data=href(body["image"]), width=str(body["width"]),
                   height=str(body["height"]), text=body["alt"])  # fmt: skip
    if body["mode"] == "point":
        own = make("responseDeclaration", identifier=name, cardinality="single", baseType="point")
        areas = make("areaMapping", defaultValue="0")
        for region in body["regions"]:
            areas.append(make("areaMapEntry", mappedValue=str(region["points"]), **_shape(region)))
        own.append(areas)
        node = make("selectPointInteraction", picture, responseIdentifier=name, maxChoices="1")
        return Part([own], node, lambda _weight: [], "map_response_point", "hotspot.point")
    most = body.get("choices", 1)
    points = {region["id"]: region["points"] for region in body["regions"]}
    right = [id_ for id_, worth in points.items() if worth > 0]
    kind = "single" if most == 1 else "multiple"
    correct = right[:1] if most == 1 else right
    own = declaration(name, kind, "identifier", correct=correct, points=points,
                      lowerBound=_floor(points))  # fmt: skip
    node = make("hotspotInteraction", picture, responseIdentifier=name, maxChoices=str(most))
    for region in body["regions"]:
        spot = make("hotspotChoice", identifier=region["id"], **_shape(region))
        if region.get("label"):
            spot.set("hotspotLabel", region["label"])
        node.append(spot)
    return Part([own], node, lambda _weight: [], "map_response", "hotspot.regions")


def _shape(region: dict[str, Any]) -> dict[str, str]:
    return {"shape": region["shape"], "coords": ",".join(map(str, region["coords"]))}


def essay(content: Content, name: str) -> Part:
    """A written answer with its rubric for scorers."""
    body = content.body or {}
    own = make("responseDeclaration", identifier=name, cardinality="single", baseType="string")
    node = make("extendedTextInteraction", responseIdentifier=name)
    for key, attribute in (("longest", "expectedLength"), ("lines", "expectedLines")):
        if key in body:
            node.set(attribute, str(body[key]))
    rubric = []
    for criterion in body["rubric"]:
        levels = make("ul")
        for level in criterion["levels"]:
            row = make("li", text=level["text"])
            row.set("data-points", str(level["points"]))
            levels.append(row)
        frame = make("div", make("p", text=criterion["text"]), levels)
        frame.set("class", "criterion")
        rubric.append(frame)
    return Part([own], node, lambda _weight: [], "", "essay", tuple(rubric))


SIMPLE: Final[dict[str, Callable[[Content, str], Part]]] = {
    "single_choice": single, "weighted_choice": weighted, "multiple_response": multiple,
    "true_false": truth, "matching": matching, "ordering": ordering, "short_text": short_text,
    "numeric": numeric,
}  # fmt: skip
