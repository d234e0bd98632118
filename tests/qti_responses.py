"""Responses to the sample items, each as we store it and as QTI holds it. Written by hand."""

from collections.abc import Callable
from itertools import permutations, product
from typing import Any

from question_banks.content import Content
from question_banks.families.response import response_of

Given = tuple[str, dict[str, Any]]


def ids_of(content: Content) -> list[str]:
    return [option.id for option in content.options]


def one(content: Content) -> list[Given]:
    """Each option."""
    return [(id_, {"RESPONSE": id_}) for id_ in ids_of(content)]


def several(content: Content) -> list[Given]:
    """Each set of options that may be ticked."""
    ids = ids_of(content)
    most = (content.body or {}).get("choices", 0) or len(ids)
    sets = [
        [i for i, ticked in zip(ids, ticks, strict=True) if ticked]
        for ticks in product((0, 1), repeat=len(ids))
    ]
    return [(response_of(own), {"RESPONSE": own}) for own in sets if 0 < len(own) <= most]


def pairs(content: Content) -> list[Given]:
    """Each way to give every premise one of the first two options."""
    premises = [premise["id"] for premise in (content.body or {})["premises"]]
    found = []
    for chosen in product(ids_of(content)[:2], repeat=len(premises)):
        both = list(zip(premises, chosen, strict=True))
        found.append((response_of(dict(both)), {"RESPONSE": [f"{p} {o}" for p, o in both]}))
    return found


def orders(content: Content) -> list[Given]:
    """Every third order of all options, and the right one."""
    right = tuple((content.body or {})["order"])
    chosen = [right, *list(permutations(ids_of(content)))[::3]]
    return [
        (response_of({id_: n for n, id_ in enumerate(order, start=1)}), {"RESPONSE": list(order)})
        for order in chosen
    ]


def gaps(content: Content) -> list[Given]:
    """Right and wrong words in each gap of the sample."""
    del content
    words = product((("Bandung", "C1"), ("Bogor", "C2")), ("jawa", "Bali"), ("1944", "1943"))
    return [
        (
            response_of({"kota": city, "pulau": island, "tahun": year}),
            {"R_kota": id_, "R_pulau": island, "R_tahun": year},
        )
        for (city, id_), island, year in words
    ]


def parts(content: Content) -> list[Given]:
    """Each pair of answers to the sample's two parts."""
    del content
    return [
        (response_of({"a": a, "b": response_of(b)}), {"R_a": a, "R_b": str(b).lower()})
        for a, b in product("AB", (True, False))
    ]


def numbers(content: Content) -> list[Given]:
    """Numbers within the sample's intervals, on their edges and outside."""
    del content
    return [
        (response_of({"number": text, "unit": ""}), {"RESPONSE": text})
        for text in ("9.8", "9.75", "9.74", "9.85", "10", "10.1", "-9.8")
    ]


ANSWERS: dict[str, Callable[[Content], list[Given]]] = {
    "single_choice": one,
    "weighted_choice": one,
    "multiple_response": several,
    "true_false": lambda _: [(response_of(v), {"RESPONSE": str(v).lower()}) for v in (True, False)],
    "matching": pairs,
    "ordering": orders,
    "short_text": lambda _: [
        (response_of(text), {"RESPONSE": text}) for text in ("Jawa", "JAWA", "jw", "Bali")
    ],
    "numeric": numbers,
    "cloze": gaps,
    "hotspot": lambda content: [
        (response_of([own["id"]]), {"RESPONSE": own["id"]})
        for own in (content.body or {})["regions"]
    ],
    "composite": parts,
    "essay": lambda _: [],
}
