"""A time-stamping authority on this machine: `openssl ts` behind HTTP. DATA CONTOH."""

import http.server
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certificates.signing import pki
from certificates.signing.evidence import Authority, Evidence, Level
from tests.certificates import authority as signing_authority

CONFIG = """
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
ordering = no
ess_cert_id_alg = sha256
"""


class TimeStamping:
    """An authority's folder, its root and the revocation list of that root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        at = datetime.now(UTC).replace(microsecond=0)
        since = at.replace(year=at.year - 1)
        key = pki.new_key("root")
        root = pki.Authority(pki.root_certificate("Otoritas Waktu Contoh", key, at=since), key)
        self.root = root.certificate.public_bytes(Encoding.DER)
        self.crl = pki.crl(root, (), number=1, at=at, lasts=pki.YEAR).public_bytes(Encoding.DER)
        self._write(root, since)
        self.failures = 0  # how many requests to answer with an error first
        self.asked = 0

    def _write(self, root: pki.Authority, since: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TSA Contoh")])
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(since + 5 * pki.YEAR)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
            .sign(root.key, SHA256())
        )
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "tsa.key").write_bytes(private)
        (self.folder / "tsa.pem").write_bytes(made.public_bytes(Encoding.PEM))
        (self.folder / "serial").write_text("01", encoding="ascii")
        (self.folder / "conf").write_text(CONFIG.format(folder=self.folder), encoding="ascii")

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        ended = subprocess.run(
            ["openssl", "ts", "-reply", "-config", self.folder / "conf", "-queryfile",
             self.folder / "query"],
            capture_output=True, check=True,
        )  # fmt: skip
        return ended.stdout

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address at which it answers while the block runs."""
        own = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                own.asked += 1
                query = self.rfile.read(int(self.headers["Content-Length"]))
                if own.asked <= own.failures:
                    self.send_error(503)
                    return
                reply = own.reply(query)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/tsa"
            finally:
                server.shutdown()
                thread.join()

    def evidence(self, level: Level, url: str) -> Evidence:
        """What signing at a level needs, with the lists of both chains."""
        own = signing_authority.make()
        now = datetime.now(UTC)
        lists = [
            pki.crl(ca, (), number=1, at=now, lasts=pki.YEAR) for ca in (own.root, own.issuing)
        ]
        return Evidence(
            level=level,
            authority=Authority(url, seconds=5.0, tries=2),
            roots=(own.trusted, self.root),
            crls=(*(each.public_bytes(Encoding.DER) for each in lists), self.crl),
        )
