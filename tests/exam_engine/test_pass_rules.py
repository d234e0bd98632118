"""Every preset's pass rule as a table of cases."""

from fractions import Fraction

import msgspec
import pytest

from exam_engine.errors import SchemeInvalid
from exam_engine.schemes import national, presets
from exam_engine.schemes import scheme as schemes
from exam_engine.schemes.pass_rule import Kind, PassRule, Reached, decide, faults, ranks
from exam_engine.schemes.scheme import Scheme
from kernel.canonical import sha256

SKD_MOST = {"TWK": 150, "TIU": 175, "TKP": 225}
OLD_SKD_MOST = {"TWK": 175, "TIU": 150, "TKP": 175}
PPPK_MOST = {"TEKNIS": 450, "MAN": 110, "SOS": 90, "WAWANCARA": 40}
Case = tuple[Scheme, dict[str, int], tuple[int, ...], str, bool | None, str]
CASES: dict[str, Case] = {
    "13 right in TWK are 65: enough": (
        national.SKD_2023, SKD_MOST, (13 * 5, 80, 166), "", True, "general"),
    "12 right in TWK are 60: too few": (
        national.SKD_2023, SKD_MOST, (12 * 5, 175, 225), "", False, "general"),
    "a high total, but TIU one short": (
        national.SKD_2023, SKD_MOST, (150, 75, 225), "", False, "general"),
    "TKP one point short": (national.SKD_2023, SKD_MOST, (150, 175, 165), "", False, "general"),
    "cum laude is saved by total and TIU": (
        national.SKD_2023, SKD_MOST, (60, 85, 166), "cumlaude", True, "cumlaude"),
    "cum laude with TIU 80 is not": (
        national.SKD_2023, SKD_MOST, (60, 80, 225), "cumlaude", False, "cumlaude"),
    "cum laude with total 310 is not": (
        national.SKD_2023, SKD_MOST, (60, 85, 165), "cumlaude", False, "cumlaude"),
    "disability is saved at 286 and 60": (
        national.SKD_2023, SKD_MOST, (60, 60, 166), "disabilitas", True, "disabilitas"),
    "the same scores without a group fail": (
        national.SKD_2023, SKD_MOST, (60, 60, 166), "", False, "general"),
    "an unknown group has no exception": (
        national.SKD_2023, SKD_MOST, (60, 60, 166), "lain", False, "general"),
    "who passes in general needs no exception": (
        national.SKD_2023, SKD_MOST, (65, 80, 166), "papua", True, "general"),
    "2018: TKP 126 is enough": (
        national.SKD_2018, OLD_SKD_MOST, (65, 80, 126), "", True, "general"),
    "2018: cum laude needs the total 298 alone": (
        national.SKD_2018, OLD_SKD_MOST, (60, 75, 163), "cumlaude", True, "cumlaude"),
    "2018: Papua at 259 fails": (
        national.SKD_2018, OLD_SKD_MOST, (60, 75, 124), "papua", False, "papua"),
    "PPPK 2021: all minima reached": (
        national.PPPK_2021, PPPK_MOST, (203, 70, 60, 24), "", True, "general"),
    "PPPK 2021: managerial and sociocultural one short together": (
        national.PPPK_2021, PPPK_MOST, (450, 70, 59, 40), "", False, "general"),
    "PPPK 2021: interview one short": (
        national.PPPK_2021, PPPK_MOST, (450, 110, 90, 23), "", False, "general"),
    "PPPK 2024: ranked, whatever the score": (
        national.PPPK_2024, PPPK_MOST, (0, 0, 0, 0), "", None, "general"),
    "Technician 26 of 35": (national.HAM_TECHNICIAN, {"POOL": 35}, (26,), "", True, "general"),
    "Technician 25 of 35": (national.HAM_TECHNICIAN, {"POOL": 35}, (25,), "", False, "general"),
    "General 26 of 35": (national.HAM_GENERAL, {"POOL": 35}, (26,), "", True, "general"),
    "General 25 of 35": (national.HAM_GENERAL, {"POOL": 35}, (25,), "", False, "general"),
    "Extra 37 of 50": (national.HAM_EXTRA, {"POOL": 50}, (37,), "", True, "general"),
    "Extra 36 of 50": (national.HAM_EXTRA, {"POOL": 50}, (36,), "", False, "general"),
    "every unit competent": (
        national.UNITS, {"UNIT1": 10, "UNIT2": 10}, (10, 10), "", True, "general"),
    "one unit not yet": (national.UNITS, {"UNIT1": 10, "UNIT2": 10}, (10, 9), "", False, "general"),
    "weighted total exactly 70": (
        national.JUNIOR_EXPERT, {"CBT": 300, "URAIAN": 30, "WAWANCARA": 50}, (210, 21, 35), "",
        True, "general"),
    "weighted total a hair below 70": (
        national.JUNIOR_EXPERT, {"CBT": 300, "URAIAN": 30, "WAWANCARA": 50}, (209, 21, 35), "",
        False, "general"),
}  # fmt: skip
BANDS = [(199, 250, "MMS", True), (200, 250, "MS", True), (170, 250, "MMS", True),
         (169, 250, "KMS", False), (0, 250, "KMS", False)]  # fmt: skip


def reached(scheme: Scheme, most: dict[str, int], scores: tuple[int, ...]) -> list[Reached]:
    return [
        Reached(section.code, score, most[section.code], section.cut_score)
        for section, score in zip(scheme.sections, scores, strict=True)
    ]


@pytest.mark.parametrize("name", CASES)
def test_preset_decides_as_its_rule_says(name: str) -> None:
    scheme, most, scores, group, passed, by = CASES[name]
    assert scheme.pass_rule

    found = decide(
        reached(scheme, most, scores),
        scheme.pass_rule,
        total_cut_score=scheme.total_cut_score,
        group=group,
    )

    assert (found.passed, found.by) == (passed, by)
    assert bool(found.short) == (passed is False)


@pytest.mark.parametrize(("score", "most", "band", "passed"), BANDS)
def test_bands_begin_at_their_per_cent(score: int, most: int, band: str, *, passed: bool) -> None:
    rule = national.JPM.pass_rule
    assert rule
    found = decide([Reached("MAN", score, most, 0)], rule)
    assert (found.band, found.passed) == (band, passed)


def test_groups_of_2021_have_their_own_totals_and_minima() -> None:
    scores = reached(national.SKD_2023, SKD_MOST, (60, 70, 160))
    for group, passed in (("awak_kapal", True), ("dokter", False), ("", False)):
        assert decide(scores, national.SKD_2021_GROUPS, group=group).passed is passed


def test_equal_totals_share_a_place() -> None:
    totals = [Fraction(300), Fraction(650, 2), Fraction(300), Fraction(1)]
    assert ranks(totals) == [2, 1, 2, 4]


@pytest.mark.parametrize("preset", national.SCHEMES, ids=lambda scheme: scheme.code)
def test_presets_survive_their_bytes_and_only_a_ranking_cannot_be_held(preset: Scheme) -> None:
    body = schemes.to_bytes(preset)
    if preset.pass_rule and preset.pass_rule.kind is Kind.RANKING:
        with pytest.raises(SchemeInvalid, match="ranking_only"):
            schemes.from_bytes(body)
        return
    assert schemes.from_bytes(body) == preset
    assert preset.legal_basis
    assert preset.effective_from[:4].isdigit()


def test_rules_that_do_not_fit_their_sections_are_named() -> None:
    assert faults(PassRule(weights={"A": 60, "B": 30}), ["A", "B"]) == ["weights"]
    assert faults(PassRule(weights={"A": 60, "C": 40}), ["A", "B"]) == ["section_unknown"]
    assert faults(PassRule(kind=Kind.BANDS), ["A"]) == ["bands"]
    assert faults(PassRule(), ["A"]) == []


FIRST_BYTES = {
    "SKD": "0e732ad4bdc54576bb923a965a0a2351b3f1210ff6e1e2613e135a60ccf73c5b",
    "PPD": "1354fe4e893a21770a571c38a021efd87ea87a52d1e12fe9f104b763be8ebfc2",
}


@pytest.mark.parametrize(
    "preset", [presets.SKD, presets.PUBLIC_SERVICE], ids=lambda scheme: scheme.code
)
def test_schemes_of_the_first_version_keep_their_bytes(preset: Scheme) -> None:
    assert sha256(schemes.to_bytes(preset)).hex() == FIRST_BYTES[preset.code]
    assert not {"assembly", "pass_rule"} & msgspec.to_builtins(preset).keys()
