"""reminders before a certificate's end, and addresses to send them to"""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import statements

revision = '0062'
down_revision = '0061'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('person_email',
    sa.Column('person_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_email_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_person_email'))
    )
    op.create_table('certificate_reminder',
    sa.Column('certificate_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_reminder_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('certificate_id', 'days', name=op.f('pk_certificate_reminder'))
    )
    op.create_table('reminder_delivery',
    sa.Column('certificate_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id', 'days'], ['certificate_reminder.certificate_id', 'certificate_reminder.days'], name='fk_reminder_delivery_certificate_id_certificate_reminder'),
    sa.PrimaryKeyConstraint('certificate_id', 'days', name=op.f('pk_reminder_delivery'))
    )

    tables = ("certificate_reminder", "reminder_delivery")
    for statement in statements(op.get_bind().dialect.name, tables):
        op.execute(statement)
