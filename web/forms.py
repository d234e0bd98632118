"""Reading forms: values as text, several values as lists, files whole and bounded."""

from collections.abc import Callable, Mapping
from datetime import datetime

from litestar.datastructures import FormMultiDict, UploadFile
from litestar.response import Redirect

from kernel.clock import from_micros
from kernel.errors import Invalid, UjikomError
from web.error_texts import text_of
from web.rendering import AnyRequest, language

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_FIELD = 20_000
LONGEST_TITLE = 150
SHOWN, REFUSED = 200, 422
MOST_PARTS = 500


class FileTooLarge(Invalid):
    """An uploaded file is larger than ten MiB."""

    code = "file_too_large"


class FileMissing(Invalid):
    """The form came without its file."""

    code = "file_missing"


class FileEmpty(Invalid):
    """The uploaded file has no bytes."""

    code = "file_empty"


class FieldInvalid(Invalid):
    """A field of a form is malformed; `field` names it."""

    code = "field_invalid"


class FieldMissing(Invalid):
    """A field of a form is empty; `field` names it."""

    code = "field_missing"


class FieldTooLong(Invalid):
    """A field of a form has more than `most` characters."""

    code = "field_too_long"


class NoneChosen(Invalid):
    """Nothing in a list was ticked."""

    code = "none_chosen"


async def read(request: AnyRequest) -> FormMultiDict:
    """The form of a POST request."""
    return await request.form()


def text(form: FormMultiDict, name: str, *, default: str = "") -> str:
    """One text value, stripped and bounded."""
    value = form.get(name, default)
    return value.replace("\0", "").strip()[:LONGEST_FIELD] if isinstance(value, str) else default


def required(form: FormMultiDict, name: str) -> str:
    """One text value that must be there; raises FieldMissing."""
    value = text(form, name)
    if not value:
        raise FieldMissing(field=name)
    return value


def title(form: FormMultiDict, name: str) -> str:
    """One text value short enough to head a page; raises FieldMissing, FieldTooLong."""
    value = required(form, name)
    if len(value) > LONGEST_TITLE:
        raise FieldTooLong(field=name, most=LONGEST_TITLE)
    return value


def ticked(form: FormMultiDict, name: str) -> bool:
    """Whether a checkbox was ticked."""
    return text(form, name) in {"on", "yes", "1", "true"}


def texts(form: FormMultiDict, name: str) -> list[str]:
    """All text values of a name."""
    return [value for value in form.getall(name, []) if isinstance(value, str)]


def under(form: FormMultiDict, name: str) -> dict[str, list[str]]:
    """The text values of a field and its parts (`name`, `name.part`), whole or refused.

    Raises FieldInvalid for a text that is longer than any field may be: an answer is never cut.
    """
    found: dict[str, list[str]] = {}
    for key, value in form.multi_items():
        if (key == name or key.startswith(f"{name}.")) and isinstance(value, str):
            if len(value) > LONGEST_FIELD or len(found) >= MOST_PARTS:
                raise FieldInvalid(field=name)
            found.setdefault(key, []).append(value)
    return found


def whole(form: FormMultiDict) -> dict[str, list[str]]:
    """Every text value by name, whole or refused: nothing that was typed is ever cut.

    Raises FieldInvalid.
    """
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            if len(value) > LONGEST_FIELD or len(found) >= MOST_PARTS:
                raise FieldInvalid(field=name)
            found.setdefault(name, []).append(value)
    return found


async def file(form: FormMultiDict, name: str) -> tuple[str, bytes]:
    """An uploaded file's name and bytes; raises FileMissing, FileEmpty, FileTooLarge."""
    upload = form.get(name)
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise FileMissing(field=name)
    data = await upload.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise FileTooLarge(limit_mib=LARGEST_FILE // 1024 // 1024)
    if not data:
        raise FileEmpty
    return upload.filename, data


def refusals(request: AnyRequest, readers: Mapping[str, Callable[[], object]]) -> dict[str, str]:
    """What stands beside each field of a form: the text of the error that its reader raised."""
    found: dict[str, str] = {}
    for field, read_field in readers.items():
        try:
            read_field()
        except UjikomError as error:
            found[field] = said(request, error)
    return found


def status(errors: Mapping[str, str]) -> int:
    """HTTP status of a page that shows its form again with these errors, or without any."""
    return REFUSED if errors else SHOWN


def said(request: AnyRequest, error: UjikomError) -> str:
    """An error as it stands beside a field, in the language of the request."""
    return text_of(error, language(request)).sentence


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
