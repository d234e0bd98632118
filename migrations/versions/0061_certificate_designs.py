"""agencies' designs of certificates"""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0061'
down_revision = '0051'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('certificate_design',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('agency_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('document', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_design')),
    sa.UniqueConstraint('agency_id', 'number', name='uq_certificate_design_agency_id')
    )
    with op.batch_alter_table('certificate_design', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_design_digest'), ['digest'], unique=False)

    op.create_table('design_logo',
    sa.Column('agency_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('picture', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('agency_id', 'digest', name=op.f('pk_design_logo'))
    )
    op.create_table('design_approval',
    sa.Column('design_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('report', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['design_id'], ['certificate_design.id'], name=op.f('fk_design_approval_design_id_certificate_design')),
    sa.PrimaryKeyConstraint('design_id', name=op.f('pk_design_approval'))
    )

    tables = ("certificate_design", "design_logo", "design_approval")
    for statement in statements(op.get_bind().dialect.name, tables):
        op.execute(statement)
