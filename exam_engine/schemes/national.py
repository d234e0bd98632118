"""Preset schemes of published rules, to edit before publishing: counts, points, minima, time.

The competencies of their rows stand for the agency's own. A rule whose points are not published is
not here: the purchasing exam of 2011 (minimum 167) states no points for its two kinds of items.
"""

from typing import Final

from msgspec import UNSET, UnsetType

from exam_engine.schemes.pass_rule import Band, GroupRule, Kind, Least, PassRule
from exam_engine.schemes.scheme import Assembly, Row, Scheme, Section, ShowScore
from question_banks.families.interface import Rule

POINTS: Final = Rule(right=5, wrong=0, blank=0)
ONE: Final = Rule(right=1, wrong=0, blank=0)
WEIGHTED: Final = Rule(blank=0)
SINGLE, TKP = "single_choice", "weighted_choice"
Part = tuple[str, str, str, str, Rule, int, int]  # code, names, family, rule, cut score, items


def _section(part: Part, prefix: str) -> Section:
    code, name_id, name_en, family, rule, cut_score, count = part
    rows = (Row(competency=f"{prefix}.{code}", count=count),)
    return Section(
        code=code, name_id=name_id, name_en=name_en, family=family, rule=rule,
        cut_score=cut_score, rows=rows,
    )  # fmt: skip


def _scheme(
    code: str, names: tuple[str, str], basis: tuple[str, str], minutes: int, *parts: Part,
    rule: PassRule, total: int = 0, assembly: Assembly | UnsetType = UNSET,
) -> Scheme:  # fmt: skip
    legal_basis, effective_from = basis
    return Scheme(
        format="ujikom-scheme/1", code=code, version=1, name_id=names[0], name_en=names[1],
        level=1, legal_basis=legal_basis, effective_from=effective_from, minutes=minutes,
        validity_months=36, show_score=ShowScore.AFTER_SUBMIT, total_cut_score=total,
        sections=tuple(_section(part, code) for part in parts), pass_rule=rule,
        assembly=assembly,
    )  # fmt: skip


def _skd(cuts: tuple[int, int, int], counts: tuple[int, int, int]) -> tuple[Part, ...]:
    (twk, tiu, tkp), (n_twk, n_tiu, n_tkp) = cuts, counts
    return (
        ("TWK", "Tes Wawasan Kebangsaan", "National insight test", SINGLE, POINTS, twk, n_twk),
        ("TIU", "Tes Intelegensia Umum", "General intelligence test", SINGLE, POINTS, tiu, n_tiu),
        ("TKP", "Tes Karakteristik Pribadi", "Personal characteristics", TKP, WEIGHTED, tkp, n_tkp),
    )


def _group(name: str, total: int, tiu: int) -> GroupRule:
    return GroupRule(group=name, total=total, least=(Least(sections=("TIU",), score=tiu),))


def _pppk(cut: int, interview: int) -> tuple[Part, ...]:
    return (
        ("TEKNIS", "Kompetensi Teknis", "Technical competency", SINGLE, POINTS, cut, 90),
        ("MAN", "Kompetensi Manajerial", "Managerial competency", TKP, WEIGHTED, 0, 25),
        ("SOS", "Kompetensi Sosial Kultural", "Sociocultural competency", TKP, WEIGHTED, 0, 20),
        ("WAWANCARA", "Wawancara", "Interview", TKP, WEIGHTED, interview, 10),
    )


def _ham(code: str, name: str, count: int, cut: int) -> Scheme:
    return _scheme(
        f"HAM-{code}", (f"Radio Amatir {name}", f"Ham {name}"), ("47 CFR 97.503", "2024-01-01"),
        60, ("POOL", "Bank soal publik", "Public pool", SINGLE, ONE, cut, count), rule=PassRule(),
        assembly=Assembly(one_per_group=True),
    )  # fmt: skip


SKD_2023: Final = _scheme(
    "SKD-2023", ("SKD CPNS 2023", "SKD 2023"), ("Keputusan Menteri PANRB 651/2023", "2023-09-01"),
    100, *_skd((65, 80, 166), (30, 35, 45)),
    rule=PassRule(exceptions=(
        _group("cumlaude", 311, 85), _group("diaspora", 311, 85), _group("disabilitas", 286, 60),
        _group("papua", 286, 60), _group("daerah_terpencil", 286, 60),
    )),
)  # fmt: skip
SKD_2021_GROUPS: Final = PassRule(
    exceptions=(
        _group("dokter", 311, 80), _group("awak_kapal", 286, 70), _group("penyelamat", 286, 70),
        _group("pengamat_gunung_api", 286, 70),
    )
)  # fmt: skip
SKD_2018: Final = _scheme(
    "SKD-2018", ("SKD CPNS 2018", "SKD 2018"), ("Aturan SKD 2018/2019", "2018-10-01"), 90,
    *_skd((65, 80, 126), (35, 30, 35)),
    rule=PassRule(exceptions=(
        GroupRule(group="cumlaude", total=298), GroupRule(group="disabilitas", total=260),
        GroupRule(group="papua", total=260),
    )),
)  # fmt: skip
PPPK_2021: Final = _scheme(
    "PPPK-2021", ("PPPK JF 2021", "PPPK 2021"), ("Keputusan Menteri PANRB 1128/2021", "2021-08-01"),
    130, *_pppk(203, 24), rule=PassRule(least=(Least(sections=("MAN", "SOS"), score=130),)),
)  # fmt: skip
PPPK_2024: Final = _scheme(
    "PPPK-2024", ("PPPK 2024", "PPPK 2024"), ("Keputusan Menteri PANRB 347/2024", "2024-08-01"),
    130, *_pppk(0, 0), rule=PassRule(kind=Kind.RANKING),
)  # fmt: skip
HAM_TECHNICIAN: Final = _ham("T", "Technician", 35, 26)
HAM_GENERAL: Final = _ham("G", "General", 35, 26)
HAM_EXTRA: Final = _ham("E", "Extra", 50, 37)
JPM: Final = _scheme(
    "JPM", ("Uji Mansoskul", "Managerial and sociocultural test"),
    ("Aturan inpassing JFKK 2020", "2020-01-01"), 120,
    ("MAN", "Manajerial", "Managerial", TKP, WEIGHTED, 0, 40),
    ("SOS", "Sosial Kultural", "Sociocultural", TKP, WEIGHTED, 0, 10),
    rule=PassRule(kind=Kind.BANDS, bands=(
        Band(code="MS", least=80, name_id="Memenuhi Syarat", name_en="Qualified", passes=True),
        Band(code="MMS", least=68, name_id="Masih Memenuhi Syarat", name_en="Still qualified",
             passes=True),
        Band(code="KMS", least=0, name_id="Kurang Memenuhi Syarat", name_en="Not qualified",
             passes=False),
    )),
)  # fmt: skip
UNITS: Final = _scheme(
    "UNIT", ("Unit kompetensi K/BK", "Units of competency"),
    ("Peraturan BKN 7/2020", "2020-01-01"), 60,
    ("UNIT1", "Unit 1", "Unit 1", SINGLE, ONE, 10, 10),
    ("UNIT2", "Unit 2", "Unit 2", SINGLE, ONE, 10, 10), rule=PassRule(),
)  # fmt: skip
JUNIOR_EXPERT: Final = _scheme(
    "AHLI-MUDA", ("JF Ahli Muda", "Junior expert"),
    ("Peraturan contoh (DATA CONTOH)", "2026-01-01"), 180,
    ("CBT", "Tes komputer", "Computer test", SINGLE, POINTS, 0, 60),
    ("URAIAN", "Uraian", "Essay", "essay", ONE, 0, 3),
    ("WAWANCARA", "Wawancara", "Interview", "essay", ONE, 0, 5),
    rule=PassRule(weights={"CBT": 50, "URAIAN": 30, "WAWANCARA": 20}), total=70,
)  # fmt: skip
SCHEMES: Final = (
    SKD_2023, SKD_2018, PPPK_2021, PPPK_2024, HAM_TECHNICIAN, HAM_GENERAL, HAM_EXTRA, JPM, UNITS,
    JUNIOR_EXPERT,
)  # fmt: skip
