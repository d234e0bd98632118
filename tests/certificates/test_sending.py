"""ZIPs of an agency's certificates, made in the background: whole, once, for their agency alone."""

import csv
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from certificates import store
from certificates.issuing import issue_awards, print_pending
from certificates.sending import service
from certificates.sending.errors import PackRunning, PackUnknown
from kernel.blobs import BlobMissing, Blobs
from people.errors import RoleMissing
from tests.stage import Stage

ONE_EACH = 1  # bytes: every certificate gets a part of its own


class Died(Exception):
    """The process was killed here."""


class DyingBlobs(Blobs):
    """A folder whose process is killed after so many files, before their rows are written."""

    def __init__(self, folder: Path, after: int) -> None:
        super().__init__(folder)
        self._left = after

    def put(self, data: bytes) -> bytes:
        blob = super().put(data)
        if not self._left:
            raise Died
        self._left -= 1
        return blob


@pytest.fixture
def printed(stage: Stage, tmp_path: Path) -> Stage:
    """Three printed certificates."""
    stage.open()
    for number in range(3):
        stage.sat(number)
    stage.close()
    stage.decide()
    issue_awards(stage.database, stage.issuer())
    sequencer = stage.sequencer(tmp_path)
    while sequencer.turn():
        pass
    sequencer.close()
    with ThreadPoolExecutor(1) as pool:
        kept = print_pending(stage.database, Blobs(tmp_path), stage.issuer(), pool=pool)
    assert kept == 3
    return stage


def ask(stage: Stage, by: str = "admin") -> bytes:
    return stage.database.write_sync(service.ask, by=stage.cast[by])


def fetched(stage: Stage, pack: bytes, number: int, folder: Path, by: str = "sidang") -> bytes:
    name, data = stage.database.read_sync(
        service.fetch, pack_id=pack, number=number, blobs=Blobs(folder), by=stage.cast[by]
    )
    assert name == f"pemerintah-kota-contoh-lhokseumawe-{number:02d}.zip"
    return data


def test_killed_between_parts_it_goes_on_and_every_certificate_is_in_one(
    printed: Stage, tmp_path: Path
) -> None:
    pack = ask(printed)
    with pytest.raises(PackRunning):
        ask(printed, "sidang")
    for finished in (1, 2):
        with pytest.raises(Died):
            service.work(printed.database, DyingBlobs(tmp_path, 1), largest=ONE_EACH)
        [seen] = printed.database.read_sync(service.listed, by=printed.cast["admin"])
        assert (len(seen.parts), seen.done, seen.wanted) == (finished, finished, 3)
        assert not seen.ended
    assert service.work(printed.database, Blobs(tmp_path), largest=ONE_EACH) == 1
    assert service.work(printed.database, Blobs(tmp_path), largest=ONE_EACH) == 0
    [seen] = printed.database.read_sync(service.listed, by=printed.cast["admin"])
    assert (seen.done, seen.ended, [part.number for part in seen.parts]) == (3, True, [1, 2, 3])

    issued = printed.database.read_sync(store.of_session, session_id=printed.session)
    hashes = {}
    for number in (1, 2, 3):
        with zipfile.ZipFile(io.BytesIO(fetched(printed, pack, number, tmp_path))) as opened:
            index = opened.read("indeks.csv").decode("utf-8-sig").splitlines()
            for row in csv.DictReader(index):
                assert row["nomor"] not in hashes
                hashes[row["nomor"]] = sha256(opened.read(row["berkas"])).digest()
            assert "indeks.html" in opened.namelist()
    kept = {each.number: printed.database.read_sync(store.pdf, certificate_id=each.id)
            for each in issued}  # fmt: skip
    assert hashes == {number: pdf.sha256 for number, pdf in kept.items() if pdf}


def test_zip_is_for_its_own_agency_for_a_day_and_sealed_on_disk(
    printed: Stage, tmp_path: Path
) -> None:
    with pytest.raises(RoleMissing):
        ask(printed, "penyusun")
    with pytest.raises(PackUnknown):
        ask(printed, "admin-lain")
    pack = ask(printed)
    assert service.work(printed.database, Blobs(tmp_path)) == 1
    assert fetched(printed, pack, 1, tmp_path).startswith(b"PK")
    [seen] = printed.database.read_sync(service.listed, by=printed.cast["sidang"])
    lying = Blobs(tmp_path).get(seen.parts[0].blob)
    assert b"PK\x03\x04" not in lying[:64]
    assert b"CTH-2026" not in lying
    for by, number in (("admin-lain", 1), ("sidang-lain", 1), ("admin", 2)):
        with pytest.raises(PackUnknown):
            fetched(printed, pack, number, tmp_path, by)
    assert printed.database.read_sync(service.listed, by=printed.cast["admin-lain"]) == []

    printed.clock.advance(service.KEPT.total_seconds())
    with pytest.raises(PackUnknown):
        fetched(printed, pack, 1, tmp_path)
    assert service.work(printed.database, Blobs(tmp_path)) == 0
    with pytest.raises(BlobMissing):
        Blobs(tmp_path).get(seen.parts[0].blob)
    assert ask(printed) != pack, "a day later one may ask again"
