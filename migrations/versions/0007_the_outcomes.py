"""policies of administrators, numeric senders, and the verdicts that were acted on

`attempt.verdict` was never written or read by any code: the id of a verdict that attempts share takes its place.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "country_policy",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_country_policy_ended_by_id_person")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_country_policy_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_country_policy")),
    )
    op.create_index(
        "uq_country_policy_open",
        "country_policy",
        ["country", "outcome"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "numeric_sender",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("is_two_way", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_numeric_sender_made_by_id_person")),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_numeric_sender_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_numeric_sender")),
        sa.UniqueConstraint(
            "country",
            "service_owner_id",
            name=op.f("uq_numeric_sender_country_service_owner_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "shipment_verdict",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("strictness", sa.SmallInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_verdict")),
        sa.UniqueConstraint("shipment_id", "digest", name=op.f("uq_shipment_verdict_shipment_id_digest")),
    )
    op.create_table(
        "placed_outcome",
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.Column("verdict_id", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_placed_outcome_confirmed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_placed_outcome_shipment_id_shipment")),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["shipment_verdict.id"], name=op.f("fk_placed_outcome_verdict_id_shipment_verdict")
        ),
        sa.PrimaryKeyConstraint("shipment_id", "country", name=op.f("pk_placed_outcome")),
    )
    op.create_table(
        "check_content",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("hosts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_check_content_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "no", name=op.f("pk_check_content")),
    )
    op.add_column("intake", sa.Column("countries", postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column("notification_state", sa.Column("verdict_id", sa.BigInteger(), nullable=True))
    op.add_column("attempt", sa.Column("verdict_id", sa.BigInteger(), nullable=True))
    op.drop_column("attempt", "verdict")
    # What was checked before knows nothing of countries' links: it is checked again before it is placed.
    op.execute("update orders set checked_revision = null where placed_at is null")
    op.execute("delete from order_check using orders as o where o.id = order_id and o.placed_at is null")


def downgrade() -> None:
    op.add_column("attempt", sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.drop_column("attempt", "verdict_id")
    op.drop_column("notification_state", "verdict_id")
    op.drop_column("intake", "countries")
    for table in ("check_content", "placed_outcome", "shipment_verdict", "numeric_sender", "country_policy"):
        op.drop_table(table)
