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

DEEDS: Final = {
    "create": _("ditulis"),
    "edit": _("diubah"),
    "submit": _("diajukan"),
    "withdraw": _("ditarik kembali oleh penyusun"),
    "discard": _("dibuang oleh penyusun"),
    "approve": _("disetujui"),
    "revise": _("diminta perbaikan"),
    "reject": _("ditolak"),
    "publish": _("diterbitkan"),
    "retire": _("ditarik dari bank"),
}
RULES: Final = {
    "bulk": (
        _("Massal: satu penelaah, tanpa kartu"),
        _("Untuk latihan dan impor bank yang sudah ditelaah di tempat lain."),
    ),
    "card": (
        _("Kartu telaah: satu penelaah"),
        _("Penelaah menjawab tanpa kunci, lalu mengisi 15 pemeriksaan."),
    ),
    "double": (
        _("Berisiko tinggi: dua penelaah"),
        _("Dua orang, masing-masing menjawab tanpa kunci dan mengisi kartu."),
    ),
}
CHECKS: Final = {
    "indicator": _("Butir sesuai dengan indikator."),
    "options_alike": _("Pilihan jawaban homogen dan logis."),
    "one_key": _("Hanya ada satu kunci jawaban yang benar atau paling benar."),
    "stem_clear": _("Pokok soal singkat, jelas, dan tegas."),
    "nothing_superfluous": _("Pokok soal dan pilihan hanya memuat yang diperlukan."),
    "no_hint": _("Pokok soal tidak memberi petunjuk ke kunci."),
    "no_double_negative": _("Pokok soal bebas dari pernyataan negatif ganda."),
    "figure_clear": _("Gambar, tabel, atau grafik jelas dan berfungsi."),
    "equal_length": _("Panjang pilihan jawaban relatif sama."),
    "no_all_above": _("Tidak ada pilihan “semua di atas benar” atau “semua salah”."),
    "numbers_ordered": _("Pilihan berupa angka atau waktu tersusun berurutan."),
    "independent": _("Butir tidak bergantung pada jawaban butir lain."),
    "correct_language": _("Bahasa Indonesia baik, benar, dan komunikatif."),
    "no_local_words": _("Tidak memakai bahasa setempat atau kata yang tabu."),
    "no_repetition": _("Pilihan tidak mengulang kata yang sama."),
}
PARTS: Final = {
    "matter": _("Materi"),
    "construction": _("Konstruksi"),
    "language": _("Bahasa"),
}
LANGUAGES: Final = {"id": "Bahasa Indonesia", "en": "English"}
COGNITIVE: Final = {
    "remember": _("C1 mengingat"),
    "understand": _("C2 memahami"),
    "apply": _("C3 menerapkan"),
    "analyse": _("C4 menganalisis"),
    "evaluate": _("C5 mengevaluasi"),
    "create": _("C6 mencipta"),
}
FIELDS: Final = {
    "family": _("Bentuk"),
    "language": _("Bahasa butir"),
    "competency": _("Kompetensi"),
    "level": _("Level"),
    "cognitive": _("Tingkat kognitif"),
    "indicator": _("Indikator"),
    "stem": _("Pokok soal"),
    "rationale": _("Pembahasan"),
    "source": _("Sumber"),
    "stimulus": _("Sidik jari stimulus"),
    "answer_form": _("Isian dan kunci"),
}
FAULTS: Final = {
    "key_count": _("kunci belum ditandai, atau tidak sesuai dengan bentuk butirnya"),
    "option_count": _("jumlah pilihan tidak sesuai dengan bentuk butirnya"),
    "choices_range": _("jumlah yang boleh dipilih melebihi jumlah pilihan"),
    "premise_count": _("belum ada pernyataan, atau terlalu banyak"),
    "empty_premise": _("ada pernyataan yang kosong"),
    "number_malformed": _("angka tidak terbaca"),
    "points_malformed": _("bobot bukan bilangan bulat"),
    "gap_count": _("belum ada rumpang, atau terlalu banyak"),
    "gap_marks": _("nama rumpang dan tanda [[nama]] di pokok soal tidak sama"),
    "gap_line": _("baris rumpang tidak lengkap"),
    "region_count": _("jumlah bagian gambar tidak sesuai"),
    "region_malformed": _("koordinat bagian tidak sesuai dengan bentuknya"),
    "rubric_missing": _("rubrik belum lengkap: tiap kriteria perlu nama dan tingkat bernilai"),
    "credit_malformed": _("bagian nilai tidak terbaca; tulis misalnya 1/2"),
    "credit_range": _("nilai atau bobot di luar batas"),
    "accepted_missing": _("belum ada jawaban yang diterima"),
    "accepted_empty": _("ada jawaban yang kosong atau terlalu panjang"),
    "interval_empty": _("batas bawah lebih besar daripada batas atas"),
    "unit_malformed": _("satuan kosong, ganda, atau pengalinya bukan bilangan positif"),
    "part_count": _("belum ada bagian, atau terlalu banyak"),
    "body_malformed": _("isian bentuk butir ini belum lengkap atau tidak sesuai"),
    "code": _("nomor atau kode kosong, terlalu panjang, atau memakai tanda yang tidak diizinkan"),
    "tags": _("tanda terlalu banyak atau terlalu panjang"),
    "enemy_unknown": _("butir yang tidak boleh bersama tidak ada di bank ini"),
    "empty_stimulus": _("judul atau isi stimulus kosong"),
    "competency_missing": _("kompetensi belum dipilih"),
    "entry": _("isi kompetensi tidak lengkap atau jenisnya tidak dikenal"),
    "kind": _("jenis kompetensi tidak dikenal"),
    "name": _("nama kosong atau terlalu panjang"),
    "levels": _("level harus 1 sampai 5, masing-masing satu kali"),
    "position": _("jabatan kosong"),
    "legal_basis": _("dasar hukum kosong"),
    "effective_from": _("tanggal berlaku bukan bentuk 2026-01-31"),
    "competency_unknown": _("kompetensi tidak ada di kamus"),
}
THRESHOLDS: Final = {
    "papers": _("Jumlah naskah paling sedikit"),
    "p_low": _("Kesukaran P terendah"),
    "p_high": _("Kesukaran P tertinggi"),
    "discrimination": _("Korelasi butir–sisa terendah"),
    "distractor": _("Pemilih pengecoh paling sedikit"),
    "alpha": _("Reliabilitas terendah"),
}
KINDS: Final = {
    "technical": _("Teknis"),
    "managerial": _("Manajerial"),
    "sociocultural": _("Sosial kultural"),
}
