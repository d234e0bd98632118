"""A certificate's page compiled: rendered once by WeasyPrint, filled in for each certificate."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

from certificates import bundle
from certificates.compiled.cms import CmsWriter
from certificates.compiled.fields import LIGATURES, Facts, letters, stand_ins, values_of
from certificates.compiled.file import Skeleton, pdf_time, signature_items, stream
from certificates.compiled.objects import Varying, embedded_file, sort_objects
from certificates.compiled.pages import PageCapture, PageParts
from certificates.compiled.qr_path import qr_path
from certificates.compiled.shaping import Pen
from certificates.compiled.tokens import token
from certificates.pdf import FIELD, identifier, write_pdf
from documents.html_pdf import RENDERING
from documents.qr import qr_modules
from documents.signature_field import SignatureField

_LEVEL: Final = 3  # of zlib: half the time of the usual level for a tenth more bytes
_PLACEHOLDERS: Final = (b"{}", b"[]")  # the attachments; WeasyPrint tells them apart by content


class Signing(NamedTuple):
    """Who signs, when and why."""

    writer: CmsWriter
    at: datetime
    reason: str

    def items(self) -> dict[str, bytes]:
        """The signature's dictionary."""
        return signature_items(at=self.at, reason=self.reason)


class Template:
    """One compiled page; not for two threads."""

    def __init__(
        self, facts: Facts, *, fields: Sequence[SignatureField] = (FIELD,), sealed: bool = True
    ) -> None:
        """Compile the page of the facts' kind; raises NotReproducible and what printing does.

        A `sealed` one has its signature in the first revision, in its only field; the others leave
        their `fields` to be signed later.
        """
        self._sealed = sealed
        self._qr = qr_path(qr_modules(facts.verify_url.upper()))
        self._captured: list[PageCapture] = []
        write_pdf(
            stand_ins(facts),
            title=token("title"),
            claim=facts.claim,
            credential=_PLACEHOLDERS[0],
            proof_bundle=_PLACEHOLDERS[1],
            fields=fields,
            look=facts.look,
            observer=self,
        )

    def laid_out(self, document: Any) -> None:
        """See every page painted, and have the fonts hold more than the stand-ins' letters."""
        for page in document.pages:
            page.paint = partial(self._painted, document, page, page.paint)

    def _painted(self, document: Any, page: Any, paint: Any, stream: Any, scale: float) -> None:
        paint(stream, scale)
        self._captured.append(PageCapture(page, stream))
        if page is not document.pages[-1]:
            return
        self._pen = Pen(stream, document.fonts)
        for captured in self._captured:
            captured.find_lines(self._pen)
            for line in captured.lines:
                for piece in line.pieces:
                    self._widen(piece)

    def _widen(self, piece: Any) -> None:
        for field in piece.pattern[1::2]:
            self._pen.shape(piece.style, " ".join((*letters(field), *LIGATURES)))

    def finished(self, document: Any, pdf: Any) -> None:
        """Take the file apart."""
        moment = document.metadata.created
        self._pages: list[PageParts] = [each.parts(self._qr) for each in self._captured]
        self._pen.close()
        pages = {page.number for page in self._pages}
        sorted_objects = sort_objects(pdf, pages, moment, sealed=self._sealed)
        self._varying: Varying = sorted_objects.varying
        self._skeleton = Skeleton(sorted_objects.plain, sorted_objects.packed, sorted_objects.size)
        self._root = pdf.catalog.reference
        self._info = b"%d 0 R" % sorted_objects.info

    def fill(
        self,
        facts: Facts,
        *,
        credential: bytes,
        proof_bundle: bytes,
        signing: Signing | None,
    ) -> bytes:
        """Print, and sign a sealed page by `signing`; raises NotReproducible."""
        values = values_of(facts)
        issued = facts.claim.issued_at.replace(microsecond=0)
        values["pdf_time"] = pdf_time(issued)
        values["xmp_time"] = issued.strftime("%Y-%m-%dT%H:%M:%SZ")
        with RENDERING:
            objects = self._content(facts, values)
        objects |= self._varying.filled(values)
        for name, content in (
            (bundle.BUNDLE_NAME, proof_bundle),
            (bundle.CREDENTIAL_NAME, credential),
        ):
            objects[self._varying.files[name]] = embedded_file(content, values["pdf_time"])
        own = identifier(credential)
        return self._skeleton.file(
            objects,
            signature=signing.items() if signing else None,
            trailer={
                "Root": self._root,
                "Info": self._info,
                "ID": b"[(%s) (%s)]" % (own, own),
            },
            writer=signing.writer if signing else None,
        )

    def _content(self, facts: Facts, values: Mapping[str, str]) -> dict[int, bytes]:
        qr = qr_path(qr_modules(facts.verify_url.upper()))
        return {
            page.number: stream(page.content(self._pen, values, qr), {}, level=_LEVEL)
            for page in self._pages
        }
