"""The holder's own certificates: nobody else's, a link that shows the score, a correction."""

import re
from datetime import timedelta

import pytest

from certificates.holding import service as holding
from certificates.holding.errors import ShareUnknown
from kernel import ids
from people.roles import Principal, Role
from tests.web.world import World

HOME = "/sertifikat-saya"
pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True, scope="module")


def own_path(world: World, n: int) -> str:
    return f"{HOME}/{ids.text(world.certificates()[n].id)}"


def new_link(world: World, n: int = 0, days: str = "7") -> str:
    """A link that the holder made, as its page shows it once."""
    page = world.visitor(f"candidate {n}").try_send(f"{own_path(world, n)}/bagikan", {"days": days})
    found = re.search(r"/nilai/[\w-]{43}", page.text)
    assert found is not None, page.text
    return found.group()


def test_each_sees_own_certificates_alone(world: World) -> None:
    first, second = world.certificates()
    for n, (own, other) in enumerate(((first, second), (second, first))):
        page = world.visitor(f"candidate {n}").see(HOME)
        assert own.number in page
        assert other.number not in page
        assert other.claim.holder_name not in page
    assert "Belum ada sertifikat" in world.visitor("candidate 2").see(HOME)
    assert world.visitor("nobody").http.get(HOME).status_code in {303, 401}
    for name in ("sidang", "admin", "auditor"):
        assert first.number not in world.visitor(name).see(HOME)


def test_holder_downloads_the_issued_bytes_and_a_stranger_does_not(world: World) -> None:
    path = f"{own_path(world, 0)}/berkas"
    own = world.visitor("candidate 0").http.get(path)

    assert own.content == world.visitor("candidate 0").http.get("/ujian/sertifikat").content
    for name in ("candidate 1", "candidate 2", "sidang-lain", "auditor", "nobody"):
        answer = world.visitor(name).http.get(path)
        assert not answer.content.startswith(b"%PDF"), name


def test_link_shows_the_score_to_whoever_has_it_and_the_code_does_not(world: World) -> None:
    own = world.certificates()[0]
    link = new_link(world)

    answer = world.visitor("nobody").http.get(link)

    assert own.claim.holder_name in answer.text
    assert "Nilai per bagian" in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "Nilai per bagian" not in world.visitor("nobody").http.get(f"/V/{own.code}").text
    stored = world.database.read_sync(lambda tx: tx.run("SELECT * FROM certificate_share"))
    assert link.rpartition("/")[2].encode() not in repr(list(stored)).encode()
    assert link not in world.visitor("candidate 0").see(HOME)


def test_link_ends_by_its_holder_alone(world: World) -> None:
    link = new_link(world, days="30")
    page = world.visitor("candidate 0").see(HOME)
    end = re.findall(rf'action="({HOME}/tautan/[^"]+)"', page)

    for path in end:
        assert world.visitor("candidate 1").try_send(path, {}).status_code == 404
    assert world.visitor("nobody").http.get(link).status_code == 200
    for path in end:
        assert world.visitor("candidate 0").try_send(path, {}).status_code == 303
    ended = world.visitor("nobody").http.get(link)
    assert ended.status_code == 404
    assert ended.text == world.visitor("nobody").http.get(f"/nilai/{'A' * 43}").text.replace(
        "A" * 43, link.rpartition("/")[2]
    )


def test_stranger_makes_no_link_and_no_term_is_free(world: World) -> None:
    for name in ("candidate 1", "candidate 2", "sidang", "nobody"):
        answer = world.visitor(name).try_send(f"{own_path(world, 0)}/bagikan", {"days": "7"})
        assert "/nilai/" not in answer.text, name
    refused = world.visitor("candidate 0").try_send(
        f"{own_path(world, 0)}/bagikan", {"days": "3650"}
    )
    assert refused.status_code in {400, 422}


def test_correction_is_asked_answered_and_read(world: World) -> None:
    holder, path = world.visitor("candidate 0"), f"{own_path(world, 0)}/koreksi"
    assert world.visitor("candidate 1").try_send(path, {"text": "x"}).status_code == 404
    assert holder.try_send(path, {"text": " "}).status_code == 422
    assert holder.try_send(path, {"text": "Nama kurang gelar S.A.P."}).status_code == 303
    assert holder.try_send(path, {"text": "Lagi"}).status_code == 409

    board = world.visitor("sidang").see("/staf/koreksi")
    assert "Nama kurang gelar S.A.P." in board
    assert "Nama kurang gelar" not in world.visitor("sidang-lain").see("/staf/koreksi")
    [answer] = re.findall(r'action="(/staf/koreksi/[^"]+)"', board)
    given = {"accepted": "yes", "text": "Diterbitkan ulang pekan ini."}
    for name in ("sidang-lain", "admin", "candidate 0", "nobody"):
        assert world.visitor(name).try_send(answer, given).status_code in {303, 403, 404}, name
    assert "Menunggu jawaban" in holder.see(HOME)
    assert world.visitor("sidang").try_send(answer, given).status_code == 303

    assert "Diterbitkan ulang pekan ini." in holder.see(HOME)
    assert "Nama kurang gelar" not in world.visitor("sidang").see("/staf/koreksi")


def test_progress_of_issuing_counts_what_others_did(world: World) -> None:
    page = " ".join(world.visitor("sidang").see("/staf/sertifikat/penerbitan").split())

    assert "Terbit 2 dari 2" in page
    assert "Dicetak 2 dari 2" in page
    assert "data-refresh" not in page
    assert "Belum ada yang diterbitkan" in world.visitor("sidang-lain").see(
        "/staf/sertifikat/penerbitan"
    )


def test_link_ends_by_time_and_the_page_reminds_before_the_certificate_ends(world: World) -> None:
    """Moves the clock: the last test of this module."""
    own, clock = world.certificates()[1], world.stage.clock
    by = Principal(
        sign_in=b"", person_id=own.person_id, agency_id=b"", name="",
        roles=frozenset({Role.CANDIDATE}),
    )  # fmt: skip
    token = new_link(world, 1).rpartition("/")[2]
    [before] = world.database.read_sync(holding.own, by=by)
    clock.advance(timedelta(days=7).total_seconds() - 60)
    assert world.database.read_sync(holding.shared, token=token).certificate.id == own.id

    clock.advance(61)
    with pytest.raises(ShareUnknown):
        world.database.read_sync(holding.shared, token=token)
    clock.advance((own.valid_until - timedelta(days=89) - clock.now()).total_seconds())
    [soon] = world.database.read_sync(holding.own, by=by)
    clock.advance(timedelta(days=90).total_seconds())
    [late] = world.database.read_sync(holding.own, by=by)

    assert [each.ends_soon for each in (before, soon, late)] == [False, True, False]
    assert [str(each.status) for each in (before, soon, late)] == ["valid", "valid", "expired"]
