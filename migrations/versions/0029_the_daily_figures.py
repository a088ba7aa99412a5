"""the daily figures, and the indexes by which the days of shipments are found

Before the new code runs, the old code still does: nothing of it reads or writes these tables, and the first roll-up
finds all days there have been.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "insight_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_due", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.BigInteger(), server_default=sa.text("-1"), nullable=False),
        sa.Column("total", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("rolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("took_s", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_insight_day")),
    )
    _make_counts()
    _make_times()
    op.create_index("ix_shipment_requested_send_at", "shipment", ["requested_send_at"])
    op.create_index(
        "ix_shipment_completed_at", "shipment", ["completed_at"], postgresql_where=sa.text("completed_at is not null")
    )


def _make_counts() -> None:
    keys = ["day", "service_owner_id", "channel", "country", "gateway", "sender", "route", "status", "reason"]
    op.create_table(
        "insight_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("route", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_insight_count_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint(*keys, name=op.f("pk_insight_count")),
    )
    op.create_index("ix_insight_count_service_owner_id_day", "insight_count", ["service_owner_id", "day"])


def _make_times() -> None:
    op.create_table(
        "insight_time",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("route", sa.SmallInteger(), nullable=False),
        sa.Column("bucket", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_insight_time_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("day", "service_owner_id", "channel", "route", "bucket", name=op.f("pk_insight_time")),
    )
    op.create_index("ix_insight_time_service_owner_id_day", "insight_time", ["service_owner_id", "day"])


def downgrade() -> None:
    op.drop_index("ix_shipment_completed_at", "shipment")
    op.drop_index("ix_shipment_requested_send_at", "shipment")
    for table in ("insight_time", "insight_count", "insight_day"):
        op.drop_table(table)
