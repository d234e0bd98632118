"""People at browsers, over HTTP: what the sample exam and the tests drive the real app with."""

import html
import re
import ssl
import time
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from typing import Any

import httpx

CSRF_COOKIE = "ujikom_formulir"
TIMEOUT = 60.0
PATIENCE = 70.0  # rate limits count by the minute


class PageUnexpected(RuntimeError):
    """The app answered with another page than the visitor came for."""


@cache
def trusted() -> ssl.SSLContext:
    """The authorities that all visitors trust; reading them takes longer than a request."""
    return ssl.create_default_context()


class Visitor:
    """One browser: cookies, the form token, redirects followed."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(
            base_url=address, timeout=TIMEOUT, follow_redirects=True, verify=trusted()
        )

    def close(self) -> None:
        self.http.close()

    def see(self, path: str) -> str:
        """GET a page, waiting out a rate limit; raises PageUnexpected unless it is there."""
        return self._good(self._patiently(lambda: self.http.get(path))).text

    def send(
        self,
        path: str,
        fields: dict[str, Any] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        """POST a form; raises PageUnexpected on a refusal."""
        return self._good(self._patiently(lambda: self.try_send(path, fields, files)))

    def try_send(
        self,
        path: str,
        fields: dict[str, Any] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
        *,
        script: bool = False,
    ) -> httpx.Response:
        """POST a form and give whatever came back; `script` asks for JSON."""
        if CSRF_COOKIE not in self.http.cookies:
            self.http.get("/masuk")
        data = {**(fields or {}), "_csrf_token": self.http.cookies[CSRF_COOKIE]}
        headers = {"Accept": "application/json"} if script else {}
        return self.http.post(path, data=data, files=files, headers=headers)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in as staff."""
        answer = self.send("/masuk", {"username": username, "password": password})
        if answer.url.path != "/staf":
            raise PageUnexpected(username)

    @staticmethod
    def _patiently(ask: Callable[[], httpx.Response]) -> httpx.Response:
        answer = ask()
        end = time.monotonic() + PATIENCE
        while answer.status_code == httpx.codes.TOO_MANY_REQUESTS and time.monotonic() < end:
            time.sleep(2)
            answer = ask()
        return answer

    @staticmethod
    def _good(answer: httpx.Response) -> httpx.Response:
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise PageUnexpected(f"{answer.status_code} {answer.url.path}")
        return answer


class ExamPage:
    """What a candidate reads on the exam screen."""

    def __init__(self, page: str) -> None:
        reader = _Reader()
        reader.feed(page)
        self.place = reader.hidden.get("place", "")
        self.counter = int(reader.hidden.get("counter", "0"))
        self.letters = reader.letters
        self.chosen = reader.chosen
        self.stem = _squash(reader.stem)
        self.options = {
            letter: _squash(texts).removeprefix(letter).strip()
            for letter, texts in reader.texts.items()
        }


class _Reader(HTMLParser):
    """Finds hidden fields, the stem, and the text of each option's row."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.letters: list[str] = []
        self.chosen = ""
        self.texts: dict[str, list[str]] = {}
        self.stem: list[str] = []
        self._stem_depth = 0
        self._label = False
        self._letter = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "label":
            self._label = True
        if given.get("id") == "stem" or (self._stem_depth and tag == "div"):
            self._stem_depth += 1
        if tag != "input":
            return
        if given.get("type") == "hidden":
            self.hidden.setdefault(given.get("name", ""), given.get("value", ""))
        if given.get("name") == "choice":
            self._letter = given.get("value", "")
            self.letters.append(self._letter)
            self.texts[self._letter] = []
            if "checked" in given:
                self.chosen = self._letter

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._label, self._letter = False, ""
        if tag == "div" and self._stem_depth:
            self._stem_depth -= 1

    def handle_data(self, data: str) -> None:
        if self._stem_depth:
            self.stem.append(data)
        if self._label and self._letter:
            self.texts[self._letter].append(data)


def cards_of(page: str) -> list[tuple[str, str]]:
    """Candidate numbers and registration PINs of an admission page."""
    numbers = re.findall(r'class="num">(\d{4}-\d{4})<', page)
    pins = re.findall(r'class="admission__pin">(\d+)<', page)
    return list(zip(numbers, pins, strict=True))


def _squash(parts: list[str]) -> str:
    return " ".join(html.unescape(" ".join(parts)).split())
