"""Two languages: the catalogue is complete, and no page or error speaks outside of it."""

import io
import re
import string
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import httpx
import jinja2
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import nodes

from app import close, create_app, install
from exam_engine.registration.states import SessionState
from kernel.clock import ManualClock
from kernel.errors import UjikomError
from kernel.settings import Settings
from question_banks.states import ItemState
from samples.serving import served
from tests.web.pages import shown, words
from web import error_texts, error_words, i18n

WEB = Path(i18n.__file__).parent
TEMPLATES = WEB / "templates"
KEYWORDS = {**DEFAULT_KEYWORDS, "translate": None}
PACKAGES = (
    "kernel", "people", "competencies", "question_banks", "exam_engine", "certificates", "audit",
    "documents", "web", "migrations", "app",
)  # fmt: skip
# Names that read the same in both languages, and each language's own name for itself.
NAMES = {"Ujikom", "JSON", "SHA", "XXXX", "Bahasa", "Indonesia", "English", "mono"}
SENTENCE = re.compile(r"\b[A-Z][a-z]{2,}|\b[a-z]{3,} [a-z]{3,}\b")
ATTRIBUTE = re.compile(r"[a-z-]+=\"[^\"]*\"")  # a macro that gives attributes for another's tag
PERCENT = re.compile(r"%\((\w+)\)s")


@cache
def extracted() -> dict[str, tuple[str, ...] | str]:
    """Message ids in the sources, by the first form."""
    with (WEB / "babel.cfg").open() as source:
        methods, options = parse_mapping_cfg(source)  # type: ignore[no-untyped-call] # untyped in Babel
    found = extract_from_dir(WEB, methods, options, keywords=KEYWORDS)
    return {first(id_): id_ for _, _, id_, _, _ in found}


@cache
def catalogue() -> Catalog:
    """The English catalogue."""
    return read_po(io.BytesIO((i18n.LOCALES / "en.po").read_bytes()), locale="en")


def first(id_: tuple[str, ...] | list[str] | str) -> str:
    """The id that a message is looked up by."""
    return id_ if isinstance(id_, str) else id_[0]


def messages() -> list[Message]:
    """The catalogue's messages without its header."""
    return [message for message in catalogue() if message.id]


def forms(texts: tuple[str, ...] | list[str] | str | None) -> list[str]:
    """All forms of a message."""
    return [texts or ""] if isinstance(texts, str | None) else list(texts)


def placeholders(text: str) -> set[str]:
    """Names in `%(name)s` and `{name}`."""
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return set(PERCENT.findall(text)) | braces


def test_catalogue_against_the_sources_is_complete_without_leftovers() -> None:
    listed = {first(message.id) for message in messages()}

    assert sorted(set(extracted()) - listed) == []
    assert sorted(listed - set(extracted())) == []
    assert not catalogue().obsolete


def test_catalogue_entries_are_all_translated_and_none_fuzzy() -> None:
    assert messages()
    assert [m.id for m in messages() if m.fuzzy or not all(forms(m.string))] == []
    assert [m.id for m in messages() if len(forms(m.id)) != len(forms(m.string))] == []


def test_catalogue_entries_keep_the_placeholders_of_their_ids() -> None:
    wrong = [
        (message.id, text)
        for message in messages()
        for text in forms(message.string)
        if placeholders(text) != placeholders(first(message.id))
    ]

    assert wrong == []


def test_message_ids_are_each_written_whole_in_a_source() -> None:
    """A call on `"a" if x else "b"` would be extracted as one id that nobody looks up."""
    sources = "\n".join(
        path.read_text() for pattern in ("*.py", "templates/*.html") for path in WEB.glob(pattern)
    )
    joined = re.sub(r"[\"']\s*\n\s*[\"']", "", sources)

    assert [id_ for id_ in extracted() if id_ not in joined] == []


def kinds(base: type[UjikomError] = UjikomError) -> Iterator[type[UjikomError]]:
    """Every error class of the house."""
    yield base
    for kind in base.__subclasses__():
        yield from kinds(kind)


@cache
def codes() -> frozenset[str]:
    """The codes of all errors of all packages."""
    for name in PACKAGES:
        module = import_module(name)
        for found in walk_packages(getattr(module, "__path__", ()), f"{name}."):
            if not found.name.startswith(("migrations.env", "migrations.versions")):
                import_module(found.name)
    return frozenset(kind.code for kind in kinds() if kind.__module__.partition(".")[0] in PACKAGES)


def test_error_codes_of_every_package_have_texts() -> None:
    assert len(codes()) > 100
    assert sorted(codes() - set(error_texts.TEXTS)) == []


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_error_texts_of_every_code_read_in_both_languages(lang: str) -> None:
    english = {first(message.id) for message in messages()}

    for code, texts in error_texts.TEXTS.items():
        text = error_texts.text_of_code(code, {}, lang)

        assert text.title, code
        assert text.advice, code
        assert set(texts) <= english, code


def test_error_texts_in_english_differ_from_the_indonesian() -> None:
    same = [
        code
        for code in error_texts.TEXTS
        if error_texts.text_of_code(code, {}, "id") == error_texts.text_of_code(code, {}, "en")
    ]

    assert same == []


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("id", "Orang ini memegang tugas lain dalam sesi ini (pengawas)."),
        ("en", "This person has another duty in this session (proctor)."),
    ],
)
def test_error_text_with_machine_word_names_it_in_the_language(lang: str, title: str) -> None:
    text = error_texts.text_of_code("duty_conflict", {"duty": "proctor"}, lang)

    assert text.title == title


def test_error_words_cover_every_state_of_items_and_sessions() -> None:
    states = {str(state) for kind in (ItemState, SessionState) for state in kind}

    assert set(error_words.WORDS["state"]) == states


def test_error_text_without_its_data_shows_a_dash() -> None:
    text = error_texts.text_of_code("username_taken", {}, "en")

    assert text.title == "The user name – is already taken."


def skeleton(source: str) -> str:
    """A template's own HTML: expressions, tags, comments and class names are blank, lines stay."""
    kept: list[str] = []
    names: list[str] = []
    silent = False
    for _, kind, value in jinja2.Environment(autoescape=True).lex(source):
        if kind == "block_begin":
            names = []
        elif kind == "name":
            names.append(value)
        elif kind == "block_end" and names[:1] in (["block"], ["endblock"]):
            silent = names[0] == "block" and names[1].endswith("_class")
        kept.append(value if kind == "data" and not silent else "\n" * value.count("\n"))
    return "".join(kept)


def spoken_literals(source: str) -> Iterator[tuple[int, str]]:
    """Texts in expressions that no `_()` translates: capitalised words, or several words."""
    tree = jinja2.Environment(autoescape=True).parse(source)
    marked = {
        id(const)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in {"_", "ngettext"}
        for const in call.find_all(nodes.Const)
    }
    for const in tree.find_all(nodes.Const):
        text = const.value
        if isinstance(text, str) and id(const) not in marked and SENTENCE.search(text):
            yield const.lineno, text


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_template_text_is_all_marked_for_translation(path: Path) -> None:
    source = path.read_text()

    html = shown(skeleton(source))
    bare = [(line, text) for line, text in html if set(words(ATTRIBUTE.sub("", text))) - NAMES]

    assert bare == []
    assert list(spoken_literals(source)) == []


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real app on an empty data folder."""
    from tests.conftest import START

    settings = Settings(data=tmp_path_factory.mktemp("languages"))
    here = install(settings, clock=ManualClock(START))
    with served(create_app(settings, here=here)) as url:
        yield url
    close(here)


@cache
def patterns(lang: str) -> tuple[re.Pattern[str], ...]:
    """Whole texts of a language that the other language does not have."""
    pairs = [
        pair
        for message in messages()
        for pair in zip(forms(message.id), forms(message.string), strict=True)
    ]
    both = {"id": {own for own, _ in pairs}, "en": {own for _, own in pairs}}
    only = both[lang] - both["en" if lang == "id" else "id"]
    return tuple(
        re.compile(".+".join(re.escape(part) for part in PERCENT.split(text)[::2]))
        for text in only
        if words(PERCENT.sub("", text))
    )


def spoken_in(lang: str, page: str) -> list[str]:
    """Texts of a page that only this language has."""
    return [text for _, text in shown(page) if any(p.fullmatch(text) for p in patterns(lang))]


@pytest.mark.parametrize("path", ["/", "/masuk", "/ujian", "/log", "/tidak-ada", "/V/AAAA"])
def test_page_in_a_language_says_nothing_in_the_other(address: str, path: str) -> None:
    indonesian = httpx.get(f"{address}{path}", params={"lang": "id"}).text
    english = httpx.get(f"{address}{path}", params={"lang": "en"}).text

    assert '<html lang="id"' in indonesian
    assert '<html lang="en"' in english
    assert spoken_in("en", indonesian) == []
    assert spoken_in("id", english) == []
    assert len(spoken_in("id", indonesian)) == len(spoken_in("en", english)) > 10


def test_language_asked_for_once_is_remembered(address: str) -> None:
    with httpx.Client(base_url=address) as browser:
        browser.get("/log", params={"lang": "en"})

        again = browser.get("/masuk").text

    assert "Staff sign-in" in again
    assert "Masuk petugas" not in again
