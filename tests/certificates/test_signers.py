"""Signers elsewhere: a token (SoftHSM2), and a signing service that is a simulator here."""

import http.server
import io
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.signing import check, pades
from certificates.signing.errors import ServiceAnswerWrong, SignerRefused, SignerUnready
from certificates.signing.service import ServiceSigner
from certificates.signing.token import TokenPlace, TokenSigner
from tests.certificates import authority, sample, strangers

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")

# A process of its own: the module reads SOFTHSM2_CONF once and stays loaded.
IN_A_TOKEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from certificates.pdf import FIELD
from certificates.signing import folder, pades, token
from certificates.signing.errors import SignerUnready
module, work = Path(sys.argv[1]), Path(sys.argv[2])
at = datetime(2026, 11, 24, tzinfo=UTC)
place = token.TokenPlace(module, "contoh", "pdf", work / "pin")
pki = work / "pki"
folder.make_root(work / "root", "Badan Contoh", passphrase="a", at=at)
folder.make_issuing(pki, work / "root", passphrase="b", root_passphrase="a", at=at)
folder.certify_signer(pki, token.generate(place), passphrase="b", at=at)
signer = token.TokenSigner(place, folder.chain(pki), tries=2)
pdf = (work / "unsigned.pdf").read_bytes()
for _ in range(2):
    signed = pades.sign(pdf, signer, field=FIELD.name, at=at, reason="Uji")
(work / "signed.pdf").write_bytes(signed)
token._sessions[place].close()
signed = pades.sign(pdf, signer, field=FIELD.name, at=at, reason="Uji")
print("signs again after a lost session")
for name, label, pin in [("lain", "pdf", "pin"), ("contoh", "x", "pin"), ("contoh", "pdf", "no")]:
    wrong = token.TokenPlace(module, name, label, work / pin)
    try:
        token.TokenSigner(wrong, signer.chain, tries=2).sign(b"x")
        sys.exit("signed")
    except SignerUnready as error:
        print(error.data["reason"])
"""


def test_key_in_a_token_signs_a_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tokens").mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n", encoding="ascii")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    make = ["softhsm2-util", "--init-token", "--free", "--label", "contoh"]
    subprocess.run([*make, "--so-pin", "123456", "--pin", "1234"], check=True, capture_output=True)
    (tmp_path / "pin").write_text("1234\n")
    (tmp_path / "unsigned.pdf").write_bytes(sample.pdf())

    ended = subprocess.run(
        [sys.executable, "-c", IN_A_TOKEN, str(MODULE), str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    again, *reasons = ended.stdout.splitlines()
    assert again == "signs again after a lost session"
    assert len(reasons) == 3
    root = x509.load_pem_x509_certificate((tmp_path / "pki" / "root.pem").read_bytes())
    der = root.public_bytes(Encoding.DER)
    [(covered, cms)] = strangers.signed_ranges((tmp_path / "signed.pdf").read_bytes())
    assert strangers.openssl_cms(covered, cms, der, tmp_path) == "CAdES Verification successful"
    assert not (tmp_path / "pki" / "signer.json").exists()


def test_token_that_does_not_answer_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module that hangs: the PIN's file is a pipe that nobody writes to."""
    import os

    os.mkfifo(tmp_path / "pin")
    place = TokenPlace(MODULE, "contoh", "pdf", tmp_path / "pin")
    began = time.monotonic()
    with pytest.raises(SignerUnready) as caught:
        TokenSigner(place, (), seconds=0.2, tries=2).sign(b"x")
    assert caught.value.data["reason"] == "timeout"
    assert time.monotonic() - began < 5
    (tmp_path / "pin").write_text("")  # the threads that still wait read an end and go


class Simulator:
    """Answers as BSrE's client does: takes the form, signs with a key of its own."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.asked = 0
        self.spoil = False

    def answer(self, headers: Message, body: bytes) -> tuple[int, bytes]:
        self.asked += 1
        if self.statuses:
            return self.statuses.pop(0), b"{}"
        head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
        parts: dict[Any, bytes] = {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)  # type: ignore[misc] # no multipart inside
            for part in BytesParser().parsebytes(head + body).walk()
            if not part.is_multipart()
        }
        assert headers["Authorization"] == "Basic aW5zdGFuc2k6cmFoYXNpYQ=="
        assert parts["nik"] == b"3200000000000001"
        assert parts["passphrase"] == b"frasa contoh"
        assert parts["tampilan"] == b"invisible"
        pdf = parts["file"]
        if self.spoil:
            pdf = pdf.replace(b"%PDF-1.7", b"%PDF-1.6")
        return 200, self.signed(pdf)

    def signed(self, pdf: bytes) -> bytes:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        own = pades._own(authority.make("Balai Contoh", seed=5).signer)
        meta = signers.PdfSignatureMetadata(
            field_name="SIG_BSrE", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
        )
        out = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signers.PdfSigner(meta, own).sign_pdf(writer, bytes_reserved=16384, output=out)
        return out.getvalue()

    @contextmanager
    def served(self) -> Iterator[str]:
        own = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = own.answer(self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/api/sign/pdf"
            finally:
                server.shutdown()
                thread.join()


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
def service(simulator: Simulator, tmp_path: Path) -> Iterator[ServiceSigner]:
    secrets = tmp_path / "layanan.json"
    secrets.write_text(
        '{"user":"instansi","password":"rahasia","number":"3200000000000001",'
        '"passphrase":"frasa contoh"}'
    )
    with simulator.served() as url:
        yield ServiceSigner(url, secrets, seconds=5, tries=2)


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    return sample.pdf(fields=())


def test_service_signs_the_printed_bytes(service: ServiceSigner, unsigned: bytes) -> None:
    answer = service.sign_pdf(unsigned)
    assert answer.startswith(unsigned)
    found = check.inspect(answer, roots=[authority.make("Balai Contoh", seed=5).trusted])
    assert check.verify_whole(found)["level"] == "B-B"
    check.verify_signer(found)


def test_service_that_fails_once_is_asked_again(
    service: ServiceSigner, simulator: Simulator, unsigned: bytes
) -> None:
    simulator.statuses = [503]
    assert service.sign_pdf(unsigned)
    assert simulator.asked == 2


def test_service_that_keeps_failing_is_given_up(
    service: ServiceSigner, simulator: Simulator, unsigned: bytes
) -> None:
    simulator.statuses = [503, 500]
    with pytest.raises(SignerUnready) as caught:
        service.sign_pdf(unsigned)
    assert caught.value.data["reason"] == "500"


def test_service_that_refuses_is_asked_once(
    service: ServiceSigner, simulator: Simulator, unsigned: bytes
) -> None:
    simulator.statuses = [401]
    with pytest.raises(SignerRefused) as caught:
        service.sign_pdf(unsigned)
    assert caught.value.data["status"] == 401
    assert simulator.asked == 1
    assert "frasa" not in str(caught.value)


def test_service_that_signs_something_else_is_caught(
    service: ServiceSigner, simulator: Simulator, unsigned: bytes
) -> None:
    simulator.spoil = True
    with pytest.raises(ServiceAnswerWrong):
        service.sign_pdf(unsigned)


def test_raw_signatures_of_the_file_signer_are_what_they_say() -> None:
    own = authority.make().signer
    public = x509.load_der_x509_certificate(own.chain[0]).public_key()
    assert isinstance(public, EllipticCurvePublicKey)
    public.verify(own.sign(b"contoh"), b"contoh", ECDSA(SHA256()))
