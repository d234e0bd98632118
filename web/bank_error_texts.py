"""Texts of the item workshop's errors; `error_texts` takes them in."""

from typing import Final


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


BANK_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "card_incomplete": (
        _("Kartu telaah belum lengkap."),
        _("Beri tanda pada setiap pemeriksaan, lalu kirim lagi."),
    ),
    "blind_answer_missing": (
        _("Jawab butirnya lebih dulu, sebelum melihat kunci."),
        _("Pilih satu jawaban di halaman telaah, lalu simpan."),
    ),
    "key_disputed": (
        _("Jawaban Anda berbeda dari kunci."),
        _("Tulis alasan mengapa kunci tetap benar, atau minta perbaikan."),
    ),
    "card_required": (
        _("Butir di bank ini disetujui satu per satu dengan kartu telaah."),
        _("Buka butirnya dari antrean telaah."),
    ),
    "reason_missing": (
        _("Alasan belum ditulis."),
        _("Tulis alasan yang dapat ditindaklanjuti penyusun."),
    ),
    "expert_term_over": (
        _("Masa tugas Anda sebagai pakar sudah berakhir."),
        _("Hubungi admin instansi bila masih diperlukan."),
    ),
    "conflict_statement_missing": (
        _("Pernyataan bebas benturan kepentingan untuk bank ini belum ada."),
        _("Isi pernyataan di halaman telaah sebelum menelaah."),
    ),
    "item_invalid": (
        _("Isi butir belum sah ({reason})."),
        _("Perbaiki isian yang disebut, lalu simpan lagi."),
    ),
    "item_changed": (
        _("Butir ini sudah diubah orang lain sejak Anda membukanya."),
        _("Buka versi terbaru, lalu ulangi perubahan Anda."),
    ),
    "item_code_taken": (
        _("Nomor butir ini sudah dipakai di bank ini."),
        _("Pakai nomor lain."),
    ),
    "competency_unknown": (
        _("Kompetensi {competency} tidak ada di kamus."),
        _("Tambahkan dulu ke kamus kompetensi."),
    ),
    "competency_foreign": (
        _("Kompetensi {competency} dikelola instansi lain."),
        _("Hapus dari berkas, atau pakai kode lain."),
    ),
    "dictionary_file_invalid": (
        _("Berkas tidak dapat dibaca sebagai kamus atau standar ({reason})."),
        _("Pakai JSON, CSV UTF-8, atau XLSX dengan judul kolom di baris pertama."),
    ),
    "import_unknown": (
        _("Berkas yang hendak diimpor tidak ada lagi."),
        _("Unggah berkasnya sekali lagi."),
    ),
    "media_invalid": (
        _("Gambar atau suara tidak dapat dipakai."),
        _(
            "Unggah gambar PNG, JPEG, GIF, WebP atau suara WAV, FLAC, Ogg, MP3 yang utuh dan tidak"
            " terlalu besar atau panjang."
        ),
    ),
    "media_unknown": (
        _("Gambar atau suara tidak ditemukan."),
        _("Gambar dan suara hanya ada bersama butir yang memuatnya."),
    ),
    "panel_unknown": (
        _("Panel penetapan batas tidak ditemukan."),
        _("Kembali ke halaman sebelumnya."),
    ),
    "panel_incomplete": (
        _("Panel belum lengkap atau sudah ditutup; penilaian yang kurang: {missing}."),
        _("Tunggu sampai semua penilai selesai."),
    ),
    "rating_invalid": (
        _("Penilaian harus bilangan 0 sampai 100 untuk butir panel ini."),
        _("Perbaiki angkanya, lalu kirim lagi."),
    ),
    "stimulus_unknown": (
        _("Stimulus tidak ditemukan."),
        _("Pilih stimulus dari daftar bank ini."),
    ),
}
