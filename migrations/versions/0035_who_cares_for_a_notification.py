"""who cares for a single notification: assigned, noted on, followed

Before the new code runs, the old code still does: nothing of it reads or writes these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0031"
branch_labels = None
depends_on = None

_NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.create_table(
        "notification_care",
        sa.Column("notification_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("assigned_to_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_to_id"], ["person.id"], name=op.f("fk_notification_care_assigned_to_id_person")
        ),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_notification_care")),
    )
    op.create_index("ix_notification_care_assigned_to_id", "notification_care", ["assigned_to_id"])
    op.create_table(
        "notification_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notification_note_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_note")),
    )
    op.create_index("ix_notification_note_notification_id_id", "notification_note", ["notification_id", "id"])
    op.create_table(
        "notification_follow",
        sa.Column("notification_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notification_follow_person_id_person")),
        sa.PrimaryKeyConstraint("notification_id", "person_id", name=op.f("pk_notification_follow")),
    )
    op.create_index("ix_notification_follow_person_id", "notification_follow", ["person_id"])


def downgrade() -> None:
    for table in ("notification_follow", "notification_note", "notification_care"):
        op.drop_table(table)
