"""Tables of certificates. All append-only: a status is a row, never an edit."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

APPEND_ONLY: tuple[str, ...] = (
    "certificate",
    "certificate_pdf",
    "certificate_status",
    "certificate_override",
    "certificate_replacement",
    "status_place",
    "status_list",
    "issuer_key",
    "certificate_share",
    "certificate_share_end",
    "certificate_correction",
    "correction_answer",
    "certificate_design",
    "design_logo",
    "design_approval",
    "certificate_reminder",
    "reminder_delivery",
    "certificate_pack",
    "certificate_pack_part",
    "certificate_pack_end",
    "certificate_pack_cleared",
)


class Certificate(SQLModel, table=True):
    """An issued certificate; claim, credential and code are sealed under the person's key."""

    id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    number: str = Field(unique=True)
    code_lookup: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False, unique=True))
    person_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False, index=True))
    exam_session_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), nullable=False, index=True)
    )
    sitting_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False, index=True))
    handle: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False, index=True))
    result_digest: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False))
    sealed: bytes
    leaf_hash: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False))
    issued_at: int = Field(sa_type=sa.BigInteger)
    valid_until: int = Field(sa_type=sa.BigInteger)


class CertificatePdf(SQLModel, table=True):
    """The issued bytes: where they lie, and their hash."""

    __tablename__ = "certificate_pdf"
    certificate_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("certificate.id"), primary_key=True)
    )
    blob: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    sha256: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False, index=True))
    at: int = Field(sa_type=sa.BigInteger)


class CertificateStatus(SQLModel, table=True):
    """A change of status, with its reason and who decided it."""

    __tablename__ = "certificate_status"
    certificate_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("certificate.id"), primary_key=True)
    )
    number: int = Field(primary_key=True)
    status: str
    reason: str
    account_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    at: int = Field(sa_type=sa.BigInteger)


class CertificateOverride(SQLModel, table=True):
    """A release without the witness quorum: why, who, and the leaf of `override.used`."""

    __tablename__ = "certificate_override"
    certificate_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("certificate.id"), primary_key=True)
    )
    reason: str
    account_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    leaf_hash: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False))
    at: int = Field(sa_type=sa.BigInteger)


class CertificateReplacement(SQLModel, table=True):
    """Which certificate was issued in place of which; each is replaced once."""

    __tablename__ = "certificate_replacement"
    certificate_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("certificate.id"), primary_key=True)
    )
    new_id: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), sa.ForeignKey("certificate.id"), nullable=False, unique=True
        )
    )
    at: int = Field(sa_type=sa.BigInteger)


class StatusPlace(SQLModel, table=True):
    """A certificate's random place in the status lists, the same for each purpose."""

    __tablename__ = "status_place"
    __table_args__ = (sa.UniqueConstraint("list", "place", name="uq_status_place_list"),)
    certificate_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("certificate.id"), primary_key=True)
    )
    list: int
    place: int


class StatusList(SQLModel, table=True):
    """Every status list that was ever signed, as its bytes."""

    __tablename__ = "status_list"
    purpose: str = Field(primary_key=True)
    list: int = Field(primary_key=True)
    version: int = Field(primary_key=True)
    document: bytes
    at: int = Field(sa_type=sa.BigInteger)


class IssuerKey(SQLModel, table=True):
    """Every public key that credentials were signed with, since when."""

    __tablename__ = "issuer_key"
    key: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), primary_key=True, nullable=False))
    at: int = Field(sa_type=sa.BigInteger)


class CertificateShare(SQLModel, table=True):
    """A holder's link to a score; of its token the hash alone."""

    __tablename__ = "certificate_share"
    id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    certificate_id: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), sa.ForeignKey("certificate.id"), nullable=False, index=True
        )
    )
    token_hash: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False, unique=True))
    at: int = Field(sa_type=sa.BigInteger)
    expires_at: int = Field(sa_type=sa.BigInteger)


class CertificateShareEnd(SQLModel, table=True):
    """A link that its holder ended before its time."""

    __tablename__ = "certificate_share_end"
    share_id: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), sa.ForeignKey("certificate_share.id"), primary_key=True
        )
    )
    at: int = Field(sa_type=sa.BigInteger)


class CertificateCorrection(SQLModel, table=True):
    """A holder's request for a correction, sealed under the holder's key."""

    __tablename__ = "certificate_correction"
    id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    certificate_id: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), sa.ForeignKey("certificate.id"), nullable=False, index=True
        )
    )
    sealed: bytes
    at: int = Field(sa_type=sa.BigInteger)


class CorrectionAnswer(SQLModel, table=True):
    """The board's one answer to a request, sealed like it."""

    __tablename__ = "correction_answer"
    correction_id: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), sa.ForeignKey("certificate_correction.id"), primary_key=True
        )
    )
    account_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    accepted: int
    sealed: bytes
    at: int = Field(sa_type=sa.BigInteger)


class CertificateDesign(SQLModel, table=True):
    """A version of an agency's design, as its canonical bytes."""

    __tablename__ = "certificate_design"
    __table_args__ = (
        sa.UniqueConstraint("agency_id", "number", name="uq_certificate_design_agency_id"),
    )
    id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    agency_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    number: int
    document: bytes
    digest: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False, index=True))
    account_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    at: int = Field(sa_type=sa.BigInteger)


class DesignLogo(SQLModel, table=True):
    """A picture that an agency's designs may show, decoded and written anew before it came here."""

    __tablename__ = "design_logo"
    agency_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    digest: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), primary_key=True))
    picture: bytes
    at: int = Field(sa_type=sa.BigInteger)


class DesignApproval(SQLModel, table=True):
    """That a version may be printed, by whom, and what its check found."""

    __tablename__ = "design_approval"
    design_id: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), sa.ForeignKey("certificate_design.id"), primary_key=True
        )
    )
    account_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    report: bytes
    at: int = Field(sa_type=sa.BigInteger)


class CertificateReminder(SQLModel, table=True):
    """That a certificate's holder is to be reminded of its end, so many days before."""

    __tablename__ = "certificate_reminder"
    certificate_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("certificate.id"), primary_key=True)
    )
    days: int = Field(primary_key=True)
    at: int = Field(sa_type=sa.BigInteger)


class ReminderDelivery(SQLModel, table=True):
    """How a reminder reached its holder: by mail, or by the hand of staff."""

    __tablename__ = "reminder_delivery"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["certificate_id", "days"],
            ["certificate_reminder.certificate_id", "certificate_reminder.days"],
            name="fk_reminder_delivery_certificate_id_certificate_reminder",
        ),
    )
    certificate_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    days: int = Field(primary_key=True)
    channel: str
    account_id: bytes | None = Field(
        default=None, sa_column=sa.Column(sa.LargeBinary(16), nullable=True)
    )
    at: int = Field(sa_type=sa.BigInteger)


class CertificatePack(SQLModel, table=True):
    """A request for ZIPs of an agency's certificates, up to a number."""

    __tablename__ = "certificate_pack"
    id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    agency_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False, index=True))
    account_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    until: str
    wanted: int
    at: int = Field(sa_type=sa.BigInteger)


class CertificatePackPart(SQLModel, table=True):
    """A finished ZIP: its file, how many certificates it holds, the number of the last."""

    __tablename__ = "certificate_pack_part"
    pack_id: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), sa.ForeignKey("certificate_pack.id"), primary_key=True
        )
    )
    number: int = Field(primary_key=True)
    blob: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    count: int
    size: int
    last: str
    at: int = Field(sa_type=sa.BigInteger)


class CertificatePackEnd(SQLModel, table=True):
    """That all of a request's ZIPs are there."""

    __tablename__ = "certificate_pack_end"
    pack_id: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), sa.ForeignKey("certificate_pack.id"), primary_key=True
        )
    )
    at: int = Field(sa_type=sa.BigInteger)


class CertificatePackCleared(SQLModel, table=True):
    """That a request's files were removed after their time."""

    __tablename__ = "certificate_pack_cleared"
    pack_id: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), sa.ForeignKey("certificate_pack.id"), primary_key=True
        )
    )
    at: int = Field(sa_type=sa.BigInteger)
