"""Which pictures a candidate may see: those of the items on its own paper, while it sits."""

from exam_engine.delivery.closing import own_sitting
from exam_engine.delivery.responses import paper_of
from kernel.database import Tx
from people.roles import Principal
from question_banks import store as banks
from question_banks.catalogue import store as catalogue
from question_banks.errors import MediaUnknown
from question_banks.media import store as media
from question_banks.media.check import Media
from question_banks.media.service import named_in, shown_by


def picture(tx: Tx, *, digest: bytes, by: Principal) -> Media:
    """A picture on one's own paper; MediaUnknown for any other, SittingUnknown before the start."""
    sitting = own_sitting(tx, by)
    if sitting.state.over:
        raise MediaUnknown
    versions = [bytes.fromhex(place.version) for place in paper_of(tx, sitting.id).items]
    for content in banks.contents(tx, versions).values():
        shown = shown_by(content)
        if content.stimulus:
            shown |= named_in(catalogue.stimulus(tx, bytes.fromhex(content.stimulus)).html)
        if digest in shown:
            return media.one(tx, digest)
    raise MediaUnknown
