"""Holding a panel: open it, rate in two rounds with feedback between, close it."""

import msgspec

from audit.log import record
from kernel import ids
from kernel.canonical import b64, encode, sha256
from kernel.database import Tx, emits, emits_nothing
from people.errors import RoleMissing
from people.roles import Principal, Role
from question_banks import store as banks
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Kind
from question_banks.errors import PanelIncomplete, RatingInvalid
from question_banks.events import PanelClosed
from question_banks.standard_setting import angoff, store
from question_banks.standard_setting.angoff import WHOLE, PanelFigures
from question_banks.standard_setting.store import Panel

RATINGS = b"ujikom/angoff-ratings/v1\0"
CLOSED = 3


@emits_nothing("a panel proves nothing until it is closed; its figures are logged then")
def open_panel(
    tx: Tx, *, bank_id: bytes, name: str, item_ids: tuple[bytes, ...], judges: tuple[bytes, ...],
    by: Principal,
) -> bytes:  # fmt: skip
    """Open a panel on the newest versions of items; gives its id. ItemUnknown, PanelIncomplete."""
    by.require(Role.AGENCY_ADMIN)
    versions = tuple(banks.item(tx, item).version.hex() for item in dict.fromkeys(item_ids))
    if not versions or len(set(judges)) < angoff.FEWEST_JUDGES:
        raise PanelIncomplete(missing=angoff.FEWEST_JUDGES)
    panel = Panel(ids.new_id(), bank_id, name, 1, versions, tuple(dict.fromkeys(judges)))
    store.insert_panel(tx, panel)
    return panel.id


@emits_nothing("single ratings are kept append-only; the closed panel's leaf holds their hash")
def rate(tx: Tx, *, panel_id: bytes, ratings: dict[str, int], by: Principal) -> None:
    """Keep a judge's ratings of the round that runs; changing one's mind appends.

    Raises RoleMissing for who is no judge, RatingInvalid, PanelIncomplete when it is closed.
    """
    panel = store.panel(tx, panel_id)
    if by.account_id not in panel.judges:
        raise RoleMissing(needed=["judge"])
    if panel.round == CLOSED:
        raise PanelIncomplete(missing=0)
    if any(v not in panel.versions or not 0 <= r <= WHOLE for v, r in ratings.items()):
        raise RatingInvalid
    store.add_ratings(tx, panel_id, panel.round, by.account_id or b"", ratings)


@emits("panel.closed")
def next_round(tx: Tx, *, panel_id: bytes, by: Principal) -> PanelFigures:
    """End the round: gives its figures (the feedback); after round two the means are kept.

    Raises PanelIncomplete while ratings are missing.
    """
    by.require(Role.AGENCY_ADMIN)
    panel = store.panel(tx, panel_id)
    found = figures_of(tx, panel, panel.round)
    store.set_round(tx, panel_id, panel.round + 1)
    if panel.round + 1 == CLOSED:
        _keep(tx, panel, found, by.account_id or b"")
    return found


def figures_of(tx: Tx, panel: Panel, number: int) -> PanelFigures:
    """Figures of a round; raises PanelIncomplete naming how many ratings are missing."""
    given = store.ratings(tx, panel.id, number)
    missing = len(panel.judges) * len(panel.versions) - len(given)
    if missing or number == CLOSED:
        raise PanelIncomplete(missing=missing)
    return angoff.figures(given)


def _keep(tx: Tx, panel: Panel, found: PanelFigures, account_id: bytes) -> None:
    given = sorted((j, v, r) for (j, v), r in store.ratings(tx, panel.id, panel.round).items())
    data = sha256(RATINGS + panel.id + encode(given))
    made = [
        (
            bytes.fromhex(version),
            Kind.ANGOFF,
            data,
            msgspec.json.encode({"mean": str(mean), "judges": found.judges}),
        )
        for version, mean in found.means.items()
    ]
    annotations.append(tx, made, account_id)
    event = PanelClosed(
        judges=found.judges,
        items=len(found.means),
        ratings=b64(data),
        cut=f"{found.cut:.6f}",
        by=ids.text(account_id),
    )
    record(tx, event)
