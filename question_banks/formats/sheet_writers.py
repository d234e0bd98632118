"""CSV and XLSX tables, written with Indonesian headers."""

import csv
import io
from typing import Final

from question_banks.formats.export import Entry, Supply, Unwritable, Written, sorted_out
from question_banks.formats.foreign import Found
from question_banks.formats.markup import plain
from question_banks.formats.sheet import LETTERS, rows_found
from question_banks.formats.workbook import headers, workbook

FAMILIES: Final = ("single_choice", "weighted_choice", "multiple_response")


def write_csv(entries: list[Entry], supply: Supply) -> Written:
    """Choices in plain words, separated by commas."""
    del supply
    kept, losses, left = sorted_out(entries, _back)
    out = io.StringIO()
    csv.writer(out).writerows([headers("id"), *map(_row, kept)])
    return Written(data=out.getvalue().encode(), items=len(kept), losses=losses, left=left)


def write_xlsx(entries: list[Entry], supply: Supply) -> Written:
    """The same rows as a workbook."""
    del supply
    kept, losses, left = sorted_out(entries, _back)
    data = workbook([headers("id"), *map(_row, kept)])
    return Written(data=data, items=len(kept), losses=losses, left=left)


def _back(entry: Entry) -> list[Found]:
    return list(rows_found([headers("id"), _row(entry)]))


def _row(entry: Entry) -> list[str]:
    content = entry.content
    if content.family not in FAMILIES:
        raise Unwritable(f"family: {content.family}")
    texts = {option.id: _words(option.html) for option in content.options}
    weighted = content.family == "weighted_choice"
    scores = {o.id: str(o.points) for o in content.options} if weighted else {}
    key = "" if weighted else ",".join(o.id for o in content.options if o.points > 0)
    return [
        entry.code, _words(content.stem), *(texts.get(own, "") for own in LETTERS),
        *(scores.get(own, "") for own in LETTERS), key, content.competency, str(content.level),
        content.indicator, content.cognitive, _words(content.rationale), content.source,
        content.group, content.language,
    ]  # fmt: skip


def _words(html: str) -> str:
    return "\n".join(plain(part) for part in html.split("<br>"))
