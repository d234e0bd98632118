"""on how many papers of a session each item version was"""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0072'
down_revision = '0071'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('item_use',
    sa.Column('version', sa.LargeBinary(length=32), nullable=False),
    sa.Column('session', sa.LargeBinary(length=16), nullable=False),
    sa.Column('papers', sa.Integer(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('version', 'session', name=op.f('pk_item_use'))
    )
    for statement in statements(op.get_bind().dialect.name, ("item_use",)):
        op.execute(statement)
