"""QTI 2.2 and 3.0 content packages of a bank's items."""

import io
import re
import zipfile
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from lxml import etree

from question_banks.content import Content
from question_banks.families.composite import Part as OwnPart
from question_banks.families.composite import as_content
from question_banks.families.composite import body_of as parts_of
from question_banks.formats.export import Entry, Supply, Unwritable, Written, sorted_out
from question_banks.formats.foreign import Found
from question_banks.formats.qti import reader
from question_banks.formats.qti.names import kebab
from question_banks.formats.qti.writer_parts import (
    SIMPLE,
    Part,
    add,
    essay,
    fill,
    gap,
    make,
    real,
    regions,
    when,
)
from question_banks.media.service import ADDRESS

NAMESPACE: Final = {
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
TEMPLATES: Final = {
    "2.2": "http://www.imsglobal.org/question/qti_v2p2/rptemplates/{}",
    "3.0": "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/{}.xml",
}
RESOURCE: Final = {"2.2": "imsqti_item_xmlv2p2", "3.0": "imsqti_item_xmlv3p0"}
XML: Final = "{http://www.w3.org/XML/1998/namespace}lang"
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
MARK: Final = re.compile(r"\[\[([A-Za-z0-9_.-]{1,40})\]\]")
HTML: Final = frozenset({
    "div", "p", "br", "b", "i", "u", "em", "strong", "sub", "sup", "ul", "ol", "li", "img",
    "object", "audio", "table", "thead", "tbody", "tr", "th", "td", "span",
})  # fmt: skip
TIME: Final = (2026, 1, 1, 0, 0, 0)
ABOUT: Final = ("competency", "level", "cognitive", "indicator", "source", "group")


def write(entries: list[Entry], supply: Supply, version: str) -> Written:
    """A content package of the items that the version carries."""

    def read_back(entry: Entry) -> Iterable[Found]:
        return list(reader.read(_package([entry], supply, version)))

    kept, losses, left = sorted_out(entries, read_back)
    data = _package(kept, supply, version)
    return Written(data=data, items=len(kept), losses=losses, left=left)


def _package(entries: list[Entry], supply: Supply, version: str) -> bytes:
    out = io.BytesIO()
    files: dict[str, bytes] = {}
    resources = []
    for n, entry in enumerate(entries, start=1):
        path = f"items/item-{n}.xml"
        item, used = item_of(entry, supply, version)
        for address in used:
            media = supply.media.get(address)
            if media is not None:
                files[_href(address).removeprefix("../")] = media.data
        shared = supply.stimuli.get(entry.content.stimulus)
        if shared is not None and version == "3.0":
            files[f"stimuli/{entry.content.stimulus}.xml"] = _stimulus(shared.title, shared.html)
        files[path] = _bytes(item)
        resources.append(_resource(n, path, entry, version))
    files["imsmanifest.xml"] = _manifest(resources, version)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path, TIME), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _href(address: str) -> str:
    return f"..{address}"


def _bytes(node: Any) -> bytes:
    data: bytes = etree.tostring(node, encoding="UTF-8", xml_declaration=True)
    return data


def item_of(entry: Entry, supply: Supply, version: str) -> tuple[Any, list[str]]:
    """An item's document and the pictures it shows; raises Unwritable."""
    content = entry.content
    root = make("assessmentItem", identifier=_identifier(entry.code), title=entry.code,
                adaptive="false", timeDependent="false", toolName="Ujikom")  # fmt: skip
    root.set(XML, content.language)
    body, declarations, rules, template, hint, extra = _body(content, version)
    root.set("toolVersion", f"1 {hint}")
    root.extend(declarations)
    zero = make("defaultValue", make("value", text="0"))
    root.append(make("outcomeDeclaration", zero, identifier="SCORE", cardinality="single",
                     baseType="float"))  # fmt: skip
    if version == "3.0" and content.stimulus in supply.stimuli:
        href = f"../stimuli/{content.stimulus}.xml"
        root.append(make("assessmentStimulusRef", identifier="stimulus", href=href))
    _staff_only(body, extra, "scorer", version)
    if content.rationale:
        frame = fill(make("div"), content.rationale)
        frame.set("class", "rationale")
        _staff_only(body, (frame,), "author", version)
    root.append(body)
    if template:
        root.append(make("responseProcessing", template=TEMPLATES[version].format(template)))
    elif rules:
        root.append(make("responseProcessing", *rules))
    if version == "3.0":
        _as_images(root)
    used = _moved_pictures(root)
    return _named(root, version), used


def _identifier(code: str) -> str:
    return code if NAME.fullmatch(code) else "item-" + code.encode().hex()[:60]


def _staff_only(body: Any, frames: tuple[Any, ...], view: str, version: str) -> None:
    if not frames:
        return
    block = make("rubricBlock", view=view)
    inner = block
    if version == "3.0":
        block.set("use", "scoring")
        inner = make("contentBody")
        block.append(inner)
    inner.extend(frames)
    body.append(block)


def _as_images(root: Any) -> None:
    """A picture to click on is an `img` in QTI 3, as its players expect."""
    for node in list(root.iter("object")):
        image = make("img", src=node.get("data", ""), alt=node.text or "",
                     width=node.get("width", ""), height=node.get("height", ""))  # fmt: skip
        image.tail = node.tail
        node.getparent().replace(node, image)


def _moved_pictures(root: Any) -> list[str]:
    used = []
    for node in root.iter("img", "object", "audio"):
        name = "data" if node.tag == "object" else "src"
        address = node.get(name, "")
        if ADDRESS.fullmatch(address):
            used.append(address)
            node.set(name, _href(address))
    return used


Parts = tuple[Any, list[Any], list[Any], str, str, tuple[Any, ...]]


def _body(content: Content, version: str) -> Parts:
    """Item body, declarations, rules, template, hint, and frames for scorers."""
    del version
    if content.family == "cloze":
        return _cloze(content)
    if content.family == "composite":
        return _composite(content)
    part = _part(content, "RESPONSE")
    body = make("itemBody", _stem(content.stem), part.interaction)
    rules = [] if part.template else part.rules(_weight(content))
    return body, part.declarations, rules, part.template, part.hint, part.after


def _weight(content: Content) -> Fraction:
    """A weight whose shares have an end: one for each option or place."""
    body = content.body or {}
    return Fraction(max(1, len(body.get("order", ())) or len(content.options)))


def _part(content: Content, name: str) -> Part:
    _check_identifiers(content)
    if content.family == "hotspot":
        return regions(content, name, lambda address: address)
    if content.family == "essay":
        return essay(content, name)
    return SIMPLE[content.family](content, name)


def _check_identifiers(content: Content) -> None:
    ids = [option.id for option in content.options]
    body = content.body or {}
    ids += [own["id"] for key in ("premises", "regions") for own in body.get(key, ())]
    if not all(NAME.fullmatch(id_) for id_ in ids) or len(set(ids)) != len(ids):
        raise Unwritable("identifier")


def _stem(stem: str) -> Any:
    frame = fill(make("div"), stem)
    frame.set("class", "stem")
    return frame


def _cloze(content: Content) -> Parts:
    body = content.body or {}
    declarations, rules, tests = [], [], []
    nodes: dict[str, Any] = {}
    for own in body["gaps"]:
        name = f"R_{own['id']}"
        held, node, scored, most = gap(own, name)
        declarations.append(held)
        nodes[own["id"]] = node
        weight = Fraction(own.get("weight", 1))
        if body["mode"] == "partial":
            rules += scored(weight)
        elif weight != 1 or not most:
            raise Unwritable("weight" if weight != 1 else "gap number")
        else:
            points = make("mapResponse", identifier=name)
            tests.append(make("equal", points, real(most), toleranceMode="exact"))
    if tests:
        rules = [when(make("and", *tests), add(real(Fraction(1))))]
    stem = _stem(MARK.sub(r'<span data-gap="\1"></span>', content.stem))
    for place in list(stem.iter("span")):
        node = nodes.get(place.get("data-gap", ""))
        if node is not None:
            node.tail = place.tail
            place.getparent().replace(place, node)
    return make("itemBody", stem), declarations, rules, "", f"cloze.{body['mode']}", ()


def _composite(content: Content) -> Parts:
    root = make("itemBody", _stem(content.stem))
    declarations: list[Any] = []
    rules: list[Any] = []
    hints = []
    for own in parts_of(content).parts:
        part = _composite_part(content, own)
        frame = make("div", _stem(own.stem), part.interaction)
        frame.set("class", "part")
        root.append(frame)
        declarations += part.declarations
        rules += part.rules(Fraction(own.weight))
        hints.append(part.hint)
    return root, declarations, rules, "", f"composite:{','.join(hints)}", ()


def _composite_part(content: Content, own: OwnPart) -> Part:
    if own.family not in SIMPLE:
        raise Unwritable(f"part: {own.family}")
    inner = as_content(content, own)
    _check_identifiers(inner)
    return SIMPLE[own.family](inner, f"R_{own.id}")


def _named(root: Any, version: str) -> Any:
    """The tree in a version's names and namespace."""
    space = NAMESPACE[version]
    maths = "http://www.w3.org/1998/Math/MathML"

    def turned(node: Any, within: bool) -> Any:  # noqa: FBT001 - whether under a formula
        formula = within or node.tag == "math"
        own = not formula and node.tag not in HTML
        three = own and version == "3.0"
        tag = f"qti-{kebab(node.tag)}" if three else node.tag
        attributes = {kebab(k) if three and k[0] != "{" else k: v for k, v in node.attrib.items()}
        name = maths if formula else space
        found = etree.Element(f"{{{name}}}{tag}", attributes, {None: name})
        found.text, found.tail = node.text, node.tail
        found.extend(turned(child, formula) for child in node)
        return found

    return turned(root, within=False)


def _stimulus(title: str, html: str) -> bytes:
    node = make("assessmentStimulus", fill(make("stimulusBody"), html), identifier="stimulus",
                title=title)  # fmt: skip
    _moved_pictures(node)
    return _bytes(_named(node, "3.0"))


def _resource(n: int, path: str, entry: Entry, version: str) -> Any:
    paths = [_taxon("code", entry.code)]
    paths += [_taxon(name, str(value)) for name in ABOUT if (value := getattr(entry.content, name))]
    metadata = make("metadata", make("lom", make("classification", *paths)))
    file = make("file", href=path)
    return make("resource", metadata, file, identifier=f"R{n}", type=RESOURCE[version], href=path)


def _taxon(name: str, value: str) -> Any:
    source = make("source", make("string", text=f"ujikom:{name}"))
    return make("taxonPath", source, make("taxon", make("entry", make("string", text=value))))


def _manifest(resources: list[Any], version: str) -> bytes:
    schema = "QTI Package" if version == "3.0" else "QTIv2.2 Package"
    about = make("metadata", make("schema", text=schema),
                 make("schemaversion", text="3.0.0" if version == "3.0" else "1.0.0"))  # fmt: skip
    root = make("manifest", about, make("organizations"), make("resources", *resources),
                identifier="Ujikom")  # fmt: skip
    content_package = "http://www.imsglobal.org/xsd/imscp_v1p1"
    metadata = "http://ltsc.ieee.org/xsd/LOM"

    def turned(node: Any, space: str) -> Any:
        space = metadata if node.tag == "lom" else space
        found = etree.Element(f"{{{space}}}{node.tag}", dict(node.attrib), {None: space})
        found.text = node.text
        found.extend(turned(child, space) for child in node)
        return found

    return _bytes(turned(root, content_package))
