"""Tables of question banks. Versions are append-only; an item's state moves."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

APPEND_ONLY: tuple[str, ...] = (
    "item_version",
    "item_annotation",
    "item_use",
    "bank_analysis",
    "item_step",
    "item_comment",
    "item_review",
    "blind_answer",
    "stimulus",
    "expert_term",
    "conflict_statement",
    "angoff_rating",
    "media",
)


def _id(*, primary: bool = False, foreign: str | None = None, index: bool = False) -> bytes:
    constraint = [sa.ForeignKey(foreign)] if foreign else []
    column: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), *constraint, primary_key=primary, nullable=False, index=index
        )
    )
    return column


def _digest(*, primary: bool = False) -> bytes:
    column: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(32), primary_key=primary, nullable=False)
    )
    return column


class ItemBank(SQLModel, table=True):
    """A bank of items. `review` is how its items are approved; `thresholds` is JSON."""

    __tablename__ = "item_bank"
    id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    name: str = Field(unique=True)
    review: str = Field(default="bulk", sa_column_kwargs={"server_default": "bulk"})
    thresholds: str = Field(default="{}", sa_column_kwargs={"server_default": "{}"})
    created_at: int = Field(sa_type=sa.BigInteger)


class Item(SQLModel, table=True):
    """The stable entry of an item; `version` is the digest of its newest version.

    From `family` on the columns repeat the newest version's content, for lists and searches.
    An item is seen once no open arrival has the id in `arrival`.
    """

    __table_args__ = (
        sa.UniqueConstraint("bank_id", "external_id"),
        sa.Index("ix_item_state", "state", "id"),
        sa.Index("ix_item_supply", "bank_id", "competency", "level", "family", "state", "arrival"),
        sa.Index("ix_item_kind", "state", "family", "competency", "level", "cognitive"),
    )
    id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    bank_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("item_bank.id"), nullable=False)
    )
    external_id: str
    state: str
    version: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False))
    competency: str
    level: int
    writer_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    reviewer_id: bytes | None = Field(
        default=None, sa_column=sa.Column(sa.LargeBinary(16), nullable=True)
    )
    family: str = Field(default="", sa_column_kwargs={"server_default": ""})
    language: str = Field(default="", sa_column_kwargs={"server_default": ""})
    cognitive: str = Field(default="", sa_column_kwargs={"server_default": ""})
    arrival: bytes | None = Field(
        default=None, sa_column=sa.Column(sa.LargeBinary(16), nullable=True)
    )
    excerpt: str = Field(default="", sa_column_kwargs={"server_default": ""})
    words: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Arrival(SQLModel, table=True):
    """An import that is not finished: items that bear its id are not seen yet."""

    id: bytes = _id(primary=True)
    bank_id: bytes = _id(foreign="item_bank.id")
    account_id: bytes = _id()
    file: bytes = _digest()
    at: int = Field(sa_type=sa.BigInteger)


class ItemVersion(SQLModel, table=True):
    """One immutable version: canonical bytes under their digest."""

    __tablename__ = "item_version"
    item_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("item.id"), primary_key=True)
    )
    number: int = Field(primary_key=True)
    digest: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False, index=True))
    content: bytes
    writer_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    created_at: int = Field(sa_type=sa.BigInteger)


class ItemAnnotation(SQLModel, table=True):
    """A fact about a version, tied to the hash of its data; the newest of a kind counts."""

    __tablename__ = "item_annotation"
    __table_args__ = (sa.UniqueConstraint("version", "kind", "data"),)
    id: bytes = _id(primary=True)
    version: bytes = _digest()
    kind: str
    data: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False, index=True))
    body: bytes
    account_id: bytes = _id()
    at: int = Field(sa_type=sa.BigInteger)


class ItemUse(SQLModel, table=True):
    """On how many papers of an ended exam session a version was."""

    __tablename__ = "item_use"
    version: bytes = _digest(primary=True)
    session: bytes = _id(primary=True)
    papers: int
    at: int = Field(sa_type=sa.BigInteger)


class BankAnalysis(SQLModel, table=True):
    """Figures of a bank's papers as a whole."""

    __tablename__ = "bank_analysis"
    id: bytes = _id(primary=True)
    bank_id: bytes = _id(foreign="item_bank.id", index=True)
    data: bytes = _digest()
    body: bytes
    account_id: bytes = _id()
    at: int = Field(sa_type=sa.BigInteger)


class ItemStep(SQLModel, table=True):
    """One step of an item's way through its states."""

    __tablename__ = "item_step"
    id: bytes = _id(primary=True)
    item_id: bytes = _id(foreign="item.id", index=True)
    version: bytes = _digest()
    deed: str
    state: str
    account_id: bytes = _id()
    reason: str
    at: int = Field(sa_type=sa.BigInteger)


class ItemComment(SQLModel, table=True):
    """A remark on a version."""

    __tablename__ = "item_comment"
    id: bytes = _id(primary=True)
    item_id: bytes = _id(foreign="item.id", index=True)
    version: bytes = _digest()
    account_id: bytes = _id()
    text: str
    at: int = Field(sa_type=sa.BigInteger)


class ItemReview(SQLModel, table=True):
    """A reviewer's card and decision on a version."""

    __tablename__ = "item_review"
    id: bytes = _id(primary=True)
    item_id: bytes = _id(foreign="item.id", index=True)
    version: bytes = _digest()
    account_id: bytes = _id()
    decision: str
    card: bytes
    reason: str
    at: int = Field(sa_type=sa.BigInteger)


class BlindAnswer(SQLModel, table=True):
    """What a reviewer answered before seeing the key; the first answer is the only one."""

    __tablename__ = "blind_answer"
    item_id: bytes = _id(primary=True, foreign="item.id")
    version: bytes = _digest(primary=True)
    account_id: bytes = _id(primary=True)
    answer: str
    agrees: int
    at: int = Field(sa_type=sa.BigInteger)


class Stimulus(SQLModel, table=True):
    """A text that several items share, under the digest of its bytes."""

    digest: bytes = _digest(primary=True)
    bank_id: bytes = _id(primary=True, foreign="item_bank.id")
    title: str
    html: str
    at: int = Field(sa_type=sa.BigInteger)


class ItemTag(SQLModel, table=True):
    """A word by which people find items again."""

    __tablename__ = "item_tag"
    item_id: bytes = _id(primary=True, foreign="item.id")
    tag: str = Field(primary_key=True, index=True)


class ItemEnemy(SQLModel, table=True):
    """Two items that may not meet on one paper; kept in both directions."""

    __tablename__ = "item_enemy"
    item_id: bytes = _id(primary=True, foreign="item.id")
    enemy_id: bytes = _id(primary=True, foreign="item.id")


class ExpertTerm(SQLModel, table=True):
    """Until when an outside expert may review; the newest counts."""

    __tablename__ = "expert_term"
    id: bytes = _id(primary=True)
    account_id: bytes = _id(index=True)
    ends_at: int = Field(sa_type=sa.BigInteger)
    by: bytes = _id()
    at: int = Field(sa_type=sa.BigInteger)


class ConflictStatement(SQLModel, table=True):
    """An expert's statement about conflicts of interest with one bank; the newest counts."""

    __tablename__ = "conflict_statement"
    id: bytes = _id(primary=True)
    account_id: bytes = _id(index=True)
    bank_id: bytes = _id(foreign="item_bank.id")
    conflict: int
    text: str
    at: int = Field(sa_type=sa.BigInteger)


class Media(SQLModel, table=True):
    """A picture of items, under the hash of its bytes."""

    digest: bytes = _digest(primary=True)
    ending: str
    width: int
    height: int
    data: bytes
    account_id: bytes = _id()
    at: int = Field(sa_type=sa.BigInteger)


class AngoffPanel(SQLModel, table=True):
    """A standard-setting panel; `round` moves from 1 to 3 (closed). Lists are JSON."""

    __tablename__ = "angoff_panel"
    id: bytes = _id(primary=True)
    bank_id: bytes = _id(foreign="item_bank.id", index=True)
    name: str
    round: int
    versions: str
    judges: str


class AngoffRating(SQLModel, table=True):
    """A judge's rating of a version in a round, in per cent; the newest counts."""

    __tablename__ = "angoff_rating"
    id: bytes = _id(primary=True)
    panel_id: bytes = _id(foreign="angoff_panel.id", index=True)
    round: int
    account_id: bytes = _id()
    version: bytes = _digest()
    rating: int
    at: int = Field(sa_type=sa.BigInteger)
