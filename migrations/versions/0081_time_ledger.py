"""time ledger of sittings; incidents, messages and minutes of proctors"""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0081'
down_revision = '0072'
branch_labels = None
depends_on = None

APPEND_ONLY = ('time_entry', 'incident', 'proctor_message', 'minutes_signature')


def upgrade() -> None:
    op.create_table('time_entry',
    sa.Column('sitting_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=True),
    sa.Column('k', sa.Integer(), nullable=False),
    sa.Column('leaf_hash', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_time_entry_account_id_account')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_time_entry_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('sitting_id', 'number', name=op.f('pk_time_entry'))
    )
    op.create_table('incident',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('registration_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('exam_session_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('sanction', sa.String(), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_incident_account_id_account')),
    sa.ForeignKeyConstraint(['exam_session_id'], ['exam_session.id'], name=op.f('fk_incident_exam_session_id_exam_session')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_incident_registration_id_registration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident'))
    )
    op.create_table('proctor_message',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('sitting_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_proctor_message_account_id_account')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_proctor_message_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proctor_message'))
    )
    op.create_table('minutes_signature',
    sa.Column('exam_session_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('duty', sa.String(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('k', sa.Integer(), nullable=False),
    sa.Column('leaf_hash', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_minutes_signature_account_id_account')),
    sa.ForeignKeyConstraint(['exam_session_id'], ['exam_session.id'], name=op.f('fk_minutes_signature_exam_session_id_exam_session')),
    sa.PrimaryKeyConstraint('exam_session_id', 'number', name=op.f('pk_minutes_signature'))
    )
    for table, column in (('minutes_signature', 'account_id'), ('incident', 'registration_id'), ('incident', 'exam_session_id'),
                          ('incident', 'account_id'), ('proctor_message', 'sitting_id'),
                          ('proctor_message', 'account_id')):
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column], unique=False)
    # Sittings from before the ledger: what they were granted; their leaf has no entry of its own.
    nothing = "zeroblob(32)" if op.get_bind().dialect.name == 'sqlite' else "decode(repeat('00', 32), 'hex')"
    op.execute(
        "INSERT INTO time_entry (sitting_id, number, kind, at, seconds, reason, k, leaf_hash)"
        " SELECT id, 1, 'start', started_at, (deadline - started_at) / 1000000, '', 0,"
        f" {nothing} FROM sitting"
    )
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)
