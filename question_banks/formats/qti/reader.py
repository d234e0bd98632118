"""QTI files: an item of any version, or a content package with its manifest."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from question_banks.errors import BankFileInvalid, MediaInvalid
from question_banks.formats.foreign import Found, named_once
from question_banks.formats.limits import USUAL, Limits
from question_banks.formats.markup import to_html
from question_banks.formats.packages import Package, beside, is_archive
from question_banks.formats.plain_xml import parse
from question_banks.formats.qti import one_two
from question_banks.formats.qti.body import Body
from question_banks.formats.qti.items import read_item
from question_banks.formats.qti.names import unified
from question_banks.formats.reading import Unreadable
from question_banks.media.check import Media, checked

MANIFEST: Final = "imsmanifest.xml"
STIMULUS: Final = "assessmentStimulus"
PLACED: Final = ("competency", "cognitive", "indicator", "source", "group")
TESTS: Final = frozenset({"assessmentTest", "assessmentSection", "testPart"})


def read(data: bytes, limits: Limits = USUAL) -> Iterator[Found]:
    """Items of a file; raises BankFileInvalid when it is no QTI at all, or dangerous."""
    package = Package(data, limits) if is_archive(data) else None
    found = _package(package, limits) if package else _document(data, "", None, limits)
    first = next(found, None)
    if first is None:
        raise BankFileInvalid(reason="no_items")
    yield first
    yield from found


def _document(data: bytes, path: str, package: Package | None, limits: Limits) -> Iterator[Found]:
    root = unified(parse(data, limits, doctype=True))
    if root.tag == "questestinterop":
        yield from one_two.read(root)
    elif root.tag == "assessmentItem":
        name = root.get("identifier") or path or "qti-1"
        pictures = _Pictures(package, path, limits)
        found = read_item(root, name, root.sourceline or 1, pictures)
        yield _with_stimulus(root, found, path, limits, pictures)
    elif root.tag in TESTS:
        yield Found(name=root.get("identifier") or path, line=1, ignored="test_ignored")
    else:
        raise BankFileInvalid(reason="format_unknown")


class _Pictures:
    """Looks up what an item shows in its package, once each; keeps what was found."""

    def __init__(self, package: Package | None, path: str, limits: Limits) -> None:
        self._package, self._path, self._limits = package, path, limits.media
        self.found: dict[str, Media] = {}

    def file(self, href: str) -> bytes | None:
        """Another file of the package, None when there is none."""
        target = beside(self._path, href)
        if self._package is None or target is None or target not in self._package:
            return None
        return self._package.read(target)

    def __call__(self, source: str) -> str:
        target = beside(self._path, source)
        if self._package is None or target is None or target not in self._package:
            raise Unreadable("image_missing")
        if target not in self.found:
            try:
                self.found[target] = checked(self._package.read(target), self._limits)
            except MediaInvalid as error:
                raise Unreadable(f"media_invalid: {error.data.get('reason', '')}") from error
        return self.found[target].address


def _with_stimulus(
    item: etree._Element, found: Found, path: str, limits: Limits, pictures: _Pictures
) -> Found:
    """The item with its pictures, and with the text that a `assessmentStimulusRef` points to."""
    found = named_once(found, media=tuple(pictures.found.values()))
    refs = list(item.iterfind("assessmentStimulusRef"))
    if not refs or found.item is None:
        return found
    data = pictures.file(refs[0].get("href", "")) if len(refs) == 1 else None
    if data is None:
        return Found(name=found.name, line=found.line, reason="stimulus_missing")
    root = unified(parse(data, limits))
    try:
        html = to_html(Body(pictures, []).html(root.find("stimulusBody")), "html")
    except Unreadable as reason:
        return Found(name=found.name, line=found.line, reason=str(reason))
    title = root.get("title") or root.get("identifier") or path
    return named_once(found, stimulus=(title, html), media=tuple(pictures.found.values()))


def _package(package: Package, limits: Limits) -> Iterator[Found]:
    if MANIFEST not in package:
        raise BankFileInvalid(reason="manifest_missing")
    root = unified(parse(package.read(MANIFEST), limits))
    if root.tag != "manifest":
        raise BankFileInvalid(reason="manifest_unknown")
    read_: set[str] = set()
    for resource in root.iter("resource"):
        yield from _resource(resource, package, limits, read_)


def _resource(
    resource: etree._Element, package: Package, limits: Limits, read_: set[str]
) -> Iterator[Found]:
    name, kind = resource.get("identifier") or "?", resource.get("type", "")
    paths = [resource.get("href", ""), *(f.get("href", "") for f in resource.iterfind("file"))]
    for href in dict.fromkeys(path for path in paths if path):
        target = beside(MANIFEST, href)
        if target is None:
            raise BankFileInvalid(reason="path_outside", place=href[:80])
        if target in read_ or not _may_hold_items(kind, href):
            continue
        read_.add(target)
        if target not in package:
            line, reason = resource.sourceline or 0, f"file_missing: {href[:80]}"
            yield Found(name=name, line=line, file=MANIFEST, reason=reason)
            continue
        yield from _file(target, kind, package, limits, _about(resource))


def _may_hold_items(kind: str, href: str) -> bool:
    held = kind.startswith(("imsqti", "associatedcontent", "imsqti_item"))
    return held and href.endswith((".xml", ".qti"))


def _file(
    target: str, kind: str, package: Package, limits: Limits, about: dict[str, str]
) -> Iterator[Found]:
    try:
        for found in _document(package.read(target), target, package, limits):
            yield _described(found, target, about)
    except BankFileInvalid as error:
        if error.data.get("reason") == "format_unknown":
            if kind.startswith("imsqti_item"):
                yield Found(name=target, line=1, file=target, reason="format_unknown")
            return
        yield Found(name=target, line=1, file=target, reason=str(error.data.get("reason", "")))


def _about(resource: etree._Element) -> dict[str, str]:
    """What our own export says of an item in its metadata: taxon paths of source `ujikom:…`."""
    found = {}
    for path in resource.iter("taxonPath"):
        source, taxon = (_words(path.find(part)) for part in ("source", "taxon"))
        if source.startswith("ujikom:"):
            found[source.removeprefix("ujikom:")] = taxon
    return found


def _words(node: etree._Element | None) -> str:
    return "" if node is None else "".join(node.itertext()).strip()


def _described(found: Found, target: str, about: dict[str, str]) -> Found:
    if found.item is None:
        return named_once(found, file=target)
    known = {name: about[name] for name in PLACED if about.get(name)}
    level = {"level": int(about["level"])} if about.get("level", "").isdigit() else {}
    name = about.get("code") or found.name
    return named_once(found, name=name, file=target, item=found.item | known | level)
