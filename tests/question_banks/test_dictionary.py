"""The dictionary: imports whole, names bad rows, belongs to an agency, gives blueprints."""

import io

import openpyxl
import pytest

from competencies import service, store
from competencies.dictionary import Entry, Kind, Level, Standard, in_force
from competencies.errors import CompetencyForeign, CompetencyUnknown, DictionaryFileInvalid
from competencies.files import Fault, read_dictionary, read_standards
from exam_engine.schemes.derive import rows
from people.errors import RoleMissing
from tests.conftest import SHARED
from tests.stage import Stage

KAMUS = SHARED / "reference" / "kamus_kompetensi_mansoskul.json"
CSV = (
    "kode;jenis;nama;definisi;level;deskripsi;indikator\n"
    "T.1;teknis;Arsip;Mengelola arsip;1;Paham;Menyebut jenis\n"
    "T.1;;;;1;;Menyebut daftar\n"
    "T.1;;;;2;Dasar;Menyusun daftar\n"
    "T.2;aneh;Salah;;;;\n"
    ";teknis;Tanpa kode;;;;\n"
    "T.1;;;;9;Ahli;x\n"
)
ENTRY = Entry(
    code="T.1", kind=Kind.TECHNICAL, name_id="Arsip", definition="Mengelola arsip",
    levels=(Level(1, "Paham", ("Menyebut jenis", "Menyebut daftar")),
            Level(2, "Dasar", ("Menyusun daftar",))),
)  # fmt: skip
FAULTS = (Fault("5", "kind"), Fault("6", "code"), Fault("7", "levels"))


def standard(position: str = "Arsiparis", code: str = "T.ADMIN", **given: object) -> Standard:
    told = {"grade": "Ahli Muda", "level": 2, "legal_basis": "Peraturan contoh",
            "effective_from": "2026-01-01"}  # fmt: skip
    return Standard(position=position, code=code, **(told | given))  # type: ignore[arg-type]  # the fields by name


def sheet(text: str) -> bytes:
    book = openpyxl.Workbook()
    for line in text.splitlines():
        assert book.active is not None
        book.active.append(line.split(";"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.skipif(not KAMUS.exists(), reason="the reference data are not here")
def test_reference_dictionary_imports_whole(stage: Stage) -> None:
    read = read_dictionary("kamus.json", KAMUS.read_bytes())

    assert (len(read.entries), read.faults) == (9, ())
    assert sum(len(entry.levels) for entry in read.entries) == 45
    assert sum(len(level.indicators) for e in read.entries for level in e.levels) == 136
    stage.database.write_sync(service.keep_entries, entries=read.entries, by=stage.cast["admin"])
    for entry in read.entries:
        kept = stage.database.read_sync(store.entry, code=entry.code)
        assert (kept.levels, kept.definition) == (entry.levels, entry.definition)


@pytest.mark.parametrize("name", ["kamus.csv", "kamus.xlsx"])
def test_table_keeps_good_rows_and_names_the_others(name: str) -> None:
    data = CSV.encode() if name.endswith("csv") else sheet(CSV)

    read = read_dictionary(name, data)

    assert read.entries == (ENTRY,)
    assert read.faults == FAULTS
    english = CSV.replace("kode;jenis;nama;definisi", "code;kind;name;definition").replace(
        "deskripsi;indikator", "description;indicator"
    )
    assert read_dictionary("a.csv", english.encode()).entries == (ENTRY,)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.json", b"[]"), ("a.json", b"{"), ("a.csv", b"x,y\n1,2\n"), ("a.csv", b"\xff\xfe"),
     ("a.csv", b""), ("a.xlsx", b"PK\x03\x04 no"), ("a.xlsx", b"")],
)  # fmt: skip
def test_file_that_is_no_dictionary_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(DictionaryFileInvalid):
        read_dictionary(name, data)


def test_other_agency_may_not_change_what_one_keeps(stage: Stage) -> None:
    write = stage.database.write_sync
    write(service.keep_entries, entries=(ENTRY,), by=stage.cast["admin"])

    with pytest.raises(CompetencyForeign):
        write(service.keep_entries, entries=(ENTRY,), by=stage.cast["admin-lain"])
    with pytest.raises(RoleMissing):
        write(service.keep_entries, entries=(ENTRY,), by=stage.cast["penyusun"])
    again = Entry(code="T.1", kind=Kind.TECHNICAL, name_id="Arsip baru", levels=ENTRY.levels[:1])
    write(service.keep_entries, entries=(again,), by=stage.cast["admin"])
    kept = stage.database.read_sync(store.entry, code="T.1")
    assert (kept.name_id, kept.levels) == ("Arsip baru", again.levels)


def test_standards_are_per_agency_and_the_newest_in_force_counts(stage: Stage) -> None:
    write, read = stage.database.write_sync, stage.database.read_sync
    admin = stage.cast["admin"]
    later = standard(level=3, effective_from="2027-01-01", regional_focus="pelabuhan")
    write(service.keep_standards, standards=(standard(), later), by=admin)

    found = read(store.standards, agency_id=admin.agency_id)
    assert found == [standard(), later]
    assert read(store.standards, agency_id=stage.cast["admin-lain"].agency_id) == []
    assert in_force(found, "2026-06-01")["Arsiparis", "T.ADMIN"].level == 2
    assert in_force(found, "2027-06-01")["Arsiparis", "T.ADMIN"].level == 3
    assert in_force(found, "2025-06-01") == {}
    with pytest.raises(CompetencyUnknown):
        write(service.keep_standards, standards=(standard(code="X"),), by=admin)


def test_standards_file_names_bad_rows() -> None:
    read = read_standards(
        "s.csv",
        b"jabatan,jenjang,kode,level,dasar hukum,berlaku sejak,fokus daerah\n"
        b"Arsiparis,Ahli Muda,T.ADMIN,2,Peraturan contoh,2026-01-01,\n"
        b"Arsiparis,,T.ADMIN,7,Peraturan contoh,2026-01-01,\n"
        b"Arsiparis,,T.ADMIN,2,,2026-01-01,\n"
        b"Arsiparis,,T.ADMIN,2,Peraturan contoh,kemarin,\n",
    )

    assert read.standards == (standard(),)
    reasons = ("levels", "legal_basis", "effective_from")
    assert read.faults == tuple(Fault(str(n), r) for n, r in enumerate(reasons, start=3))


def test_blueprint_shares_items_over_the_required_levels() -> None:
    found = rows([standard(code="B", level=3), standard(code="A"), standard(code="C")], 8)

    assert [(r.competency, r.count, r.levels) for r in found] == [
        ("A", 3, (2,)), ("B", 3, (3,)), ("C", 2, (2,)),
    ]  # fmt: skip
    assert rows([], 8) == ()
    assert [r.competency for r in rows([standard(code=c) for c in "AB"], 1)] == ["A"]
