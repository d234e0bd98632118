"""The only reader of pictures."""

from kernel.clock import micros
from kernel.database import Tx
from question_banks.errors import MediaUnknown
from question_banks.media.check import Media


def add(tx: Tx, media: Media, account_id: bytes) -> None:
    """Keep a picture; one that is there already is left alone."""
    tx.run(
        "INSERT INTO media (digest, ending, width, height, data, account_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING",
        media.digest,
        media.ending,
        media.width,
        media.height,
        media.data,
        account_id,
        micros(tx.at),
    )


def one(tx: Tx, digest: bytes) -> Media:
    """A picture by its digest; raises MediaUnknown."""
    row = tx.one("SELECT digest, ending, width, height, data FROM media WHERE digest = ?", digest)
    if row is None:
        raise MediaUnknown
    return Media(digest=row[0], ending=row[1], width=row[2], height=row[3], data=bytes(row[4]))
