"""Archives of strangers, opened within limits: no path leaves them, nothing grows beyond bounds."""

import io
import posixpath
import stat
import struct
import zipfile
import zlib
from typing import Final
from urllib.parse import unquote

from question_banks.errors import BankFileInvalid
from question_banks.formats.limits import Limits

MAGIC: Final = b"PK\x03\x04"
EMPTY: Final = b"PK\x05\x06"
SMALL: Final = 64 * 1024
BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError, LookupError, struct.error,
)  # fmt: skip


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin like a ZIP archive."""
    return data[:4] in {MAGIC, EMPTY}


class Package:
    """The files of an archive by their paths, read one at a time."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Check every entry before any is read; raises BankFileInvalid."""
        if len(data) > limits.bytes:
            raise BankFileInvalid(reason="too_large")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            entries = self._archive.infolist()
        except BROKEN as error:
            raise BankFileInvalid(reason="archive_broken") from error
        if len(entries) > limits.entries:
            raise BankFileInvalid(reason="too_many_files")
        if sum(entry.file_size for entry in entries) > limits.unpacked:
            raise BankFileInvalid(reason="unpacks_too_large")
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            self._add(entry, limits)

    def _add(self, entry: zipfile.ZipInfo, limits: Limits) -> None:
        name = entry.filename
        parts = name.replace("\\", "/").split("/")
        if (
            not name
            or name.startswith(("/", "\\"))
            or ".." in parts
            or ":" in parts[0]
            or "\0" in name
        ):
            raise BankFileInvalid(reason="path_outside", place=name[:80])
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise BankFileInvalid(reason="link_inside", place=name[:80])
        if entry.flag_bits & 1:
            raise BankFileInvalid(reason="encrypted", place=name[:80])
        if entry.file_size > max(SMALL, entry.compress_size * limits.growth):
            raise BankFileInvalid(reason="unpacks_too_large", place=name[:80])
        if not entry.is_dir():
            if name in self._entries:
                raise BankFileInvalid(reason="path_twice", place=name[:80])
            self._entries[name] = entry

    def __contains__(self, path: str) -> bool:
        return path in self._entries

    @property
    def names(self) -> list[str]:
        """Paths in the archive's order."""
        return list(self._entries)

    def read(self, path: str) -> bytes:
        """Bytes of a file, never more than its entry says; raises BankFileInvalid."""
        entry = self._entries[path]
        try:
            with self._archive.open(entry) as file:
                data = file.read(entry.file_size + 1)
        except BROKEN as error:
            raise BankFileInvalid(reason="archive_broken", place=path[:80]) from error
        if len(data) != entry.file_size:
            raise BankFileInvalid(reason="archive_broken", place=path[:80])
        return data


def beside(path: str, href: str) -> str | None:
    """The path that `href` means in a file at `path`; None when it leads out of the archive."""
    if "://" in href or href.startswith(("/", "\\", "data:", "file:", "javascript:")):
        return None
    target = posixpath.normpath(
        posixpath.join(posixpath.dirname(path), unquote(href.partition("?")[0].partition("#")[0]))
    )
    return None if target.startswith(("..", "/")) or target == "." else target
