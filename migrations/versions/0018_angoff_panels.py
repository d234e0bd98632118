"""angoff panels"""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('angoff_panel',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('bank_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('versions', sa.String(), nullable=False),
    sa.Column('judges', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['bank_id'], ['item_bank.id'], name=op.f('fk_angoff_panel_bank_id_item_bank')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_angoff_panel'))
    )
    with op.batch_alter_table('angoff_panel', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_angoff_panel_bank_id'), ['bank_id'], unique=False)

    op.create_table('angoff_rating',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('panel_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('version', sa.LargeBinary(length=32), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['panel_id'], ['angoff_panel.id'], name=op.f('fk_angoff_rating_panel_id_angoff_panel')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_angoff_rating'))
    )
    with op.batch_alter_table('angoff_rating', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_angoff_rating_panel_id'), ['panel_id'], unique=False)

    for statement in statements(op.get_bind().dialect.name, ("angoff_rating",)):
        op.execute(statement)
