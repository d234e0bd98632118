"""HTML to PDF: tagged PDF/A-3a that also declares PDF/UA-1, the same bytes for the same input.

Fonts and style sheets are parsed once per process and shared: parsing them per document leaks and
doubles the time. HTML that reaches this module must already be escaped; it may fetch nothing but
our own package data, the known fonts and `data:` addresses.
"""

import atexit
import threading
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

import msgspec

from documents.backdrop import Backdrop, attach
from documents.errors import AssetRefused
from documents.fonts import FONT_FOLDER, font_faces
from documents.signature_field import SignatureField
from documents.signature_field import attach as attach_fields
from documents.tagging import Tagging

_HOUSE: Final = Path(__file__).resolve().parent.parent
RENDERING: Final = threading.Lock()  # the shared font configuration is not made for two threads

# PDF/A wants every XMP property outside its own list to be described; PDF/UA's mark is one.
_UA_IDENTIFICATION: Final = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 followed by the file</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class Attachment(msgspec.Struct, frozen=True):
    """A file inside the PDF; `relationship` is PDF's word: Source, Data or Supplement."""

    name: str
    content: bytes
    description: str
    relationship: str


class Observer(Protocol):
    """Looks on while a document is laid out, painted and about to be written."""

    def laid_out(self, document: Any) -> None:
        """See WeasyPrint's document before its pages are painted."""

    def finished(self, document: Any, pdf: Any) -> None:
        """See and complete the pydyf document before it is written."""


def render_pdf(
    html: str,
    *,
    stylesheets: Sequence[Path],
    attachments: Sequence[Attachment],
    identifier: bytes,
    created: datetime,
    title: str,
    language: str,
    backdrops: Sequence[Backdrop] = (),
    fields: Sequence[SignatureField] = (),
    observer: Observer | None = None,
) -> bytes:
    """Lay out `html` and write the PDF; packed `backdrops` go behind the first pages.

    With `fields` the PDF has empty, invisible signature fields.

    Raises FontsMissing when a font file is absent or unknown, and AssetRefused when the document
    asks for anything outside our package data.
    """
    moment = created.astimezone(UTC).replace(microsecond=0)
    with RENDERING, warnings.catch_warnings():
        # WeasyPrint leaves closing its colour profile's file to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        document = _laid_out(html, stylesheets)
        document.metadata.title = title
        document.metadata.lang = language
        document.metadata.generator = "Ujikom"
        document.metadata.created = document.metadata.modified = _w3c(moment)
        tagging = Tagging(document, language)
        if observer:
            observer.laid_out(document)
        data: bytes = document.write_pdf(
            pdf_variant="pdf/a-3a",
            pdf_identifier=identifier,
            attachments=[_embedded(a, moment) for a in _in_order(attachments)],
            finisher=partial(
                _finish, tagging=tagging, backdrops=backdrops, fields=fields, observer=observer
            ),
        )
    return data


def _laid_out(html: str, stylesheets: Sequence[Path]) -> Any:
    import weasyprint  # noqa: PLC0415 - slow import, needed for PDFs only
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - as above

    shared = _shared_fonts()
    styles = [shared.faces, *(_style(path) for path in stylesheets)]
    try:
        page = weasyprint.HTML(string=html, url_fetcher=shared.fetcher)
        return page.render(font_config=shared.configuration, stylesheets=styles)
    except FatalURLFetchingError as error:
        raise AssetRefused(reason=str(error)) from error


def _in_order(attachments: Sequence[Attachment]) -> list[Attachment]:
    """By name, as the PDF's name tree wants it."""
    return sorted(attachments, key=lambda attachment: attachment.name)


def _w3c(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _embedded(attachment: Attachment, moment: datetime) -> Any:
    import weasyprint  # noqa: PLC0415 - slow import, needed for PDFs only

    return weasyprint.Attachment(
        string=attachment.content,
        name=attachment.name,
        description=attachment.description,
        relationship=attachment.relationship,
        created=moment,
        modified=moment,
    )


class _Shared(msgspec.Struct, frozen=True):
    configuration: Any
    fetcher: Any
    faces: Any


@cache
def _shared_fonts() -> _Shared:
    """Load the fonts once per process."""
    import weasyprint  # noqa: PLC0415 - slow import, needed for PDFs only
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - as above

    fetcher, configuration = _make_fetcher(), FontConfiguration()
    faces = weasyprint.CSS(string=font_faces(), font_config=configuration, url_fetcher=fetcher)
    atexit.register(_release)
    return _Shared(configuration, fetcher, faces)


def _release() -> None:
    """Let go of the fonts while WeasyPrint can still remove its temporary folder."""
    _style.cache_clear()
    _shared_fonts.cache_clear()


@cache
def _style(path: Path) -> Any:
    """Parse a style sheet once per process."""
    import weasyprint  # noqa: PLC0415 - slow import, needed for PDFs only

    shared = _shared_fonts()
    return weasyprint.CSS(
        string=path.read_text(encoding="utf-8"),
        base_url=path.parent.as_uri() + "/",
        font_config=shared.configuration,
        url_fetcher=shared.fetcher,
    )


def _make_fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher  # noqa: PLC0415 - slow import

    class OwnAssets(URLFetcher):  # type: ignore[misc] # WeasyPrint ships no types
        """Fetch package data, fonts and data: addresses; anything else stops the rendering."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not _is_own(url):
                raise FatalURLFetchingError(url[:200])
            return super().fetch(url, headers)

    return OwnAssets(allowed_protocols={"file", "data"}, allow_redirects=False)


def _is_own(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "data":
        return True
    if parts.scheme != "file" or parts.netloc:
        return False
    path = Path(unquote(parts.path)).resolve()
    if path.parent == FONT_FOLDER:
        return path.suffix == ".ttf"
    return path.is_relative_to(_HOUSE) and path.parent.name == "templates"


def _finish(
    document: Any,
    pdf: Any,
    *,
    tagging: Tagging,
    backdrops: Sequence[Backdrop],
    fields: Sequence[SignatureField],
    observer: Observer | None,
) -> None:
    """Add what WeasyPrint leaves out: the PDF/UA mark, the title bar, each attachment once."""
    pdf.catalog["ViewerPreferences"] = "<</DisplayDocTitle true>>"
    for entry in pdf.objects:
        if getattr(entry, "extra", {}).get("Type") == "/Metadata":
            entry.stream = [_declare_ua(b"\n".join(entry.stream))]
            entry.compress = False  # readable without a decoder, as archives want it
    tagging.complete(pdf)
    attach(pdf, backdrops)
    if fields:
        attach_fields(pdf, fields)
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(_reference(item) for item in pdf.catalog["AF"])
    if observer:
        observer.finished(document, pdf)


def _declare_ua(packet: bytes) -> bytes:
    return packet.replace(b"</rdf:RDF>", _UA_IDENTIFICATION + b"</rdf:RDF>", 1)


def _reference(item: Any) -> Any:
    """Give an indirect reference in one form, so that doubles are seen."""
    return getattr(item, "reference", item)
