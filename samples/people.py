"""Invented people (DATA CONTOH): staff accounts and candidates. Nobody real is meant.

NIPs carry serials from 990 on, which in practice are not given out.
"""

from typing import Final

import msgspec

from people.roles import Role

AGENCY: Final = "Pemerintah Kota Contoh Lhokseumawe"
PLACE: Final = "Lhokseumawe"
CANDIDATES_OF_THE_SAMPLE: Final = 40


class Staff(msgspec.Struct, frozen=True):
    """A staff account of the sample; the password is printed by the command that makes it."""

    username: str
    name: str
    nip: str
    roles: tuple[Role, ...]

    @property
    def password(self) -> str:
        """The sample password, the same on every installation with demo keys."""
        return f"contoh-{self.username}"


STAFF: Final = (
    Staff("penyusun", "Cut Meurah Laksmi, S.Sos.", "198503172010012990", (Role.ITEM_WRITER,)),
    Staff("penelaah", "Rangga Wiratama, M.A.P.", "197911022005011991", (Role.REVIEWER,)),
    Staff("admin-instansi", "Sri Handayaningsih, S.E.", "198207212008012992", (Role.AGENCY_ADMIN,)),
    Staff("pengawas", "Togar Parulian", "199004152014021993", (Role.PROCTOR,)),
    Staff("penilai", "Maruli Nababano, M.Pd.", "198106092009031996", (Role.ASSESSOR,)),
    Staff("sidang", "Rohana Binti Umar, S.H., M.H.", "197305051998032994", (Role.DECISION_BOARD,)),
    Staff("auditor", "Yusuf Alamsyah, Ak.", "198012122006041995", (Role.AUDITOR,)),
)
NAMES: Final = (
    "Teuku Iskandar Yulis, S.A.P., M.Si.",
    "Cut Nyakmah Rahmawati",
    "Suparjono",
    "Ni Wayan Lestiani, S.Kom.",
    "Parlindungan Sihotara",
    "Siti Maimunahwati, S.K.M.",
    "Darmawan Kusumo Hadi",
    "Zulkarnaen Efendiansyah",
    "Yohana Marpaungwati, S.Sos.",
    "Bambang Tri Sularso",
    "Nur Aisyahputri",
    "Martogi Hutabaratno",
    "Raden Ajeng Kinasih Wulandari",
    "Andi Tenriawaru",
    "Fauzan Ramadhanto, S.IP.",
    "Mulyaningtyas",
    "Syafrizal Koto Panjang",
    "Dewi Sekar Pramesthi, A.Md.",
    "Hendrik Tarukallo",
    "Ruhaya Tgk. Muda",
    "Ketut Ariawan",
    "Lestari Puji Rahayuni",
    "Rizqi Maulidin",
    "Agustina Br. Gintara",
    "Muhammad Haikal Fathan",
    "Wahyuningrum",
    "Saiful Bahrianto, S.T.",
    "Evelina Simanjorang",
    "Tarmidzi Usmanto",
    "Puspita Anggraheni, S.Pd.",
    "Jufrizal Tanjungan",
    "Halimahtus Saʼadah",
    "Robertus Kurniadi",
    "Nengah Suryaningsih",
    "Ilhamuddin Lubiansyah",
    "Citra Maharanita",
    "Gunawan Prasetyadi, M.M.",
    "Salbiah Daulayani",
    "Abdurrahman Wahidin Al-Katiri",
    "Veronika Lumbantari",
)
UNITS: Final = (
    "Dinas Kependudukan dan Pencatatan Sipil",
    "Dinas Perhubungan",
    "Dinas Kebudayaan dan Pariwisata",
    "Dinas Kesehatan",
    "Dinas Komunikasi dan Informatika",
    "BKPSDM",
    "Dinas Lingkungan Hidup",
)


def roster(count: int) -> str:
    """A candidates' file with so many rows; beyond the list, names get a number."""
    rows = ["nama,nip,unit"]
    for n in range(count):
        name = NAMES[n % len(NAMES)]
        if n >= len(NAMES):
            name = f"{name.split(',')[0]} {n // len(NAMES) + 1}"
        rows.append(f'"{name}",{nip(n)},{UNITS[n % len(UNITS)]}')
    return "\n".join(rows) + "\n"


def nip(n: int) -> str:
    """A well-formed NIP that nobody bears: birth and appointment vary with `n`."""
    year, month, day = 1968 + n % 31, 1 + n % 12, 1 + n % 28
    return f"{year}{month:02d}{day:02d}{year + 23}{1 + n // 31 % 12:02d}{1 + n % 2}{990 + n % 10}"
