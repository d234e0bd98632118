"""The native JSON format "ujikom-bank/1": read a file into item contents and rejections.

Documented in `docs/reference/bank-format.md`. A file whose items carry only a subject is read with
a mapping ("ujikom-bank-mapping/1") that gives competency and level by that field. A bad item is
rejected by id and reason; it never costs the good ones.
"""

import html
from pathlib import Path
from typing import Any

import msgspec

from competencies.store import Competency
from question_banks.content import LONGEST_TAG, MOST_TAGS, Content, Option, digest, to_bytes
from question_banks.errors import BankFileInvalid, MediaInvalid
from question_banks.families import FAMILIES, Family, normalised
from question_banks.formats import markup
from question_banks.formats.limits import USUAL, Limits
from question_banks.media.check import Media, checked
from question_banks.stimulus import Stimulus, stimulus_digest

BY_TYPE = {family.native_type: family for family in FAMILIES.values()}
LEVELS = range(1, 6)
MOST_POINTS = 1000
LONGEST_ID = 100
MOST_ENEMIES = 50
Figures = dict[str, bytes]
Pictures = dict[str, Media]
NO_FIGURES: Figures = {}
NO_PICTURES: Pictures = {}
CAPTION = {"id": "Gambar", "en": "Figure"}


class NativeOption(msgspec.Struct, frozen=True):
    key: str
    text: str
    score: int


class NativeItem(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    type: str
    stem: str
    options: tuple[NativeOption, ...] = ()
    body: dict[str, Any] | None = None
    lang: str = "id"
    answer: str | None = None
    markup: str = "text"
    subject: str = ""
    topic: str = ""
    competency: str = ""
    level: int | None = None
    cognitive: str = ""
    indicator: str = ""
    rationale: str = ""
    source: str = ""
    figure: str = ""
    group: str = ""
    stimulus: str = ""
    enemies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class NativeStimulus(msgspec.Struct, frozen=True):
    """A shared text of a file."""

    title: str
    html: str


class Target(msgspec.Struct, frozen=True):
    """Where a mapping sends items."""

    competency: str
    level: int
    section: str = ""


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping file: the field to look at, a target for each of its values, and the field (if any)
    that names an item's group.
    """

    format: str
    by: str
    map: dict[str, Target]
    group: str = ""
    competencies: tuple[Competency, ...] = ()


class Read(msgspec.Struct, frozen=True):
    """An item that was read well; `enemies` are ids of items that never meet it on a paper."""

    external_id: str
    content: Content
    enemies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Rejected(msgspec.Struct, frozen=True):
    """An item that was not, and why (a reason code)."""

    external_id: str
    reason: str


class BankFile(msgspec.Struct, frozen=True):
    """What a file gave."""

    items: tuple[Read, ...]
    rejected: tuple[Rejected, ...]
    competencies: tuple[Competency, ...]
    media: tuple[Media, ...] = ()
    stimuli: tuple[Stimulus, ...] = ()


class Rejection(Exception):
    """Why an item cannot be taken; never leaves this module."""


def read_mapping(data: bytes) -> Mapping:
    """Parse a mapping file; raises BankFileInvalid."""
    try:
        mapping = msgspec.json.decode(data, type=Mapping)
    except msgspec.MsgspecError as error:
        raise BankFileInvalid(reason=str(error)) from error
    fields = {"subject", "topic"}
    known = mapping.by in fields and mapping.group in fields | {""}
    if mapping.format != "ujikom-bank-mapping/1" or not known:
        raise BankFileInvalid(reason="mapping_format")
    return mapping


def subject_mapping() -> Mapping:
    """The mapping for national try-out files whose items say TWK, TIU or TKP only."""
    return read_mapping(Path(__file__).with_name("pemetaan-skd.json").read_bytes())


def read_bank(
    data: bytes,
    mapping: Mapping | None = None,
    figures: Figures = NO_FIGURES,
    *,
    limits: Limits = USUAL,
) -> BankFile:
    """Parse a bank file; raises BankFileInvalid only when it is no bank file at all.

    `figures` are the pictures that its items name, as they lie beside it.
    """
    if len(data) > limits.bytes:
        raise BankFileInvalid(reason="too_large")
    document = _document(data)
    if len(document["items"]) > limits.items:
        raise BankFileInvalid(reason="too_many_items")
    media, stimuli = _media(document, limits), _stimuli(document)
    pictures = {name: checked(own, limits.media) for name, own in figures.items()}
    items, rejected = read_items(document["items"], mapping, pictures)
    declared = _competencies(document) + (mapping.competencies if mapping else ())
    return BankFile(items, rejected, declared, (*media, *pictures.values()), stimuli)


def read_items(
    raw_items: list[Any], mapping: Mapping | None = None, pictures: Pictures = NO_PICTURES
) -> tuple[tuple[Read, ...], tuple[Rejected, ...]]:
    """Items of a list, each read well or rejected by id and reason."""
    items: list[Read] = []
    rejected: list[Rejected] = []
    seen: set[str] = set()
    contents: set[bytes] = set()
    for position, raw in enumerate(raw_items, start=1):
        name = _name(raw, position)
        try:
            if name in seen:
                raise Rejection("duplicate_id")  # noqa: TRY301 - one exit for all reasons
            seen.add(name)
            item = _item(raw)
            content = _content(item, mapping, pictures)
            identity = digest(to_bytes(content))
            if identity in contents:
                raise Rejection("duplicate_content")  # noqa: TRY301 - one exit for all reasons
            contents.add(identity)
            items.append(Read(name, content, *_beside(item)))
        except Rejection as reason:
            rejected.append(Rejected(name, str(reason)))
    return tuple(items), tuple(rejected)


def _document(data: bytes) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BankFileInvalid(reason=str(error)) from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise BankFileInvalid(reason="items_missing")
    if document.get("format", "ujikom-bank/1") != "ujikom-bank/1":
        raise BankFileInvalid(reason="format_unknown")
    return document


def _competencies(document: dict[str, Any]) -> tuple[Competency, ...]:
    meta = document.get("meta")
    declared = meta.get("competencies", []) if isinstance(meta, dict) else []
    try:
        return msgspec.convert(declared, tuple[Competency, ...])
    except msgspec.ValidationError as error:
        raise BankFileInvalid(reason=str(error)) from error


def _media(document: dict[str, Any], limits: Limits) -> tuple[Media, ...]:
    """Pictures by their digests; one that is not what it says refuses the file."""
    try:
        given = msgspec.convert(document.get("media", {}), dict[str, bytes])
        found = {name: checked(data, limits.media) for name, data in given.items()}
    except (msgspec.ValidationError, MediaInvalid) as error:
        raise BankFileInvalid(reason="media_invalid") from error
    return tuple(found.values())


def _stimuli(document: dict[str, Any]) -> tuple[Stimulus, ...]:
    try:
        given = msgspec.convert(document.get("stimuli", []), tuple[NativeStimulus, ...])
    except msgspec.ValidationError as error:
        raise BankFileInvalid(reason=str(error)) from error
    texts = ((own.title, markup.to_html(own.html, "html")) for own in given)
    return tuple(Stimulus(stimulus_digest(html), title, html) for title, html in texts)


def _name(raw: Any, position: int) -> str:
    name = raw.get("id") if isinstance(raw, dict) else None
    return name if isinstance(name, str) and _is_id(name) else f"#{position}"


def _is_id(name: str) -> bool:
    return 0 < len(name) <= LONGEST_ID and name.isprintable()


def _item(raw: Any) -> NativeItem:
    try:
        return msgspec.convert(raw, NativeItem)
    except msgspec.ValidationError as error:
        raise Rejection(f"malformed: {error}") from error


def _beside(item: NativeItem) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What belongs to the item, not to this version of it: its enemies and its tags."""
    tags = tuple(sorted({tag.strip() for tag in item.tags} - {""}))
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        raise Rejection("tags")
    enemies = tuple(sorted(set(item.enemies) - {item.id}))
    if len(enemies) > MOST_ENEMIES:
        raise Rejection("enemies")
    return enemies, tags


def _content(item: NativeItem, mapping: Mapping | None, pictures: Pictures) -> Content:
    if not _is_id(item.id) or not all(_is_id(option.key) for option in item.options):
        raise Rejection("malformed: id")
    if any(abs(option.score) > MOST_POINTS for option in item.options):
        raise Rejection("malformed: score")
    family = BY_TYPE.get(item.type)
    if family is None:
        raise Rejection("family_unknown")
    figure = _figure(item, pictures)
    competency, level = _place(item, mapping)
    content = Content(
        v=1 if item.body is None else 2,
        family=family.name,
        language=item.lang,
        competency=competency,
        level=level,
        cognitive=item.cognitive,
        indicator=item.indicator,
        stem=_text(item.stem, item.markup) + figure,
        options=tuple(
            Option(id=o.key, html=_text(o.text, item.markup), points=o.score) for o in item.options
        ),
        rationale=_text(item.rationale, item.markup),
        source=item.source,
        body=None if item.body is None else _body(item.body, item.markup),
        stimulus=item.stimulus,
        group=item.group or (getattr(item, mapping.group) if mapping and mapping.group else ""),
    )
    _check(item, content, family)
    return normalised(content)


def _body(value: Any, kind: str) -> Any:
    """A family's body with its HTML, which stands in fields `html` and `stem` alone, made safe."""
    if isinstance(value, dict):
        return {
            key: _text(own, kind)
            if key in {"html", "stem"} and isinstance(own, str)
            else _body(own, kind)
            for key, own in value.items()
        }
    return [_body(own, kind) for own in value] if isinstance(value, list) else _exact(value)


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise Rejection("malformed: body")
    return value


def _figure(item: NativeItem, pictures: Pictures) -> str:
    if not item.figure:
        return ""
    if item.figure not in pictures:
        raise Rejection("image_missing")
    words = f"{CAPTION.get(item.lang, CAPTION['en'])} {item.figure.rpartition('.')[0]}"
    return f'<p><img src="{pictures[item.figure].address}" alt="{html.escape(words)}"></p>'


def _check(item: NativeItem, content: Content, family: Family) -> None:
    if not markup.plain(content.stem):
        raise Rejection("empty_stem")
    if not all(markup.plain(option.html) for option in content.options):
        raise Rejection("empty_option")
    reason = family.check(content)
    if reason is not None:
        raise Rejection(reason)
    keyed = content.option(item.answer) if item.answer else None
    if item.answer and (keyed is None or keyed.points <= 0):
        raise Rejection("answer_differs_from_scores")


def _place(item: NativeItem, mapping: Mapping | None) -> tuple[str, int]:
    target = mapping.map.get(getattr(item, mapping.by)) if mapping else None
    competency = item.competency or (target.competency if target else "")
    level = item.level or (target.level if target else None)
    if not competency:
        raise Rejection("competency_missing")
    if level is None or level not in LEVELS:
        raise Rejection("level_missing")
    return competency, level


def _text(text: str, kind: str) -> str:
    if kind != "text" and markup.names_media(text):
        raise Rejection("image_missing")
    try:
        return markup.to_html(text, kind)
    except ValueError as error:
        raise Rejection("markup_unknown") from error
    except RecursionError as error:
        raise Rejection("malformed: formula") from error
