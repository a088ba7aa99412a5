"""each audit entry is chained to the one before

Before the new code runs, the old code still does: its entries are sealed by the same trigger.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HASH_FUNCTION = """
create function audit_hash(seal_no bigint, previous bytea, e audit_entry) returns bytea language sql stable as $$
    select sha256(convert_to(
        string_agg(coalesce(octet_length(value) || ':' || value, '-') || ',', '' order by n), 'UTF8'
    ))
    from unnest(array[
        seal_no::text, encode(previous, 'hex'), e.id::text, (extract(epoch from e.at) * 1000000)::bigint::text,
        e.person_id::text, e.service_owner_id::text, e.action, e.object_type, e.object_id, e.detail::text
    ]) with ordinality as field (value, n)
$$
"""
# Every field with its length before it, so that no two entries read the same; a missing one is a dash.

SEAL_FUNCTION = """
create function seal_audit_entry() returns trigger language plpgsql as $$
declare
    last audit_seal;
begin
    perform pg_advisory_xact_lock(1635083369, 1936023916);
    select * into last from audit_seal order by no desc limit 1;
    insert into audit_seal (no, entry_id, hash)
    values (coalesce(last.no, 0) + 1, new.id, audit_hash(coalesce(last.no, 0) + 1, coalesce(last.hash, ''), new));
    return null;
end
$$
"""
# The lock is a statement of its own: what it waited for, only the next one sees.

SEAL_TRIGGER = """
create constraint trigger audit_sealed after insert on audit_entry
deferrable initially deferred for each row execute function seal_audit_entry()
"""
# Deferred to the commit, so that two deeds wait for each other no longer than a commit takes.

APPEND_ONLY = """
create trigger audit_seal_append_only before update or delete or truncate on audit_seal
for each statement execute function refuse_audit_change()
"""

SEAL_WHAT_IS_THERE = """
do $$
declare
    e audit_entry;
    no bigint := 0;
    hash bytea := '';
begin
    for e in select * from audit_entry order by id loop
        no := no + 1;
        hash := audit_hash(no, hash, e);
        insert into audit_seal (no, entry_id, hash) values (no, e.id, hash);
    end loop;
end
$$
"""


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_seal_entry_id")),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)
    op.create_index(
        "ix_audit_entry_words",
        "audit_entry",
        [sa.text("""jsonb_to_tsvector('simple'::regconfig, detail, '["string", "numeric"]'::jsonb)""")],
        unique=False,
        postgresql_using="gin",
    )
    op.execute("lock table audit_entry in share row exclusive mode")
    for statement in (HASH_FUNCTION, SEAL_WHAT_IS_THERE, SEAL_FUNCTION, SEAL_TRIGGER, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop trigger audit_sealed on audit_entry")
    op.execute("drop function seal_audit_entry")
    op.drop_table("audit_seal")
    op.execute("drop function audit_hash")
    op.drop_index("ix_audit_entry_words", "audit_entry")
    op.drop_index("ix_audit_entry_at", "audit_entry")
