"""Reading forms: values as text, several values as lists, files whole and bounded."""

from datetime import datetime

from litestar.datastructures import FormMultiDict, UploadFile
from litestar.response import Redirect

from kernel.clock import from_micros
from kernel.errors import Invalid
from web.rendering import AnyRequest

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_FIELD = 20_000


class FileTooLarge(Invalid):
    """An uploaded file is larger than ten MiB."""

    code = "file_too_large"


class FileMissing(Invalid):
    """The form came without its file."""

    code = "file_missing"


class FieldInvalid(Invalid):
    """A field of a form is missing or malformed; `field` names it."""

    code = "field_invalid"


async def read(request: AnyRequest) -> FormMultiDict:
    """The form of a POST request."""
    return await request.form()


def text(form: FormMultiDict, name: str, *, default: str = "") -> str:
    """One text value, stripped and bounded."""
    value = form.get(name, default)
    return value.replace("\0", "").strip()[:LONGEST_FIELD] if isinstance(value, str) else default


def required(form: FormMultiDict, name: str) -> str:
    """One text value that must be there; raises FieldInvalid."""
    value = text(form, name)
    if not value:
        raise FieldInvalid(field=name)
    return value


def ticked(form: FormMultiDict, name: str) -> bool:
    """Whether a checkbox was ticked."""
    return text(form, name) in {"on", "yes", "1", "true"}


def texts(form: FormMultiDict, name: str) -> list[str]:
    """All text values of a name."""
    return [value for value in form.getall(name, []) if isinstance(value, str)]


async def file(form: FormMultiDict, name: str) -> tuple[str, bytes]:
    """An uploaded file's name and bytes; raises FileMissing, FileTooLarge."""
    upload = form.get(name)
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise FileMissing(field=name)
    data = await upload.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise FileTooLarge(limit_mib=LARGEST_FILE // 1024 // 1024)
    if not data:
        raise FileMissing(field=name)
    return upload.filename, data


def see(path: str) -> Redirect:
    """POST-redirect-GET."""
    return Redirect(path, status_code=303)


def number(value: str, *, most: int = 2_000_000_000) -> int:
    """A non-negative whole number; raises FieldInvalid."""
    if not value.isascii() or not value.isdigit() or len(value) > len(str(most)):
        raise FieldInvalid(field="number")
    return min(int(value), most)


def moment(micros: int) -> datetime:
    """A stored time as pages show it."""
    return from_micros(micros)
