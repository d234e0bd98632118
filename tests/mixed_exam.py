"""A scheme with one item of every family, its bank, and a full answer to each as form fields."""

import json
from typing import Any, Final

import msgspec

from exam_engine.schemes.scheme import Row, Scheme, Section
from question_banks.content import Content
from question_banks.families import FAMILIES
from question_banks.families.interface import Rule
from tests.cast import small_scheme
from tests.items import every_family

RIGHT: Final = 6


def mixed_bank() -> bytes:
    """A native bank file; an item's id is its family, its competency too."""
    items = [_native(name, content) for name, content in every_family().items()]
    competencies = [
        {"code": code(name), "kind": "technical", "name_id": name, "name_en": name}
        for name in FAMILIES
    ]
    return json.dumps(
        {"format": "ujikom-bank/1", "meta": {"competencies": competencies}, "items": items}
    ).encode()


def mixed_scheme(*families: str) -> Scheme:
    """A section of one item for each family; 6 marks for right."""
    return msgspec.structs.replace(
        small_scheme(),
        code="RAGAM",
        sections=tuple(
            Section(
                code=name,
                name_id=name,
                name_en=name,
                family=name,
                rule=Rule(right=RIGHT, wrong=0, blank=0),
                cut_score=0,
                rows=(Row(competency=code(name), count=1),),
            )
            for name in families or sorted(FAMILIES)
        ),
    )


def code(family: str) -> str:
    """The competency that an item of the family is of."""
    return f"R.{family.upper()}"


def _native(name: str, content: Content) -> dict[str, Any]:
    return {
        "id": name,
        "type": FAMILIES[name].native_type,
        "markup": "html",
        "competency": code(name),
        "level": 2,
        "stem": content.stem,
        "options": [{"key": o.id, "text": o.html, "score": o.points} for o in content.options],
        "body": content.body,
    }
