"""The certificate as people see it: two pages one may frame, with the proof attached.

Everything printed comes from the claim. The bytes depend on the arguments alone. Names are
untrusted text: the template escapes them, and no fetch leaves our own package data.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import jinja2

from certificates import ornaments
from certificates.bundle import BUNDLE_NAME, CREDENTIAL_NAME
from certificates.claim import NO_NIP, Claim, Competency
from certificates.codes import display
from certificates.designs.design import HOUSE_LOOK, Layout, Look, emphasised, texts
from documents.dates import date_time, day_date, decimal, local_day, short_date
from documents.fonts import DISPLAY, DISPLAY_BOLD, SANS_REGULAR, check_glyphs, fit, text_width
from documents.html_pdf import Attachment, Observer, render_pdf
from documents.qr import qr_svg, svg_data_uri
from documents.signature_field import SignatureField
from kernel.canonical import sha256

_TEMPLATES: Final = Path(__file__).resolve().parent / "templates"
STYLE: Final = _TEMPLATES / "certificate.css"
LAYOUT_STYLES: Final = {Layout.MODERN: _TEMPLATES / "lugas.css"}
FIELD: Final = SignatureField("TTE1", "Tanda tangan elektronik penerbit / issuer's signature")
STAMP_FIELD: Final = SignatureField(
    "CapWaktu1", "Cap waktu dokumen / document time-stamp", later=True
)

# Widths in points (1 mm = 2.835 pt) and the sizes to choose from, largest first.
_NAME_WIDTH: Final = 640.0
_NAME_SIZES: Final = (38.0, 35.0, 32.0, 29.0, 26.0, 24.0)
_SCHEME_WIDTH: Final = 600.0
_SCHEME_SIZES: Final = (22.0, 20.0, 18.0, 16.0, 14.0)
_SIGNATORY_WIDTH: Final = 200.0
_SIGNATORY_SIZES: Final = (11.0, 10.0, 9.0, 8.0)
_LIST_WIDTH: Final = 620.0
_LIST_SIZE: Final = 9.0
_LIST_LINES: Final = 3
_AGENCY_LINE: Final = {Layout.CLASSIC: 72, Layout.MODERN: 58}  # letters of the agency in a line
_COMPACT_FROM: Final = 16
_DENSE_FROM: Final = 26
_MICROPRINT_WIDTH: Final = 680.0
_MICROPRINT_SIZE: Final = 1.8


def certificate_pdf(
    claim: Claim,
    *,
    code: str,
    verify_url: str,
    credential: bytes,
    proof_bundle: bytes,
    key_fingerprint: str,
    zone: str,
    fields: Sequence[SignatureField] = (FIELD,),
    look: Look = HOUSE_LOOK,
    observer: Observer | None = None,
) -> bytes:
    """Print a claim by a look, ready to be signed in `fields` (none where a service adds its own).

    `verify_url` is the full address with the code, `zone` the venue's.
    Raises GlyphsMissing when a name cannot be drawn, FontsMissing and QrUnsuitable.
    """
    values = page_values(
        claim,
        code=code,
        verify_url=verify_url,
        key_fingerprint=key_fingerprint,
        zone=zone,
        look=look,
    )
    return write_pdf(
        values,
        title=title(claim),
        credential=credential,
        proof_bundle=proof_bundle,
        claim=claim,
        fields=fields,
        look=look,
        observer=observer,
    )


def page_values(
    claim: Claim,
    *,
    code: str,
    verify_url: str,
    key_fingerprint: str,
    zone: str,
    look: Look = HOUSE_LOOK,
) -> dict[str, Any]:
    """What the template prints; raises GlyphsMissing and QrUnsuitable."""
    return {
        **printed(claim, look),
        "code": display(code),
        "place": verification_place(verify_url),
        "qr": svg_data_uri(qr_svg(verify_url.upper())),
        "microprint": _microprint(key_fingerprint),
        "fingerprint": _grouped(key_fingerprint),
        "dates": dates(claim, zone),
    }


def title(claim: Claim) -> str:
    """What a reader shows in its title bar."""
    return f"Sertifikat Kompetensi {claim.certificate_no} – {claim.holder_name}"


def identifier(credential: bytes) -> bytes:
    """The file's identifier; in letters, since readers change line ends in a binary string."""
    return sha256(credential)[:16].hex().encode()


def write_pdf(
    values: dict[str, Any],
    *,
    title: str,
    claim: Claim,
    credential: bytes,
    proof_bundle: bytes,
    fields: Sequence[SignatureField] = (FIELD,),
    look: Look = HOUSE_LOOK,
    observer: Observer | None = None,
) -> bytes:
    """Lay out the values of `page_values`; raises FontsMissing."""
    return render_pdf(
        page_template().render(values),
        stylesheets=[STYLE, *([own] if (own := LAYOUT_STYLES.get(look.design.layout)) else [])],
        attachments=_attachments(credential, proof_bundle),
        identifier=identifier(credential),
        created=claim.issued_at,
        title=title,
        language="id",
        backdrops=[
            ornaments.front(look.design.layout, sample=claim.sample),
            ornaments.back(),
        ],
        fields=fields,
        observer=observer,
    )


def printed(claim: Claim, look: Look = HOUSE_LOOK) -> dict[str, Any]:
    """What the pages say of the claim, in sizes that fit; raises GlyphsMissing."""
    words = dict(texts(look.design))
    check_glyphs([claim.holder_name, claim.signatory_name, claim.agency_name, claim.scheme_name_id])
    check_glyphs(words.values())
    name = fit_name(claim.holder_name)
    scheme = fit(claim.scheme_name_id, DISPLAY, width=_SCHEME_WIDTH, sizes=_SCHEME_SIZES)
    crowding = len(name[1]) + len(scheme[1]) - 2 + crowds(claim.agency_name, look)
    return {
        "layout": str(look.design.layout),
        "words": {field: emphasised(text) for field, text in words.items()},
        "logo": picture_uri(look.picture),
        "logo_text": look.design.logo_text,
        "claim": claim,
        "nip": "" if claim.holder_nip_masked == NO_NIP else claim.holder_nip_masked,
        "name": name,
        "scheme": scheme,
        "signatory": fit(
            claim.signatory_name, DISPLAY_BOLD, width=_SIGNATORY_WIDTH, sizes=_SIGNATORY_SIZES
        ),
        "crowded": crowding > 1,
        "listed": _listed(claim.competencies, lines=max(1, _LIST_LINES - crowding - _taken(look))),
        "rows": [_row(number, each) for number, each in enumerate(claim.competencies, 1)],
        "density": _density(len(claim.competencies)),
    }


@lru_cache(maxsize=64)
def fit_name(name: str) -> tuple[float, tuple[str, ...]]:
    """Size in points and lines of the holder's name on the front page."""
    return fit(name, DISPLAY_BOLD, width=_NAME_WIDTH, sizes=_NAME_SIZES)


def crowds(agency: str, look: Look = HOUSE_LOOK) -> bool:
    """Whether an agency's name takes two lines."""
    return len(agency) > _AGENCY_LINE[look.design.layout]


def _taken(look: Look) -> int:
    """Lines of the list of competencies whose place a look's own parts take."""
    above = bool(look.picture) and look.design.layout is Layout.CLASSIC
    return above + bool(look.design.motto_id)


def picture_uri(picture: bytes) -> str:
    """A logo as a `data:` address; empty for none."""
    if not picture:
        return ""
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


@cache
def page_template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("certificate.html.j2")


def _attachments(credential: bytes, proof_bundle: bytes) -> list[Attachment]:
    return [
        Attachment(
            CREDENTIAL_NAME, credential, "Open Badges 3.0 credential (eddsa-jcs-2022)", "Source"
        ),
        Attachment(
            BUNDLE_NAME, proof_bundle, "Bukti luring / offline proof (ujikom-proof/1)", "Supplement"
        ),
    ]


def verification_place(verify_url: str) -> str:
    """Say where to check, without scheme and code: `contoh.invalid/V`."""
    parts = urlsplit(verify_url)
    return parts.netloc + parts.path.rsplit("/", 1)[0]


def _grouped(fingerprint: str) -> list[str]:
    return [fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4)]


def _microprint(fingerprint: str) -> str:
    """A line too small to copy: the fingerprint of the signing key, again and again."""
    unit = f"UJIKOM · SIDIK JARI KUNCI · KEY FINGERPRINT SHA-256 {fingerprint} · "
    length = text_width(unit, SANS_REGULAR) * _MICROPRINT_SIZE
    return (unit * int(_MICROPRINT_WIDTH / length)).rstrip(" ·")


def _listed(competencies: Sequence[Competency], *, lines: int) -> dict[str, Any]:
    """Choose how many competencies the front page names; the second page names them all."""
    line, used, shown = 1, 0.0, 0
    for competency in competencies:
        label = competency.name_id + f" · level {competency.level or ''}    "
        width = text_width(label, SANS_REGULAR) * _LIST_SIZE
        if used and used + width > _LIST_WIDTH:
            line, used = line + 1, 0.0
        line += int(width // _LIST_WIDTH)
        if line > lines and shown:
            break
        used, shown = used + width, shown + 1
    return {"shown": competencies[:shown], "more": len(competencies) - shown}


def _density(count: int) -> str:
    """Choose how tightly the second page sets its table, so that it stays one page."""
    if count >= _DENSE_FROM:
        return "dense"
    return "compact" if count >= _COMPACT_FROM else "airy"


def _row(number: int, competency: Competency) -> dict[str, Any]:
    score = None if competency.score is None else decimal(Decimal(competency.score), "id")
    return {
        "number": number,
        "name_id": competency.name_id,
        "name_en": competency.name_en,
        "level": competency.level,
        "score": score,
    }


def dates(claim: Claim, zone: str) -> dict[str, dict[str, str]]:
    """Every printed date in both languages."""
    issued, until = (_minute(each) for each in (claim.issued_at, claim.valid_until))
    return {
        lang: {
            "exam": _day(claim.exam_date, lang),
            "issued": _moment(issued, zone, lang),
            "until": _moment(until, zone, lang),
            "signed": _short(local_day(issued, zone), lang),
        }
        for lang in ("id", "en")
    }


def _minute(moment: datetime) -> datetime:
    """What is printed of a moment: certificates of the same minute share their texts."""
    return moment.replace(second=0, microsecond=0)


_day = lru_cache(maxsize=64)(day_date)
_moment = lru_cache(maxsize=64)(date_time)
_short = lru_cache(maxsize=64)(short_date)
