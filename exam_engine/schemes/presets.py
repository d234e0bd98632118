"""Preset schemes, to publish as they are or to edit first.

"Simulasi SKD" follows Kepmen PANRB 651/2023 (30, 35 and 45 items).
"""

from typing import Final

from exam_engine.schemes.scheme import Row, Scheme, Section, ShowScore
from question_banks.families.interface import Rule

POINTS: Final = Rule(right=5, wrong=0, blank=0)
WEIGHTED: Final = Rule(blank=0)

PUBLIC_SERVICE: Final = Scheme(
    format="ujikom-scheme/1",
    code="PPD",
    version=1,
    name_id="Pelayanan Publik Dasar",
    name_en="Basic Public Service",
    level=2,
    legal_basis="Peraturan contoh tentang sertifikasi pelayanan publik (DATA CONTOH)",
    effective_from="2026-01-01",
    minutes=60,
    validity_months=36,
    show_score=ShowScore.AFTER_SUBMIT,
    sections=(
        Section(
            code="ETIKA",
            name_id="Etika dan Pelayanan Prima",
            name_en="Ethics and service excellence",
            family="weighted_choice",
            rule=WEIGHTED,
            cut_score=70,
            rows=(Row(competency="T.ETIKA", count=20),),
        ),
        Section(
            code="LAYANAN",
            name_id="Pengaduan dan Administrasi Kependudukan",
            name_en="Complaints and population administration",
            family="single_choice",
            rule=POINTS,
            cut_score=75,
            rows=(
                Row(competency="T.PENGADUAN", count=13),
                Row(competency="T.ADMINDUK", count=12),
            ),
        ),
        Section(
            code="DIGITAL",
            name_id="Literasi Digital dan Keamanan Informasi",
            name_en="Digital literacy and information security",
            family="single_choice",
            rule=POINTS,
            cut_score=45,
            rows=(Row(competency="T.DIGITAL", count=15),),
        ),
    ),
)

SKD: Final = Scheme(
    format="ujikom-scheme/1",
    code="SKD",
    version=1,
    name_id="Simulasi SKD",
    name_en="SKD simulation",
    level=1,
    legal_basis="Keputusan Menteri PANRB 651/2023 (nilai ambang batas SKD)",
    effective_from="2023-09-01",
    minutes=100,
    validity_months=12,
    show_score=ShowScore.AFTER_SUBMIT,
    sections=(
        Section(
            code="TWK",
            name_id="Tes Wawasan Kebangsaan",
            name_en="National insight test",
            family="single_choice",
            rule=POINTS,
            cut_score=65,
            rows=(Row(competency="SKD.TWK", count=30),),
        ),
        Section(
            code="TIU",
            name_id="Tes Intelegensia Umum",
            name_en="General intelligence test",
            family="single_choice",
            rule=POINTS,
            cut_score=80,
            rows=(Row(competency="SKD.TIU", count=35),),
        ),
        Section(
            code="TKP",
            name_id="Tes Karakteristik Pribadi",
            name_en="Personal characteristics test",
            family="weighted_choice",
            rule=WEIGHTED,
            cut_score=166,
            rows=(Row(competency="SKD.TKP", count=45),),
        ),
    ),
)
