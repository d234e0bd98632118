"""Signing by entering one's password again, limited like a sign-in."""

import asyncio

from kernel.errors import Invalid
from people import passwords, sign_ins, store
from people.roles import Principal
from web.rendering import AnyRequest, installation
from web.sign_in import ACCOUNT_LIMIT


class PasswordRefused(Invalid):
    """The password that was entered again does not fit the account."""

    code = "password_refused"


async def check_password(request: AnyRequest, password: str, by: Principal) -> None:
    """Raise PasswordRefused unless it is the account's own; SignInThrottled after many misses."""
    database = installation(request).database
    account = by.account_id or b""
    pepper = database.keys.secret("pepper")
    subject = sign_ins.failure_subject(pepper, "re-entry", account.hex())
    await database.read(sign_ins.check_throttle, subject=subject, limit=ACCOUNT_LIMIT)
    stored = await database.read(store.password_hash, account_id=account)
    if not await asyncio.to_thread(passwords.matches, stored, password):
        await database.write(sign_ins.note_failure, subjects=(subject,))
        raise PasswordRefused
