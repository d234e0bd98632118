"""What error texts call the machine words in an error's data."""

from typing import Final


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


# By the key of the data; a word that is not here is shown as it is.
WORDS: Final[dict[str, dict[str, str]]] = {
    "state": {
        "draft": _("draf"),
        "submitted": _("diajukan"),
        "revising": _("direvisi"),
        "approved": _("disetujui"),
        "published": _("terbit"),
        "retired": _("ditarik"),
        "planned": _("direncanakan"),
        "frozen": _("dikunci"),
        "open": _("berlangsung"),
        "closed": _("ditutup"),
    },
    "duty": {
        "proctor": _("pengawas"),
        "item_writer": _("penyusun soal"),
        "candidate": _("peserta"),
        "assessor": _("penilai jawaban"),
        "agency_admin": _("admin yang membuka atau menutup sesi"),
    },
    "rule": {
        "length": _("bukan 18 angka"),
        "birth_date": _("tanggal lahir"),
        "appointment_month": _("bulan pengangkatan"),
        "appointment_before_birth": _("pengangkatan sebelum kelahiran"),
        "sex": _("angka jenis kelamin"),
        "serial": _("nomor urut"),
        "session_not_closed": _("sesi ujiannya belum selesai"),
        "certificate_pending": _("sertifikatnya sedang diterbitkan"),
        "certificate_valid": _("sertifikatnya masih berlaku"),
    },
    "reason": {
        "header": _("baris pertama keliru"),
        "unreadable": _("bukan CSV"),
        "format_unknown": _("formatnya tidak dikenal"),
        "items_missing": _("tidak ada butir di dalamnya"),
        "mapping_format": _("pemetaannya tidak dikenal"),
    },
    "field": {
        "layout": _("Tata letak"),
        "logo_text": _("Teks pengganti lambang"),
        "title_id": _("Judul (Indonesia)"),
        "title_en": _("Judul (Inggris)"),
        "given_id": _("Sebelum nama (Indonesia)"),
        "given_en": _("Sebelum nama (Inggris)"),
        "found_id": _("Pernyataan (Indonesia)"),
        "found_en": _("Pernyataan (Inggris)"),
        "motto_id": _("Semboyan (Indonesia)"),
        "motto_en": _("Semboyan (Inggris)"),
        "behalf_id": _("Di atas jabatan (Indonesia)"),
        "behalf_en": _("Di atas jabatan (Inggris)"),
        "name": _("Nama"),
        "title": _("Nama sesi"),
        "scheme": _("Skema"),
        "venue": _("Tempat"),
        "room": _("Ruang"),
        "starts_on": _("Tanggal"),
        "starts_at": _("Jam mulai"),
        "account": _("Pengawas"),
        "status": _("Status"),
        "decision": _("Keputusan"),
        "deed": _("Tindakan"),
        "number": _("Nomor"),
        "candidate_no": _("Nomor peserta"),
        "reason": _("Alasan"),
        "note": _("Nomor keputusan dan penjelasan"),
    },
}
