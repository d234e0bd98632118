"""The PKI by the `ujikom keys` commands: the root elsewhere, keys sealed, nothing overwritten."""

import shutil
from pathlib import Path

import pytest
from cryptography import x509

import app
from certificates.signing import folder, pki
from kernel.keys import PassphraseWrong
from kernel.settings import Settings
from tests.commands import Answer, Place

SECRET = "frasa sandi contoh yang panjang"
ROOT_SECRET = "frasa sandi akar yang lain"
REAL = {
    "UJIKOM_PUBLIC_URL": "https://ujian.contoh.invalid",
    "UJIKOM_LOG_ORIGIN": "ujian.contoh.invalid/log/1",
}


class Office:
    """A real installation, and the medium of its root."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder / "data")
        self.pki = folder / "data" / "keys" / "pki"
        self.medium = folder / "medium"
        self.secret, self.root_secret = folder / "sandi.txt", folder / "sandi-akar.txt"
        self.secret.write_text(SECRET)
        self.root_secret.write_text(ROOT_SECRET)

    def call(self, *arguments: str) -> Answer:
        given = REAL | {"UJIKOM_PASSPHRASE_FILE": str(self.secret)}
        return self.place.call(*arguments, **given)

    def done(self, *arguments: str) -> Answer:
        answer = self.call(*arguments)
        assert answer.code == 0, answer.words
        return answer

    def ceremony(self) -> None:
        """Everything from no keys to a signer."""
        self.done("init", "--passphrase-file", str(self.secret))
        akar = ("--passphrase-file", str(self.root_secret))
        self.done("keys", "root", str(self.medium), "--name", "Badan Contoh", *akar)
        self.done("keys", "issuing", str(self.medium), *akar)
        self.done("keys", "signer")

    def certificate(self, role: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.pki / f"{role}.pem").read_bytes())

    def crl(self, role: str) -> x509.CertificateRevocationList:
        return x509.load_pem_x509_crl((self.pki / f"{role}.crl").read_bytes())


@pytest.fixture(scope="module")
def ceremony(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office after its ceremony, to copy from."""
    folder = tmp_path_factory.mktemp("office")
    Office(folder).ceremony()
    return folder


@pytest.fixture
def office(ceremony: Path, tmp_path: Path) -> Office:
    shutil.copytree(ceremony, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


def test_ceremony_leaves_a_signer_and_no_key_of_the_root_on_the_server(office: Office) -> None:
    root, issuing, own = map(office.certificate, ("root", "issuing", "signer"))
    issuing.verify_directly_issued_by(root)
    own.verify_directly_issued_by(issuing)
    assert pki.organization_of(own) == "Badan Contoh"
    assert {path.name for path in office.pki.iterdir()} == {
        "root.pem", "root.crl", "issuing.pem", "issuing.crl", "issuing.json",
        "signer.pem", "signer.json",
    }  # fmt: skip
    for path in [*office.pki.glob("*.json"), *office.medium.glob("*.json")]:
        assert b'"demo":false' in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


def test_keys_open_with_their_own_passphrase_alone(office: Office) -> None:
    assert folder.signer(office.pki, passphrase=SECRET).chain
    with pytest.raises(PassphraseWrong):
        folder.signer(office.pki, passphrase=ROOT_SECRET)
    with pytest.raises(PassphraseWrong):
        folder.authority(office.medium, "root", passphrase=SECRET)


def test_nothing_is_overwritten(office: Office) -> None:
    before = {path: path.read_bytes() for path in office.pki.iterdir()}
    akar = ("--passphrase-file", str(office.root_secret))
    for command in (
        ("root", str(office.medium), "--name", "Lain", *akar),
        ("issuing", str(office.medium), *akar),
        ("signer",),
    ):
        said = office.call("keys", *command)
        assert said.code == 4
        assert "pki_exists" in said.err
    assert {path: path.read_bytes() for path in office.pki.iterdir()} == before


def test_signer_is_replaced_without_the_root(office: Office) -> None:
    shutil.rmtree(office.medium)
    before = office.certificate("signer")
    office.done("keys", "signer", "--replace")
    after = office.certificate("signer")
    assert after.serial_number != before.serial_number
    after.verify_directly_issued_by(office.certificate("issuing"))
    kept = office.pki / "retired" / f"signer-{before.serial_number:x}.pem"
    assert x509.load_pem_x509_certificate(kept.read_bytes()) == before


def test_revocation_lists_grow_and_keep_what_they_said(office: Office) -> None:
    serial = f"{office.certificate('signer').serial_number:x}"
    office.done("keys", "crl", "--revoke", serial, "--reason", "key_compromise")
    office.done("keys", "crl")
    listed = office.crl("issuing")
    assert listed.is_signature_valid(office.certificate("issuing").public_key())  # type: ignore[arg-type]
    assert pki.crl_number(listed) == 3
    [revoked] = pki.revoked(listed)
    assert f"{revoked.serial:x}" == serial
    assert revoked.reason is x509.ReasonFlags.key_compromise

    akar = ("--root", str(office.medium), "--passphrase-file", str(office.root_secret))
    office.done("keys", "crl", *akar)
    assert pki.crl_number(office.crl("root")) == 2


def test_sample_installation_gets_a_marked_pki_of_its_own(tmp_path: Path) -> None:
    data = tmp_path / "data"
    app.close(app.install(Settings(data=data)))
    own = x509.load_pem_x509_certificate((data / "keys/pki/signer.pem").read_bytes())
    assert "DATA CONTOH" in own.subject.rfc4514_string()
    assert b'"demo":true' in (data / "keys/pki/signer.json").read_bytes()
