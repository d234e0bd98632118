"""Addresses a LAN has: a plain http name, where browsers withhold WebCrypto, and a local https."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, expect

from tests.browser.chromium import Window, chromium
from tests.browser.house import ITEMS, House, opened
from tests.browser.people import Candidate

NAME = "ujian.contoh.invalid"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium that finds the exam room's name on this machine."""
    with chromium(f"--host-resolver-rules=MAP {NAME} 127.0.0.1") as found:
        yield found


@pytest.fixture(scope="module")
def secure_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house behind a certificate that it signed itself."""
    folder = tmp_path_factory.mktemp("secure")
    certificate, key = self_signed(folder)
    with opened(folder, certificate=certificate, key=key) as found:
        yield found


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for the room's name, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(encoding))
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    (folder / "key.pem").write_bytes(private)
    return folder / "certificate.pem", folder / "key.pem"


def named(address: str) -> str:
    """The same server by the room's name."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{NAME}:{parts.port}"


def test_plain_http_name_saves_and_submits_without_webcrypto(
    house: House, browser: Browser
) -> None:
    window = Window(browser, named(house.address))
    exam = house.open_exam()
    candidate = Candidate(window, exam)
    candidate.sign_in()
    assert candidate.page.evaluate("isSecureContext || 'subtle' in crypto") is False
    candidate.start()
    for n in range(1, ITEMS + 1):
        candidate.page.wait_for_url(f"**/ujian/soal/{n}")
        candidate.choose(candidate.best())
        candidate.expect_saved()
        candidate.next()
    candidate.page.wait_for_url("**/ujian/periksa")
    candidate.finish()
    expect(candidate.page.locator(".figure")).to_contain_text("40")
    window.picture("journey-plain-http")
    code, _ = house.certificate(exam)
    candidate.page.goto(f"/V/{code}")
    expect(candidate.page.locator("[data-hash-result]")).to_contain_text("Buka alamat https")
    # Chromium itself remarks that one header has no effect without TLS
    assert [f for f in window.faults if "Cross-Origin-Opener-Policy" not in f] == []
    window.close()


def test_local_https_name_hashes_the_pdf_on_the_readers_own_device(
    secure_house: House, browser: Browser, tmp_path: Path
) -> None:
    exam = secure_house.open_exam()
    exam.stage.sat(0)
    code, pdf = secure_house.certificate(exam)
    window = Window(browser, named(secure_house.address), ignore_https_errors=True)
    window.page.goto(f"/V/{code}")
    assert window.page.evaluate("isSecureContext") is True
    result = window.page.locator("[data-hash-result]")
    (tmp_path / "own.pdf").write_bytes(pdf)
    window.page.locator("#local").set_input_files(tmp_path / "own.pdf")
    expect(result).to_have_text("Sama persis dengan berkas yang diterbitkan.")
    window.picture("journey-local-https")
    (tmp_path / "other.pdf").write_bytes(pdf[:-1])
    window.page.locator("#local").set_input_files(tmp_path / "other.pdf")
    expect(result).to_contain_text("Berbeda dari berkas yang diterbitkan.")
    assert window.faults == []
    window.close()
