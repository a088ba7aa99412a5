"""the allow-list, and why a notification took its route

Before the new code runs, the old code still does: all of this is added, nothing is taken away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STANDING_FUNCTION = """
create function allow_list_standing(wanted text) returns table (reason smallint, reason_at timestamptz)
language sql stable as $$
    select case
        when status = 4 then 6
        when until_at <= statement_timestamp() then 5
        when from_at > statement_timestamp() then 7
        else 3
    end::smallint, case
        when status = 4 then ended_at
        when until_at > statement_timestamp() and from_at > statement_timestamp() then from_at
        else until_at
    end
    from allow_list_entry where number = wanted and status in (2, 4, 5)
    order by (status = 2) desc, id desc limit 1
$$
"""
# What the list says of a number at this moment; statuses are those of `EntryStatus`, reasons those of `RouteReason`.
# Stable and one question, so that the server puts it into the statement that asks for many numbers at once.


def upgrade() -> None:
    op.create_table(
        "allow_list_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=False),
        sa.Column("consent_how", sa.Text(), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "requested_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_alone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_tenor", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("krr_status", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("krr_asked_on", sa.Date(), nullable=True),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_allow_list_entry_from_before_until")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_allow_list_entry_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_allow_list_entry_requested_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_allow_list_entry_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allow_list_entry")),
    )
    op.create_index("ix_allow_list_entry_number", "allow_list_entry", ["number", "id"], unique=False)
    op.create_index(
        "ix_allow_list_entry_service_owner_id_id", "allow_list_entry", ["service_owner_id", "id"], unique=False
    )
    op.create_index("ix_allow_list_entry_status_until_at", "allow_list_entry", ["status", "until_at"], unique=False)
    op.create_index(
        "uq_allow_list_entry_open",
        "allow_list_entry",
        ["number"],
        unique=True,
        postgresql_where=sa.text("status in (1, 2)"),
    )
    op.create_table(
        "allow_list_cap",
        sa.Column("service_owner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("most >= 0", name=op.f("ck_allow_list_cap_most_not_negative")),
        sa.PrimaryKeyConstraint("service_owner_id", name=op.f("pk_allow_list_cap")),
    )
    op.create_table(
        "allow_list_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_allow_list_code_asked_by_id_person")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["allow_list_entry.id"], name=op.f("fk_allow_list_code_entry_id_allow_list_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allow_list_code")),
    )
    op.create_index(
        "ix_allow_list_code_asked_by_id_asked_at", "allow_list_code", ["asked_by_id", "asked_at"], unique=False
    )
    op.create_index("ix_allow_list_code_entry_id_id", "allow_list_code", ["entry_id", "id"], unique=False)
    op.add_column("notification_state", sa.Column("route_reason", sa.SmallInteger(), nullable=True))
    op.add_column("notification_state", sa.Column("route_reason_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(STANDING_FUNCTION)


def downgrade() -> None:
    op.execute("drop function allow_list_standing")
    op.drop_column("notification_state", "route_reason_at")
    op.drop_column("notification_state", "route_reason")
    for table in ("allow_list_code", "allow_list_cap", "allow_list_entry"):
        op.drop_table(table)
