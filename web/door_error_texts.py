"""Texts of errors before any work begins: signing in, roles, an installation that cannot start."""

from typing import Final


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


BACK: Final = _("Kembali ke halaman sebelumnya.")

DOOR_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "sign_in_refused": (
        _("Nama pengguna atau kata sandi tidak cocok."),
        _("Periksa huruf besar dan kecil, lalu coba lagi."),
    ),
    "factor_refused": (
        _("Kode ini tidak cocok, sudah lewat, atau sudah dipakai."),
        _("Tunggu kode berikutnya di aplikasi, dan periksa jam ponsel Anda."),
    ),
    "factor_present": (_("Masuk dua langkah sudah aktif."), BACK),
    "factor_missing": (_("Masuk dua langkah belum aktif."), BACK),
    "password_refused": (
        _("Kata sandi ini tidak cocok."),
        _("Masukkan kata sandi akun Anda sendiri."),
    ),
    "sign_in_throttled": (
        _("Terlalu banyak percobaan masuk yang gagal."),
        _("Tunggu {minutes} menit, atau minta bantuan petugas."),
    ),
    "sign_in_needed": (_("Anda perlu masuk."), _("Silakan masuk lalu ulangi.")),
    "role_missing": (
        _("Akun Anda tidak memegang peran untuk halaman ini."),
        _("Hubungi admin instansi bila peran itu memang tugas Anda."),
    ),
    "same_hand": (
        _("Orang yang sama tidak boleh melakukan kedua tugas ini."),
        _("Butir soal disetujui oleh penelaah yang bukan penyusunnya."),
    ),
    "address_insecure": (
        _("Alamat publik harus diawali https://."),
        _("Perbaiki UJIKOM_PUBLIC_URL: alamat ini tercetak pada setiap sertifikat."),
    ),
    "port_taken": (
        _("Alamat {host}:{port} sudah dipakai program lain."),
        _("Hentikan program itu, atau isi UJIKOM_PORT dengan nomor lain."),
    ),
    "address_missing": (
        _("Alamat publik dan nama log belum diisi."),
        _("Isi UJIKOM_PUBLIC_URL dan UJIKOM_LOG_ORIGIN sebelum memakai kunci sungguhan."),
    ),
    "schema_older": (
        _("Skema basis data lebih lama ({found}) daripada yang diperlukan ({needed})."),
        _("Jalankan `ujikom migrate` setelah membuat cadangan."),
    ),
    "schema_newer": (
        _("Skema basis data ({found}) lebih baru daripada versi ini ({known})."),
        _("Pasang versi ujikom yang lebih baru."),
    ),
    "schema_foreign": (
        _("Basis data ini berisi tabel tanpa catatan versi skema."),
        _("Pakai basis data kosong, atau pulihkan cadangan yang lengkap."),
    ),
}
