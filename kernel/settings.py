"""Settings from the environment: one frozen object; an unknown variable is refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from kernel.errors import Unavailable

PREFIX = "UJIKOM_"


class SettingUnknown(Unavailable):
    """A variable with our prefix that no setting bears."""

    code = "setting_unknown"


class SettingInvalid(Unavailable):
    """A setting's value does not fit its type."""

    code = "setting_invalid"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator can set. Names in the environment: `UJIKOM_` + upper case."""

    data: Path = Path("data")
    database_url: str = ""
    public_url: str = ""
    log_origin: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    insecure_lan: bool = False
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    passphrase_file: Path | None = None
    log_level: str = "info"
    sequencer: bool = True
    witness_policy: Path | None = None
    tsa_url: str = ""
    log_previous: Path | None = None
    signer: Literal["file", "token", "service"] = "file"
    signer_module: Path | None = None
    signer_token: str = ""
    signer_label: str = "sertifikat"
    signer_pin_file: Path | None = None
    signer_url: str = ""
    signer_credentials_file: Path | None = None
    signer_seconds: float = 10.0
    signer_tries: int = 3
    signature_level: Literal["B-B", "B-T", "B-LT", "B-LTA"] = "B-B"
    signature_tsa_url: str = ""

    @property
    def url(self) -> str:
        """The database URL, the embedded SQLite file when none is set."""
        return self.database_url or f"sqlite:///{(self.data / 'db' / 'ujikom.sqlite').resolve()}"

    def passphrase(self) -> str | None:
        """Read what opens the keys; None where no file is named."""
        return self.passphrase_file.read_text().strip() if self.passphrase_file else None


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Read every `UJIKOM_` variable; raises SettingUnknown or SettingInvalid, naming it."""
    given = {k.removeprefix(PREFIX).lower(): v for k, v in environ.items() if k.startswith(PREFIX)}
    for name in given:
        if name not in Settings.__struct_fields__:
            raise SettingUnknown(name=PREFIX + name.upper())
    filled = {name: value for name, value in given.items() if value}  # empty means unset
    try:
        return msgspec.convert(filled, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingInvalid(reason=str(error)) from error


def _decode(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise TypeError(kind)
