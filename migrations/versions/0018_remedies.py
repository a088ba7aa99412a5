"""remedies for failures

Before the new code runs, the old code still does: all of this is added, nothing is taken away.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remedy",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.BigInteger()), nullable=True),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sender", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("with_expired", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("with_blocked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("reached_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_remedy_person_id_person")),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_remedy_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy")),
    )
    op.create_index("ix_remedy_open", "remedy", ["id"], unique=False, postgresql_where=sa.text("status = 0"))
    op.create_index("ix_remedy_group_id_id", "remedy", ["group_id", "id"], unique=False)
    op.create_table(
        "remedy_line",
        sa.Column("remedy_id", sa.BigInteger(), nullable=False),
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=False),
        sa.Column("new_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("remedy_id", "notification_id", name=op.f("pk_remedy_line")),
    )
    op.create_index("ix_remedy_line_notification_id", "remedy_line", ["notification_id"], unique=False)
    op.create_index(
        "ix_remedy_line_new_id", "remedy_line", ["new_id"], unique=False, postgresql_where=sa.text("new_id is not null")
    )


def downgrade() -> None:
    op.drop_table("remedy_line")
    op.drop_table("remedy")
