"""who edited a draft, and on which page

All of this is added: the old code runs beside it until it is stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("edition", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("orders", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("edited_by_id", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("edited_on", sa.Text(), server_default="", nullable=False))
    op.create_foreign_key(op.f("fk_orders_edited_by_id_person"), "orders", "person", ["edited_by_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_orders_edited_by_id_person"), "orders", type_="foreignkey")
    for column in ("edited_on", "edited_by_id", "edited_at", "edition"):
        op.drop_column("orders", column)
