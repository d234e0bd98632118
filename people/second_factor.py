"""The second factor of a staff account: a code from an app, or one of ten recovery codes.

The secret lies sealed under the person's data key. A code is good once: the step it belongs to is
kept, and so is which recovery codes were used.
"""

import base64
import hmac
import re
from typing import Final

from audit.log import record
from kernel import ids
from kernel.database import Tx, emits, emits_nothing
from people import factor_store as factors
from people import store, totp
from people.errors import FactorMissing, FactorPresent, FactorRefused
from people.events import FactorChanged
from people.factor_store import Factor

RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10  # 80 bits, shown as 16 letters and digits


@emits_nothing("nothing is protected before the first code was confirmed")
def begin(tx: Tx, *, account_id: bytes) -> bytes:
    """A fresh secret that waits for its first code; raises FactorPresent."""
    known = factors.factor(tx, account_id)
    if known and known.confirmed:
        raise FactorPresent
    secret = ids.random_bytes(totp.SECRET_BYTES)
    sealed = store.sealer(tx, store.person_of_account(tx, account_id).id).seal(secret, account_id)
    factors.put(tx, account_id, Factor(sealed, confirmed=False, last_step=0))
    return secret


def waiting_secret(tx: Tx, *, account_id: bytes) -> bytes | None:
    """The secret that still waits for its first code."""
    known = factors.factor(tx, account_id)
    return None if known is None or known.confirmed else _secret(tx, account_id, known)


def is_on(tx: Tx, *, account_id: bytes) -> bool:
    """Whether the account needs a code to sign in."""
    known = factors.factor(tx, account_id)
    return known is not None and known.confirmed


def codes_left(tx: Tx, *, account_id: bytes) -> int:
    """How many recovery codes have not been used."""
    return len(factors.unused_codes(tx, account_id))


@emits("account.factor_changed")
def confirm(tx: Tx, *, account_id: bytes, code: str) -> tuple[str, ...]:
    """Turn the factor on by its first code; gives the recovery codes, which are shown once.

    Raises FactorMissing, FactorPresent, FactorRefused.
    """
    known = factors.factor(tx, account_id)
    if known is None:
        raise FactorMissing
    if known.confirmed:
        raise FactorPresent
    _use_code(tx, account_id, known, code)
    codes = tuple(_spoken(ids.random_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES))
    factors.put_codes(tx, account_id, [_hash(tx, account_id, _plain(one)) for one in codes])
    _note(tx, account_id, "on")
    return codes


@emits_nothing("using one's own factor changes no fact of the programme")
def use(tx: Tx, *, account_id: bytes, code: str) -> None:
    """Take a code of the app or a recovery code; raises FactorRefused, FactorMissing."""
    known = factors.factor(tx, account_id)
    if known is None or not known.confirmed:
        raise FactorMissing
    plain = _plain(code)
    if len(plain) == totp.DIGITS:
        _use_code(tx, account_id, known, plain)
        return
    wanted = _hash(tx, account_id, plain)
    if not any(hmac.compare_digest(wanted, one) for one in factors.unused_codes(tx, account_id)):
        raise FactorRefused
    factors.mark_used(tx, account_id, wanted)


@emits("account.factor_changed")
def remove(tx: Tx, *, account_id: bytes, code: str) -> None:
    """Turn the factor off by a last code; raises FactorRefused, FactorMissing."""
    use(tx, account_id=account_id, code=code)
    factors.delete(tx, account_id)
    _note(tx, account_id, "off")


@emits("account.factor_changed")
def reset(tx: Tx, *, account_id: bytes) -> None:
    """Turn off the factor of someone who lost phone and recovery codes; raises FactorMissing.

    Every open sign-in of the account ends.
    """
    if factors.factor(tx, account_id) is None:
        raise FactorMissing
    factors.delete(tx, account_id)
    store.revoke_sign_ins_of(tx, account_id)
    _note(tx, account_id, "reset")


def _use_code(tx: Tx, account_id: bytes, known: Factor, code: str) -> None:
    secret = _secret(tx, account_id, known)
    step = totp.fitting_step(secret, _plain(code), at=tx.at, after=known.last_step)
    if step is None:
        raise FactorRefused
    factors.put(tx, account_id, Factor(known.sealed, confirmed=True, last_step=step))


def _secret(tx: Tx, account_id: bytes, known: Factor) -> bytes:
    person = store.person_of_account(tx, account_id).id
    return store.sealer(tx, person).open(known.sealed, account_id)


def _note(tx: Tx, account_id: bytes, change: str) -> None:
    record(tx, FactorChanged(change=change, account=ids.text(account_id)))


def _spoken(data: bytes) -> str:
    """Random bytes as four groups of four letters and digits."""
    return "-".join(re.findall("....", base64.b32encode(data).decode().lower()))


def _plain(code: str) -> str:
    """A code without the spaces and dashes that people type."""
    return re.sub(r"[\s-]", "", code).lower()


def _hash(tx: Tx, account_id: bytes, plain: str) -> bytes:
    pepper = tx.keys.secret("pepper")
    return hmac.digest(pepper, b"ujikom/recovery/v1\0" + account_id + plain.encode(), "sha256")
