"""What an import says of an item: why it was refused, what it lost, what was passed over."""

from typing import Final


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


FORMATS: Final = {
    "xlsx": _("Tabel XLSX"),
    "csv": _("Tabel CSV"),
    "qti": _("QTI 1.2, 2.1, 2.2, 3.0: butir atau paket ZIP"),
    "moodle": _("Moodle XML"),
    "gift": _("GIFT"),
    "aiken": _("Aiken"),
    "native": _("Ujikom JSON (ujikom-bank/1)"),
    "skd": _("Ujikom JSON dengan mata uji TWK, TIU, TKP"),
}
REASONS: Final = {
    "duplicate_id": _("nomor butir ganda di dalam berkas"),
    "duplicate_content": _("isi butir sama dengan butir lain di dalam berkas"),
    "family_unknown": _("jenis butir belum didukung"),
    "competency_missing": _("kompetensi tidak ada dan tidak dipetakan"),
    "level_missing": _("level kompetensi tidak ada dan tidak dipetakan"),
    "empty_stem": _("pokok soal kosong"),
    "image_missing": _("butir memerlukan gambar yang tidak ada"),
    "markup_unknown": _("markah teks tidak dikenal"),
    "option_count": _("jumlah pilihan di luar 2 sampai 8"),
    "duplicate_option_id": _("huruf pilihan ganda"),
    "empty_option": _("ada pilihan yang kosong"),
    "duplicate_option_text": _("dua pilihan berisi teks yang sama"),
    "key_count": _("kunci jawaban tidak ada atau tidak cocok dengan pilihan"),
    "points_missing": _("ada pilihan tanpa bobot"),
    "answer_differs_from_scores": _("kunci tidak sesuai dengan nilai pilihan"),
}
FOREIGN: Final = {
    "answer_missing": _("jawaban tidak ada"),
    "accepted_missing": _("tidak ada jawaban yang diterima"),
    "number_malformed": _("angka tidak terbaca"),
    "credit_malformed": _("nilai sebagian tidak terbaca"),
    "rubric_missing": _("soal uraian tanpa rubrik penilaian"),
    "interaction_unsupported": _("jenis interaksi belum didukung"),
    "expression_unsupported": _("aturan penilaian belum didukung"),
    "scoring_unsupported": _("cara penilaiannya tidak dapat dibawa dengan tepat"),
    "scoring_missing": _("butir tidak menyebut cara penilaian"),
    "nothing_scores": _("tidak ada jawaban yang mendapat nilai"),
    "media_unsupported": _("jenis media belum didukung"),
    "media_invalid": _("gambar atau suara tidak dapat dibaca"),
    "gap_markup": _("pilihan di dalam kalimat berisi rumus atau gambar"),
    "gap_marks": _("tanda isian tidak cocok dengan isiannya"),
    "file_missing": _("berkas yang disebut paket tidak ada"),
    "stimulus_missing": _("bacaan bersama yang disebut butir tidak ada"),
    "format_unknown": _("isi berkas bukan bentuk yang dipilih"),
    "malformed": _("susunan butir tidak benar"),
    "body_malformed": _("susunan butir tidak benar"),
    "xml": _("XML rusak"),
    "feedback": _("umpan balik tidak dibawa"),
    "markdown_as_text": _("Markdown dibaca sebagai teks biasa"),
    "tex_as_text": _("rumus TeX dibaca sebagai teks biasa"),
    "enemy_unknown": _("butir yang tidak boleh bersama tidak ada di bank ini"),
    "enemies": _("terlalu banyak butir yang tidak boleh bersama"),
    "tags": _("tanda terlalu banyak atau terlalu panjang"),
    "below_zero": _("nilai di bawah nol dihitung nol"),
    "test_ignored": _("susunan tes dilewati; butirnya dibaca"),
}
