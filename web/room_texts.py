"""Words of the room's console: reasons in their groups, states, what happened."""

from typing import Final

from exam_engine.proctoring.reasons import Reason


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


REASONS: Final = {
    Reason.COMFORT: _("Tempat duduk terganggu"),
    Reason.DISTURBANCE: _("Gangguan di ruang"),
    Reason.NOISE: _("Kebisingan"),
    Reason.POWER: _("Listrik padam"),
    Reason.WEATHER: _("Cuaca atau bencana"),
    Reason.BEHAVIOUR: _("Perilaku melanggar tata tertib"),
    Reason.COMPLAINT: _("Keluhan peserta"),
    Reason.IDENTITY: _("Identitas diragukan"),
    Reason.ILLNESS: _("Peserta sakit"),
    Reason.LATE: _("Datang terlambat"),
    Reason.NAVIGATION: _("Kesulitan memakai aplikasi"),
    Reason.NO_SHOW: _("Tidak hadir"),
    Reason.STAFF: _("Kesalahan petugas"),
    Reason.LAUNCHING: _("Ujian tidak dapat dibuka"),
    Reason.NETWORK: _("Jaringan terputus"),
    Reason.PRINTING: _("Pencetakan bermasalah"),
    Reason.WORKSTATION: _("Komputer rusak atau macet"),
    Reason.ACCOMMODATION: _("Penyesuaian yang disetujui"),
    Reason.OTHER: _("Lainnya"),
}
GROUPS: Final = {
    "environment": _("Lingkungan"),
    "examinee": _("Peserta"),
    "technical": _("Teknis"),
    "other": _("Lain-lain"),
}
STATES: Final = {
    "absent": _("belum mulai"),
    "working": _("mengerjakan"),
    "offline": _("lama tidak menyimpan"),
    "held": _("menunggu komputer lain"),
    "paused": _("dijeda"),
    "done": _("selesai"),
    "locked": _("dihentikan"),
}
HAPPENINGS: Final = {
    "start": _("Mulai ujian"),
    "pause": _("Dijeda"),
    "resume": _("Dilanjutkan"),
    "extension": _("Waktu ditambah %(minutes)s menit"),
    "outage": _("Waktu pengganti gangguan %(minutes)s menit"),
    "incident": _("Kejadian dicatat"),
    "message": _("Pesan di layar peserta"),
}
SANCTIONS: Final = {
    "warning": _("Peringatan"),
    "terminated": _("Ujian dihentikan"),
}
