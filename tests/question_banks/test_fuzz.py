"""Importers against damaged files: never a crash, a hang, a heap of memory, or a broken item.

What once failed stays in `CORPUS`. At full size this runs for `MINUTES`.
"""

import io
import random
import resource
import time
import zipfile

import pytest

from question_banks.errors import BankFileInvalid
from question_banks.families import FAMILIES
from question_banks.formats.export import Entry, Supply
from question_banks.formats.limits import Limits
from question_banks.formats.native import Target
from question_banks.formats.readers import read_report
from question_banks.formats.writers import WRITERS
from question_banks.media.check import checked
from tests.conftest import LONG
from tests.items import every_family
from tests.pictures import picture

MINUTES = 10
FILES = 15
GROWTH_MIB = 300
MANIFEST = (
    '<manifest><resources><resource identifier="r" type="imsqti_item_xmlv2p2" href="i.xml"/>'
    "</resources></manifest>"
)
LIMITS = Limits(bytes=200_000, items=200, entries=100, unpacked=2_000_000)
PICTURE = checked(picture(size=(20, 16)))
SUPPLY = Supply(media={PICTURE.address: PICTURE})
ENTRIES = [Entry(name, own) for name, own in every_family(image=PICTURE.address).items()]
SEEDS: dict[str, bytes] = {kind: write(ENTRIES, SUPPLY).data for kind, write in WRITERS.items()}
PIECES = (
    b"<", b">", b"/>", b"&", b"&x;", b"]]>", b"<!DOCTYPE a>", b"identifier", b"RESPONSE", b"\0",
    b"-1", b"1e99", b"1/0", b"99999999999999999999", b"NaN", b"", b"\xff", b"<value/>", b"ordered",
    b"multiple", b"<mapping>", b"<sum/>", b"<divide/>", b"maxChoices", b'""', b"{", b"}", b"[[x]]",
)  # fmt: skip
MATCH_OF_TEXTS = b"""<assessmentItem identifier="m"><responseDeclaration identifier="RESPONSE"
cardinality="multiple" baseType="string"><correctResponse><value>P1 A</value></correctResponse>
</responseDeclaration><itemBody><matchInteraction responseIdentifier="RESPONSE"><simpleMatchSet>
<simpleAssociableChoice identifier="P1">x</simpleAssociableChoice></simpleMatchSet><simpleMatchSet>
<simpleAssociableChoice identifier="A">y</simpleAssociableChoice></simpleMatchSet>
</matchInteraction></itemBody><responseProcessing template="match_correct"/></assessmentItem>"""
CORPUS: tuple[tuple[str, bytes], ...] = (("qti", MATCH_OF_TEXTS),)


def kind_of(name: str) -> str:
    return "qti" if name.startswith("qti") else name


def survive(kind: str, data: bytes) -> None:
    """Read a file; what is taken obeys its family."""
    started = time.process_time()
    try:
        found = read_report(data, kind, Target("T.X", 1), limits=LIMITS)
    except BankFileInvalid:
        return
    finally:
        assert time.process_time() - started < 20
    for item in found.file.items:
        assert FAMILIES[item.content.family].check(item.content) is None
    assert all(rejected.reason for rejected in found.file.rejected)


def damaged(chance: random.Random, data: bytes) -> bytes:
    """Some places of a file cut, overwritten, or filled with what readers look for."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, max(0, len(out) - 1))
        piece = chance.choice(PIECES) if chance.random() < 0.7 else chance.randbytes(8)
        out[at : at + chance.randint(0, 40)] = piece
    return bytes(out)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", sorted(SEEDS))
def test_damaged_file_is_read_or_refused(name: str) -> None:
    ends = time.monotonic() + MINUTES * 60 / len(SEEDS)
    tried, before = 0, largest()
    while tried < FILES if not LONG else time.monotonic() < ends:
        chance = random.Random(f"{name} {tried}")  # noqa: S311 - reproducible damage
        survive(kind_of(name), damaged(chance, SEEDS[name]))
        if name.startswith("qti"):
            survive("qti", damaged(chance, chance.choice(ITEMS)))
            survive("qti", repacked(damaged(chance, chance.choice(ITEMS))))
        tried += 1
    print(f"{name}: {tried} rounds")
    assert tried >= FILES
    assert largest() - before < GROWTH_MIB


def largest() -> float:
    """The most memory that this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def repacked(item: bytes) -> bytes:
    """A sound package around a damaged item."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
        archive.writestr("i.xml", item)
    return out.getvalue()


def items_of_package() -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(SEEDS["qti22"])) as archive:
        return [archive.read(n) for n in archive.namelist() if n.startswith("items/")]


ITEMS = items_of_package()


@pytest.mark.parametrize(("kind", "data"), CORPUS)
def test_what_once_failed_is_read_or_refused(kind: str, data: bytes) -> None:
    survive(kind, data)
