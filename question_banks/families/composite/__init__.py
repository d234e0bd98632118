"""Composite: parts of other families under one stem, graded together."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any, Final

import msgspec

from question_banks.authoring.texts import to_form, to_html
from question_banks.content import Content, Option
from question_banks.errors import FormInvalid
from question_banks.families import author
from question_banks.families.author import Authored, Values
from question_banks.families.interface import Family, Fields, Mark, Rule, Shown, translate, whole
from question_banks.families.response import cleaned, response_of, value_of
from question_banks.families.rubric import Criterion, Levels

MOST: Final = 12
EXACT: Final = Rule(right=1, wrong=0, blank=0)


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part: an item of another family without a place of its own in the bank."""

    id: str
    family: str
    stem: str
    options: tuple[Option, ...] = ()
    body: dict[str, Any] | None = None
    weight: int = 1


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts, in their order."""

    parts: tuple[Part, ...]


class Composite(Authored):
    """Parts one below the other; the response maps parts to their responses."""

    name = "composite"
    native_type = "composite"
    body_type = Body
    title = translate("soal gabungan")

    def check(self, content: Content) -> str | None:
        """A malformed body, or the first part's reason."""
        try:
            body = body_of(content)
        except msgspec.ValidationError:
            return "body_malformed"
        ids = [part.id for part in body.parts]
        if not 1 <= len(ids) <= MOST or len(set(ids)) != len(ids) or content.options:
            return "part_count"
        if any(part.family == self.name or family_of(part) is None for part in body.parts):
            return "family_unknown"
        if any(part.weight < 1 for part in body.parts):
            return "credit_range"
        checks = (_family(part).check(as_content(content, part)) for part in body.parts)
        return next((reason for reason in checks if reason), None)

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """Responses by part; raises ChoiceInvalid."""
        del order
        given = {}
        for n, part in enumerate(body_of(content).parts, start=1):
            own = as_content(content, part)
            response = _family(part).decode(own, fields.under(str(n)), _order(part))
            if response is not None:
                given[part.id] = response
        return response_of(given) if given else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """Each part with its template and what that shows."""
        del order
        given = _given(response)
        return {
            "parts": [
                {
                    "n": n,
                    "family": part.family,
                    "stem": part.stem,
                    "shown": _family(part).shown(
                        as_content(content, part), _order(part), given.get(part.id)
                    ),
                }
                for n, part in enumerate(body_of(content).parts, start=1)
            ]
        }

    def marks(self, content: Content, response: str | None, rule: Rule) -> Mark:
        """The weighted share of the parts; pending as long as any part is."""
        return self._marks(content, response, rule, ())

    def criteria(self, content: Content, response: str | None) -> tuple[Criterion, ...]:
        """The criteria of every part, one after the other."""
        given = _given(response)
        return tuple(
            criterion
            for part in body_of(content).parts
            for criterion in _family(part).criteria(as_content(content, part), given.get(part.id))
        )

    def rated(self, content: Content, response: str, rule: Rule, levels: Levels) -> Mark:
        """The weighted share of the parts, those for people by their levels."""
        return self._marks(content, response, rule, levels)

    def tolerance(self, content: Content) -> Fraction | None:
        """The smallest of the parts that ask for two raters."""
        parts = body_of(content).parts
        found = (_family(part).tolerance(as_content(content, part)) for part in parts)
        return min((own for own in found if own is not None), default=None)

    def _marks(self, content: Content, response: str | None, rule: Rule, levels: Levels) -> Mark:
        given = _given(response)
        if not given:
            return rule.blank
        parts = body_of(content).parts
        share = Fraction(0)
        for part in parts:
            own, answer = as_content(content, part), given.get(part.id)
            earned = _family(part).marks(own, answer, EXACT)
            if earned is None and answer is not None and levels:
                count = len(_family(part).criteria(own, answer))
                earned = _family(part).rated(own, answer, EXACT, levels[:count])
                levels = levels[count:]
            if earned is None:
                return None
            share += Fraction(earned) / _family(part).most(own, EXACT) * part.weight
        share /= sum(part.weight for part in parts)
        return whole(rule.wrong + (rule.right - rule.wrong) * share)

    def most(self, content: Content, rule: Rule) -> int:
        """The rule's marks for a right answer."""
        del content
        return rule.right

    def key(self, content: Content) -> tuple[str, ...]:
        """The parts' keys, numbered."""
        return tuple(
            f"{n}) {line}"
            for n, part in enumerate(body_of(content).parts, start=1)
            for line in _family(part).key(as_content(content, part))
        )

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """The parts' responses, numbered."""
        del order
        given = _given(response)
        parts = enumerate(body_of(content).parts, start=1)
        return " · ".join(
            f"{n}) {_family(p).told(as_content(content, p), _order(p), given[p.id])}"
            for n, p in parts
            if p.id in given
        )

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """The parts' categories."""
        given = _given(response)
        return tuple(
            f"{part.id}/{category}"
            for part in body_of(content).parts
            for category in _family(part).chosen(as_content(content, part), given.get(part.id))
        )

    def form(self, content: Content) -> Shown:
        """The parts, each with the form of its own family."""
        body = body_of(content) if content.body else Body(parts=())
        return self._form(
            {"id": part.id, "family": part.family, "stem": to_form(part.stem),
             "weight": str(part.weight),
             "form": author.padded(_family(part).form(as_content(content, part)))}
            for part in body.parts
        )  # fmt: skip

    def typed_form(self, content: Content, values: Values) -> Shown:
        """The parts as they were typed, and an empty one of the family that `add` names.

        Parts of a family that there is not are left out; `from_form` refuses them.
        """
        known = {part.id: part for part in _parts(content)}
        shown = []
        for sent in _sent(values):
            family = _known(author.one(sent, "family"))
            if family is None:
                continue
            own = _own(content, known.get(author.one(sent, "id")), family)
            form = author.padded(family.typed_form(own, sent))
            fields = {name: author.one(sent, name) for name in ("id", "stem", "weight")}
            shown.append({**fields, "family": family.name, "form": form})
        added = _known(author.one(values, "add"))
        if added is not None:
            form = author.padded(added.form(_own(content, None, added)))
            fields = {"id": "", "stem": "", "weight": "1"}
            shown.append({**fields, "family": added.name, "form": form})
        return self._form(shown)

    def from_form(self, content: Content, values: Values) -> Content:
        """Parts `part.1.family`, `.id`, `.stem`, `.weight` and the family's fields; those with
        `.drop` are left out. Raises FormInvalid.
        """
        known = {part.id: part for part in _parts(content)}
        parts: list[Part] = []
        for n, sent in enumerate(_sent(values), start=1):
            family, ident = _named(author.one(sent, "family")), author.one(sent, "id")
            try:
                made = family.from_form(_own(content, known.get(ident), family), sent)
            except FormInvalid as error:
                inner = {**error.data, "field": f"part.{n}.{error.data['field']}"}
                raise FormInvalid(**inner) from error
            taken = {*known, *(part.id for part in parts)}
            free = next(name for k in range(1, len(taken) + 2) if (name := f"p{k}") not in taken)
            weight = author.one(sent, "weight") or "1"
            parts.append(
                Part(
                    id=ident or free,
                    family=family.name,
                    stem=_stem(known.get(ident), sent),
                    options=made.options,
                    body=made.body,
                    weight=author.whole_number(weight, f"part.{n}.weight"),
                )
            )
        body = msgspec.to_builtins(Body(parts=tuple(parts)))
        return msgspec.structs.replace(content, v=2, options=(), body=body)

    def _form(self, parts: Iterable[Shown]) -> Shown:
        families = _registry().values()
        return {
            "part": tuple(parts),
            "families": [(f.name, f.title) for f in families if f.name != self.name],
            "titles": {f.name: f.title for f in families},
        }


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


def as_content(content: Content, part: Part) -> Content:
    """A part as an item of its own family."""
    return msgspec.structs.replace(
        content, family=part.family, stem=part.stem, options=part.options, body=part.body
    )


def family_of(part: Part) -> Family | None:
    """The part's family, None when there is none of that name."""
    return _registry().get(part.family)


def _registry() -> dict[str, Family]:
    # Asked for only when a part is looked at: the registry is complete by then.
    families: dict[str, Family] = import_module("question_banks.families").FAMILIES
    return families


def _family(part: Part) -> Family:
    found = family_of(part)
    if found is None:
        raise LookupError(part.family)
    return found


def _known(name: str) -> Family | None:
    """A family that a part may have."""
    return None if name == Composite.name else _registry().get(name)


def _named(name: str) -> Family:
    found = _known(name)
    if found is None:
        raise FormInvalid(field="add", reason="family_unknown")
    return found


def _parts(content: Content) -> tuple[Part, ...]:
    return body_of(content).parts if content.body else ()


def _sent(values: Values) -> list[dict[str, Sequence[str]]]:
    """The fields of each part that was sent and not dropped, in order."""
    found = (author.below(values, f"part.{n}.") for n in range(1, MOST + 1))
    return [
        sent for sent in found if author.one(sent, "family") and not author.ticked(sent, "drop")
    ]


def _own(content: Content, stored: Part | None, family: Family) -> Content:
    """A part as an item of its family: the stored one, or an empty one."""
    if stored is not None and stored.family == family.name:
        return as_content(content, stored)
    return as_content(content, Part(id="", family=family.name, stem=""))


def _stem(stored: Part | None, sent: Values) -> str:
    typed = author.one(sent, "stem")
    same = stored is not None and cleaned(to_form(stored.stem)) == typed
    return stored.stem if stored is not None and same else to_html(typed)


def _order(part: Part) -> tuple[str, ...]:
    return tuple(option.id for option in part.options)


def _given(response: str | None) -> dict[str, str]:
    return (value_of(response, dict[str, str]) or {}) if response else {}


FAMILY = Composite()
