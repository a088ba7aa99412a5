"""templates of texts with their versions, and which one an order used

All of this is added: the old code runs beside it until it is stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

KEEP_FUNCTION = """
create function refuse_text_change() returns trigger language plpgsql as $$
begin
    raise exception 'versions of templates are only ever added';
end
$$
"""
KEPT = ("text_version", "text_wording")


def upgrade() -> None:
    _create_templates()
    _create_versions()
    op.execute(KEEP_FUNCTION)
    for table in KEPT:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_text_change()"
        )
    op.add_column("orders", sa.Column("template_version_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_orders_template_version_id_text_version"), "orders", "text_version", ["template_version_id"], ["id"]
    )


def _create_templates() -> None:
    op.create_table(
        "text_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("current_no", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_owner_id"], ["service_owner.id"], name=op.f("fk_text_template_service_owner_id_service_owner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_template")),
    )
    op.create_index("ix_text_template_service_owner_id_id", "text_template", ["service_owner_id", "id"])
    op.create_index(
        "uq_text_template_name_in_use",
        "text_template",
        ["service_owner_id", sa.text("lower(name)")],
        unique=True,
        postgresql_where=sa.text("archived_at is null"),
    )


def _create_versions() -> None:
    op.create_table(
        "text_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.SmallInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("email_is_markdown", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_text_version_author_id_person")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["text_template.id"], name=op.f("fk_text_version_template_id_text_template")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_version")),
        sa.UniqueConstraint("template_id", "no", name=op.f("uq_text_version_template_id_no")),
    )
    op.create_table(
        "text_wording",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sms_text", sa.Text(), server_default="", nullable=False),
        sa.Column("email_subject", sa.Text(), server_default="", nullable=False),
        sa.Column("email_text", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["text_version.id"], name=op.f("fk_text_wording_version_id_text_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "language", name=op.f("pk_text_wording")),
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_orders_template_version_id_text_version"), "orders", type_="foreignkey")
    op.drop_column("orders", "template_version_id")
    for table in ("text_wording", "text_version", "text_template"):
        op.drop_table(table)
    op.execute("drop function refuse_text_change()")
