"""Texts of errors about credentials, their status and their holders; `error_texts` joins them."""

from typing import Final


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


CREDENTIAL_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "certificate_revoked": (
        _("Penerbit menyatakan ({at}) sertifikat ini dicabut atau digantikan."),
        _("Jangan mengandalkannya."),
    ),
    "certificate_suspended": (
        _("Penerbit menyatakan ({at}) sertifikat ini dibekukan."),
        _("Jangan mengandalkannya sampai penerbit memulihkannya."),
    ),
    "share_unknown": (_("Tautan itu tidak ada."), _("Buka daftar sertifikat Anda.")),
    "share_term_invalid": (
        _("Tautan tidak dapat berlaku selama itu."),
        _("Pilih salah satu masa yang ditawarkan."),
    ),
    "correction_open": (
        _("Permintaan koreksi sebelumnya belum dijawab."),
        _("Tunggu jawaban itu, lalu kirim yang berikutnya."),
    ),
    "correction_unknown": (
        _("Permintaan koreksi itu tidak ada atau sudah dijawab."),
        _("Muat ulang daftarnya."),
    ),
    "status_contradicted": (
        _("Status yang tersimpan ({at}) berbeda dari yang tercatat di log audit."),
        _("Jangan mengandalkannya; beri tahu penerbit dan auditornya."),
    ),
    "status_list_unknown": (_("Daftar status tidak ditemukan."), _("Periksa alamatnya.")),
    "status_list_missing": (
        _("Daftar status {url} tidak ada."),
        _("Unduh daftar itu dari penerbit, lalu periksa lagi."),
    ),
    "status_list_malformed": (
        _("Daftar status tidak dapat dibaca ({reason})."),
        _("Unduh lagi daftar itu dari penerbit."),
    ),
    "status_list_altered": (
        _("Daftar status {url} tidak bertanda tangan penerbit."),
        _("Jangan memakai daftar ini; unduh lagi dari penerbit."),
    ),
    "status_list_foreign": (
        _("Daftar status {url} bukan daftar untuk sertifikat ini."),
        _("Unduh daftar yang disebut sertifikatnya."),
    ),
    "status_list_stale": (
        _("Daftar status {url} sudah basi: ditandatangani {at}."),
        _("Unduh daftar yang baru; daftar basi tidak dipercaya."),
    ),
    "status_list_rolled_back": (
        _("Daftar status {url} lebih lama ({at}) daripada yang pernah dilihat ({newest})."),
        _("Seseorang menunjukkan daftar lama. Unduh lagi dari penerbit."),
    ),
    "own_certificate": (
        _("Sertifikat ini milik Anda sendiri."),
        _("Minta anggota sidang lain yang memutuskan."),
    ),
    "address_malformed": (
        _("Alamat surel itu tidak dapat dipakai."),
        _("Tulis satu alamat, misalnya nama@instansi.go.id."),
    ),
    "reminder_unknown": (
        _("Pengingat itu tidak ada atau sudah disampaikan."),
        _("Muat ulang daftarnya."),
    ),
    "mail_refused": (
        _("Server surel tidak menerima pesan ({reason})."),
        _("Pesan dicoba lagi pada putaran berikutnya; periksa UJIKOM_SMTP_…."),
    ),
    "mail_insecure": (
        _("Surel ke {host} tidak boleh dikirim tanpa enkripsi."),
        _("Pakai UJIKOM_SMTP_SECURITY=starttls atau tls."),
    ),
    "pack_unknown": (
        _("ZIP itu tidak ada, atau masanya sudah lewat."),
        _("Minta ZIP baru setelah ada sertifikat yang dicetak."),
    ),
    "pack_running": (_("ZIP sebelumnya masih dibuat."), _("Tunggu sampai selesai.")),
    "design_invalid": (
        _("Isian {field} pada templat tidak dapat dicetak."),
        _("Isi dengan paling banyak 90 huruf, dalam kedua bahasa, bintang selalu berpasangan."),
    ),
    "design_unknown": (_("Templat itu tidak ada."), _("Buka daftar templat instansi Anda.")),
    "design_unfit": (
        _("Templat itu belum lulus pemeriksaan."),
        _("Perbaiki yang ditemukan pemeriksaan dengan menulis versi baru."),
    ),
    "design_approved": (_("Versi itu sudah disetujui."), _("Muat ulang halamannya.")),
}
