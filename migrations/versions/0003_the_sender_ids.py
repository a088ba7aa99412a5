"""registrations of sender IDs with their evidence, and the e-mails that Varsel itself writes

All of this is added, nothing is taken away: the old code may still run beside it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KNOWN = (
    "status in ('draft', 'submitted', 'in_review', 'action_required', 'approved', 'rejected', 'expired', 'suspended',"
    " 'revoked', 'withdrawn')"
)


def upgrade() -> None:
    op.create_table(
        "sender_traffic",
        sa.Column("service_owner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("service_owner_id", "country", "sender", name=op.f("pk_sender_traffic")),
    )
    op.create_table(
        "sender_traffic_read",
        sa.Column("one", sa.Integer(), server_default="1", autoincrement=False, nullable=False),
        sa.Column("read_to_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_sender_traffic_read_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_sender_traffic_read")),
    )
    op.create_table(
        "system_email",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_email")),
        sa.UniqueConstraint("key", name=op.f("uq_system_email_key")),
    )
    op.create_index(
        "ix_system_email_due_at",
        "system_email",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at is not null"),
    )
    op.create_table(
        "sender_registration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("status_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("holder_name", sa.Text(), server_default="", nullable=False),
        sa.Column("holder_number", sa.Text(), server_default="", nullable=False),
        sa.Column("vat_number", sa.Text(), server_default="", nullable=False),
        sa.Column("holder_country", sa.Text(), server_default="", nullable=False),
        sa.Column("holder_address", sa.Text(), server_default="", nullable=False),
        sa.Column("brand", sa.Text(), server_default="", nullable=False),
        sa.Column("website", sa.Text(), server_default="", nullable=False),
        sa.Column("representative", sa.Text(), server_default="", nullable=False),
        sa.Column("contact_name", sa.Text(), server_default="", nullable=False),
        sa.Column("contact_email", sa.Text(), server_default="", nullable=False),
        sa.Column("contact_phone", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("use_case", sa.Text(), server_default="", nullable=False),
        sa.Column("opt_in", sa.Text(), server_default="", nullable=False),
        sa.Column("samples", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("monthly_volume", sa.Integer(), nullable=True),
        sa.Column("urls", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("wanted_hosts", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("providers", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("link_proof", sa.Text(), server_default="", nullable=False),
        sa.Column("message_code", sa.Text(), server_default="", nullable=False),
        sa.Column("registry_name", sa.Text(), server_default="", nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("approved_hosts", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("nominated_for_links", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("lapses_after_months", sa.Integer(), nullable=True),
        sa.Column("setup_cost", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("monthly_cost", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            KNOWN,
            name=op.f("ck_sender_registration_status_known"),
        ),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_sender_registration_from_before_until")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_sender_registration_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["service_owner_id"],
            ["service_owner.id"],
            name=op.f("fk_sender_registration_service_owner_id_service_owner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_registration")),
    )
    op.create_index(
        "ix_sender_registration_asked",
        "sender_registration",
        ["service_owner_id", sa.literal_column("lower(sender)"), "country"],
        unique=False,
    )
    op.create_index("ix_sender_registration_country_id", "sender_registration", ["country", "id"], unique=False)
    op.create_index(
        "ix_sender_registration_service_owner_id_id", "sender_registration", ["service_owner_id", "id"], unique=False
    )
    op.create_index("ix_sender_registration_status_id", "sender_registration", ["status", "id"], unique=False)
    op.create_index(
        "uq_sender_registration_open",
        "sender_registration",
        ["service_owner_id", "country", "sender"],
        unique=True,
        postgresql_where=sa.text(
            "status in ('draft', 'submitted', 'in_review', 'action_required', 'approved', 'suspended')"
        ),
    )
    op.create_table(
        "sender_evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_sender_evidence_added_by_id_person")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["sender_registration.id"],
            name=op.f("fk_sender_evidence_registration_id_sender_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_evidence")),
    )
    op.create_index("ix_sender_evidence_registration_id_id", "sender_evidence", ["registration_id", "id"], unique=False)
    op.create_table(
        "sender_operator_result",
        sa.Column("registration_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            KNOWN,
            name=op.f("ck_sender_operator_result_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["sender_registration.id"],
            name=op.f("fk_sender_operator_result_registration_id_sender_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "operator", name=op.f("pk_sender_operator_result")),
    )
    op.create_table(
        "sender_registration_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("old_status", sa.Text(), nullable=True),
        sa.Column("new_status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sender_registration_step_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["sender_registration.id"],
            name=op.f("fk_sender_registration_step_registration_id_sender_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_registration_step")),
    )
    op.create_index(
        "ix_sender_registration_step_registration_id_id",
        "sender_registration_step",
        ["registration_id", "id"],
        unique=False,
    )
    op.create_table(
        "sender_evidence_piece",
        sa.Column("evidence_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["sender_evidence.id"],
            name=op.f("fk_sender_evidence_piece_evidence_id_sender_evidence"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("evidence_id", "no", name=op.f("pk_sender_evidence_piece")),
    )
    op.create_index("ix_attempt_handed_over_at", "attempt", ["handed_over_at"], unique=False, postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("ix_attempt_handed_over_at", table_name="attempt", postgresql_using="brin")
    op.drop_table("sender_evidence_piece")
    op.drop_index("ix_sender_registration_step_registration_id_id", table_name="sender_registration_step")
    op.drop_table("sender_registration_step")
    op.drop_table("sender_operator_result")
    op.drop_index("ix_sender_evidence_registration_id_id", table_name="sender_evidence")
    op.drop_table("sender_evidence")
    op.drop_index(
        "uq_sender_registration_open",
        table_name="sender_registration",
        postgresql_where=sa.text(
            "status in ('draft', 'submitted', 'in_review', 'action_required', 'approved', 'suspended')"
        ),
    )
    op.drop_index("ix_sender_registration_status_id", table_name="sender_registration")
    op.drop_index("ix_sender_registration_service_owner_id_id", table_name="sender_registration")
    op.drop_index("ix_sender_registration_country_id", table_name="sender_registration")
    op.drop_index("ix_sender_registration_asked", table_name="sender_registration")
    op.drop_table("sender_registration")
    op.drop_index("ix_system_email_due_at", table_name="system_email", postgresql_where=sa.text("due_at is not null"))
    op.drop_table("system_email")
    op.drop_table("sender_traffic_read")
    op.drop_table("sender_traffic")
