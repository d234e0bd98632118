"""The form that plans a session: what was typed, read field by field."""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from litestar.datastructures import FormMultiDict

from kernel.errors import Invalid
from web import forms
from web.rendering import AnyRequest

ZONE: Final = "Asia/Jakarta"
FIELDS: Final = ("title", "scheme", "venue", "room", "starts_on", "starts_at")
EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2199


class StartPast(Invalid):
    """The planned start lies before the present minute."""

    code = "start_past"


class Plan(msgspec.Struct, frozen=True):
    """A session as it was typed; `scheme` is a digest."""

    title: str
    scheme: bytes
    venue: str
    room: str
    opens_at: datetime


def typed(form: FormMultiDict) -> dict[str, str]:
    """Every field as it was typed, to show it again."""
    return {name: forms.text(form, name) for name in FIELDS}


def refusals(request: AnyRequest, form: FormMultiDict, *, now: datetime) -> dict[str, str]:
    """What stands beside the fields that cannot be taken; empty when `plan` can read the form."""
    found = forms.refusals(
        request,
        {
            "title": lambda: forms.title(form, "title"),
            "scheme": lambda: _digest(form),
            "venue": lambda: forms.title(form, "venue"),
            "room": lambda: forms.title(form, "room"),
            "starts_on": lambda: _day(form),
            "starts_at": lambda: _hour(form),
        },
    )
    if not found.keys() & {"starts_on", "starts_at"} and _opens_at(form) < _minute(now):
        today = _opens_at(form).date() == now.date()
        found["starts_at" if today else "starts_on"] = forms.said(request, StartPast())
    return found


def plan(form: FormMultiDict) -> Plan:
    """The session; raises what `refusals` tells of."""
    return Plan(
        forms.title(form, "title"),
        _digest(form),
        forms.title(form, "venue"),
        forms.title(form, "room"),
        _opens_at(form),
    )


def _digest(form: FormMultiDict) -> bytes:
    try:
        return bytes.fromhex(forms.required(form, "scheme"))
    except ValueError as error:
        raise forms.FieldInvalid(field="scheme") from error


def _day(form: FormMultiDict) -> date:
    try:
        day = date.fromisoformat(forms.required(form, "starts_on"))
    except ValueError as error:
        raise forms.FieldInvalid(field="starts_on") from error
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise forms.FieldInvalid(field="starts_on")
    return day


def _hour(form: FormMultiDict) -> time:
    try:
        hour = time.fromisoformat(forms.required(form, "starts_at").replace(".", ":"))
    except ValueError as error:
        raise forms.FieldInvalid(field="starts_at") from error
    return hour.replace(tzinfo=None)


def _opens_at(form: FormMultiDict) -> datetime:
    local = datetime.combine(_day(form), _hour(form), ZoneInfo(ZONE))
    return local.astimezone(UTC)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
