"""Words of the item workshop: states, flags, review checks, cognitive levels."""

from typing import Final

from question_banks.statistics.flags import Flag


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


FLAGS: Final = {
    Flag.FEW_DATA: _("data belum cukup"),
    Flag.TOO_HARD: _("terlalu sukar"),
    Flag.TOO_EASY: _("terlalu mudah"),
    Flag.NEGATIVE: _("daya pembeda negatif"),
    Flag.WEAK: _("daya pembeda rendah"),
    Flag.DEAD_DISTRACTOR: _("ada pengecoh yang tidak berfungsi"),
    Flag.KEY_RIVAL: _("pengecoh dipilih peserta yang mampu: periksa kunci"),
}
GRAVE: Final = {Flag.NEGATIVE, Flag.KEY_RIVAL}
