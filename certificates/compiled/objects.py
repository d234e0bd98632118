"""The objects of a rendered file, sorted into what stays and what varies."""

import re
from collections.abc import Mapping
from hashlib import md5
from typing import Any, Final
from xml.sax.saxutils import escape

import msgspec
import pydyf

from certificates.compiled.errors import NotReproducible
from certificates.compiled.file import dictionary, stream
from certificates.compiled.tokens import filled, parts, token

_DATES: Final = ("CreationDate", "ModDate")
_STAND_IN: Final = re.compile(rb"Q\d\dQ")


class Strings(msgspec.Struct, frozen=True):
    """A dictionary object cut at the strings that vary, which have patterns."""

    constants: tuple[bytes, ...]
    patterns: tuple[tuple[str, ...], ...]

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The object for these values."""
        written = [self.constants[0]]
        for pattern, constant in zip(self.patterns, self.constants[1:], strict=True):
            written += [pydyf.String(filled(pattern, values)).data, constant]
        return b"".join(written)


class Varying(msgspec.Struct, frozen=True):
    """Where the varying objects are: with strings, the metadata, and the embedded files by name."""

    strings: dict[int, Strings]
    metadata: tuple[int, tuple[str, ...]]
    files: dict[str, int]

    def filled(self, values: Mapping[str, str]) -> dict[int, bytes]:
        """All but pages and embedded files."""
        number, pattern = self.metadata
        escaped = {field: escape(value) for field, value in values.items()}
        packet = filled(pattern, escaped).encode()
        items = {"Type": b"/Metadata", "Subtype": b"/XML"}
        written = {key: each.filled(values) for key, each in self.strings.items()}
        return {**written, number: stream(packet, items, level=0)}


class Sorted(msgspec.Struct, frozen=True):
    """Constant objects: `plain` ones are streams, `packed` ones are not."""

    plain: dict[int, bytes]
    packed: dict[int, bytes]
    varying: Varying
    info: int
    size: int


def sort_objects(pdf: Any, pages: set[int], moment: str, *, sealed: bool) -> Sorted:
    """Sort all but the page streams `pages`; `moment` is the metadata's date.

    The file of a `sealed` one refers to its signature, which is written last. Raises
    NotReproducible when a stand-in is where it cannot be filled in.
    """
    info = len(pdf.objects)
    signature = info + 1
    if sealed:
        _refer_to_signature(pdf, signature)
    dates = {name: pydyf.String(token("pdf_time")) for name in _DATES}
    strings = {info: _strings({**pdf.info, **dates})}
    files = _files(pdf)
    metadata = int(pdf.catalog["Metadata"].split()[0])
    apart = {0, metadata, *pages, *files.values()}
    plain, packed = {}, {}
    for entry in (each for each in pdf.objects if each.number not in apart):
        number, found = entry.number, _strings(entry if isinstance(entry, dict) else {})
        if found.patterns:
            strings[number] = found
        elif _STAND_IN.search(entry.data):
            raise NotReproducible
        elif isinstance(entry, pydyf.Stream):
            plain[number] = entry.data
        else:
            packed[number] = entry.data
    packet = b"".join(pdf.objects[metadata].stream).decode().replace(moment, token("xmp_time"))
    varying = Varying(strings, (metadata, parts(packet)), files)
    return Sorted(plain, packed, varying, info, signature + 1)


def _refer_to_signature(pdf: Any, number: int) -> None:
    reference = b"%d 0 R" % number
    fields = [e for e in pdf.objects if isinstance(e, dict) and e.get("FT") == "/Sig"]
    if len(fields) != 1:
        raise NotReproducible
    fields[0]["V"] = reference
    pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": reference})


def _strings(items: Mapping[str, Any]) -> Strings:
    """Cut a dictionary at its strings with stand-ins."""
    constants, patterns = [b"<<"], []
    for key, value in items.items():
        name = b"/%s " % key.encode()
        if isinstance(value, pydyf.String) and len(pattern := parts(str(value.string))) > 1:
            patterns.append(pattern)
            constants[-1] += name
            constants.append(b"")
        else:
            constants[-1] += name + pydyf.Array([value]).data[1:-1]
    constants[-1] += b">>"
    return Strings(tuple(constants), tuple(patterns))


def _files(pdf: Any) -> dict[str, int]:
    """The embedded files' numbers by name."""
    return {
        str(entry["UF"].string): int(entry["EF"]["F"].split()[0])
        for entry in pdf.objects
        if isinstance(entry, dict) and entry.get("Type") == "/Filespec"
    }


def embedded_file(content: bytes, time: str) -> bytes:
    """A JSON file inside the PDF, as WeasyPrint writes it."""
    written = b"(%s)" % time.encode()
    parameters = {
        "CheckSum": b"<%s>" % md5(content, usedforsecurity=False).hexdigest().encode(),
        "Size": b"%d" % len(content),
        "CreationDate": written,
        "ModDate": written,
    }
    items = {
        "Type": b"/EmbeddedFile",
        "Subtype": b"/application#2fjson",
        "Params": dictionary(parameters),
    }
    return stream(content, items)
