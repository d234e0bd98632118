"""The cast: invented people (DATA CONTOH) with fixed roles, and a small bank and scheme."""

import json
from typing import Any

import msgspec

from exam_engine.schemes.scheme import Row, Scheme, Section, ShowScore
from exam_engine.schemes.service import publish_scheme
from kernel.database import Database
from people import passwords, service, store
from people.roles import Principal, Role
from question_banks.families.interface import Rule

PASSWORD = "kata sandi contoh"
HASH = passwords.hash_password(PASSWORD)
AGENCY = "Pemerintah Kota Contoh Lhokseumawe"
OTHER_AGENCY = "Pemerintah Kota Contoh Surabaya"
STAFF = {
    "penyusun": ("Cut Meurah Contoh", (Role.ITEM_WRITER,)),
    "penelaah": ("Rangga Contoh", (Role.REVIEWER,)),
    "penilai": ("Maruli Contoh", (Role.ASSESSOR,)),
    "admin": ("Sri Contoh", (Role.AGENCY_ADMIN,)),
    "pengawas": ("Togar Contoh", (Role.PROCTOR,)),
    "sidang": ("Rohana Contoh, S.H.", (Role.DECISION_BOARD,)),
    "auditor": ("Yusuf Contoh", (Role.AUDITOR,)),
}
STRANGERS = {
    "admin-lain": ("Wati Contoh", (Role.AGENCY_ADMIN,)),
    "penilai-lain": ("Gede Contoh", (Role.ASSESSOR,)),
    "pengawas-lain": ("Bayu Contoh", (Role.PROCTOR,)),
    "sidang-lain": ("Dewi Contoh", (Role.DECISION_BOARD,)),
}
CANDIDATES = (
    ("Teuku Contoh Satu, S.A.P., M.Si.", "199001012015011990"),
    ("Ni Luh Contoh Dua", "199102022016022991"),
    ("Sitorus", "198803032012011992"),
)


class Cast(msgspec.Struct, frozen=True):
    """Principals by username, for tests that call services directly."""

    people: dict[str, Principal]

    def __getitem__(self, username: str) -> Principal:
        return self.people[username]


def hire(database: Database) -> Cast:
    """Make the agencies and every staff account."""
    people: dict[str, Principal] = {}
    for agency, place, staff in (
        (AGENCY, "Lhokseumawe", STAFF),
        (OTHER_AGENCY, "Surabaya", STRANGERS),
    ):
        agency_id = database.write_sync(service.create_agency, name=agency, place=place)
        for number, (username, (name, roles)) in enumerate(staff.items()):
            person_id = database.write_sync(
                service.create_person,
                agency_id=agency_id,
                name=name,
                nip=f"198001012005011{990 + number}",
                unit="BKPSDM",
            )
            account_id = database.write_sync(
                service.create_account,
                person_id=person_id,
                username=username,
                password_hash=HASH,
                roles=roles,
            )
            people[username] = Principal(
                sign_in=b"",
                person_id=person_id,
                agency_id=agency_id,
                name=name,
                roles=frozenset(roles),
                account_id=account_id,
            )
    return Cast(people)


def small_bank(weighted: int = 6, single: int = 8) -> bytes:
    """A bank file with enough items for `small_scheme`, keys marked in the texts."""
    return json.dumps(
        {
            "format": "ujikom-bank/1",
            "meta": {
                "competencies": [
                    _competency("T.ETIKA", "Etika dan Pelayanan Prima"),
                    _competency("T.ADMIN", "Pelayanan Administrasi Kependudukan"),
                ]
            },
            "items": [_weighted(n) for n in range(weighted)] + [_single(n) for n in range(single)],
        }
    ).encode()


def small_scheme(minutes: int = 60) -> Scheme:
    """Three weighted and five single-choice items."""
    return Scheme(
        format="ujikom-scheme/1",
        code="UJI-KECIL",
        version=1,
        name_id="Pelayanan Publik Kecil",
        name_en="Small Public Service",
        level=2,
        legal_basis="Peraturan contoh, bukan peraturan sungguhan",
        effective_from="2026-01-01",
        minutes=minutes,
        validity_months=36,
        show_score=ShowScore.AFTER_SUBMIT,
        sections=(
            Section(
                code="ETIKA",
                name_id="Etika",
                name_en="Ethics",
                family="weighted_choice",
                rule=Rule(blank=0),
                cut_score=9,
                rows=(Row(competency="T.ETIKA", count=3),),
            ),
            Section(
                code="ADMIN",
                name_id="Administrasi",
                name_en="Administration",
                family="single_choice",
                rule=Rule(right=5, wrong=0, blank=0),
                cut_score=15,
                rows=(Row(competency="T.ADMIN", count=5),),
            ),
        ),
    )


def publish_small_scheme(database: Database) -> bytes:
    """Publish `small_scheme`; gives its digest."""
    return database.write_sync(publish_scheme, scheme=small_scheme())


def person(database: Database, person_id: bytes) -> store.Person:
    """A person by id."""
    return database.read_sync(store.person, person_id=person_id)


def _competency(code: str, name: str) -> dict[str, str]:
    return {"code": code, "kind": "technical", "name_id": name, "name_en": f"{name} (en)"}


def _weighted(n: int) -> dict[str, Any]:
    return {
        "id": f"E-{n}",
        "type": "weighted",
        "competency": "T.ETIKA",
        "level": 2,
        "stem": f"Keadaan {n} di loket pelayanan",
        "options": [
            {"key": key, "text": f"Tindakan {n} bernilai {score}", "score": score}
            for key, score in zip("ABCDE", (3, 1, 5, 2, 4), strict=True)
        ],
    }


def _single(n: int) -> dict[str, Any]:
    return {
        "id": f"A-{n}",
        "type": "single",
        "competency": "T.ADMIN",
        "level": 2,
        "stem": f"Pertanyaan {n} tentang dokumen",
        "options": [
            {"key": key, "text": f"Jawaban {n} {'benar' if key == 'C' else f'keliru {key}'}",
             "score": 1 if key == "C" else 0}
            for key in "ABCD"
        ],
    }  # fmt: skip
