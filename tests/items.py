"""One item of every family, DATA CONTOH, for tests of families, formats and the exam screen."""

from typing import Any, Final

from question_banks.content import Content, Option

PICTURE: Final = f"/media/{'ab' * 32}.png"


def option(id_: str, text: str, points: int = 0) -> Option:
    """An option."""
    return Option(id=id_, html=text, points=points)


def item(
    family: str,
    *options: Option,
    stem: str = "",
    body: dict[str, Any] | None = None,
    language: str = "id",
) -> Content:
    """An item of the competency T.RAGAM."""
    return Content(
        v=1 if body is None else 2,
        family=family,
        language=language,
        competency="T.RAGAM",
        level=2,
        cognitive="",
        indicator="",
        stem=stem or f"Butir contoh {family}",
        options=options,
        rationale="",
        source="",
        body=body,
    )


FRUIT: Final = (
    option("A", "apel", 1),
    option("B", "batu"),
    option("C", "ceri", 1),
    option("D", "debu"),
)


def multiple(mode: str, **more: Any) -> Content:
    """Two right options of four."""
    return item("multiple_response", *FRUIT, stem="Mana buah?", body={"mode": mode, **more})


def matching(mode: str = "partial") -> Content:
    """Three premises, four options."""
    premises = [("P1", "Bandung", "A"), ("P2", "Surabaya", "B"), ("P3", "Bogor", "A")]
    return item(
        "matching",
        option("A", "Jawa Barat"),
        option("B", "Jawa Timur"),
        option("C", "Bali"),
        option("D", "Banten"),
        stem="Pasangkan kota dengan provinsinya",
        body={
            "premises": [{"id": i, "html": h, "option": o} for i, h, o in premises],
            "mode": mode,
        },
    )


def ordering(mode: str = "positions") -> Content:
    """Four steps in order C, A, D, B."""
    steps = (
        option("A", "berkas diperiksa"),
        option("B", "kartu diserahkan"),
        option("C", "berkas diterima"),
        option("D", "kartu dicetak"),
    )
    order = ["C", "A", "D", "B"]
    return item("ordering", *steps, stem="Urutkan", body={"order": order, "mode": mode})


def short_text(case: bool = False) -> Content:  # noqa: FBT001, FBT002 - one flag
    """A word, a pattern, and half the credit for a near miss."""
    accepted = [
        {"text": "Kartu Keluarga"},
        {"text": "KK*", "pattern": True},
        {"text": "kartu", "credit": "1/2"},
    ]
    body: dict[str, Any] = {"accepted": accepted, **({"case": True} if case else {})}
    return item("short_text", stem="Apa kepanjangan KK?", body=body)


def numeric() -> Content:
    """9,8 within 0,05 in m/s² or cm/s², half for 10."""
    return item(
        "numeric",
        stem="Percepatan gravitasi",
        body={
            "accepted": [
                {"low": "9.75", "high": "9.85"},
                {"low": "10", "high": "10", "credit": "0.5"},
            ],
            "units": [{"name": "m/s²"}, {"name": "cm/s²", "factor": "0.01"}],
        },
    )


def cloze(mode: str = "partial") -> Content:
    """A chosen word, a typed word, a number; the typed word weighs twice."""
    return item(
        "cloze",
        stem="<p>Ibu kota Jawa Barat [[kota]] di pulau [[pulau]], merdeka tahun [[tahun]].</p>",
        body={
            "gaps": [
                {
                    "id": "kota",
                    "kind": "choice",
                    "accepted": [{"text": "Bandung"}, {"text": "Bogor", "credit": "0"}],
                },
                {"id": "pulau", "kind": "text", "accepted": [{"text": "Jawa"}], "weight": 2},
                {
                    "id": "tahun",
                    "kind": "number",
                    "accepted": [{"text": "1945"}],
                    "tolerance": "1",
                },
            ],
            "mode": mode,
        },
    )


def hotspot(mode: str = "regions", image: str = PICTURE, **more: Any) -> Content:
    """A right circle, a wrong square, a triangle worth nothing."""
    regions = [
        {"id": "R1", "shape": "circle", "coords": [50, 50, 20], "points": 2, "label": "bulat"},
        {"id": "R2", "shape": "rect", "coords": [100, 20, 140, 60], "points": -1},
        {"id": "R3", "shape": "poly", "coords": [150, 100, 190, 100, 150, 140], "points": 0},
    ]
    body = {
        "image": image, "width": 200, "height": 160, "alt": "Denah contoh", "mode": mode,
        "regions": regions, **more,
    }  # fmt: skip
    return item("hotspot", stem="Tunjukkan loket", body=body)


def essay() -> Content:
    """A rubric of two criteria."""
    levels = [{"text": "tidak ada", "points": 0}, {"text": "lengkap", "points": 4}]
    rubric = [{"text": "Isi", "levels": levels}, {"text": "Bahasa", "levels": levels}]
    return item(
        "essay", stem="Jelaskan alur layanan", body={"rubric": rubric, "longest": 500, "lines": 5}
    )


def composite() -> Content:
    """A choice that weighs 1, a true-or-false that weighs 3."""
    parts = [
        {
            "id": "a",
            "family": "single_choice",
            "stem": "Warna bendera?",
            "options": [
                {"id": "A", "html": "merah putih", "points": 1},
                {"id": "B", "html": "biru", "points": 0},
            ],
        },
        {
            "id": "b",
            "family": "true_false",
            "stem": "Air basah",
            "body": {"key": True},
            "weight": 3,
        },
    ]
    return item("composite", stem="Jawab kedua bagian", body={"parts": parts})


def every_family(image: str = PICTURE) -> dict[str, Content]:
    """One item of each family, by the family's name."""
    found = [
        item("single_choice", *FRUIT[1:], stem="Mana buah?"),
        item(
            "weighted_choice",
            option("A", "diam", 1),
            option("B", "tanya", 2),
            option("C", "bantu", 3),
        ),
        multiple("partial"),
        item("true_false", stem="Bumi bulat", body={"key": True}),
        matching(),
        ordering(),
        short_text(),
        numeric(),
        cloze(),
        hotspot(image=image),
        essay(),
        composite(),
    ]
    return {content.family: content for content in found}
