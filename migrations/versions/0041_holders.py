"""holders' share links and requests for correction"""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0041'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('certificate_correction',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('certificate_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_correction_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_correction'))
    )
    with op.batch_alter_table('certificate_correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_correction_certificate_id'), ['certificate_id'], unique=False)

    op.create_table('certificate_share',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('certificate_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_share_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_share')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_certificate_share_token_hash'))
    )
    with op.batch_alter_table('certificate_share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_share_certificate_id'), ['certificate_id'], unique=False)

    op.create_table('correction_answer',
    sa.Column('correction_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('accepted', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['correction_id'], ['certificate_correction.id'], name=op.f('fk_correction_answer_correction_id_certificate_correction')),
    sa.PrimaryKeyConstraint('correction_id', name=op.f('pk_correction_answer'))
    )
    op.create_table('certificate_share_end',
    sa.Column('share_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['share_id'], ['certificate_share.id'], name=op.f('fk_certificate_share_end_share_id_certificate_share')),
    sa.PrimaryKeyConstraint('share_id', name=op.f('pk_certificate_share_end'))
    )

    tables = ("certificate_share", "certificate_share_end", "certificate_correction", "correction_answer")
    for statement in statements(op.get_bind().dialect.name, tables):
        op.execute(statement)
