"""contact points of persons and organisations, and recipients known by their numbers

All of this is added: the old code runs beside it until it is stopped.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addressee",
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("no", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("register_answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("shipment_id", "part", "row_no", "no", name=op.f("pk_addressee")),
    )
    op.create_table(
        "kept_answer",
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("number_hash", postgresql.BYTEA(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), nullable=False),
        sa.Column("emails", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("phones", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_reserved", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("register", "number_hash", name=op.f("pk_kept_answer")),
    )
    op.create_index("ix_kept_answer_answered_at", "kept_answer", ["answered_at"], unique=False)
    op.create_table(
        "register_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("number_hash", postgresql.BYTEA(), nullable=False),
        sa.Column("number_sealed", postgresql.BYTEA(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("emails", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("phones", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("is_reserved", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("kind in (3, 4)", name=op.f("ck_register_entry_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("kind", "number_hash", name=op.f("uq_register_entry_kind_number_hash")),
    )
    op.create_table(
        "unreachable",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_unreachable_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "part", "row_no", name=op.f("pk_unreachable")),
    )
    op.add_column("notification", sa.Column("register_answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("order_check", sa.Column("looked_up", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("order_check", sa.Column("to_look_up", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("order_check", sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("order_check", sa.Column("waits_for", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "orders", sa.Column("ignores_reservation", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("orders", sa.Column("reservation_ground", sa.Text(), server_default="", nullable=False))
    op.add_column("orders", sa.Column("uses_stale", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("recipient", sa.Column("identity", postgresql.BYTEA(), nullable=True))
    op.add_column("recipient", sa.Column("identity_hash", postgresql.BYTEA(), nullable=True))
    op.create_index(
        "ix_recipient_identity_hash",
        "recipient",
        ["identity_hash"],
        unique=False,
        postgresql_where=sa.text("identity_hash is not null"),
    )
    op.add_column(
        "shipment", sa.Column("ignores_reservation", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("shipment", sa.Column("uses_stale", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("shipment", sa.Column("looks_up", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("shipment", sa.Column("looked_part", sa.SmallInteger(), server_default="-1", nullable=False))
    op.add_column("shipment", sa.Column("looked_row_no", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("shipment", sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shipment", sa.Column("waits_for", sa.Text(), server_default="", nullable=False))
    op.add_column("shipment", sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shipment", sa.Column("ask_again_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("shipment", "ask_again_at")
    op.drop_column("shipment", "waits_since")
    op.drop_column("shipment", "waits_for")
    op.drop_column("shipment", "looked_up_at")
    op.drop_column("shipment", "looked_row_no")
    op.drop_column("shipment", "looked_part")
    op.drop_column("shipment", "looks_up")
    op.drop_column("shipment", "uses_stale")
    op.drop_column("shipment", "ignores_reservation")
    op.drop_index(
        "ix_recipient_identity_hash", table_name="recipient", postgresql_where=sa.text("identity_hash is not null")
    )
    op.drop_column("recipient", "identity_hash")
    op.drop_column("recipient", "identity")
    op.drop_column("orders", "uses_stale")
    op.drop_column("orders", "reservation_ground")
    op.drop_column("orders", "ignores_reservation")
    op.drop_column("order_check", "waits_for")
    op.drop_column("order_check", "looked_up_at")
    op.drop_column("order_check", "to_look_up")
    op.drop_column("order_check", "looked_up")
    op.drop_column("notification", "register_answer")
    op.drop_table("unreachable")
    op.drop_table("register_entry")
    op.drop_index("ix_kept_answer_answered_at", table_name="kept_answer")
    op.drop_table("kept_answer")
    op.drop_table("addressee")
