"""Pictures over HTTP: only for those entitled, with a fixed type and a policy of their own."""

import pytest

from question_banks.media.check import checked
from question_banks.media.service import keep
from tests.pictures import picture
from tests.web.world import World

KEPT = checked(picture())


@pytest.fixture(scope="module")
def kept(world: World) -> World:
    """A picture that no paper shows."""
    world.database.write_sync(keep, media=KEPT, by=world.stage.cast["penyusun"])
    return world


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("penyusun", 200), ("penelaah", 200), ("admin", 200), ("pengawas", 403), ("sidang", 403),
        ("auditor", 403), ("candidate 0", 404), ("candidate 2", 404), ("nobody", 303),
    ],
)  # fmt: skip
def test_picture_is_for_bank_staff_and_for_nobody_whose_paper_lacks_it(
    kept: World, name: str, status: int
) -> None:
    answer = kept.visitor(name).http.get(KEPT.address)

    assert answer.status_code == status
    assert (answer.content == KEPT.data) == (status == 200)


def test_picture_cannot_be_taken_for_a_page(kept: World) -> None:
    answer = kept.visitor("penyusun").http.get(KEPT.address)

    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'; sandbox" in answer.headers.get_list("content-security-policy")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [f"/media/{KEPT.digest.hex()}.jpg", f"/media/{'0' * 64}.png", "/media/x", "/media/..%2fx"],
)
def test_other_names_find_nothing(kept: World, path: str) -> None:
    assert kept.visitor("penyusun").http.get(path).status_code == 404
