"""item workshop"""

import html
import json
import re

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0016'
down_revision = '0013'
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "item_annotation", "bank_analysis", "item_step", "item_comment", "item_review", "blind_answer",
    "stimulus", "expert_term", "conflict_statement",
)


def upgrade() -> None:
    op.create_table('expert_term',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=False),
    sa.Column('by', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expert_term'))
    )
    with op.batch_alter_table('expert_term', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expert_term_account_id'), ['account_id'], unique=False)

    op.create_table('item_annotation',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('version', sa.LargeBinary(length=32), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('data', sa.LargeBinary(length=32), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_annotation')),
    sa.UniqueConstraint('version', 'kind', 'data', name=op.f('uq_item_annotation_version_kind_data'))
    )
    with op.batch_alter_table('item_annotation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_annotation_data'), ['data'], unique=False)

    op.create_table('bank_analysis',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('bank_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('data', sa.LargeBinary(length=32), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['bank_id'], ['item_bank.id'], name=op.f('fk_bank_analysis_bank_id_item_bank')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_analysis'))
    )
    with op.batch_alter_table('bank_analysis', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bank_analysis_bank_id'), ['bank_id'], unique=False)

    op.create_table('conflict_statement',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('bank_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('conflict', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['bank_id'], ['item_bank.id'], name=op.f('fk_conflict_statement_bank_id_item_bank')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict_statement'))
    )
    with op.batch_alter_table('conflict_statement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conflict_statement_account_id'), ['account_id'], unique=False)

    op.create_table('stimulus',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('bank_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('html', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['bank_id'], ['item_bank.id'], name=op.f('fk_stimulus_bank_id_item_bank')),
    sa.PrimaryKeyConstraint('digest', 'bank_id', name=op.f('pk_stimulus'))
    )
    op.create_table('blind_answer',
    sa.Column('item_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('version', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('agrees', sa.Integer(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_blind_answer_item_id_item')),
    sa.PrimaryKeyConstraint('item_id', 'version', 'account_id', name=op.f('pk_blind_answer'))
    )
    op.create_table('item_comment',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('item_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('version', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_comment_item_id_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_comment'))
    )
    with op.batch_alter_table('item_comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_comment_item_id'), ['item_id'], unique=False)

    op.create_table('item_enemy',
    sa.Column('item_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('enemy_id', sa.LargeBinary(length=16), nullable=False),
    sa.ForeignKeyConstraint(['enemy_id'], ['item.id'], name=op.f('fk_item_enemy_enemy_id_item')),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_enemy_item_id_item')),
    sa.PrimaryKeyConstraint('item_id', 'enemy_id', name=op.f('pk_item_enemy'))
    )
    op.create_table('item_review',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('item_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('version', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('card', sa.LargeBinary(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_review_item_id_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_review'))
    )
    with op.batch_alter_table('item_review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_review_item_id'), ['item_id'], unique=False)

    op.create_table('item_step',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('item_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('version', sa.LargeBinary(length=32), nullable=False),
    sa.Column('deed', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_step_item_id_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_step'))
    )
    with op.batch_alter_table('item_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_step_item_id'), ['item_id'], unique=False)

    op.create_table('item_tag',
    sa.Column('item_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('tag', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_tag_item_id_item')),
    sa.PrimaryKeyConstraint('item_id', 'tag', name=op.f('pk_item_tag'))
    )
    with op.batch_alter_table('item_tag', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_tag_tag'), ['tag'], unique=False)

    with op.batch_alter_table('item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('family', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('language', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('cognitive', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('excerpt', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('words', sa.String(), server_default='', nullable=False))
        batch_op.create_index('ix_item_state', ['state', 'id'], unique=False)
        batch_op.create_index('ix_item_supply', ['bank_id', 'competency', 'level', 'family', 'state'], unique=False)

    with op.batch_alter_table('item_bank', schema=None) as batch_op:
        batch_op.add_column(sa.Column('review', sa.String(), server_default='bulk', nullable=False))
        batch_op.add_column(sa.Column('thresholds', sa.String(), server_default='{}', nullable=False))

    _repeat_contents()
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def _repeat_contents():
    """Fill the columns that repeat each item's newest version."""
    bind = op.get_bind()
    rows = bind.execute(sa.text(
        "SELECT i.id, i.external_id, v.content FROM item i JOIN item_version v ON v.item_id = i.id"
        " AND v.number = (SELECT MAX(n.number) FROM item_version n WHERE n.item_id = i.id)"
    )).fetchall()
    for item_id, external_id, content in rows:
        told = json.loads(bytes(content))
        stem = plain(told["stem"])
        texts = [external_id, stem, *(plain(o["html"]) for o in told["options"])]
        bind.execute(
            sa.text(
                "UPDATE item SET family = :family, language = :language, cognitive = :cognitive,"
                " excerpt = :excerpt, words = :words WHERE id = :id"
            ),
            {
                "id": item_id, "family": told["family"], "language": told["language"],
                "cognitive": told["cognitive"], "excerpt": stem[:160],
                "words": " ".join(texts).casefold()[:2000],
            },
        )


def plain(text):
    """The words of an HTML text."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))).strip()
