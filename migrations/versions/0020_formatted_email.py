"""e-mails that also go out as HTML

All of this is added, nothing is taken away: the old code may still run beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLES = ("orders", "shipment")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("email_is_markdown", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "email_is_markdown")
