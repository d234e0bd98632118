"""What every address answers, whatever the page: HEAD as GET, the language that was asked for."""

from collections.abc import Iterator

import httpx
import pytest

from app import close, create_app, install
from kernel.clock import ManualClock
from kernel.settings import Settings
from samples.serving import served
from tests.conftest import START
from web.head import AnswersHead


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A browser without cookies at the real app on an empty data folder."""
    settings = Settings(data=tmp_path_factory.mktemp("requests"))
    here = install(settings, clock=ManualClock(START))
    with (
        served(AnswersHead(create_app(settings, here=here))) as url,
        httpx.Client(base_url=url) as made,
    ):
        yield made
    close(here)


@pytest.mark.parametrize(
    "path", ["/", "/log", "/sehat", "/.well-known/ujikom.json", "/V/0000000000000000", "/tidak-ada"]
)
def test_head_answers_as_get_does_without_the_content(client: httpx.Client, path: str) -> None:
    got, head = client.get(path), client.head(path)

    assert head.status_code == got.status_code
    assert head.content == b""
    assert got.content != b""
    for name in ("content-type", "content-security-policy", "cache-control"):
        assert head.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize("path", ["/staf", "/staf/sesi", "/ujian/soal/1"])
def test_language_of_an_address_outlives_the_redirect_to_sign_in(
    client: httpx.Client, path: str
) -> None:
    client.cookies.clear()
    sent = client.get(path, params={"lang": "en"})

    assert sent.status_code == 303
    assert '<html lang="en"' in client.get(sent.headers["location"]).text


def test_language_that_does_not_exist_is_not_kept(client: httpx.Client) -> None:
    client.cookies.clear()
    sent = client.get("/staf", params={"lang": "xx"})

    assert "ujikom_bahasa" not in sent.headers.get("set-cookie", "")
