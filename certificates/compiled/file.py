"""A PDF file in one revision: what never changes in front, what varies and the signature behind.

The constant front is hashed once. The signature's value stands in the last object, so every offset
is known when the cross-reference stream is written (ISO 32000-1, 7.5.8 and 12.8.1).
"""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from certificates.compiled.cms import CmsWriter

HEADER: Final = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_ROW: Final = 7  # bytes in a row of the cross-reference stream: type, offset, generation
_RANGE: Final = 35  # room for the four numbers of a byte range


def dictionary(items: Mapping[str, bytes]) -> bytes:
    """A PDF dictionary of values that are written already."""
    return b"<<" + b"".join(b"/%s %s" % (k.encode(), v) for k, v in items.items()) + b">>"


def stream(content: bytes, items: Mapping[str, bytes], *, level: int = 6) -> bytes:
    """A stream object's body; level 0 leaves the content as it is."""
    if level:
        content = zlib.compress(content, level)
        items = {**items, "Filter": b"/FlateDecode"}
    head = dictionary({**items, "Length": b"%d" % len(content)})
    return b"%s\nstream\n%s\nendstream" % (head, content)


def wrapped(number: int, body: bytes) -> bytes:
    """An indirect object."""
    return b"%d 0 obj\n%s\nendobj\n" % (number, body)


class Skeleton:
    """The constant part of a file, with its hash begun and its cross-references."""

    def __init__(self, plain: Mapping[int, bytes], packed: Mapping[int, bytes], size: int) -> None:
        """Lay out constant objects by number; `packed` ones share an object stream.

        `size` is the number of objects with number 0 and the signature, whose number is size - 1.
        """
        self.signature_number = size - 1
        self._rows = bytearray(_row(0, 0, 0xFFFF) * (size + 2))
        self._size = size + 2
        front = [HEADER]
        at = len(HEADER)
        for number, body in [*plain.items(), (size, _object_stream(packed))]:
            self._set(self._rows, number, _row(1, at, 0))
            front.append(wrapped(number, body))
            at += len(front[-1])
        for place, number in enumerate(packed):
            self._set(self._rows, number, _row(2, size, place))
        self.front = b"".join(front)
        self._hash = sha256(self.front)

    def file(
        self,
        varying: Mapping[int, bytes],
        *,
        signature: Mapping[str, bytes] | None,
        trailer: Mapping[str, bytes],
        writer: CmsWriter | None,
    ) -> bytes:
        """Put the varying objects and the signature behind the front; none without a writer."""
        rows = bytearray(self._rows)
        back, at = [], len(self.front)
        for number, body in varying.items():
            self._set(rows, number, _row(1, at, 0))
            back.append(wrapped(number, body))
            at += len(back[-1])
        if signature is None or writer is None:
            return b"".join((self.front, *back, self._table(rows, at, trailer)))
        self._set(rows, self.signature_number, _row(1, at, 0))
        return self._signed(b"".join(back), dictionary(signature), rows, trailer, writer)

    def _signed(
        self,
        back: bytes,
        signature: bytes,
        rows: bytearray,
        trailer: Mapping[str, bytes],
        writer: CmsWriter,
    ) -> bytes:
        room = 2 * writer.size
        opening = b"%d 0 obj\n%s/ByteRange [" % (self.signature_number, signature[:-2])
        before = len(self.front) + len(back) + len(opening) + _RANGE + len(b"] /Contents ")
        closing = b">>\nendobj\n"
        table_at = before + room + 2 + len(closing)
        after = closing + self._table(rows, table_at, trailer)
        covered = b"0 %d %d %d" % (before, before + room + 2, len(after))
        head = back + opening + covered.ljust(_RANGE) + b"] /Contents "
        digest = self._hash.copy()
        digest.update(head)
        digest.update(after)
        value = writer.sign(digest.digest()).hex().encode()
        return b"".join((self.front, head, b"<", value.ljust(room, b"0"), b">", after))

    def _table(self, rows: bytearray, at: int, trailer: Mapping[str, bytes]) -> bytes:
        own = self._size - 1
        self._set(rows, own, _row(1, at, 0))
        items = {
            "Type": b"/XRef",
            "Size": b"%d" % self._size,
            "W": b"[1 4 2]",
            **trailer,
        }
        body = wrapped(own, stream(bytes(rows), items, level=1))
        return b"%sstartxref\n%d\n%%%%EOF\n" % (body, at)

    @staticmethod
    def _set(rows: bytearray, number: int, row: bytes) -> None:
        rows[number * _ROW : (number + 1) * _ROW] = row


def _row(kind: int, first: int, second: int) -> bytes:
    return bytes([kind]) + first.to_bytes(4, "big") + second.to_bytes(2, "big")


def _object_stream(packed: Mapping[int, bytes]) -> bytes:
    """Many small objects in one stream (ISO 32000-1, 7.5.7)."""
    places, at = [], 0
    for number, body in packed.items():
        places.append(b"%d %d" % (number, at))
        at += len(body) + 1
    head = b" ".join(places)
    content = b"\n".join((head, *packed.values()))
    items = {"Type": b"/ObjStm", "N": b"%d" % len(packed), "First": b"%d" % (len(head) + 1)}
    return stream(content, items, level=9)


def pdf_time(moment: datetime) -> str:
    """A moment as a PDF date string in UTC."""
    return moment.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")


def signature_items(*, at: datetime, reason: str) -> dict[str, bytes]:
    """A certifying signature's dictionary without its value (DocMDP 2)."""
    allowed = b"<</Type /TransformParams/V /1.2/P 2>>"
    reference = b"[<</Type /SigRef/TransformMethod /DocMDP/TransformParams %s>>]" % allowed
    return {
        "Type": b"/Sig",
        "Filter": b"/Adobe.PPKLite",
        "SubFilter": b"/ETSI.CAdES.detached",
        "M": b"(%s)" % pdf_time(at).encode(),
        "Reason": b"(%s)" % reason.encode("ascii"),
        "Reference": reference,
    }
