"""One ZIP for each agency, small enough to be sent by e-mail, with an index for people and tables.

It holds what was issued, as it was issued. Packing again gives the same bytes for the same content.
"""

import csv
import io
import os
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

import jinja2
import msgspec

from certificates import store
from certificates.store import Certificate
from kernel.blobs import Blobs
from kernel.database import Database, Tx
from people import store as persons
from people.errors import PersonErased

LARGEST: Final = 18 * 1024 * 1024  # bytes of PDFs in one ZIP; e-mail makes a third more of them
_COLUMNS: Final = ("nomor", "nama", "skema", "terbit", "berlaku_sampai", "kode", "berkas")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_OWNER_ONLY: Final = 0o600
_FORMULA: Final = ("=", "+", "-", "@")  # what a spreadsheet would take for a formula
_INDEX: Final = """\
<!DOCTYPE html>
<html lang="id"><head><meta charset="utf-8"><title>Sertifikat {{ agency }}</title></head><body>
<h1>Sertifikat {{ agency }}</h1>
<p>{{ rows | length }} sertifikat. Periksa keasliannya di laman penerbit dengan kodenya.</p>
<table><thead><tr>{% for each in columns %}<th scope="col">{{ each }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in rows %}
<tr>{% for cell in row[:-1] %}<td>{{ cell }}</td>{% endfor %}
<td><a href="{{ row[-1] }}">{{ row[-1] }}</a></td></tr>{% endfor %}
</tbody></table></body></html>
"""


class Issued(msgspec.Struct, frozen=True):
    """A certificate with its issued bytes."""

    certificate: Certificate
    pdf: bytes


def pack(database: Database, blobs: Blobs, folder: Path) -> list[tuple[Path, int]]:
    """Write the ZIPs into `folder`; gives each with how many certificates it holds.

    Certificates without a PDF and those of erased persons are left out. The files are readable by
    their owner alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for agency, numbers in sorted(_by_agency(database).items()):
        for part, files in enumerate(_parts(database, blobs, numbers), start=1):
            path = folder / file_name(agency, part)
            _write(path, agency, files)
            written.append((path, len(files)))
    return written


def file_name(agency: str, part: int) -> str:
    """What a ZIP is called: `pemerintah-kota-contoh-01.zip`."""
    return f"{_plain(agency)}-{part:02d}.zip"


def _by_agency(database: Database) -> dict[str, list[bytes]]:
    """The printed certificates' ids by the agency that is printed on them."""
    found: dict[str, list[bytes]] = {}
    for certificate_id, _ in database.read_sync(store.numbers):
        with suppress(PersonErased):
            certificate = database.read_sync(store.by_id, certificate_id=certificate_id)
            if certificate and database.read_sync(store.pdf, certificate_id=certificate_id):
                found.setdefault(certificate.claim.agency_name, []).append(certificate_id)
    return found


def _parts(database: Database, blobs: Blobs, ids: list[bytes]) -> Iterator[list[Issued]]:
    files: list[Issued] = []
    size = 0
    for certificate_id in ids:
        with suppress(PersonErased):
            one = database.read_sync(issued, certificate_id=certificate_id, blobs=blobs)
            if files and size + len(one.pdf) > LARGEST:
                yield files
                files, size = [], 0
            files.append(one)
            size += len(one.pdf)
    if files:
        yield files


def issued(tx: Tx, *, certificate_id: bytes, blobs: Blobs) -> Issued:
    """One printed certificate; raises PersonErased, BlobMissing."""
    certificate, pdf = store.by_id(tx, certificate_id), store.pdf(tx, certificate_id)
    assert certificate is not None  # noqa: S101 - certificates and PDFs are never deleted
    assert pdf is not None  # noqa: S101 - as above
    sealer = persons.sealer(tx, certificate.person_id)
    return Issued(certificate, sealer.open(blobs.get(pdf.blob), certificate_id))


def _write(path: Path, agency: str, files: list[Issued]) -> None:
    draft = path.with_suffix(".part")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as out:
        write_zip(out, agency, files)
    draft.replace(path)


def write_zip(out: BinaryIO, agency: str, files: Sequence[Issued]) -> None:
    """One ZIP with its two indexes; the same bytes for the same content."""
    rows = [_row(each.certificate) for each in files]
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(_entry("indeks.csv"), _csv(rows))
        packed.writestr(_entry("indeks.html"), _html(agency, rows))
        for row, each in zip(rows, files, strict=True):
            packed.writestr(_entry(row[-1]), each.pdf)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _row(certificate: Certificate) -> tuple[str, ...]:
    claim = certificate.claim
    return (
        certificate.number,
        claim.holder_name,
        claim.scheme_name_id,
        certificate.issued_at.date().isoformat(),
        certificate.valid_until.date().isoformat(),
        certificate.code,
        f"{certificate.number}.pdf",
    )


def _csv(rows: list[tuple[str, ...]]) -> str:
    """With a mark in front for spreadsheets, and nothing that they would take for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows([f"'{c}" if c.startswith(_FORMULA) else c for c in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _html(agency: str, rows: list[tuple[str, ...]]) -> str:
    page = jinja2.Environment(autoescape=True).from_string(_INDEX)
    return page.render(agency=agency, columns=_COLUMNS, rows=rows)


def _plain(name: str) -> str:
    """A name as letters that every file system takes."""
    ascii_letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_letters.lower()).strip("-")[:80] or "instansi"
