"""ZIPs of an agency's certificates to fetch"""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0063'
down_revision = '0062'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('certificate_pack',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('agency_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('until', sa.String(), nullable=False),
    sa.Column('wanted', sa.Integer(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_pack'))
    )
    with op.batch_alter_table('certificate_pack', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_pack_agency_id'), ['agency_id'], unique=False)

    op.create_table('certificate_pack_part',
    sa.Column('pack_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('blob', sa.LargeBinary(length=16), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('last', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['pack_id'], ['certificate_pack.id'], name=op.f('fk_certificate_pack_part_pack_id_certificate_pack')),
    sa.PrimaryKeyConstraint('pack_id', 'number', name=op.f('pk_certificate_pack_part'))
    )
    for table in ('certificate_pack_end', 'certificate_pack_cleared'):
        op.create_table(table,
        sa.Column('pack_id', sa.LargeBinary(length=16), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['pack_id'], ['certificate_pack.id'], name=op.f(f'fk_{table}_pack_id_certificate_pack')),
        sa.PrimaryKeyConstraint('pack_id', name=op.f(f'pk_{table}'))
        )

    tables = ("certificate_pack", "certificate_pack_part", "certificate_pack_end", "certificate_pack_cleared")
    for statement in statements(op.get_bind().dialect.name, tables):
        op.execute(statement)
