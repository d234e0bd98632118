"""The pages under a witness policy: who waits, the board's release, the verdict's word on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from app import create_app
from audit.policy import SELF_SIGNED
from certificates.store import Certificate
from kernel import ids
from kernel.settings import Settings
from samples.serving import served
from tests.exam_engine.test_quorum import REASON, House, house, undecided
from tests.stage import ORIGIN, stage
from tests.web.world import World
from web.installation import Installation

__all__ = ["house", "stage", "undecided"]


@contextmanager
def opened(house: House, folder: Path) -> Iterator[World]:
    """The house's installation, served."""
    settings = Settings(data=folder, database_url=house.database.url, sequencer=False)
    here = Installation(
        settings=settings,
        database=house.database,
        blobs=house.blobs,
        sequencer=None,
        public_url=house.issuer.public_url,
        log_origin=ORIGIN,
        log_vkey=house.issuer.log_vkey,
        demo=True,
        policy=house.policy,
    )
    with served(create_app(settings, here=here)) as address:
        world = World(address, house.stage, here)
        yield world
        world.close()


@pytest.fixture
def waiting(house: House, tmp_path: Path) -> Iterator[World]:
    """Two certificates that wait for the witness, served."""
    house.turn()
    with opened(house, tmp_path) as world:
        yield world


def test_board_page_asks_why_it_does_not_wait_and_stops_asking_once_witnessed(
    undecided: House, tmp_path: Path
) -> None:
    session = f"/staf/sidang/{ids.text(undecided.stage.session)}"
    form = {"scope": "all", "minutes": "Rapat contoh."}
    with opened(undecided, tmp_path) as world:
        board = world.visitor("sidang")
        assert "Belum cukup saksi yang melihat hasil ini." in board.see(session)
        assert board.try_send(f"{session}/tetapkan", form).status_code == 422
        assert undecided.waiting_types() == []

        with undecided.witness_up():
            undecided.turn()
        assert "Belum cukup saksi" not in board.see(session)
        assert board.try_send(f"{session}/tetapkan", form).status_code == 303
    assert undecided.waiting_types()[-1] == "decision.made"


def verdict(world: World, certificate: Certificate) -> str:
    return world.visitor("nobody").see(f"/V/{certificate.code}")


def test_board_sees_who_waits_and_releases_with_a_reason(waiting: World, house: House) -> None:
    board = waiting.visitor("sidang")
    page = board.see("/staf/sertifikat")
    assert "2 sertifikat menunggu saksi" in page
    assert page.count("0 dari 1 saksi sudah menandatangani") == 2
    assert '/lepas"' in page
    assert '/lepas"' not in waiting.visitor("admin").see("/staf/sertifikat")

    own = waiting.certificates()[0]
    address = f"/staf/sertifikat/{ids.text(own.id)}/lepas"
    assert board.try_send(address, {"reason": " "}).status_code == 422
    assert waiting.visitor("sidang-lain").try_send(address, {"reason": REASON}).status_code == 404
    assert house.waiting_types() == []

    assert board.try_send(address, {"reason": REASON}).status_code == 303
    assert house.waiting_types()[0] == "override.used"
    page = board.see("/staf/sertifikat")
    assert "1 sertifikat menunggu saksi" in page
    assert f"Dilepas tanpa saksi: {REASON}" in page
    assert board.try_send(address, {"reason": REASON}).status_code == 409


def test_verdict_says_how_many_witnesses_signed(waiting: World, house: House) -> None:
    own = waiting.certificates()[0]
    assert "Titik periksa ditandatangani saksi luar: 0 dari 1." in verdict(waiting, own)

    with house.witness_up():
        house.cosigner.turn()
    assert "Titik periksa ditandatangani saksi luar: 1 dari 1." in verdict(waiting, own)


def test_verdict_without_a_policy_says_self_signed(waiting: World) -> None:
    here = msgspec.structs.replace(waiting.here, policy=SELF_SIGNED)
    with served(create_app(here.settings, here=here)) as address:
        world = World(address, waiting.stage, here)
        text = verdict(world, waiting.certificates()[0])
        world.close()

    assert "Titik periksa ditandatangani sendiri (tanpa saksi)." in text
