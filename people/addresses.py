"""A person's own e-mail address: given by its holder, changed or removed at any time."""

import re
from typing import Final

from kernel.database import Tx, emits_nothing
from people import store
from people.errors import AddressMalformed
from people.roles import Principal

# One address as mail servers take it; what lies beyond is better refused than sent astray.
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
LONGEST: Final = 200


@emits_nothing("an address is the holder's own affair and is erased in place")
def set_address(tx: Tx, *, address: str, by: Principal) -> None:
    """Keep one's own address, or remove it when empty; raises AddressMalformed."""
    given = address.strip()
    if given and (len(given) > LONGEST or not _ADDRESS.fullmatch(given)):
        raise AddressMalformed
    store.set_email(tx, by.person_id, given)


def address_of(tx: Tx, person_id: bytes) -> str:
    """A person's address, empty when none was given."""
    return store.email(tx, person_id)
