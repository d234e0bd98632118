"""An external signing service, PDF in and signed PDF out, shaped like BSrE's e-sign client.

The form fields and the answer follow the public descriptions of that client: a multipart form with
the file, the signer's number and passphrase, basic authentication, the signed PDF as the answer.
It was tested against a simulator alone.
"""

import base64
import http.client
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

import msgspec

from certificates.errors import NotACertificate
from certificates.signing import check
from certificates.signing.errors import ServiceAnswerWrong, SignerRefused, SignerUnready
from kernel.errors import Integrity
from kernel.ids import random_bytes

PDF_LIMIT: Final = 10 * 1024 * 1024
PAUSE_SECONDS: Final = 0.5  # before the second try, doubled before each further one
_REFUSED: Final = range(400, 500)


class Credentials(msgspec.Struct, frozen=True):
    """The account at the service, and the signer's number and passphrase there."""

    user: str
    password: str
    number: str
    passphrase: str

    @classmethod
    def read(cls, file: Path) -> "Credentials":
        """From a JSON file with these four fields; raises SignerUnready."""
        try:
            return msgspec.json.decode(file.read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError) as error:
            raise SignerUnready(signer=str(file), reason=type(error).__name__) from error


class ServiceSigner(msgspec.Struct, frozen=True):
    """Has a whole PDF signed elsewhere. The secrets are read from their file at each use."""

    url: str
    credentials_file: Path
    seconds: float = 30.0
    tries: int = 3

    def sign_pdf(self, pdf: bytes) -> bytes:
        """The PDF with the service's signature behind it.

        Raises SignerRefused when the service says no, SignerUnready after all tries, and
        ServiceAnswerWrong when what came back is not our PDF, signed as a whole.
        """
        answer = self._asked(pdf)
        check_answer(pdf, answer)
        return answer

    def _asked(self, pdf: bytes) -> bytes:
        reason = ""
        request = self._request(pdf)
        for attempt in range(self.tries):
            if attempt:
                time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
            try:
                with urllib.request.urlopen(request, timeout=self.seconds) as answer:  # noqa: S310 - http and https alone
                    signed: bytes = answer.read(PDF_LIMIT + 1)
                    return signed
            except urllib.error.HTTPError as error:
                error.close()
                if error.code in _REFUSED:
                    raise SignerRefused(url=self.url, status=error.code) from error
                reason = str(error.code)
            except (OSError, http.client.HTTPException) as error:
                reason = type(error).__name__
        raise SignerUnready(signer=self.url, reason=reason)

    def _request(self, pdf: bytes) -> urllib.request.Request:
        if not self.url.startswith(("http://", "https://")):
            raise SignerUnready(signer=self.url, reason="url")
        account = Credentials.read(self.credentials_file)
        boundary = random_bytes(16).hex()
        fields = {"nik": account.number, "passphrase": account.passphrase, "tampilan": "invisible"}
        body = _multipart(boundary, fields, pdf)
        token = base64.b64encode(f"{account.user}:{account.password}".encode()).decode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Authorization": f"Basic {token}",
        }
        return urllib.request.Request(self.url, body, headers)  # noqa: S310 - checked above


def check_answer(pdf: bytes, answer: bytes) -> None:
    """That the answer is our very bytes with a signature over the whole behind them."""
    if not answer.startswith(pdf) or len(answer) > PDF_LIMIT:
        raise ServiceAnswerWrong(reason="bytes")
    try:
        check.verify_whole(check.inspect(answer, roots=()))
    except (Integrity, NotACertificate) as error:
        raise ServiceAnswerWrong(reason=error.code) from error


def _multipart(boundary: str, fields: dict[str, str], pdf: bytes) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="sertifikat.pdf"'
        "\r\nContent-Type: application/pdf\r\n\r\n"
    )
    return b"".join([*parts, head.encode(), pdf, f"\r\n--{boundary}--\r\n".encode()])
