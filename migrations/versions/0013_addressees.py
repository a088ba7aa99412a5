"""addressees by place, and how many places a shipment's recipients take

What is taken away has held nothing yet.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("addressee")
    op.create_table(
        "addressee",
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("half", sa.SmallInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("other_address", sa.Text(), nullable=False),
        sa.Column("other_country", sa.Text(), nullable=False),
        sa.Column("register_answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("shipment_id", "place", "half", name=op.f("pk_addressee")),
    )
    op.add_column("shipment", sa.Column("places", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("shipment", sa.Column("shared", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    op.drop_column("shipment", "shared")
    op.drop_column("shipment", "places")
    op.drop_table("addressee")
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
