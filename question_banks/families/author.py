"""Both ends of an author's form: single fields, rows of fields that repeat, what was typed again.

A family's `form` gives a value for each field, and a list of rows under a name such as `option`,
whose fields are `option.id`, `option.text` and so on. A part of a composite has its own below
`part.1.`. Every row sends all its fields, so the n-th values of a row's fields belong together;
a ticked row sends its number.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any, Final

from question_banks.content import Content
from question_banks.errors import FormInvalid
from question_banks.families.response import cleaned

Values = Mapping[str, Sequence[str]]
SPARE: Final = 2
FEWEST_ROWS: Final = 5
WHOLE: Final = re.compile(r"[+-]?[0-9]{1,6}")
CHOSEN: Final = {"n", "id", "kind", "case", "shape", "option"}  # not typed: a row may be empty


def one(values: Values, name: str, default: str = "") -> str:
    """A field's first value, cleaned."""
    return cleaned((values.get(name) or (default,))[0])


def ticked(values: Values, name: str) -> bool:
    """Whether a box was ticked."""
    return one(values, name) not in {"", "false"}


def lines(values: Values, name: str) -> list[str]:
    """A field's lines that are not empty."""
    return [line.strip() for line in one(values, name).split("\n") if line.strip()]


def whole_number(text: str, field: str) -> int:
    """A whole number as typed in a field; raises FormInvalid naming the field."""
    if not WHOLE.fullmatch(text.strip()):
        raise FormInvalid(field=field, reason="number_malformed")
    return int(text)


def rows(values: Values, name: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of `name.column` fields, with `n`, the row's number as text, from 1."""
    sent = {column: values.get(f"{name}.{column}", ()) for column in columns}
    return [
        {"n": str(n + 1)}
        | {column: cleaned(own[n]) if n < len(own) else "" for column, own in sent.items()}
        for n in range(max(map(len, sent.values()), default=0))
    ]


def below(values: Values, prefix: str) -> dict[str, Sequence[str]]:
    """The fields below a prefix, without it."""
    return {
        name.removeprefix(prefix): found
        for name, found in values.items()
        if name.startswith(prefix)
    }


class Authored(ABC):
    """A family whose form shows what was typed as it shows what is stored."""

    @abstractmethod
    def form(self, content: Content) -> dict[str, Any]:
        """Values of the author's form."""

    def typed_form(self, content: Content, values: Values) -> dict[str, Any]:
        """Values of the author's form as they were typed, right or wrong."""
        return again(self.form(content), values)


def again(form: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """A form with what was typed in place of what is stored, so that nothing typed is lost."""
    return {name: _again(name, stored, values) for name, stored in form.items()}


def padded(form: Mapping[str, Any]) -> dict[str, Any]:
    """A form with empty rows to write in below those that are filled; new options have letters."""
    return {
        name: _padded(found) if isinstance(found, list) and name != "families" else found
        for name, found in form.items()
    }


def _padded(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    count = max(FEWEST_ROWS, len(found) + SPARE)
    taken = {row.get("id") for row in found}
    free = [letter for letter in ascii_uppercase if letter not in taken]
    return [*found, *({"letter": letter} for letter in free[: count - len(found)])]


def _again(name: str, stored: Any, values: Values) -> Any:
    if isinstance(stored, bool):
        return ticked(values, name)
    if not isinstance(stored, list):
        return one(values, name)
    columns = {c.removeprefix(f"{name}.") for c in values if c.startswith(f"{name}.")}
    keys = set(values.get("key", ()))
    found = rows(values, name, sorted(columns))
    return [row | {"key": row["n"] in keys} for row in found if _typed(row)]


def _typed(row: Mapping[str, str]) -> list[str]:
    """What a person typed in a row: not its number, nor what selects hold from the start."""
    return [text for column, text in row.items() if column not in CHOSEN and text]
