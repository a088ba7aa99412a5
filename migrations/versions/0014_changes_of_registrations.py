"""what was changed in a registration, field by field

All of this is added, nothing is taken away: the old code may still run beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sender_registration_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), server_default="", nullable=False),
        sa.Column("new", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sender_registration_change_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["sender_registration.id"],
            name=op.f("fk_sender_registration_change_registration_id_sender_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_registration_change")),
    )
    op.create_index(
        "ix_sender_registration_change_registration_id_revision",
        "sender_registration_change",
        ["registration_id", "revision", "id"],
        unique=False,
    )
    op.create_index("ix_sender_registration_changed_at", "sender_registration", ["changed_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_sender_registration_changed_at", table_name="sender_registration")
    op.drop_table("sender_registration_change")
