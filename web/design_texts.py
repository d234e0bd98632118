"""How pages speak of designs: layouts, fields in pairs of languages, what a check found."""

from typing import Any, Final

from certificates.designs.conformance import Report
from certificates.designs.design import Design, Layout
from certificates.designs.design import texts as texts_of
from web import i18n


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


LAYOUTS: Final = {
    Layout.CLASSIC: _("Klasik: bingkai guilloche, teks di tengah"),
    Layout.MODERN: _("Lugas: pita di tepi kiri, teks rata kiri"),
}
PAIRS: Final = (
    ("title", _("Judul"), ""),
    ("given", _("Sebelum nama"), ""),
    ("found", _("Pernyataan"), _("Kata di antara dua bintang dicetak tebal.")),
    ("motto", _("Semboyan di bawah nama instansi"), _("Boleh kosong.")),
    (
        "behalf",
        _("Di atas jabatan penanda tangan"),
        _("Misalnya “a.n. Wali Kota Contoh”. Boleh kosong."),
    ),
)
TRIALS: Final = {
    "usual": _("Sertifikat biasa"),
    "full": _("Sertifikat dengan teks terpanjang dan 36 kompetensi"),
    "real": _("Sertifikat resmi (bukan contoh)"),
}
KINDS: Final = {
    "glyphs": _("Huruf ini tidak ada di fon kami"),
    "outside": _("Teks keluar dari bidang cetak"),
    "overlap": _("Dua bagian bertumpuk"),
    "title_breaks": _("Judul tidak muat dalam satu baris"),
    "pages": _("Jumlah halaman bukan dua"),
    "pdfa_mark": _("Tanda PDF/A-3a tidak ada"),
    "pdfua_mark": _("Tanda PDF/UA-1 tidak ada"),
    "language": _("Bahasa dokumen tidak tercantum"),
    "title": _("Judul tidak tampil di bilah jendela"),
    "output_intent": _("Profil warna tidak tepat satu"),
    "tags": _("Susunan tag tidak dimulai dengan judul"),
    "pictures": _("Jumlah gambar dalam susunan tag tidak cocok"),
    "picture_text": _("Gambar tanpa teks pengganti"),
    "picture_smoothed": _("Gambar dihaluskan pembaca; PDF/A melarangnya"),
    "picture_colours": _("Gambar berwarna cetak (CMYK)"),
    "fonts": _("Fon bukan milik kami atau tidak tertanam"),
    "attachments": _("Lampiran kredensial dan bukti tidak lengkap"),
}


def layouts(lang: str) -> list[tuple[str, str]]:
    """Value and words of each layout."""
    texts = i18n.translations(lang)
    return [(str(layout), texts.gettext(words)) for layout, words in LAYOUTS.items()]


def pairs(lang: str) -> list[tuple[str, str, str]]:
    """Field without its language, label and hint."""
    texts = i18n.translations(lang)
    return [(n, texts.gettext(label), texts.gettext(h) if h else "") for n, label, h in PAIRS]


def words(design: Design, lang: str) -> list[tuple[str, str]]:
    """Label and texts in both languages, of the fields that are not empty."""
    found = dict(texts_of(design))
    return [
        (label, f"{found[f'{name}_id']} / {found[f'{name}_en']}")
        for name, label, _hint in pairs(lang)
        if found[f"{name}_id"]
    ]


def checks(report: Report, lang: str) -> list[dict[str, Any]]:
    """One line for each trial certificate, with what is wrong on it."""
    texts = i18n.translations(lang)
    found = []
    for trial in report.checked:
        faults = [each for each in report.faults if each.trial == trial]
        lines = [f"{texts.gettext(KINDS[each.kind])}: {each.place}" for each in faults]
        found.append(
            {
                "state": "fail" if faults else "ok",
                "text": texts.gettext(TRIALS[trial]),
                "detail": "\n".join(lines) or None,
            }
        )
    return found
