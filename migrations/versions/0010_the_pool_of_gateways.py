"""the pool of gateways: each with its standing, its breaker and its limits; batches that wait for one

Before the new code runs, the old code still does: all of this is added, nothing is taken away.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.create_table(
        "gateway",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("route", sa.SmallInteger(), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("weight", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("rate_per_s", sa.Float(), nullable=True),
        sa.Column("sender_rate_per_s", sa.Float(), nullable=True),
        sa.Column("standing", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("standing_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("standing_by_id", sa.BigInteger(), nullable=True),
        sa.Column("standing_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("breaker", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("openings", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("breaker_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breaker_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("last_trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_gateway_weight_not_negative")),
        sa.CheckConstraint("rate_per_s > 0", name=op.f("ck_gateway_rate_positive")),
        sa.CheckConstraint("sender_rate_per_s > 0", name=op.f("ck_gateway_sender_rate_positive")),
        sa.ForeignKeyConstraint(["standing_by_id"], ["person.id"], name=op.f("fk_gateway_standing_by_id_person")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_gateway")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "gateway_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_gateway_event_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_event")),
    )
    op.create_index("ix_gateway_event_gateway_id", "gateway_event", ["gateway", "id"])
    op.create_table(
        "gateway_minute",
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("refused_for_now", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Integer(), nullable=False),
        sa.Column("hand_overs", sa.Integer(), nullable=False),
        sa.Column("took_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("gateway", "minute", "slot", name=op.f("pk_gateway_minute")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("ix_gateway_minute_minute", "gateway_minute", ["minute"])
    op.create_table(
        "gateway_bucket",
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("gateway", "sender", name=op.f("pk_gateway_bucket")),
        postgresql_with={"fillfactor": 50},
    )
    _let_batches_wait()


def _let_batches_wait() -> None:
    op.add_column("batch", sa.Column("waits_for", sa.Text(), nullable=True))
    op.add_column("batch", sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("batch", sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("batch", sa.Column("waits_revision", sa.BigInteger(), nullable=True))
    op.add_column("batch", sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("batch", sa.Column("fault", sa.Text(), server_default="", nullable=False))
    op.add_column("batch", sa.Column("isolated_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_batch_ready",
        "batch",
        ["daytime_only", "service_owner_id", "turn", "id"],
        postgresql_where=sa.text("lease_until is null and waits_for is null and isolated_at is null"),
    )
    op.create_index(
        "ix_batch_waits",
        "batch",
        ["waits_for", "service_owner_id", "turn", "id"],
        postgresql_where=sa.text("waits_for is not null"),
    )
    op.create_index("ix_batch_isolated", "batch", ["id"], postgresql_where=sa.text("isolated_at is not null"))
    op.create_index(
        "ix_notification_state_shipment_id_due_at",
        "notification_state",
        ["shipment_id", "due_at"],
        postgresql_where=sa.text("due_at is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_notification_state_shipment_id_due_at", "notification_state")
    for index in ("ix_batch_isolated", "ix_batch_waits", "ix_batch_ready"):
        op.drop_index(index, "batch")
    for column in ("isolated_at", "fault", "failures", "waits_revision", "waits_until", "waits_since", "waits_for"):
        op.drop_column("batch", column)
    for table in ("gateway_bucket", "gateway_minute", "gateway_event", "gateway"):
        op.drop_table(table)
