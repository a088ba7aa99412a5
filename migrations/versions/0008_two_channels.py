"""schemes of two channels: two addresses of one recipient, and notifications made instead of failed ones

Before the new code runs, the old code still does: all of this is added, nothing is taken away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("orders", "shipment"):
        op.add_column(table, sa.Column("falls_back", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("intake", sa.Column("email_column", sa.SmallInteger(), nullable=True))
    op.add_column("intake", sa.Column("half_invalid", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("recipient", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("recipient", sa.Column("repeats", sa.SmallInteger(), nullable=True))
    for name in ("without_phone", "without_email"):
        op.add_column("order_check", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("notification", sa.Column("instead_of", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("notification", "instead_of")
    for name in ("without_email", "without_phone"):
        op.drop_column("order_check", name)
    for name in ("repeats", "email"):
        op.drop_column("recipient", name)
    for name in ("half_invalid", "email_column"):
        op.drop_column("intake", name)
    for table in ("shipment", "orders"):
        op.drop_column(table, "falls_back")
