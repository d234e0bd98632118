"""Time-stamps of checkpoints: a local authority made of `openssl ts`, checked by strangers."""

import http.server
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from audit import store, timestamping
from audit.errors import StampRefused
from audit.export import export
from audit.fsck import fsck
from audit.note import verifier_key
from kernel.clock import ManualClock
from kernel.database import Database
from tests.audit.folders import run
from tests.audit.trial import LOCK, ORIGIN, PRIVATE, fill, tamper

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
[ext]
extendedKeyUsage = critical,timeStamping
basicConstraints = CA:false
"""


def openssl(*arguments: str | Path, data: bytes = b"") -> bytes:
    command = ["openssl", *map(str, arguments)]
    ended = subprocess.run(command, input=data, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
    return ended.stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a certificate authority and a time-stamping key under it."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "conf").write_text(CONFIG.format(folder=folder), encoding="ascii")
    new = ("req", "-newkey", "rsa:2048", "-nodes", "-days", "30")
    openssl(
        *new, "-x509", "-subj", "/CN=Otoritas CONTOH",
        "-keyout", folder / "ca.key", "-out", folder / "ca.pem",
    )  # fmt: skip
    openssl(*new, "-subj", "/CN=TSA CONTOH", "-keyout", folder / "tsa.key", "-out", folder / "csr")
    openssl(
        "x509", "-req", "-in", folder / "csr", "-CA", folder / "ca.pem",
        "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", "30",
        "-extfile", folder / "conf", "-extensions", "ext", "-out", folder / "tsa.pem",
    )  # fmt: skip
    (folder / "serial").write_text("01", encoding="ascii")
    return folder


class Authority(http.server.BaseHTTPRequestHandler):
    """Hands queries to `openssl ts`; `answer` overrides what it says."""

    folder = Path()
    answer: bytes | None = None

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        (self.folder / "query").write_bytes(query)
        reply = self.answer
        if reply is None:
            conf, asked = self.folder / "conf", self.folder / "query"
            reply = openssl("ts", "-reply", "-config", conf, "-queryfile", asked)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url(authority: Path) -> Iterator[str]:
    """Return the URL of the running authority."""
    Authority.folder, Authority.answer = authority, None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Authority) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_stamped_checkpoint_is_exported_and_verified_by_openssl_and_a_library(
    database: Database, tmp_path: Path, authority: Path, url: str
) -> None:
    fill(database, tmp_path, 20)
    stamp = timestamping.stamp_daily(database, url)
    assert stamp is not None
    assert (stamp.size, stamp.authority) == (21, url)
    export(database, tmp_path / "export")
    assert run(tmp_path / "export") == 0
    data, reply = (tmp_path / "export/timestamp/21").with_suffix(".checkpoint"), stamp.reply
    (tmp_path / "reply").write_bytes(reply)
    assert (tmp_path / "export/timestamp/21.tsr").read_bytes() == reply

    said = openssl(
        "ts", "-verify", "-in", tmp_path / "reply", "-data", data, "-CAfile", authority / "ca.pem"
    )
    assert b"Verification: OK" in said
    root = x509.load_pem_x509_certificate((authority / "ca.pem").read_bytes())
    verifier = VerifierBuilder().add_root_certificate(root).build()
    decoded = decode_timestamp_response(reply)
    assert verifier.verify_message(decoded, data.read_bytes())
    with pytest.raises(VerificationError):
        verifier.verify_message(decoded, data.read_bytes() + b"x")


def test_authority_is_asked_once_a_day_and_for_something_new(
    database: Database, tmp_path: Path, clock: ManualClock, url: str
) -> None:
    assert timestamping.stamp_daily(database, url) is None  # no log yet
    fill(database, tmp_path, 2)
    assert timestamping.stamp_daily(database, url) is not None
    fill(database, tmp_path, 2)
    clock.advance(23 * 3600)
    assert timestamping.stamp_daily(database, url) is None
    clock.advance(2 * 3600)
    assert timestamping.stamp_daily(database, url) is not None
    clock.advance(48 * 3600)
    assert timestamping.stamp_daily(database, url) is None
    assert [stamp.size for stamp in database.read_sync(store.stamps)] == [3, 5]


def test_refusal_foreign_stamp_and_silence_are_named_and_keep_nothing(
    database: Database, tmp_path: Path, authority: Path, url: str
) -> None:
    fill(database, tmp_path, 2)
    other = tmp_path / "other"
    other.write_bytes(timestamping.request(bytes(32), b"\x01" * 8))
    foreign = openssl("ts", "-reply", "-config", authority / "conf", "-queryfile", other)
    for answer, reason in [
        (bytes.fromhex("30053003020102"), "not_granted"),
        (b"maaf", "form"),
        (b"", "form"),
        (foreign, "another_imprint"),
    ]:
        Authority.answer = answer
        with pytest.raises(StampRefused) as caught:
            timestamping.stamp_daily(database, url)
        assert caught.value.data["reason"] == reason
    with pytest.raises(StampRefused):
        timestamping.stamp_daily(database, "http://127.0.0.1:1/")
    with pytest.raises(StampRefused):
        timestamping.stamp_daily(database, "file:///etc/hostname")
    assert database.read_sync(store.stamps) == []


def test_kept_stamp_tampered_with_is_named_by_fsck(
    database: Database, tmp_path: Path, url: str
) -> None:
    fill(database, tmp_path, 2)
    assert timestamping.stamp_daily(database, url) is not None
    key = verifier_key(ORIGIN, PRIVATE).vkey

    def kinds() -> list[tuple[str, str]]:
        found = database.read_sync(fsck, vkey=key, lock=tmp_path / LOCK)
        return [(one.kind, one.place) for one in found]

    assert kinds() == []
    [stamp] = database.read_sync(store.stamps)
    refused = stamp.reply.replace(b"\x02\x01\x00", b"\x02\x01\x02", 1)
    for reply in (stamp.reply[:9], refused, stamp.reply.replace(b"\x04\x20", b"\x04\x1f", 1)):
        tamper(database, "UPDATE log_tsa SET reply = :reply", reply=reply)
        assert kinds() == [("stamp_reply", "time-stamp 3")]
    tamper(database, "UPDATE log_tsa SET reply = :reply, note = 'lain'", reply=stamp.reply)
    assert kinds() == [("stamp_note", "time-stamp 3")]
    tamper(database, "UPDATE log_tsa SET size = 2")
    assert kinds() == [("stamp_surplus", "time-stamp 2")]
