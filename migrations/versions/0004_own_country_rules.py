"""administrators' own country rules, and when a country's rules were last verified

All of this is added: the old code runs beside it until it is stopped.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEEP_FUNCTION = """
create function refuse_rule_change() returns trigger language plpgsql as $$
begin
    raise exception 'versions and verifications of country rules are only ever added';
end
$$
"""
KEPT = ("own_rule_version", "country_verification")


def upgrade() -> None:
    op.create_table(
        "own_rule_changes",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_own_rule_changes_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_rule_changes")),
    )
    op.execute("insert into own_rule_changes (id) values (1)")
    op.create_table(
        "own_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_rule")),
    )
    op.create_index("ix_own_rule_country_id", "own_rule", ["country", "id"], unique=False)
    _create_versions()
    op.create_table(
        "country_verification",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_country_verification_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_country_verification")),
    )
    op.create_index("ix_country_verification_country_id", "country_verification", ["country", "id"], unique=False)
    op.execute(KEEP_FUNCTION)
    for table in KEPT:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_rule_change()"
        )


def _create_versions() -> None:
    op.create_table(
        "own_rule_version",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("own_rule_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.SmallInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_ended", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("above", sa.Text(), nullable=True),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("condition", postgresql.JSONB(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("shown_as", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("remedies", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("source_publisher", sa.Text(), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("source_as_of", sa.Date(), nullable=False),
        sa.CheckConstraint("effective_from < effective_until", name=op.f("ck_own_rule_version_from_before_until")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_own_rule_version_author_id_person")),
        sa.ForeignKeyConstraint(
            ["own_rule_id"], ["own_rule.id"], name=op.f("fk_own_rule_version_own_rule_id_own_rule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_rule_version")),
    )
    op.create_index("uq_own_rule_version_own_rule_id_no", "own_rule_version", ["own_rule_id", "no"], unique=True)


def downgrade() -> None:
    for table in ("country_verification", "own_rule_version", "own_rule", "own_rule_changes"):
        op.drop_table(table)
    op.execute("drop function refuse_rule_change")
