"""What a browser sends of an author's form."""

from collections.abc import Mapping
from typing import Any

Sent = dict[str, list[str]]


def sent(form: Mapping[str, Any], prefix: str = "") -> Sent:
    """What a browser sends of a form, its empty rows included."""
    found: Sent = {}
    for name, value in form.items():
        if name == "part":
            for n, part in enumerate(value, start=1):
                found |= sent(part, f"{prefix}part.{n}.") | sent(part["form"], f"{prefix}part.{n}.")
        elif isinstance(value, list) and name != "families":
            found |= sent_rows(value, name, prefix)
        elif isinstance(value, str):
            found[prefix + name] = [value]
        elif value is True:
            found[prefix + name] = ["on"]
    return found


def sent_rows(rows: list[dict[str, Any]], name: str, prefix: str) -> Sent:
    columns = {column for row in rows for column in row} - {"key", "letter", "n"}
    keys = [str(n) for n, row in enumerate(rows, start=1) if row.get("key")]
    found = {
        f"{prefix}{name}.{column}": [row.get(column, "") for row in rows] for column in columns
    }
    return found | ({f"{prefix}key": keys} if keys else {})
