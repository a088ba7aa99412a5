"""the first tables

Before the new code runs, the old code still does: add first, fill and switch over, remove in a later migration.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

COUNT_FUNCTION = """
create function count_notification_states() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into shipment_count as c (shipment_id, status, route, uncertain, slot, n, changes)
        select shipment_id, status, route, uncertain, pg_backend_pid() % 8, count(*), count(*)
        from new_rows group by 1, 2, 3, 4 order by 1, 2, 3, 4
        on conflict (shipment_id, status, route, uncertain, slot)
        do update set n = c.n + excluded.n, changes = c.changes + excluded.changes;
    elsif tg_op = 'DELETE' then
        insert into shipment_count as c (shipment_id, status, route, uncertain, slot, n, changes)
        select shipment_id, status, route, uncertain, pg_backend_pid() % 8, -count(*), count(*)
        from old_rows group by 1, 2, 3, 4 order by 1, 2, 3, 4
        on conflict (shipment_id, status, route, uncertain, slot)
        do update set n = c.n + excluded.n, changes = c.changes + excluded.changes;
    else
        insert into shipment_count as c (shipment_id, status, route, uncertain, slot, n, changes)
        select shipment_id, status, route, uncertain, pg_backend_pid() % 8, sum(d), count(*)
        from (
            select shipment_id, status, route, uncertain, 1 as d from new_rows
            union all
            select shipment_id, status, route, uncertain, -1 as d from old_rows
        ) as moved
        group by 1, 2, 3, 4 order by 1, 2, 3, 4
        on conflict (shipment_id, status, route, uncertain, slot)
        do update set n = c.n + excluded.n, changes = c.changes + excluded.changes;
    end if;
    return null;
end
$$
"""

COUNT_TRIGGERS = (
    """
    create trigger count_inserted after insert on notification_state referencing new table as new_rows
    for each statement execute function count_notification_states()
    """,
    """
    create trigger count_updated after update on notification_state
    referencing old table as old_rows new table as new_rows
    for each statement execute function count_notification_states()
    """,
    """
    create trigger count_deleted after delete on notification_state referencing old table as old_rows
    for each statement execute function count_notification_states()
    """,
)

AUDIT_FUNCTION = """
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is only ever added to';
end
$$
"""

AUDIT_TRIGGER = """
create trigger audit_append_only before update or delete or truncate on audit_entry
for each statement execute function refuse_audit_change()
"""

TABLES = (
    "upload_part",
    "batch",
    "shipment",
    "intake",
    "check_line",
    "order_check",
    "orders",
    "membership",
    "audit_entry",
    "shipment_count",
    "service_owner",
    "report_inbox",
    "refused_row",
    "recipient",
    "price",
    "person",
    "notification_state",
    "notification",
    "id_block",
    "delivery_report",
    "attempt",
)
"""In the order in which they can go."""

FIRST_BLOCK = "insert into id_block (name, next_id) values ('notification', 1)"


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.SmallInteger(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("route", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("segments", sa.SmallInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("notification_id", "no", name=op.f("pk_attempt")),
    )
    op.create_index(
        "ix_attempt_gateway_reference",
        "attempt",
        ["gateway", "reference"],
        unique=False,
        postgresql_where=sa.text("reference is not null"),
    )
    op.create_table(
        "delivery_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notification_id", sa.BigInteger(), nullable=True),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("effect", sa.SmallInteger(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "applied_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_report")),
    )
    op.create_index("ix_delivery_report_notification_id", "delivery_report", ["notification_id", "id"], unique=False)
    op.create_index(
        "ix_delivery_report_unapplied",
        "delivery_report",
        ["id"],
        unique=False,
        postgresql_where=sa.text("effect not in (1, 2)"),
    )
    op.create_table(
        "id_block",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_id_block")),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index(
        "ix_notification_address",
        "notification",
        ["address", "id"],
        unique=False,
        postgresql_ops={"address": "text_pattern_ops"},
    )
    op.create_table(
        "notification_state",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("route", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("uncertain", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_state")),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.02, "autovacuum_vacuum_cost_delay": 0},
    )
    op.create_index(
        "ix_notification_state_due_at",
        "notification_state",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at is not null"),
    )
    op.create_index(
        "ix_notification_state_shipment_id_status_route_id",
        "notification_state",
        ["shipment_id", "status", "route", "id"],
        unique=False,
    )
    op.create_index(
        "ix_notification_state_uncertain",
        "notification_state",
        ["shipment_id", "id"],
        unique=False,
        postgresql_where=sa.text("uncertain"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_administrator", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_support", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("session_epoch", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index("uq_person_email_lower", "person", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "price",
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_price_amount_not_negative")),
        sa.PrimaryKeyConstraint("channel", "country", name=op.f("pk_price")),
    )
    op.create_table(
        "recipient",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("values", postgresql.ARRAY(sa.TEXT()), nullable=True),
        sa.PrimaryKeyConstraint("order_id", "part", "row_no", name=op.f("pk_recipient")),
    )
    op.create_table(
        "refused_row",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_part", sa.SmallInteger(), nullable=True),
        sa.Column("first_row_no", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("order_id", "part", "row_no", name=op.f("pk_refused_row")),
    )
    op.create_table(
        "report_inbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("body", postgresql.BYTEA(), nullable=False),
        sa.Column("promised", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "received_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("reports", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_inbox")),
        postgresql_with={"autovacuum_vacuum_scale_factor": 0.02},
    )
    op.create_index("ix_report_inbox_due_at", "report_inbox", ["due_at", "id"], unique=False)
    op.create_table(
        "service_owner",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sms_sender", sa.Text(), nullable=False),
        sa.Column("email_from", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_owner")),
        sa.UniqueConstraint("short_name", name=op.f("uq_service_owner_short_name")),
    )
    op.create_table(
        "shipment_count",
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("route", sa.SmallInteger(), nullable=False),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shipment_id", "status", "route", "uncertain", "slot", name=op.f("pk_shipment_count")),
        postgresql_with={"fillfactor": 20},
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_audit_entry_person_id_person")),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_audit_entry_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_object", "audit_entry", ["object_type", "object_id", "id"], unique=False)
    op.create_index("ix_audit_entry_action_id", "audit_entry", ["action", "id"], unique=False)
    op.create_index("ix_audit_entry_person_id_id", "audit_entry", ["person_id", "id"], unique=False)
    op.create_index("ix_audit_entry_service_owner_id_id", "audit_entry", ["service_owner_id", "id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_membership_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("person_id", "service_owner_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_service_owner_id"), "membership", ["service_owner_id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("senders_reference", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("sms_sender", sa.Text(), server_default="", nullable=False),
        sa.Column("sms_text", sa.Text(), server_default="", nullable=False),
        sa.Column("email_from", sa.Text(), server_default="", nullable=False),
        sa.Column("email_subject", sa.Text(), server_default="", nullable=False),
        sa.Column("email_text", sa.Text(), server_default="", nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("daytime_only", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("checked_revision", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("placed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("estimated_cost", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_orders_created_by_id_person")),
        sa.ForeignKeyConstraint(["placed_by_id"], ["person.id"], name=op.f("fk_orders_placed_by_id_person")),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_orders_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("public_id", name=op.f("uq_orders_public_id")),
    )
    op.create_index(
        "ix_orders_drafts",
        "orders",
        ["service_owner_id", "id"],
        unique=False,
        postgresql_where=sa.text("placed_at is null"),
    )
    op.create_index(
        "ix_orders_senders_reference",
        "orders",
        ["service_owner_id", "senders_reference"],
        unique=False,
        postgresql_ops={"senders_reference": "text_pattern_ops"},
    )
    op.create_index("ix_orders_service_owner_id_id", "orders", ["service_owner_id", "id"], unique=False)
    op.create_table(
        "check_line",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("segments", sa.SmallInteger(), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_check_line_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "country", "segments", name=op.f("pk_check_line")),
    )
    op.create_table(
        "order_check",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("left_out", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("empty_values", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_check_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_check")),
    )
    op.create_index(
        "ix_order_check_open", "order_check", ["order_id"], unique=False, postgresql_where=sa.text("ended_at is null")
    )
    op.create_table(
        "intake",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("status", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("recipient_column", sa.SmallInteger(), nullable=True),
        sa.Column("bytes_read", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_read", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("valid", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("invalid", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("duplicates", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("hidden_rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("refusal_words", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_intake_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("order_id", "part", name=op.f("uq_intake_order_id_part")),
    )
    op.create_index("ix_intake_open", "intake", ["id"], unique=False, postgresql_where=sa.text("status in (0, 1)"))
    op.create_table(
        "shipment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("requested_send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("daytime_only", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sms_sender", sa.Text(), server_default="", nullable=False),
        sa.Column("sms_text", sa.Text(), server_default="", nullable=False),
        sa.Column("email_from", sa.Text(), server_default="", nullable=False),
        sa.Column("email_subject", sa.Text(), server_default="", nullable=False),
        sa.Column("email_text", sa.Text(), server_default="", nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=True),
        sa.Column("last_id", sa.BigInteger(), nullable=True),
        sa.Column("made", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_part", sa.SmallInteger(), server_default="-1", nullable=False),
        sa.Column("made_row_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_shipment_order_id_orders")),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_shipment_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("order_id", "no", name=op.f("uq_shipment_order_id_no")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shipment_public_id")),
    )
    op.create_index(
        "ix_shipment_due", "shipment", ["requested_send_at", "id"], unique=False, postgresql_where=sa.text("status = 0")
    )
    op.create_index("ix_shipment_processing", "shipment", ["id"], unique=False, postgresql_where=sa.text("status = 1"))
    op.create_index(
        "ix_shipment_open", "shipment", ["expires_at", "id"], unique=False, postgresql_where=sa.text("status in (1, 5)")
    )
    op.create_index("ix_shipment_service_owner_id_id", "shipment", ["service_owner_id", "id"], unique=False)
    op.create_index(
        "ix_shipment_status_service_owner_id_id", "shipment", ["status", "service_owner_id", "id"], unique=False
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("daytime_only", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.BigInteger()), nullable=True),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("handed_to", sa.BigInteger(), nullable=True),
        sa.Column("gateway", sa.Text(), nullable=True),
        sa.Column("route", sa.SmallInteger(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_batch_shipment_id_shipment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.02},
    )
    op.create_index(
        "ix_batch_claimed", "batch", ["lease_until"], unique=False, postgresql_where=sa.text("lease_until is not null")
    )
    op.create_index("ix_batch_shipment_id", "batch", ["shipment_id"], unique=False)
    op.create_index(
        "ix_batch_waiting",
        "batch",
        ["daytime_only", "service_owner_id", "turn", "id"],
        unique=False,
        postgresql_where=sa.text("lease_until is null"),
    )
    op.create_table(
        "upload_part",
        sa.Column("intake_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("data", postgresql.BYTEA(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name=op.f("fk_upload_part_intake_id_intake"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("intake_id", "no", name=op.f("pk_upload_part")),
    )
    for statement in (COUNT_FUNCTION, *COUNT_TRIGGERS, AUDIT_FUNCTION, AUDIT_TRIGGER, FIRST_BLOCK):
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"drop table {table}")
    op.execute("drop function count_notification_states")
    op.execute("drop function refuse_audit_change")
