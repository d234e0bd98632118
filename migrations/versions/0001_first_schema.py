"""first schema"""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "log_entry",
    "log_node",
    "log_checkpoint",
    "log_chain",
    "item_version",
    "scheme_version",
    "session_freeze",
    "paper",
    "response",
    "result",
    "decision",
    "decision_row",
    "certificate",
    "certificate_pdf",
    "certificate_status",
)


def upgrade() -> None:
    op.create_table('agency',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency')),
    sa.UniqueConstraint('name', name=op.f('uq_agency_name'))
    )
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
    sa.UniqueConstraint('number', name=op.f('uq_certificate_number')),
    sa.UniqueConstraint('sitting_id', name=op.f('uq_certificate_sitting_id'))
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_exam_session_id'), ['exam_session_id'], unique=False)

    op.create_table('competency',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name_id', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_competency'))
    )
    op.create_table('heartbeat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_heartbeat'))
    )
    op.create_table('item_bank',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_bank')),
    sa.UniqueConstraint('name', name=op.f('uq_item_bank_name'))
    )
    op.create_table('log_chain',
    sa.Column('handle', sa.LargeBinary(length=16), nullable=False),
    sa.Column('k', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('leaf_hash', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('handle', 'k', name=op.f('pk_log_chain'))
    )
    op.create_table('log_checkpoint',
    sa.Column('size', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('root', sa.LargeBinary(length=32), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('signed_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('size', name=op.f('pk_log_checkpoint'))
    )
    op.create_table('log_cosignature',
    sa.Column('size', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('witness', sa.Text(), nullable=False),
    sa.Column('line', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('size', 'witness', name=op.f('pk_log_cosignature'))
    )
    op.create_table('log_entry',
    sa.Column('idx', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('leaf', sa.LargeBinary(), nullable=False),
    sa.Column('h', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('idx', name=op.f('pk_log_entry'))
    )
    with op.batch_alter_table('log_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_log_entry_h'), ['h'], unique=False)

    op.create_table('log_node',
    sa.Column('l', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('n', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('h', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('l', 'n', name=op.f('pk_log_node'))
    )
    op.create_table('log_opening',
    sa.Column('leaf_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('subject', sa.LargeBinary(length=16), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('leaf_hash', name=op.f('pk_log_opening'))
    )
    with op.batch_alter_table('log_opening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_log_opening_subject'), ['subject'], unique=False)

    op.create_table('log_outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('leaf', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_outbox'))
    )
    op.create_table('person_key',
    sa.Column('person_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_person_key'))
    )
    op.create_table('scheme_version',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_scheme_version')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_scheme_version_code_version'))
    )
    op.create_table('sign_in_failure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.LargeBinary(length=32), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_failure'))
    )
    with op.batch_alter_table('sign_in_failure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_failure_subject'), ['subject'], unique=False)

    op.create_table('certificate_pdf',
    sa.Column('certificate_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('blob', sa.LargeBinary(length=16), nullable=False),
    sa.Column('sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_pdf_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('certificate_id', name=op.f('pk_certificate_pdf'))
    )
    with op.batch_alter_table('certificate_pdf', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_pdf_sha256'), ['sha256'], unique=False)

    op.create_table('certificate_status',
    sa.Column('certificate_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_status_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('certificate_id', 'number', name=op.f('pk_certificate_status'))
    )
    op.create_table('exam_session',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('venue', sa.String(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('scheme', sa.LargeBinary(length=32), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('opens_at', sa.BigInteger(), nullable=False),
    sa.Column('closes_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_exam_session_agency_id_agency')),
    sa.ForeignKeyConstraint(['scheme'], ['scheme_version.digest'], name=op.f('fk_exam_session_scheme_scheme_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exam_session')),
    sa.UniqueConstraint('number', name=op.f('uq_exam_session_number'))
    )
    with op.batch_alter_table('exam_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exam_session_agency_id'), ['agency_id'], unique=False)

    op.create_table('item',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('bank_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('external_id', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('version', sa.LargeBinary(length=32), nullable=False),
    sa.Column('competency', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('writer_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('reviewer_id', sa.LargeBinary(length=16), nullable=True),
    sa.ForeignKeyConstraint(['bank_id'], ['item_bank.id'], name=op.f('fk_item_bank_id_item_bank')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item')),
    sa.UniqueConstraint('bank_id', 'external_id', name=op.f('uq_item_bank_id_external_id'))
    )
    op.create_table('person',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('agency_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('nip', sa.String(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_person_agency_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_agency_id'), ['agency_id'], unique=False)

    op.create_table('account',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('username', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('disabled', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('username', name=op.f('uq_account_username'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_person_id'), ['person_id'], unique=False)

    op.create_table('item_version',
    sa.Column('item_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('writer_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_version_item_id_item')),
    sa.PrimaryKeyConstraint('item_id', 'number', name=op.f('pk_item_version'))
    )
    with op.batch_alter_table('item_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_version_digest'), ['digest'], unique=False)

    op.create_table('room',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('exam_session_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['exam_session_id'], ['exam_session.id'], name=op.f('fk_room_exam_session_id_exam_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room'))
    )
    with op.batch_alter_table('room', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_room_exam_session_id'), ['exam_session_id'], unique=False)

    op.create_table('session_freeze',
    sa.Column('exam_session_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('blueprint', sa.LargeBinary(), nullable=False),
    sa.Column('manifest', sa.LargeBinary(), nullable=False),
    sa.Column('bank_root', sa.LargeBinary(length=32), nullable=False),
    sa.Column('seat_root', sa.LargeBinary(length=32), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('secrets', sa.LargeBinary(), nullable=False),
    sa.Column('frozen_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['exam_session_id'], ['exam_session.id'], name=op.f('fk_session_freeze_exam_session_id_exam_session')),
    sa.PrimaryKeyConstraint('exam_session_id', name=op.f('pk_session_freeze'))
    )
    op.create_table('sign_in',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('person_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=True),
    sa.Column('registration_id', sa.LargeBinary(length=16), nullable=True),
    sa.Column('opened_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('revoked_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_person_id_person')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sign_in'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_person_id'), ['person_id'], unique=False)

    op.create_table('account_role',
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_role_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', 'role', name=op.f('pk_account_role'))
    )
    op.create_table('assignment',
    sa.Column('exam_session_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_assignment_account_id_account')),
    sa.ForeignKeyConstraint(['exam_session_id'], ['exam_session.id'], name=op.f('fk_assignment_exam_session_id_exam_session')),
    sa.PrimaryKeyConstraint('exam_session_id', 'account_id', name=op.f('pk_assignment'))
    )
    op.create_table('decision',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('exam_session_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('minutes', sa.String(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_decision_account_id_account')),
    sa.ForeignKeyConstraint(['exam_session_id'], ['exam_session.id'], name=op.f('fk_decision_exam_session_id_exam_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('number', name=op.f('uq_decision_number'))
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_decision_exam_session_id'), ['exam_session_id'], unique=False)

    op.create_table('registration',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('exam_session_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('room_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('handle', sa.LargeBinary(length=16), nullable=False),
    sa.Column('candidate_no', sa.String(), nullable=False),
    sa.Column('seat', sa.Integer(), nullable=False),
    sa.Column('pin_hash', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['exam_session_id'], ['exam_session.id'], name=op.f('fk_registration_exam_session_id_exam_session')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_registration_person_id_person')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_registration_room_id_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration')),
    sa.UniqueConstraint('candidate_no', name=op.f('uq_registration_candidate_no')),
    sa.UniqueConstraint('exam_session_id', 'person_id', name=op.f('uq_registration_exam_session_id_person_id')),
    sa.UniqueConstraint('exam_session_id', 'seat', name=op.f('uq_registration_exam_session_id_seat')),
    sa.UniqueConstraint('handle', name=op.f('uq_registration_handle'))
    )
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registration_exam_session_id'), ['exam_session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_room_id'), ['room_id'], unique=False)

    op.create_table('sitting',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('registration_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('exam_session_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('handle', sa.LargeBinary(length=16), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=False),
    sa.Column('deadline', sa.BigInteger(), nullable=False),
    sa.Column('seen_at', sa.BigInteger(), nullable=False),
    sa.Column('place', sa.String(), nullable=True),
    sa.Column('place_sign_in', sa.LargeBinary(length=32), nullable=True),
    sa.Column('closed_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['exam_session_id'], ['exam_session.id'], name=op.f('fk_sitting_exam_session_id_exam_session')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sitting_person_id_person')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_sitting_registration_id_registration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting')),
    sa.UniqueConstraint('handle', name=op.f('uq_sitting_handle')),
    sa.UniqueConstraint('registration_id', name=op.f('uq_sitting_registration_id'))
    )
    with op.batch_alter_table('sitting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sitting_exam_session_id'), ['exam_session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sitting_person_id'), ['person_id'], unique=False)

    op.create_table('answer',
    sa.Column('sitting_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('choice', sa.String(), nullable=True),
    sa.Column('flagged', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('counter', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_answer_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('sitting_id', 'position', name=op.f('pk_answer'))
    )
    op.create_table('decision_row',
    sa.Column('sitting_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('decision_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('result_digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_decision_row_decision_id_decision')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_decision_row_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('sitting_id', name=op.f('pk_decision_row'))
    )
    with op.batch_alter_table('decision_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_row_decision_id'), ['decision_id'], unique=False)

    op.create_table('paper',
    sa.Column('sitting_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('nonce', sa.LargeBinary(), nullable=False),
    sa.Column('nonce_source', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_paper_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('sitting_id', name=op.f('pk_paper'))
    )
    op.create_table('response',
    sa.Column('sitting_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('choice', sa.String(), nullable=True),
    sa.Column('flagged', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('counter', sa.Integer(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('k', sa.Integer(), nullable=False),
    sa.Column('leaf_hash', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_response_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('sitting_id', 'revision', name=op.f('pk_response'))
    )
    op.create_table('result',
    sa.Column('sitting_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_result_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('sitting_id', 'version', name=op.f('pk_result'))
    )
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)
