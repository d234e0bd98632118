"""one list of enemies; arrivals of imports; indicators among the words of a search"""

import json

import sqlalchemy as sa
from alembic import op

revision = '0071'
down_revision = '0064'
branch_labels = None
depends_on = None

WORDS_KEPT = 2000


def upgrade() -> None:
    op.create_table('arrival',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('bank_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('file', sa.LargeBinary(length=32), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['bank_id'], ['item_bank.id'], name=op.f('fk_arrival_bank_id_item_bank')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrival'))
    )
    op.add_column('item', sa.Column('arrival', sa.LargeBinary(length=16), nullable=True))
    op.drop_index('ix_item_supply', table_name='item')
    op.create_index('ix_item_supply', 'item', ['bank_id', 'competency', 'level', 'family', 'state', 'arrival'], unique=False)
    op.create_index('ix_item_kind', 'item', ['state', 'family', 'competency', 'level', 'cognitive'], unique=False)
    _read_newest_versions(op.get_bind())


def _read_newest_versions(bind: sa.Connection) -> None:
    """Versions named their enemies themselves once; the pairs stand in `item_enemy` alone now."""
    newest = sa.text(
        'SELECT i.id, i.bank_id, i.words, v.content FROM item i JOIN item_version v'
        ' ON v.item_id = i.id AND v.number = (SELECT MAX(n.number) FROM item_version n'
        ' WHERE n.item_id = i.id)'
    )
    for item, bank, words, content in bind.execute(newest).all():
        told = json.loads(bytes(content))
        if told.get('indicator'):
            kept = f"{words} {told['indicator']}".casefold()[:WORDS_KEPT]
            bind.execute(sa.text('UPDATE item SET words = :w WHERE id = :i'), {'w': kept, 'i': item})
        for code in told.get('enemies', ()):
            _pair(bind, item, bank, code)


def _pair(bind: sa.Connection, item: bytes, bank: bytes, code: str) -> None:
    found = bind.execute(
        sa.text('SELECT id FROM item WHERE bank_id = :b AND external_id = :c AND id <> :i'),
        {'b': bank, 'c': code, 'i': item},
    ).first()
    for one, other in ((item, found[0]), (found[0], item)) if found else ():
        bind.execute(
            sa.text(
                'INSERT INTO item_enemy (item_id, enemy_id) VALUES (:a, :b) ON CONFLICT DO NOTHING'
            ),
            {'a': one, 'b': other},
        )
