"""Asking for an agency's ZIPs, making them part by part, fetching and clearing them.

What is left to do is derived from the finished parts: killed anywhere and run again, no part is
named twice and no certificate is in two parts. Files are sealed under the installation's key, since
they hold names, and go after a day.
"""

import io
from contextlib import suppress
from datetime import timedelta
from typing import Final

from audit.log import installation_sealer
from certificates import packing
from certificates.packing import LARGEST, Issued
from certificates.sending import store
from certificates.sending.errors import PackRunning, PackUnknown
from certificates.sending.store import Pack, Part
from kernel.blobs import Blobs
from kernel.database import Database, Tx, emits_nothing
from people import store as persons
from people.errors import PersonErased
from people.roles import Principal, Role

KEPT: Final = timedelta(days=1)
HANDS: Final = (Role.AGENCY_ADMIN, Role.DECISION_BOARD)


@emits_nothing("a copy of what was issued; each PDF has a leaf of its own")
def ask(tx: Tx, *, by: Principal) -> bytes:
    """Ask for everything that is printed by now; gives the request's id.

    Raises PackRunning while the last one is being made, and PackUnknown when nothing is printed.
    """
    by.require(*HANDS)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    if any(not each.ended for each in store.of_agency(tx, by.agency_id)):
        raise PackRunning
    printed = store.printed_of_agency(tx, by.agency_id, "", "")
    if not printed:
        raise PackUnknown
    return store.insert(tx, by.agency_id, by.account_id, until=printed[-1][1], wanted=len(printed))


def listed(tx: Tx, *, by: Principal) -> list[Pack]:
    """The agency's requests whose files are there or being made, newest first."""
    by.require(*HANDS)
    return [each for each in store.of_agency(tx, by.agency_id) if tx.at < each.at + KEPT]


def fetch(tx: Tx, *, pack_id: bytes, number: int, blobs: Blobs, by: Principal) -> tuple[str, bytes]:
    """File name and bytes of one part; raises PackUnknown for another agency's and old ones."""
    by.require(*HANDS)
    found = store.pack(tx, pack_id)
    if found is None or found.agency_id != by.agency_id or tx.at >= found.at + KEPT:
        raise PackUnknown
    part = next((each for each in found.parts if each.number == number), None)
    if part is None or found.cleared:
        raise PackUnknown
    sealed = blobs.get(part.blob)
    name = packing.file_name(persons.agency_name(tx, found.agency_id), number)
    return name, installation_sealer(tx).open(sealed, _place(pack_id, number))


def work(database: Database, blobs: Blobs, *, largest: int = LARGEST) -> int:
    """Make what was asked for and clear what is over; gives how many parts it made.

    `largest` is the most bytes of PDFs in one part.
    """
    made = 0
    for pack in database.read_sync(store.kept):
        if database.clock.now() >= pack.at + KEPT:
            _clear(database, blobs, pack)
        elif not pack.ended:
            made += _finish(database, blobs, pack, largest)
    return made


def _finish(database: Database, blobs: Blobs, pack: Pack, largest: int) -> int:
    number = len(pack.parts)
    last = pack.parts[-1].last if pack.parts else ""
    agency = database.read_sync(persons.agency_name, agency_id=pack.agency_id)
    while rows := database.read_sync(
        store.printed_of_agency, agency_id=pack.agency_id, after=last, until=pack.until
    ):
        files, last = _next_part(database, blobs, rows, largest)
        if files:
            number += 1
            out = io.BytesIO()
            packing.write_zip(out, agency, files)
            place = _place(pack.id, number)
            sealed = database.read_sync(_sealed, data=out.getvalue(), place=place)
            part = Part(number, blobs.put(sealed), len(files), len(out.getvalue()), last)
            database.write_sync(keep_part, pack_id=pack.id, part=part)
    database.write_sync(keep_end, pack_id=pack.id)
    return number - len(pack.parts)


def _next_part(
    database: Database, blobs: Blobs, rows: list[tuple[bytes, str]], largest: int
) -> tuple[list[Issued], str]:
    """The files of one part and the number of the last certificate looked at."""
    files: list[Issued] = []
    size, last = 0, ""
    for certificate_id, number in rows:
        with suppress(PersonErased):
            one = database.read_sync(packing.issued, certificate_id=certificate_id, blobs=blobs)
            if files and size + len(one.pdf) > largest:
                break
            files.append(one)
            size += len(one.pdf)
        last = number
    return files, last


def _sealed(tx: Tx, *, data: bytes, place: bytes) -> bytes:
    return installation_sealer(tx).seal(data, place)


def _place(pack_id: bytes, number: int) -> bytes:
    return pack_id + number.to_bytes(4, "big")


@emits_nothing("as the request")
def keep_part(tx: Tx, *, pack_id: bytes, part: Part) -> None:
    """Name a finished part's file; one whose number is taken is left alone."""
    found = store.pack(tx, pack_id)
    if found is not None and len(found.parts) + 1 == part.number:
        store.insert_part(tx, pack_id, part)


@emits_nothing("as the request")
def keep_end(tx: Tx, *, pack_id: bytes) -> None:
    """Note that all parts are there; noted before, nothing happens."""
    found = store.pack(tx, pack_id)
    if found is not None and not found.ended:
        store.insert_end(tx, pack_id)


def _clear(database: Database, blobs: Blobs, pack: Pack) -> None:
    for part in pack.parts:
        blobs.remove(part.blob)
    database.write_sync(keep_cleared, pack_id=pack.id)


@emits_nothing("as the request")
def keep_cleared(tx: Tx, *, pack_id: bytes) -> None:
    """Note that the files are gone."""
    found = store.pack(tx, pack_id)
    if found is not None and not found.cleared:
        store.insert_cleared(tx, pack_id)
