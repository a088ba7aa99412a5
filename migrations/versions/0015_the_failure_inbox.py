"""the failure inbox, kept by triggers

Before the new code runs, the old code still does: its failures are noted by the same triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FAILURE_FUNCTION = """
create function is_failure(status smallint) returns boolean language sql immutable as $$
    select status between 29 and 38 or status between 54 and 65
$$
"""
# The numbers of `messaging.status.FAILED`.

NOTE = """
with came as materialized (
    select s.id, s.shipment_id, s.status, coalesce(s.reason, '') as reason, s.route, s.status_at, w.country,
        h.service_owner_id, coalesce(a.gateway, '') as gateway,
        coalesce(a.sender, case when s.status < 50 then h.sms_sender else h.email_from end) as sender
    from ROWS as s
    join notification as w on w.id = s.id
    join shipment as h on h.id = s.shipment_id
    left join lateral (
        select gateway, sender from attempt where notification_id = s.id order by no desc limit 1
    ) as a on true
    where is_failure(s.status)
), keyed as materialized (
    select *, hashtextextended(
        concat_ws(E'\\x1f', status, reason, country, sender, gateway, service_owner_id, route), 0
    ) & 9223372036854775807 as group_id
    from came
), grouped as (
    insert into failure_group (id, status, reason, country, sender, gateway, service_owner_id, route)
    select distinct on (group_id) group_id, status, reason, country, sender, gateway, service_owner_id, route
    from keyed where not exists (select from failure_group as g where g.id = keyed.group_id) order by group_id
    on conflict do nothing
)
insert into failure (notification_id, group_id, shipment_id, failed_at)
select id, group_id, shipment_id, status_at from keyed order by id
on conflict (notification_id) do nothing
"""

NOTE_CAME = NOTE.replace("ROWS", "new_rows")
NOTE_FAILED = NOTE.replace(
    "ROWS", "(select n.* from new_rows as n join old_rows as o on o.id = n.id where not is_failure(o.status))"
)

NOTE_FUNCTION = """
create function note_failures() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        delete from failure using old_rows as o where notification_id = o.id and is_failure(o.status);
        return null;
    end if;
    if tg_op = 'INSERT' then
        if exists (select from new_rows where is_failure(status)) then
            NOTE_CAME;
        end if;
        return null;
    end if;
    if exists (select from old_rows where is_failure(status)) then
        delete from failure using old_rows as o, new_rows as n
        where notification_id = o.id and n.id = o.id and is_failure(o.status) and not is_failure(n.status);
    end if;
    if exists (select from new_rows where is_failure(status)) then
        NOTE_FAILED;
    end if;
    return null;
end
$$
""".replace("NOTE_CAME", NOTE_CAME).replace("NOTE_FAILED", NOTE_FAILED)

COUNT_FUNCTION = """
create function count_failures() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into failure_count as c (group_id, slot, n, changes, last_at)
        select group_id, pg_backend_pid() % 8, count(*), count(*), max(failed_at)
        from new_rows group by 1, 2 order by 1, 2
        on conflict (group_id, slot) do update set n = c.n + excluded.n, changes = c.changes + excluded.changes,
            last_at = greatest(c.last_at, excluded.last_at);
        insert into failure_inflow as i (began_at, group_id, slot, n)
        select date_bin('10 minutes', failed_at, '2026-01-01 00:00:00+00'), group_id, pg_backend_pid() % 8, count(*)
        from new_rows group by 1, 2, 3 order by 1, 2, 3
        on conflict (began_at, group_id, slot) do update set n = i.n + excluded.n;
    else
        insert into failure_count as c (group_id, slot, n, changes, last_at)
        select group_id, pg_backend_pid() % 8, -count(*), count(*), max(failed_at)
        from old_rows group by 1, 2 order by 1, 2
        on conflict (group_id, slot) do update set n = c.n + excluded.n, changes = c.changes + excluded.changes;
    end if;
    return null;
end
$$
"""

TRIGGERS = (
    """
    create trigger count_failures_inserted after insert on failure referencing new table as new_rows
    for each statement execute function count_failures()
    """,
    """
    create trigger count_failures_deleted after delete on failure referencing old table as old_rows
    for each statement execute function count_failures()
    """,
    """
    create trigger note_failures_inserted after insert on notification_state referencing new table as new_rows
    for each statement execute function note_failures()
    """,
    """
    create trigger note_failures_updated after update on notification_state
    referencing old table as old_rows new table as new_rows
    for each statement execute function note_failures()
    """,
    """
    create trigger note_failures_deleted after delete on notification_state referencing old table as old_rows
    for each statement execute function note_failures()
    """,
)

TABLES = ("desk_follow", "desk_note", "incident", "failure_inflow", "failure_count", "failure", "failure_group")


def upgrade() -> None:
    _make_groups()
    _make_counts()
    _make_desk()
    for statement in (FAILURE_FUNCTION, COUNT_FUNCTION, NOTE_FUNCTION, *TRIGGERS):
        op.execute(statement)
    op.execute(NOTE.replace("ROWS", "notification_state"))


def _make_groups() -> None:
    op.create_table(
        "failure_group",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("route", sa.SmallInteger(), nullable=False),
        sa.Column("assigned_to_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["person.id"], name=op.f("fk_failure_group_assigned_to_id_person")),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_failure_group_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure_group")),
    )
    op.create_table(
        "failure",
        sa.Column("notification_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_failure")),
    )
    op.create_index("ix_failure_group_id_notification_id", "failure", ["group_id", "notification_id"], unique=False)
    op.create_index("ix_failure_group_id_failed_at", "failure", ["group_id", "failed_at"], unique=False)


def _make_counts() -> None:
    op.create_table(
        "failure_count",
        sa.Column("group_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "slot", name=op.f("pk_failure_count")),
        postgresql_with={"fillfactor": 20},
    )
    op.create_table(
        "failure_inflow",
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("group_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("began_at", "group_id", "slot", name=op.f("pk_failure_inflow")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("in_an_hour", sa.BigInteger(), nullable=False),
        sa.Column("usually", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("webhook_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("webhook_tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(
        "uq_incident_open", "incident", ["group_id"], unique=True, postgresql_where=sa.text("ended_at is null")
    )
    op.create_index(
        "ix_incident_webhook_due_at",
        "incident",
        ["webhook_due_at"],
        unique=False,
        postgresql_where=sa.text("webhook_due_at is not null"),
    )


def _make_desk() -> None:
    op.create_table(
        "desk_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_desk_note_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_note")),
    )
    op.create_index("ix_desk_note_group_id_id", "desk_note", ["group_id", "id"], unique=False)
    op.create_table(
        "desk_follow",
        sa.Column("group_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_desk_follow_person_id_person")),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_desk_follow")),
    )


def downgrade() -> None:
    for name in ("inserted", "updated", "deleted"):
        op.execute(f"drop trigger note_failures_{name} on notification_state")
    for table in TABLES:
        op.drop_table(table)
    op.execute("drop function note_failures")
    op.execute("drop function count_failures")
    op.execute("drop function is_failure")
