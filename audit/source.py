"""Where an outsider reads a log from: an exported folder, or the web."""

import gzip
import io
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from audit.errors import SourceUnreadable

TIMEOUT_SECONDS: Final = 30
MAX_BYTES: Final = 256 * (2 + 0xFFFF)  # the largest entry bundle there can be


@dataclass(frozen=True, slots=True)
class Folder:
    """An export on disk."""

    root: Path

    def read(self, path: str) -> bytes:
        try:
            return (self.root / path).read_bytes()
        except OSError as error:
            raise SourceUnreadable(path=path, reason=error.strerror or "") from error


@dataclass(frozen=True, slots=True)
class Web:
    """A log served under a URL prefix."""

    base: str

    def read(self, path: str) -> bytes:
        address = f"{self.base.rstrip('/')}/{path}"
        try:
            with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - `open_source` lets http and https through only
                data: bytes = response.read(MAX_BYTES + 1)
                if response.headers.get("Content-Encoding") == "gzip":
                    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                        data = packed.read(MAX_BYTES + 1)
        except (OSError, urllib.error.URLError, EOFError, zlib.error) as error:
            raise SourceUnreadable(path=path, reason=str(error)) from error
        if len(data) > MAX_BYTES:
            raise SourceUnreadable(path=path, reason="too long")
        return data


def open_source(place: str) -> Folder | Web:
    """A URL prefix, or else a folder."""
    if place.startswith(("http://", "https://")):
        return Web(place)
    return Folder(Path(place))
