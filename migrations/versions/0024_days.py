"""days on which SMS do not leave in the daytime: weekends, public holidays

Before the new code runs, the old code still does: all of this is added, nothing is taken away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("orders", "shipment"):
        op.add_column(table, sa.Column("days", sa.SmallInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    for table in ("shipment", "orders"):
        op.drop_column(table, "days")
