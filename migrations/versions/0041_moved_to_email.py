"""recipients of a country moved to e-mail, on orders and their shipments

All of this is added: the old code runs beside it until it is stopped.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("orders", "shipment"):
        column = sa.Column("moved_to_email", ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False)
        op.add_column(table, column)
    op.add_column("check_content", sa.Column("with_email", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    op.drop_column("check_content", "with_email")
    for table in ("shipment", "orders"):
        op.drop_column(table, "moved_to_email")
