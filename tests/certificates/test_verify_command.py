"""`ujikom verify`: every way a certificate can stand has an exit code of its own."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates import credential
from certificates.claim import Claim
from certificates.document import PURPOSES, StatusPlace
from certificates.pdf import FIELD, certificate_pdf
from certificates.signing import pades
from certificates.status_lists import listing
from kernel.clock import SystemClock
from tests.certificates import authority, sample
from tests.commands import Place

PLACE = StatusPlace(1, 77)
NOW = SystemClock().now()
KEYS = ("--key", sample.LOG_VKEY, "--credential-key", sample.PUBLIC.hex())


def printed(of: Claim) -> bytes:
    own = credential.issue(of, issuer_url=sample.ISSUER, key=sample.KEY, status=PLACE)
    page = certificate_pdf(
        of,
        code=sample.CODE,
        verify_url=sample.VERIFY_URL,
        credential=sample.badge(own),
        proof_bundle=sample.proof_bundle(own),
        key_fingerprint=credential.fingerprint(sample.PUBLIC),
        zone=sample.ZONE,
    )
    signer = authority.make().signer
    return pades.sign(page, signer, field=FIELD.name, at=of.issued_at, reason="Uji / test")


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("verify") / "sertifikat.pdf"
    start = NOW - timedelta(days=30)
    path.write_bytes(printed(sample.claim(issued_at=start, valid_until=NOW + timedelta(days=900))))
    return path


@pytest.fixture
def outsider(tmp_path: Path) -> Place:
    return Place(data=tmp_path / "none")


def lists(folder: Path, *, hours_ago: float = 1, **places: list[int]) -> list[str]:
    """Download the lists, as they were signed some hours ago."""
    words = []
    for purpose in PURPOSES:
        path = folder / f"{purpose}-{hours_ago}-{len(places)}.json"
        path.write_bytes(
            listing.issue(
                issuer_url=sample.ISSUER,
                key=sample.KEY,
                purpose=purpose,
                number=1,
                places=places.get(purpose, []),
                at=NOW - timedelta(hours=hours_ago),
            )
        )
        words += ["--status-list", str(path)]
    return words


def test_file_whose_lists_are_fresh_is_valid(pdf: Path, outsider: Place, tmp_path: Path) -> None:
    said = outsider.call("verify", str(pdf), *KEYS, *lists(tmp_path))
    assert (said.code, "verdict      valid\n" in said.out) == (0, True), said.out


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (lambda _: [], (10, "not_checked  revocation")),
        (lambda f: lists(f, revocation=[77]), (13, "certificate_revoked")),
        (lambda f: lists(f, suspension=[77]), (12, "certificate_suspended")),
        (lambda f: lists(f, hours_ago=40), (10, "status_list_stale")),
        (lambda f: lists(f)[:2], (10, "status_list_missing")),
    ],
)
def test_file_by_its_status_has_an_exit_code(
    pdf: Path,
    outsider: Place,
    tmp_path: Path,
    given: Callable[[Path], list[str]],
    expected: tuple[int, str],
) -> None:
    code, reason = expected
    said = outsider.call("verify", str(pdf), *KEYS, *given(tmp_path))
    assert (said.code, reason in said.out) == (code, True), said.out


def test_list_older_than_one_seen_before_is_not_believed(
    pdf: Path, outsider: Place, tmp_path: Path
) -> None:
    memory = ("--seen", str(tmp_path / "seen.txt"))
    revoked = lists(tmp_path, hours_ago=1, revocation=[77])
    before = lists(tmp_path, hours_ago=5)

    assert outsider.call("verify", str(pdf), *KEYS, *before).code == 0
    assert outsider.call("verify", str(pdf), *KEYS, *revoked, *memory).code == 13
    said = outsider.call("verify", str(pdf), *KEYS, *before, *memory)

    assert (said.code, "status_list_rolled_back" in said.out) == (10, True), said.out


def test_file_of_another_issuer_altered_or_out_of_time_has_an_exit_code(
    pdf: Path, outsider: Place, tmp_path: Path
) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    foreign = ("--key", sample.LOG_VKEY, "--credential-key", stranger.hex())
    assert outsider.call("verify", str(pdf), *foreign).code == 15

    over = tmp_path / "lewat.pdf"
    over.write_bytes(printed(sample.claim(issued_at=NOW - timedelta(days=9),
                                          valid_until=NOW - timedelta(days=1))))  # fmt: skip
    assert outsider.call("verify", str(over), *KEYS).code == 11
    swapped = tmp_path / "tukar.pdf"
    own = credential.issue(sample.claim(), issuer_url=sample.ISSUER, key=sample.KEY)
    other = credential.issue(
        sample.claim(holder_name="Orang Lain Contoh"), issuer_url=sample.ISSUER, key=sample.KEY
    )
    swapped.write_bytes(certificate_pdf(
        sample.claim(), code=sample.CODE, verify_url=sample.VERIFY_URL,
        credential=sample.badge(other), proof_bundle=sample.proof_bundle(own),
        key_fingerprint=credential.fingerprint(sample.PUBLIC), zone=sample.ZONE,
    ))  # fmt: skip
    assert outsider.call("verify", str(swapped), *KEYS).code == 1
    swapped.write_bytes(b"%PDF-1.7")
    assert outsider.call("verify", str(swapped), *KEYS).code == 4
