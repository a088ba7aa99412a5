"""orders that are taken back to be edited, and the days that a service owner's orders start with

All of this is added: the old code runs beside it until it is stopped.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("taken_back_by_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_orders_taken_back_by_id_person"), "orders", "person", ["taken_back_by_id"], ["id"])
    op.add_column("service_owner", sa.Column("days", sa.SmallInteger(), server_default="0", nullable=False))
    op.create_table(
        "set_aside",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("identity", postgresql.BYTEA(), nullable=True),
        sa.Column("identity_hash", postgresql.BYTEA(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("repeats", sa.SmallInteger(), nullable=True),
        sa.Column("values", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("order_id", "part", "row_no", name=op.f("pk_set_aside")),
    )


def downgrade() -> None:
    op.drop_table("set_aside")
    op.drop_column("service_owner", "days")
    op.drop_constraint(op.f("fk_orders_taken_back_by_id_person"), "orders", type_="foreignkey")
    op.drop_column("orders", "taken_back_by_id")
    op.drop_column("orders", "taken_back_at")
