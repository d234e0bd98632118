"""competency dictionary"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('competency_level',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('indicators', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['code'], ['competency.code'], name=op.f('fk_competency_level_code_competency')),
    sa.PrimaryKeyConstraint('code', 'level', name=op.f('pk_competency_level'))
    )
    op.create_table('position_standard',
    sa.Column('agency_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('position', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('effective_from', sa.String(), nullable=False),
    sa.Column('grade', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('legal_basis', sa.String(), nullable=False),
    sa.Column('regional_focus', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['code'], ['competency.code'], name=op.f('fk_position_standard_code_competency')),
    sa.PrimaryKeyConstraint('agency_id', 'position', 'code', 'effective_from', name=op.f('pk_position_standard'))
    )
    with op.batch_alter_table('competency', schema=None) as batch_op:
        batch_op.add_column(sa.Column('definition', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('agency_id', sa.LargeBinary(length=16), nullable=True))

