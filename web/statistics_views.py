"""What statistics pages and the report show: rows, tables and charts of kept figures."""

import math
from typing import Any

import msgspec
from markupsafe import Markup

from documents import charts
from kernel import ids
from question_banks.annotations.store import Annotation
from question_banks.content import Content
from question_banks.statistics.analysis import ItemAnalysis, item_from
from question_banks.statistics.figures import OptionFigures
from question_banks.statistics.flags import Flag, Thresholds, item_flags
from question_banks.statistics.rasch import Difficulty
from question_banks.statistics.reliability import BINS
from question_banks.statistics.store import BankAnalysis
from web import i18n
from web.bank_texts import FLAGS, GRAVE
from web.formats import Formats

ABILITIES = [n / 4 for n in range(-16, 17)]


class View(msgspec.Struct, frozen=True):
    """How figures are shown: the bank's thresholds, and the reader's language."""

    limits: Thresholds
    lang: str

    @property
    def fmt(self) -> Formats:
        return Formats(self.lang)

    def gettext(self, text: str) -> str:
        """A text in the reader's language."""
        return i18n.translations(self.lang).gettext(text)


def flag_rows(flags: tuple[Flag, ...], lang: str) -> list[dict[str, str]]:
    """Flags as badges."""
    texts = i18n.translations(lang)
    return [
        {"text": texts.gettext(FLAGS[flag]), "tone": "red" if flag in GRAVE else
         "" if flag is Flag.FEW_DATA else "amber"}
        for flag in flags
    ]  # fmt: skip


def bank_view(found: BankAnalysis, view: View) -> dict[str, Any]:
    """The figures of a bank's papers."""
    test = found.summary.test
    zone, limits = view.fmt, view.limits
    labels = [f"{n * 100 // BINS}–{(n + 1) * 100 // BINS}" for n in range(BINS)]
    return {
        "papers": test.papers,
        "items": test.items,
        "length": zone.figure(test.length, 1),
        "mean": zone.figure(test.mean),
        "sd": zone.figure(test.sd),
        "skewness": zone.figure(test.skewness),
        "kurtosis": zone.figure(test.kurtosis),
        "alpha": zone.figure(test.alpha, 3),
        "alpha_interval": zone.interval(test.alpha_interval, 3),
        "alpha_low": test.alpha is not None and test.alpha < limits.alpha / 1000,
        "standard_error": zone.figure(test.standard_error, 3),
        "ability_sd": zone.figure(found.summary.ability_sd),
        "data": found.data.hex(),
        "bins": list(zip(labels, test.histogram, strict=True)),
        "chart": Markup(_histogram(labels, test.histogram, view)),  # noqa: S704 - written by an XML writer
    }


def _histogram(labels: list[str], counts: tuple[int, ...], view: View) -> str:
    text = charts.Text(
        title=view.gettext("Sebaran nilai"),
        description=view.gettext(
            "Jumlah naskah menurut nilai dalam persen. Angkanya ada di tabel data."
        ),
        x=view.gettext("Nilai (%)"),
        y=view.gettext("Naskah"),
    )
    starts = [label.split("–")[0] for label in labels]
    return charts.bars("scores", text, list(zip(starts, map(float, counts), strict=True)))


def item_row(code: str, url: str, fact: Annotation, content: Content, view: View) -> dict[str, Any]:
    """An item's line in the bank's table."""
    own, fmt = item_from(fact.body), view.fmt
    figures = own.figures
    return {
        "code": code,
        "url": url,
        "n": figures.n,
        "p": fmt.figure(figures.p),
        "p_interval": fmt.interval(figures.p_interval),
        "correlation": fmt.figure(figures.correlation),
        "discrimination": fmt.figure(figures.discrimination),
        "difficulty": _logits(own.difficulty, fmt),
        "flags": flag_rows(item_flags(figures, content, view.limits), view.lang),
        "version": fact.version.hex()[:8],
    }


def item_view(fact: Annotation, content: Content, view: View, *, place: str = "") -> dict[str, Any]:
    """Everything known of one version; `place` tells its charts from others of the same page."""
    own, fmt = item_from(fact.body), view.fmt
    figures = own.figures
    best = max((option.points for option in content.options), default=0)
    keys = {option.id for option in content.options if option.points == best}
    return {
        "n": figures.n,
        "p": fmt.figure(figures.p, 3),
        "p_interval": fmt.interval(figures.p_interval, 3),
        "sd": fmt.figure(figures.sd, 3),
        "correlation": fmt.figure(figures.correlation, 3),
        "correlation_interval": fmt.interval(figures.correlation_interval, 3),
        "discrimination": fmt.figure(figures.discrimination, 3),
        "discrimination_interval": fmt.interval(figures.discrimination_interval, 3),
        "difficulty": _logits(own.difficulty, fmt),
        "data": fact.data.hex(),
        "at": fact.at,
        "flags": flag_rows(item_flags(figures, content, view.limits), view.lang),
        "options": [_option(option, keys, figures.n, fmt) for option in figures.options],
        "curve": [
            (fmt.figure(point.score), fmt.figure(point.share), fmt.figure(point.n, 1))
            for point in figures.curve
        ],
        "curve_chart": Markup(_curve(own, view, f"curve{place}")),  # noqa: S704 - written by an XML writer
        "distractor_chart": Markup(_distractors(own, keys, view, f"options{place}")),  # noqa: S704 - as above
    }


def _logits(difficulty: Difficulty | None, fmt: Formats) -> str:
    if difficulty is None:
        return "–"
    return f"{fmt.figure(difficulty.b)} ± {fmt.figure(difficulty.standard_error)}"


def _option(option: OptionFigures, keys: set[str], n: int, fmt: Formats) -> dict[str, Any]:
    return {
        "option": option.option,
        "key": option.option in keys,
        "count": option.count,
        "share": fmt.figure(option.share * 100, 1),
        "thirds": [fmt.figure(third, 1) for third in option.thirds],
        "rest_mean": fmt.figure(option.rest_mean),
        "correlation": fmt.figure(option.correlation),
        "of": n,
    }


def _curve(own: ItemAnalysis, view: View, name: str) -> str:
    """The item characteristic curve: of the model where there is one, and as observed."""
    text = charts.Text(
        title=view.gettext("Kurva karakteristik butir"),
        description=view.gettext(
            "Bagian nilai butir menurut kemampuan peserta. Angkanya ada di tabel data."
        ),
        x=view.gettext("Kemampuan (simpangan nilai sisa)"),
        y=view.gettext("Bagian nilai"),
    )  # fmt: skip
    if own.difficulty is not None:
        model = charts.Line("", model_curve(own.difficulty), strong=True)
        logits = msgspec.structs.replace(text, x=view.gettext("Kemampuan (logit, model Rasch)"))
        return charts.lines(name, logits, [model], x_range=(ABILITIES[0], ABILITIES[-1]))
    seen = tuple((point.score, point.share) for point in own.figures.curve)
    places = [x for x, _ in seen] or [-1.0, 1.0]
    drawn = [charts.Line("", seen, strong=True)]
    return charts.lines(name, text, drawn, x_range=(min(places), max(places)))


def _distractors(own: ItemAnalysis, keys: set[str], view: View, name: str) -> str:
    """How the share of each answer moves from the lower to the upper third."""
    text = charts.Text(
        title=view.gettext("Pilihan menurut kelompok nilai"),
        description=view.gettext(
            "Bagian pemilih setiap pilihan di sepertiga bawah, tengah, dan atas."
            " Angkanya ada di tabel data."
        ),
        x=view.gettext("Kelompok: 1 bawah, 2 tengah, 3 atas"),
        y=view.gettext("Bagian pemilih"),
    )  # fmt: skip
    totals = [sum(o.thirds[third] for o in own.figures.options) or 1.0 for third in range(3)]
    drawn = [
        charts.Line(
            option.option or "–",
            tuple((third + 1.0, option.thirds[third] / totals[third]) for third in range(3)),
            strong=option.option in keys,
        )
        for option in own.figures.options
    ]
    return charts.lines(name, text, drawn, x_range=(1.0, 3.0))


def model_curve(difficulty: Difficulty) -> tuple[tuple[float, float], ...]:
    """P(right) of the Rasch model over abilities from -4 to 4 logits."""
    return tuple((x, 1 / (1 + math.exp(difficulty.b - x))) for x in ABILITIES)


def address(bank: bytes, item: bytes) -> str:
    """An item's statistics page."""
    return f"/staf/bank/{ids.text(bank)}/butir/{ids.text(item)}/statistik"
