"""status lists; a sitting may have a certificate issued anew

SQLite cannot drop a constraint: the table is copied and guarded again.
"""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0013'
down_revision = '0003'
branch_labels = None
depends_on = None

APPEND_ONLY = ("certificate_replacement", "status_place", "status_list", "issuer_key")


def upgrade() -> None:
    op.create_table('certificate_replacement',
    sa.Column('certificate_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('new_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_replacement_certificate_id_certificate')),
    sa.ForeignKeyConstraint(['new_id'], ['certificate.id'], name=op.f('fk_certificate_replacement_new_id_certificate')),
    sa.PrimaryKeyConstraint('certificate_id', name=op.f('pk_certificate_replacement')),
    sa.UniqueConstraint('new_id', name=op.f('uq_certificate_replacement_new_id'))
    )
    op.create_table('status_place',
    sa.Column('certificate_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('list', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_status_place_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('certificate_id', name=op.f('pk_status_place')),
    sa.UniqueConstraint('list', 'place', name=op.f('uq_status_place_list'))
    )
    op.create_table('status_list',
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('list', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('document', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('purpose', 'list', 'version', name=op.f('pk_status_list'))
    )
    op.create_table('issuer_key',
    sa.Column('key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_issuer_key'))
    )
    engine = op.get_bind().dialect.name
    for statement in statements(engine, APPEND_ONLY):
        op.execute(statement)
    if engine == "sqlite":
        _copy_certificates()
    else:
        op.drop_constraint(op.f('uq_certificate_sitting_id'), 'certificate', type_='unique')
    op.create_index(op.f('ix_certificate_sitting_id'), 'certificate', ['sitting_id'], unique=False)


def _copy_certificates() -> None:
    """Rows that refer to a certificate find it again under the same name before the commit."""
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TABLE certificate_copied AS SELECT * FROM certificate")
    op.execute("DROP TABLE certificate")
    op.create_table('certificate',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('code_lookup', sa.LargeBinary(length=32), nullable=False),
    sa.Column('person_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('exam_session_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('sitting_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('handle', sa.LargeBinary(length=16), nullable=False),
    sa.Column('result_digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('leaf_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('issued_at', sa.BigInteger(), nullable=False),
    sa.Column('valid_until', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('code_lookup', name=op.f('uq_certificate_code_lookup')),
    sa.UniqueConstraint('number', name=op.f('uq_certificate_number'))
    )
    op.create_index(op.f('ix_certificate_exam_session_id'), 'certificate', ['exam_session_id'], unique=False)
    op.execute("INSERT INTO certificate SELECT * FROM certificate_copied")
    op.execute("DROP TABLE certificate_copied")
    for statement in statements("sqlite", ("certificate",)):
        op.execute(statement)
