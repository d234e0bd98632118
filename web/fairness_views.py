"""What the fairness page shows: tables and charts of a session's papers."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from documents import charts
from exam_engine.assembly.fairness import Fairness, RowFairness
from exam_engine.schemes.scheme import Scheme
from web import i18n
from web.formats import Formats

ODD: Final = 0.001  # a fair draw is this uneven in one row of a thousand
BINS: Final = 12


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


EXPOSURE: Final = (
    _("Paparan butir"),
    _("Jumlah butir menurut banyaknya naskah yang memuatnya. Angkanya ada di tabel data."),
    _("Naskah yang memuat butir"),
    _("Butir"),
)
HARDNESS: Final = (
    _("Kesukaran naskah"),
    _("Jumlah naskah menurut harapan jawaban benar. Angkanya ada di tabel data."),
    _("Harapan jawaban benar (%)"),
    _("Naskah"),
)
SHARED: Final = (
    _("Butir sama pada peserta bersebelahan"),
    _("Jumlah pasangan menurut butir yang sama pada kedua naskah. Angkanya ada di tabel data."),
    _("Butir yang sama"),
    _("Pasangan"),
)


def fairness_view(found: Fairness, scheme: Scheme, lang: str) -> dict[str, Any]:
    """The page's context."""
    fmt = Formats(lang)
    hardness, overlap = found.hardness, found.overlap
    pairs = len(overlap.shared)
    sections = {s.code: s.name_en if lang == "en" else s.name_id for s in scheme.sections}
    return {
        "papers": found.papers,
        "length": found.length,
        "steered": found.steered,
        "odd": any(row.chance is not None and row.chance < ODD for row in found.rows),
        "told": any(row.chance is not None for row in found.rows),
        "rows": [_row(row, sections, fmt) for row in found.rows],
        "exposure": _chart("exposure", EXPOSURE, _grouped(found.exposure), lang),
        "hardness": hardness
        and {
            "mean": fmt.figure(100 * hardness.mean, 1),
            "low": fmt.figure(100 * min(hardness.papers), 1),
            "high": fmt.figure(100 * max(hardness.papers), 1),
            "deviation": fmt.figure(100 * hardness.deviation, 1),
            **_chart("hardness", HARDNESS, _shares(hardness.papers), lang),
        },
        "overlap": pairs
        and {
            "pairs": pairs,
            "mean": fmt.figure(sum(overlap.shared) / pairs, 1),
            "most": max(overlap.shared),
            "expected": fmt.figure(overlap.expected, 1),
            "same_place": max(overlap.same_place),
            **_chart("overlap", SHARED, _grouped(sorted(Counter(overlap.shared).items())), lang),
        },
    }


def _row(row: RowFairness, sections: dict[str, str], fmt: Formats) -> dict[str, Any]:
    return {
        "section": sections.get(row.section, row.section),
        "cell": " · ".join(part for part in row.cell.split("/") if part != "semua"),
        "needed": row.needed,
        "available": row.available,
        "expected": fmt.figure(row.expected, 1),
        "least": row.least,
        "most": row.most,
        "chance": fmt.figure(row.chance, 3),
        "odd": row.chance is not None and row.chance < ODD,
    }


def _grouped(counts: Sequence[tuple[int, int]]) -> list[tuple[str, int]]:
    """Counts by value, in at most BINS groups of equal width, gaps included."""
    if not counts:
        return []
    low, high = counts[0][0], counts[-1][0]
    width = -(-(high - low + 1) // BINS)
    held: Counter[int] = Counter()
    for value, count in counts:
        held[(value - low) // width] += count
    starts = [low + n * width for n in range((high - low) // width + 1)]
    names = [str(a) if width == 1 else f"{a}–{a + width - 1}" for a in starts]
    return [(name, held[n]) for n, name in enumerate(names)]


def _shares(papers: Sequence[float]) -> list[tuple[str, int]]:
    """Papers by whole per cent."""
    return _grouped(sorted(Counter(round(100 * share) for share in papers).items()))


def _chart(
    ident: str, words: tuple[str, str, str, str], bins: list[tuple[str, int]], lang: str
) -> dict[str, Any]:
    texts = i18n.translations(lang)
    title, description, x, y = map(texts.gettext, words)
    text = charts.Text(title=title, description=description, x=x, y=y)
    drawn = charts.bars(ident, text, [(name, float(count)) for name, count in bins])
    return {
        "title": title,
        "x": x,
        "y": y,
        "bins": bins,
        "chart": Markup(drawn),  # noqa: S704 - written by an XML writer
    }
