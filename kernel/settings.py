"""Settings from the environment: one frozen object; an unknown variable is refused."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from kernel.errors import Unavailable

PREFIX = "UJIKOM_"
LARGEST_PORT = 65_535
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DATABASES = ("sqlite:///", "postgresql+psycopg://")


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
    log_token_module: Path | None = None
    log_token: str = ""
    log_token_label: str = "log"  # noqa: S105 - a name
    log_token_pin_file: Path | None = None
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
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password_file: Path | None = None
    mail_from: str = ""
    import_mib: int = 10
    import_items: int = 10_000
    import_files: int = 20_000
    import_unpacked_mib: int = 100
    import_wait_hours: int = 24
    media_mib: int = 5
    picture_megapixels: int = 20
    sound_seconds: int = 180

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
        settings = msgspec.convert(filled, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingInvalid(reason=str(error)) from error
    for wrong in _wrong(settings):
        raise SettingInvalid(reason=wrong)
    return settings


def _wrong(settings: Settings) -> Iterator[str]:
    """Which values cannot work, each with what would; no value that could be a secret."""
    if not 0 < settings.port <= LARGEST_PORT:
        yield f"{PREFIX}PORT={settings.port} (1..{LARGEST_PORT})"
    if settings.log_level.upper() not in LOG_LEVELS:
        yield f"{PREFIX}LOG_LEVEL={settings.log_level} ({', '.join(LOG_LEVELS).lower()})"
    if settings.database_url and not settings.database_url.startswith(DATABASES):
        yield f"{PREFIX}DATABASE_URL ({', '.join(DATABASES)})"
    if settings.smtp_host and "@" not in settings.mail_from:
        yield f"{PREFIX}MAIL_FROM (nama@domain)"
    for name in ("tls_certificate", "tls_key", "smtp_password_file"):
        path = getattr(settings, name)
        if path is not None and not path.is_file():
            yield f"{PREFIX}{name.upper()}={path} (file)"


def _decode(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise TypeError(kind)
