"""reminders, conditions, and what stands before a shipment's start

Before the new code runs, the old code still does: all of this is added, and what it writes is the main shipment's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_KEYS = {"check_line": ["country", "segments"], "check_content": ["no"]}


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def _small(name: str, default: str | None = None, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.SmallInteger(), server_default=default, nullable=nullable)


def upgrade() -> None:
    op.add_column("orders", _text("condition_url"))
    op.add_column("orders", _flag("condition_holds"))
    for table, others in _KEYS.items():
        op.add_column(table, _small("reminder", "0"))
        op.drop_constraint(op.f(f"pk_{table}"), table, type_="primary")
        op.create_primary_key(op.f(f"pk_{table}"), table, ["order_id", "reminder", *others])
    _make_reminder()
    _make_gate()
    op.create_table(
        "chosen_recipient",
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        _small("part"),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("shipment_id", "part", "row_no", name=op.f("pk_chosen_recipient")),
    )


def _make_reminder() -> None:
    op.create_table(
        "reminder",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        _small("no"),
        _small("after_days", nullable=True),
        _moment("send_at"),
        _flag("only_undelivered"),
        *(_text(name) for name in ("sms_sender", "sms_text", "email_from", "email_subject", "email_text")),
        _text("condition_url"),
        _flag("condition_holds"),
        sa.CheckConstraint("(after_days is null) <> (send_at is null)", name=op.f("ck_reminder_one_time")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_reminder_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "no", name=op.f("pk_reminder")),
    )


def _make_gate() -> None:
    op.create_table(
        "shipment_gate",
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        _text("condition_url"),
        _flag("holds"),
        _flag("only_undelivered"),
        sa.Column("turn", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _moment("ask_again_at"),
        _small("asked", "0"),
        _moment("met_at"),
        _moment("held_at"),
        _moment("decided_at"),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        _moment("opened_at"),
        _of_shipment("shipment_gate"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_shipment_gate_decided_by_id_person")),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_shipment_gate")),
    )
    for name, where in (("closed", "opened_at is null"), ("held", "held_at is not null and met_at is null")):
        op.create_index(
            f"ix_shipment_gate_{name}",
            "shipment_gate",
            ["shipment_id"],
            unique=False,
            postgresql_where=sa.text(where),
        )
    op.create_table(
        "condition_answer",
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        _small("no"),
        _moment("asked_at", nullable=False),
        _moment("answered_at", nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        _small("http_status", nullable=True),
        _of_shipment("condition_answer"),
        sa.PrimaryKeyConstraint("shipment_id", "no", name=op.f("pk_condition_answer")),
    )


def _of_shipment(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_shipment_id_shipment")
    return sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("chosen_recipient", "condition_answer", "shipment_gate", "reminder"):
        op.drop_table(table)
    for table, others in _KEYS.items():
        lines = sa.table(table, sa.column("reminder"))
        op.execute(sa.delete(lines).where(lines.c.reminder > 0))
        op.drop_constraint(op.f(f"pk_{table}"), table, type_="primary")
        op.create_primary_key(op.f(f"pk_{table}"), table, ["order_id", *others])
        op.drop_column(table, "reminder")
    op.drop_column("orders", "condition_holds")
    op.drop_column("orders", "condition_url")
