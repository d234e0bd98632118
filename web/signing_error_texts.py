"""What can go wrong with the signature of a certificate PDF: texts that `error_texts` takes in."""

from typing import Final


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


BACK = _("Kembali ke halaman sebelumnya.")

SIGNING: Final[dict[str, tuple[str, str]]] = {
    "signer_missing": (
        _("Belum ada penanda tangan sertifikat; PDF menunggu."),
        _("Buat PKI dengan `ujikom keys root`, `ujikom keys issuing`, lalu `ujikom keys signer`."),
    ),
    "signer_expired": (
        _("Sertifikat penanda tangan hanya berlaku {valid_from} sampai {valid_until}."),
        _("Buat penanda tangan baru dengan `ujikom keys signer`."),
    ),
    "timestamp_refused": (
        _("Otoritas penanda waktu tidak memberi cap waktu: {reason}."),
        _("Periksa UJIKOM_SIGNATURE_TSA_URL; sertifikat menunggu sampai otoritas menjawab."),
    ),
    "evidence_missing": (
        _("Bahan untuk tingkat tanda tangan itu kurang atau terlalu tua: {reason}."),
        _("Lengkapi keys/pki dengan sertifikat dan daftar cabut, atau turunkan tingkatnya."),
    ),
    "signer_unready": (
        _("Penanda tangan {signer} tidak menjawab: {reason}."),
        _("Periksa token atau layanan itu; sertifikat menunggu."),
    ),
    "signer_refused": (
        _("Layanan tanda tangan {url} menolak (HTTP {status})."),
        _("Periksa akun, nomor, dan frasa sandi penanda tangan di layanan itu."),
    ),
    "service_answer_wrong": (
        _("Jawaban layanan tanda tangan bukan PDF kami yang ditandatangani utuh: {reason}."),
        _("Laporkan kepada pengelola layanan; sertifikat menunggu."),
    ),
    "pki_exists": (
        _("Map {folder} sudah berisi sertifikat itu."),
        _("Sertifikat tidak pernah ditimpa; pilih map lain."),
    ),
    "pdf_unsigned": (_("PDF ini tidak bertanda tangan elektronik penerbit."), BACK),
    "pdf_signature_broken": (_("Tanda tangan elektronik PDF tidak cocok dengan isinya."), BACK),
    "pdf_changed_later": (_("PDF diubah setelah ditandatangani."), BACK),
    "pdf_attachment_swapped": (_("Lampiran PDF ditukar setelah ditandatangani."), BACK),
    "pdf_of_another": (_("Halaman dan kredensial PDF ini milik sertifikat yang berbeda."), BACK),
    "pdf_bytes_uncovered": (_("PDF memuat bagian yang tidak ditandatangani."), BACK),
    "pdf_signer_revoked": (
        _("Sertifikat penanda tangan PDF telah dicabut sejak {since}."),
        BACK,
    ),
    "pdf_signer_unknown": (
        _("Penanda tangan PDF tidak bermuara pada akar sertifikat penerbit."),
        BACK,
    ),
}
