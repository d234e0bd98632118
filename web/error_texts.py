"""Every error's text: one place from code to what happened and what to do, in two languages."""

import string
from collections.abc import Mapping
from gettext import NullTranslations
from typing import Final

import msgspec

from kernel.errors import UjikomError
from web import i18n
from web.bank_error_texts import BANK_TEXTS
from web.credential_errors import CREDENTIAL_TEXTS
from web.door_error_texts import DOOR_TEXTS
from web.error_words import WORDS
from web.signing_error_texts import SIGNING


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


class ErrorText(msgspec.Struct, frozen=True):
    """What happened, and what to do next."""

    title: str
    advice: str

    @property
    def sentence(self) -> str:
        """Both, for a line beside a field."""
        return f"{self.title} {self.advice}".strip()


RETRY = _("Muat ulang halaman ini dan coba lagi.")
OPERATOR = _("Beri tahu petugas sistem.")
BACK = _("Kembali ke halaman sebelumnya.")

TEXTS: Final[dict[str, tuple[str, str]]] = {
    **CREDENTIAL_TEXTS,
    **BANK_TEXTS,
    **DOOR_TEXTS,
    "internal": (_("Terjadi kesalahan pada sistem."), OPERATOR),
    "invalid": (_("Isian tidak dapat diterima."), _("Periksa isian lalu kirim lagi.")),
    "not_found": (_("Halaman tidak ditemukan."), _("Periksa alamatnya.")),
    "conflict": (_("Langkah ini tidak sesuai dengan keadaan sekarang."), RETRY),
    "denied": (_("Akun Anda tidak berhak melakukan ini."), _("Hubungi admin instansi.")),
    "unauthenticated": (_("Anda belum masuk."), _("Silakan masuk terlebih dahulu.")),
    "too_many": (_("Terlalu banyak permintaan."), _("Tunggu satu menit lalu coba lagi.")),
    "closed": (_("Bagian ini sudah ditutup."), BACK),
    "integrity": (_("Data tersimpan tidak cocok dengan buktinya."), OPERATOR),
    "unavailable": (_("Layanan belum siap."), OPERATOR),
    "csrf": (_("Formulir ini sudah kedaluwarsa."), RETRY),
    "invalid_id": (_("Alamat memuat kode yang tidak dikenal."), _("Periksa alamatnya.")),
    "seal_broken": (_("Data tersegel telah diubah atau tertukar."), OPERATOR),
    "setting_unknown": (
        _("Pengaturan {name} tidak dikenal."),
        _("Hapus variabel itu atau perbaiki namanya; lihat .env.example."),
    ),
    "setting_invalid": (
        _("Pengaturan tidak dapat dibaca: {reason}."),
        _("Perbaiki nilainya; lihat .env.example."),
    ),
    "keys_missing": (
        _("Kunci {purpose} tidak ada di {folder}."),
        _("Jalankan `ujikom init`, atau pulihkan map kunci dari cadangan."),
    ),
    "keys_exist": (
        _("Kunci sudah ada di {folder}."),
        _("Kunci tidak pernah ditimpa; pindahkan map itu lebih dahulu bila memang perlu."),
    ),
    "passphrase_wrong": (
        _("Frasa sandi tidak membuka kunci {purpose}."),
        _("Isi UJIKOM_PASSPHRASE_FILE dengan berkas frasa sandi yang benar."),
    ),
    "database_unsafe": (
        _("Basis data tidak aman dipakai: {found}, diperlukan {needed}."),
        _("Pasang versi yang diminta."),
    ),
    "job_unmarked": (_("Pekerjaan {job} belum ditandai."), OPERATOR),
    "event_undeclared": (
        _("Pekerjaan {job} mencatat peristiwa yang tidak dinyatakan."),
        OPERATOR,
    ),
    "writer_stopped": (_("Layanan sedang berhenti."), _("Tunggu sebentar lalu coba lagi.")),
    "scrub_blocked": (
        _("Berkas basis data belum bersih dari data lama."),
        _("Tunggu pembaca lain selesai, lalu jalankan perintah yang sama lagi."),
    ),
    "blob_missing": (_("Berkas tersimpan tidak ditemukan."), OPERATOR),
    "person_unknown": (_("Orang ini tidak dikenal."), BACK),
    "person_erased": (_("Data orang ini sudah dihapus."), BACK),
    "retention_holds": (
        _("Data orang ini belum boleh dihapus: {rule} (sampai {until})."),
        _("Ulangi setelah masa simpannya lewat."),
    ),
    "username_taken": (_("Nama pengguna {username} sudah dipakai."), _("Pilih nama lain.")),
    "nip_invalid": (
        _("NIP tidak berbentuk 18 angka yang benar ({rule})."),
        _("Periksa dengan kartu pegawai."),
    ),
    "password_weak": (
        _("Kata sandi terlalu pendek."),
        _("Pakai sedikitnya {minimum} huruf atau angka."),
    ),
    "bank_unknown": (_("Bank soal tidak ditemukan."), BACK),
    "item_unknown": (_("Butir soal tidak ditemukan."), BACK),
    "item_state_wrong": (
        _("Butir {item} berstatus {state}, langkah ini tidak berlaku."),
        RETRY,
    ),
    "bank_file_invalid": (
        _("Berkas bank soal tidak dapat dibaca: {reason}."),
        _("Pakai format ujikom-bank/1; lihat dokumentasi format."),
    ),
    "item_rejected": (_("Butir ditolak: {reason}."), BACK),
    "choice_invalid": (
        _("Soal ini tidak menerima jawaban itu (tidak ada, terlalu banyak, terlalu panjang)."),
        RETRY,
    ),
    "item_form_invalid": (_("Isian {field} tidak terbaca: {reason}."), _("Perbaiki isian itu.")),
    "scheme_invalid": (_("Skema tidak sah: {reason}."), _("Perbaiki isi skema.")),
    "scheme_unknown": (_("Skema tidak ditemukan."), BACK),
    "session_unknown": (_("Sesi ujian tidak ditemukan."), BACK),
    "session_state_wrong": (
        _("Sesi berstatus {state}, langkah ini belum atau tidak lagi berlaku."),
        RETRY,
    ),
    "session_past": (
        _("Waktu sesi ini sudah lewat, jadi tidak dapat dibuka lagi."),
        _("Buat sesi baru dengan tanggal yang benar."),
    ),
    "pool_too_small": (
        _("Kisi-kisi {row} kekurangan {missing} butir terbit."),
        _("Terbitkan butir lagi untuk baris itu, lalu bekukan ulang."),
    ),
    "draw_exhausted": (
        _("Naskah yang memenuhi kisi-kisi tidak ditemukan dalam {attempts} penarikan."),
        _("Beri tahu admin instansi: kisi-kisi terlalu sempit untuk peserta ini."),
    ),
    "blueprint_too_narrow": (
        _(
            "Kisi-kisi terlalu sempit: hanya {accepted} dari {tried} penarikan memenuhi semua"
            " syarat; yang paling sering gagal: {constraint}."
        ),
        _("Longgarkan syarat itu atau terbitkan butir lagi, lalu kunci ulang."),
    ),
    "constraint_impossible": (
        _("Syarat {constraint} tidak dapat diperiksa: {missing} butir tidak memiliki datanya."),
        _("Lengkapi data butir itu atau lepaskan syaratnya dari skema."),
    ),
    "pool_moved": (
        _("Butir terbit berubah saat sesi sedang dikunci."),
        _("Kunci sesi sekali lagi."),
    ),
    "roster_empty": (
        _("Sesi belum memiliki peserta."),
        _("Daftarkan peserta sebelum membekukan sesi."),
    ),
    "roster_invalid": (
        _("Berkas peserta tidak dapat dibaca ({reason})."),
        _("Baris pertama harus berisi: nama,nip,unit."),
    ),
    "session_not_open": (
        _("Nomor dan PIN Anda benar, tetapi sesi belum dibuka."),
        _("Tunggu pengawas membuka sesi, lalu masuk lagi."),
    ),
    "candidate_refused": (
        _("Nomor peserta atau PIN tidak cocok."),
        _("Periksa kartu peserta dan PIN sesi di layar ruang, atau panggil pengawas."),
    ),
    "sitting_unknown": (_("Ujian ini tidak ditemukan."), _("Masuk lagi dari halaman peserta.")),
    "rules_not_accepted": (
        _("Tata tertib belum disetujui."),
        _("Baca tata tertib lalu beri tanda centang."),
    ),
    "sitting_closed": (
        _("Ujian Anda sudah selesai."),
        _("Jawaban yang tersimpan sebelumnya tetap dinilai."),
    ),
    "sitting_paused": (
        _("Ujian sedang dijeda oleh pengawas."),
        _("Tetap di tempat; waktu Anda ikut berhenti, dan jawaban dikirim setelah dilanjutkan."),
    ),
    "pause_missing": (
        _("Ujian ini tidak sedang dijeda."),
        _("Muat ulang konsol untuk melihat keadaannya."),
    ),
    "time_out_of_range": (
        _("Tambahan waktu paling sedikit 1 menit dan paling banyak {most_minutes} menit."),
        _("Isi jumlah menit dalam batas itu."),
    ),
    "note_missing": (
        _("Isi keterangannya, paling banyak {most} huruf."),
        _("Tulis singkat apa yang terjadi atau apa yang harus dilakukan."),
    ),
    "minutes_changed": (
        _("Berita acara berubah sejak Anda membacanya."),
        _("Baca kembali, lalu tanda tangani."),
    ),
    "minutes_signed_already": (
        _("Tanda tangan ini sudah ada, atau Anda sudah menandatangani."),
        _("Pengawas bertugas dan saksi harus dua orang yang berbeda."),
    ),
    "too_late": (
        _("Waktu ujian sudah habis."),
        _("Jawaban ini tidak disimpan; yang tersimpan sebelumnya tetap dinilai."),
    ),
    "not_your_place": (
        _("Ujian Anda sedang dibuka di komputer lain."),
        _("Lanjutkan di komputer itu, atau panggil pengawas."),
    ),
    "place_held": (
        _("Ujian Anda masih terbuka di komputer lain."),
        _("Minta pengawas melepas komputer lama, lalu coba lagi."),
    ),
    "not_your_item": (_("Nomor soal ini tidak ada pada naskah Anda."), BACK),
    "answer_stale": (
        _("Jawaban yang lebih baru sudah tersimpan untuk soal ini."),
        _("Yang tampil adalah jawaban tersimpan; ubah di sini bila perlu."),
    ),
    "submission_unconfirmed": (
        _("Pengakhiran ujian belum Anda setujui."),
        _("Beri tanda centang lalu tekan tombol selesai."),
    ),
    "place_not_held": (_("Tidak ada komputer yang perlu dilepas."), RETRY),
    "reason_missing": (_("Alasan belum dipilih."), _("Pilih alasan lalu ulangi.")),
    "not_assigned": (_("Anda tidak bertugas di sesi ini."), BACK),
    "result_unknown": (_("Hasil belum ada."), BACK),
    "nothing_to_decide": (_("Tidak ada hasil yang menunggu penetapan."), BACK),
    "sittings_open": (
        _("Masih ada ujian yang sedang diakhiri dan dinilai."),
        _("Tunggu beberapa detik lalu ulangi."),
    ),
    "minutes_missing": (
        _("Berita acara penetapan belum diisi."),
        _("Tulis ringkasan sidang lalu tetapkan."),
    ),
    "duty_conflict": (
        _("Orang ini memegang tugas lain dalam sesi ini ({duty})."),
        _("Serahkan langkah ini kepada orang lain yang tidak bertugas di sesi ini."),
    ),
    "rating_task_unknown": (_("Jawaban ini tidak ada di antrean penilaian Anda."), BACK),
    "rating_levels_invalid": (
        _("Masih ada {missing} kriteria tanpa tingkat."),
        _("Pilih satu tingkat untuk setiap kriteria."),
    ),
    "rating_task_settled": (_("Jawaban ini sudah selesai dinilai."), BACK),
    "evidence_malformed": (
        _("Berkas bukti ujian tidak dapat dibaca ({reason})."),
        _("Pakai berkas yang diunduh, tanpa diubah."),
    ),
    "evidence_pending": (
        _("Bukti ujian belum lengkap di log."),
        _("Tunggu beberapa detik lalu unduh lagi."),
    ),
    "draw_withheld": (
        _("Berkas undian ini belum atau tidak diberikan."),
        _("Buka halaman undian; di sana tertulis kapan dan mengapa."),
    ),
    "replay_differs": (_("Putar ulang menemukan perbedaan."), OPERATOR),
    "receipt_invalid": (_("Tanda terima ini tidak sah."), BACK),
    "result_altered": (_("Dokumen hasil tidak cocok dengan tanda tangannya."), OPERATOR),
    "code_malformed": (
        _("Kode harus terdiri atas 16 huruf dan angka."),
        _("Contoh bentuknya: ABCD-EFGH-JKMN-PQRS."),
    ),
    "code_mistyped": (
        _("Kode salah ketik."),
        _("Satu atau lebih huruf keliru; cocokkan lagi dengan sertifikat."),
    ),
    "claim_invalid": (_("Data sertifikat tidak dapat dicetak: {field}."), _("Perbaiki data itu.")),
    "credential_malformed": (_("Kredensial di dalam berkas tidak dapat dibaca."), BACK),
    "credential_altered": (
        _("Kredensial di dalam berkas telah diubah."),
        _("Jangan mengandalkan berkas ini."),
    ),
    "issuer_unsuitable": (_("Alamat penerbit {url} harus https."), OPERATOR),
    "bundle_malformed": (_("Berkas bukti di dalam PDF tidak dapat dibaca."), BACK),
    "not_a_certificate": (
        _("Berkas ini bukan sertifikat Ujikom."),
        _("Pilih PDF sertifikat yang Anda terima, bukan hasil pindai atau foto."),
    ),
    **SIGNING,
    "bundle_foreign": (_("Berkas bukti milik sertifikat lain."), BACK),
    "leaf_foreign": (_("Catatan log milik sertifikat lain."), BACK),
    "issuer_unknown": (_("Penerbit berkas ini tidak kami kenal."), BACK),
    "certificate_unknown": (_("Sertifikat tidak ditemukan."), BACK),
    "release_not_needed": (_("Sertifikat ini tidak menunggu saksi."), RETRY),
    "status_change_refused": (
        _("Status sertifikat tidak memungkinkan perubahan ini."),
        RETRY,
    ),
    "fonts_missing": (_("Huruf untuk sertifikat belum terpasang."), OPERATOR),
    "glyphs_missing": (
        _("Nama memuat huruf yang tidak dapat dicetak."),
        _("Tulis nama dengan huruf Latin."),
    ),
    "qr_unsuitable": (_("Alamat publik tidak dapat dimuat dalam kode QR."), OPERATOR),
    "asset_refused": (_("Dokumen meminta berkas dari luar."), OPERATOR),
    "proof_out_of_range": (_("Bukti menunjuk ke luar log."), BACK),
    "inclusion_wrong": (_("Bukti keberadaan tidak cocok dengan akar log."), OPERATOR),
    "consistency_wrong": (_("Dua keadaan log tidak sejalan."), OPERATOR),
    "note_malformed": (_("Titik periksa log tidak dapat dibaca."), BACK),
    "key_malformed": (_("Kunci pemeriksa tidak dapat dibaca."), _("Salin kunci itu lengkap.")),
    "signature_missing": (_("Tanda tangan yang diharapkan tidak ada."), OPERATOR),
    "signature_wrong": (_("Tanda tangan tidak cocok."), OPERATOR),
    "checkpoint_malformed": (_("Titik periksa log tidak dapat dibaca."), BACK),
    "origin_wrong": (_("Titik periksa ini milik log lain."), BACK),
    "tile_path_invalid": (_("Alamat petak log tidak sah."), BACK),
    "tile_malformed": (_("Petak log tidak dapat dibaca."), OPERATOR),
    "tile_unknown": (_("Petak log ini belum diterbitkan."), BACK),
    "proof_malformed": (_("Berkas bukti tidak dapat dibaca."), BACK),
    "leaf_malformed": (_("Catatan log tidak dapat dibaca."), OPERATOR),
    "json_not_canonical": (_("Catatan tidak dalam bentuk baku."), OPERATOR),
    "commitment_wrong": (_("Isi catatan tidak cocok dengan ikatannya."), OPERATOR),
    "opening_missing": (_("Pembuka catatan ini sudah tidak ada."), BACK),
    "event_type_taken": (_("Jenis peristiwa {type} sudah dipakai."), OPERATOR),
    "event_misdefined": (_("Peristiwa {event} tidak sah."), OPERATOR),
    "chain_broken": (_("Rantai peristiwa terputus."), OPERATOR),
    "log_corrupt": (_("Log di basis data rusak."), OPERATOR),
    "log_forked": (
        _("Log di basis data berbeda dari yang pernah ditandatangani."),
        _("Penandatanganan dihentikan. Ikuti langkah pemulihan log di dokumentasi."),
    ),
    "log_behind": (
        _("Log di basis data lebih pendek daripada yang pernah ditandatangani."),
        _("Basis data ini mungkin cadangan lama. Ikuti langkah pemulihan log di dokumentasi."),
    ),
    "lock_missing": (
        _("Berkas kunci log tidak ada, padahal log sudah berjalan."),
        _("Pulihkan berkas itu; jangan membuat yang baru."),
    ),
    "log_closed": (
        _("Log dengan nama ini sudah ditutup."),
        _("Setel UJIKOM_LOG_ORIGIN ke nama log berikutnya, lalu jalankan lagi."),
    ),
    "origin_taken": (
        _("Nama log itu sudah atau pernah dipakai instalasi ini."),
        _("Pilih nama lain: satu nama, satu riwayat."),
    ),
    "lock_changed": (_("Berkas kunci log diubah proses lain."), OPERATOR),
    "sequencer_elsewhere": (
        _("Proses lain sedang menyusun log ini."),
        _("Cukup satu proses; hentikan salah satu."),
    ),
    "export_forked": (_("Map ekspor memuat log lain."), _("Pilih map kosong.")),
    "source_unreadable": (
        _("Berkas log {path} tidak dapat dibaca ({reason})."),
        _("Periksa alamatnya."),
    ),
    "policy_malformed": (
        _("Aturan saksi tidak dapat dibaca pada baris {line}: {reason}."),
        _("Perbaiki baris itu."),
    ),
    "quorum_missing": (
        _("Keadaan log ini belum ditandatangani cukup saksi."),
        _("Tunggu para saksi, lalu coba lagi."),
    ),
    "override_unexplained": (
        _("Pengecualian memerlukan alasan dan nama yang memutuskan."),
        _("Isi keduanya lalu ulangi."),
    ),
    "witness_unreachable": (_("Saksi tidak menjawab."), _("Periksa jaringan dan alamat saksi.")),
    "witness_refused": (
        _("Saksi menolak menandatangani log ini ({status})."),
        _("Periksa kunci dan nama log yang terdaftar pada saksi."),
    ),
    "witness_ahead": (
        _("Saksi pernah melihat log yang lain atau lebih panjang."),
        _("Hentikan penerbitan. Ikuti langkah pemulihan log di dokumentasi."),
    ),
    "replay_collides": (
        _("Ujian {handle} sudah berlanjut sejak pemulihan."),
        _("Ikuti bagian B di docs/how-to/recover-the-log.md."),
    ),
    "stamp_refused": (
        _("Otoritas stempel waktu tidak memberi stempel ({reason})."),
        _("Sistem mencoba lagi; periksa UJIKOM_TSA_URL."),
    ),
    "token_unready": (
        _("Token kunci {token} tidak siap ({reason})."),
        _("Periksa modul, label, dan PIN token."),
    ),
    "file_too_large": (
        _("Berkas lebih besar dari {limit_mib} MiB."),
        _("Pilih berkas yang lebih kecil."),
    ),
    "file_missing": (_("Berkas belum dipilih."), _("Pilih berkas lalu kirim lagi.")),
    "file_empty": (_("Berkas itu kosong."), _("Pilih berkas yang berisi lalu kirim lagi.")),
    "field_missing": (_("{field} belum diisi."), _("Isi lalu kirim lagi.")),
    "field_too_long": (
        _("{field} lebih panjang dari {most} huruf."),
        _("Ringkas lalu kirim lagi."),
    ),
    "start_past": (_("Waktu mulai sudah lewat."), _("Pilih waktu yang akan datang.")),
    "candidate_number_unknown": (
        _("Nomor peserta itu tidak ada di sesi ini."),
        _("Salin nomornya dari daftar peserta."),
    ),
    "candidate_has_started": (
        _("Peserta itu sudah mulai ujian, jadi PIN-nya tidak diganti."),
        _("Bila komputernya bermasalah, pengawas melepasnya dari halaman ruang."),
    ),
    "none_chosen": (_("Belum ada yang dipilih."), _("Pilih sedikitnya satu.")),
    "field_invalid": (_("Isian “{field}” tidak dapat diterima."), _("Periksa isian itu.")),
}


def text_of(error: UjikomError, lang: str) -> ErrorText:
    """The text of an error in a language; an unknown code reads as its kind's."""
    code = next(
        kind.code
        for kind in type(error).__mro__
        if issubclass(kind, UjikomError) and kind.code in TEXTS
    )
    return text_of_code(code, error.data, lang)


def text_of_code(code: str, data: Mapping[str, object], lang: str) -> ErrorText:
    """The text of an error known by its code only; an unknown code reads as an internal error."""
    title, advice = TEXTS.get(code, TEXTS["internal"])
    texts = i18n.translations(lang)
    fields = _Fields(data, texts)
    return ErrorText(fields.fill(texts.gettext(title)), fields.fill(texts.gettext(advice)))


class _Fields(string.Formatter):
    """Fills `{name}` from an error's data; a field that is not there shows as a dash."""

    def __init__(self, data: Mapping[str, object], texts: NullTranslations) -> None:
        self._data = data
        self._texts = texts

    def fill(self, text: str) -> str:
        return self.vformat(text, (), self._data)

    def get_value(self, key: int | str, args: object, kwargs: object) -> object:
        del args, kwargs
        value = self._data.get(str(key), "–")
        word = WORDS.get(str(key), {}).get(str(value))
        return self._texts.gettext(word) if word else value
