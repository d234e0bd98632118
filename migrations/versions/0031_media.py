"""pictures of items"""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0031'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('media',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('ending', sa.String(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_media'))
    )

    for statement in statements(op.get_bind().dialect.name, ("media",)):
        op.execute(statement)
