"""who uncovered which notification, and why

Before the new code runs, the old code still does: all of this is added, nothing is taken away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reveal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("case_reference", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reveal_person_id_person")),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_reveal_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveal")),
    )
    op.create_index(
        "ix_reveal_notification_id_person_id_until_at",
        "reveal",
        ["notification_id", "person_id", "until_at"],
        unique=False,
    )
    op.create_index("ix_reveal_person_id_id", "reveal", ["person_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("reveal")
