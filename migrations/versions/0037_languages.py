"""orders and shipments in several languages, and the names that registers know

All of this is added: the old code runs beside it until it is stopped.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLES = ("orders", "shipment")
RECIPIENTS = ("recipient", "set_aside")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("language", sa.Text(), server_default="", nullable=False))
        op.add_column(table, sa.Column("language_column", sa.Text(), server_default="", nullable=False))
        op.add_column(table, sa.Column("wordings", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False))
    for table in RECIPIENTS:
        op.add_column(table, sa.Column("register_name", sa.Text(), nullable=True))
    other = sa.Column("in_other_language", sa.Integer(), server_default=sa.text("0"), nullable=False)
    for column in (other, sa.Column("heaviest_part", sa.SmallInteger()), sa.Column("heaviest_row_no", sa.Integer())):
        op.add_column("order_check", column)


def downgrade() -> None:
    for column in ("heaviest_row_no", "heaviest_part", "in_other_language"):
        op.drop_column("order_check", column)
    for table in RECIPIENTS:
        op.drop_column(table, "register_name")
    for table in TABLES:
        for column in ("wordings", "language_column", "language"):
            op.drop_column(table, column)
