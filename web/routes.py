"""All handlers, by audience."""

from certificates.issuing import pending
from kernel.database import Tx
from web import (
    badges,
    exam,
    holder,
    media,
    offline_page,
    pki_files,
    public,
    public_api,
    sign_in,
    staff_account,
    staff_audit,
    staff_bank_settings,
    staff_banks,
    staff_board,
    staff_certificates,
    staff_competencies,
    staff_corrections,
    staff_editor,
    staff_home,
    staff_import,
    staff_items,
    staff_minutes,
    staff_needs,
    staff_panels,
    staff_rating,
    staff_review,
    staff_rooms,
    staff_sessions,
    staff_statistics,
    system,
)
from web.rendering import STATIC, static_root

HANDLERS = [
    *public.HANDLERS,
    *offline_page.HANDLERS,
    *public_api.HANDLERS,
    *system.HANDLERS,
    *pki_files.HANDLERS,
    *sign_in.HANDLERS,
    *exam.HANDLERS,
    *media.HANDLERS,
    *badges.HANDLERS,
    *holder.HANDLERS,
    *staff_home.HANDLERS,
    *staff_account.HANDLERS,
    *staff_banks.HANDLERS,
    *staff_bank_settings.HANDLERS,
    *staff_import.HANDLERS,
    *staff_competencies.HANDLERS,
    *staff_editor.HANDLERS,
    *staff_items.HANDLERS,
    *staff_needs.HANDLERS,
    *staff_panels.HANDLERS,
    *staff_rating.HANDLERS,
    *staff_review.HANDLERS,
    *staff_statistics.HANDLERS,
    *staff_sessions.HANDLERS,
    *staff_rooms.HANDLERS,
    *staff_minutes.HANDLERS,
    *staff_board.HANDLERS,
    *staff_certificates.HANDLERS,
    *staff_corrections.HANDLERS,
    *staff_audit.HANDLERS,
]


def certificates_wait(tx: Tx) -> bool:
    """Whether a certificate's PDF is still to be made."""
    return bool(pending(tx)[1])


__all__ = ["HANDLERS", "STATIC", "certificates_wait", "static_root"]
