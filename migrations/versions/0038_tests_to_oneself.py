"""people's own numbers, and orders that only test a draft

All of this is added: the old code runs beside it until it is stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("mobile", sa.Text(), server_default="", nullable=False))
    op.add_column("orders", sa.Column("is_test", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("ix_orders_tests", "orders", ["placed_by_id", "placed_at"], postgresql_where=sa.text("is_test"))


def downgrade() -> None:
    op.drop_index("ix_orders_tests", table_name="orders")
    op.drop_column("orders", "is_test")
    op.drop_column("person", "mobile")
