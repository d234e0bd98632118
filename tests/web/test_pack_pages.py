"""ZIPs on the page of issuing: asked for by staff, progress, fetched."""

import io
import re
import zipfile

import pytest

from certificates.sending import service
from tests.web.world import World

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True, scope="module")
HOME = "/staf/sertifikat/penerbitan"


def test_staff_asks_waits_and_fetches_what_was_issued(world: World) -> None:
    board = world.visitor("sidang")
    assert "Buat ZIP" in board.http.get(HOME).text
    assert board.try_send("/staf/sertifikat/zip").status_code == 303
    waiting = board.http.get(HOME).text
    assert "Dikemas 0 dari 2" in waiting
    assert "Buat ZIP" not in waiting
    assert board.try_send("/staf/sertifikat/zip").status_code == 409

    assert service.work(world.database, world.here.blobs) == 1

    done = world.visitor("admin").http.get(HOME).text
    assert "Dikemas 2 dari 2" in done
    links = re.findall(r'href="(/staf/sertifikat/zip/[a-z2-7]{26}/1)"', done)
    assert len(links) == 1
    answer = world.visitor("admin").http.get(links[0])
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        for each in world.certificates():
            own = board.http.get(f"/staf/sertifikat?text={each.number}").text
            path = re.search(r"/staf/sertifikat/[a-z2-7]{26}/berkas", own)
            assert path is not None
            assert opened.read(f"{each.number}.pdf") == board.http.get(path.group()).content
    assert world.visitor("sidang-lain").http.get(links[0]).status_code == 404
    assert links[0] not in world.visitor("sidang-lain").http.get(HOME).text
