"""The unsigned bytes of one certificate, by both paths, as they were recorded.

What is drawn depends on libraries: the hashes stand under the versions that gave them. Other
versions have no hash until someone looks at their pages and records them:
`python -m tests.certificates.test_golden`.
"""

import ctypes
import hashlib
import json
import zlib
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.certificates import sample
from tests.certificates.test_compiled import compiled

RECORDED = Path(__file__).with_name("golden.json")
PACKAGES = ("weasyprint", "pydyf", "fonttools", "zxing-cpp")
LIBRARIES = {
    "libpango-1.0.so.0": "pango_version_string",
    "libharfbuzz.so.0": "hb_version_string",
}


def versions() -> str:
    """Every library whose version may show in the bytes."""
    own = [f"{name} {version(name)}" for name in PACKAGES]
    for file, name in LIBRARIES.items():
        ask = getattr(ctypes.CDLL(file), name)
        ask.restype = ctypes.c_char_p
        own.append(f"{file.split('.')[0]} {ask().decode()}")
    return ", ".join([*own, f"zlib {zlib.ZLIB_RUNTIME_VERSION}"])


def hashes() -> dict[str, str]:
    """SHA-256 of the plain and of the compiled file."""
    claim = sample.claim()
    made = {"plain": sample.pdf(claim), "compiled": compiled(claim)}
    return {path: hashlib.sha256(pdf).hexdigest() for path, pdf in made.items()}


def recorded() -> dict[str, dict[str, str]]:
    return dict(json.loads(RECORDED.read_text(encoding="utf-8")))


def test_unsigned_bytes_are_those_recorded() -> None:
    known = recorded()
    if versions() not in known:
        pytest.skip(f"nothing is recorded for {versions()}")

    assert hashes() == known[versions()]


def test_recorded_hashes_are_of_two_files_each() -> None:
    for each in recorded().values():
        assert sorted(each) == ["compiled", "plain"]
        assert each["compiled"] != each["plain"]


if __name__ == "__main__":
    written = {**(recorded() if RECORDED.exists() else {}), versions(): hashes()}
    text = json.dumps(written, indent=2, sort_keys=True) + "\n"
    RECORDED.write_text(text, encoding="utf-8")
