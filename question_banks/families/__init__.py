"""Item families: how an item is checked, answered and marked. Adding one touches one folder."""

from importlib import import_module
from pkgutil import iter_modules

import msgspec

from question_banks.content import Content
from question_banks.families.interface import Family

FAMILIES: dict[str, Family] = {
    family.name: family
    for folder in sorted(iter_modules(__path__), key=lambda module: module.name)
    if folder.ispkg
    for family in (import_module(f"{__name__}.{folder.name}").FAMILY,)
}


def normalised(content: Content) -> Content:
    """The content with its body in the one form that its digest is made from.

    Fields at their default are left out, so the same item gets the same digest whatever file or
    form it came from. Raises msgspec.ValidationError for a body that is none of the family's.
    """
    kind = FAMILIES[content.family].body_type
    if kind is None:
        return msgspec.structs.replace(content, v=1, body=None)
    body = msgspec.to_builtins(msgspec.convert(content.body, kind))
    return msgspec.structs.replace(
        content, v=2, body=msgspec.json.decode(msgspec.json.encode(body))
    )


__all__ = ["FAMILIES", "Family", "normalised"]
