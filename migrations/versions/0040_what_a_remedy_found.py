"""a remedy remembers how it found what it sent again

Before the new code runs, the old code still does: its lines do not say.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("remedy_line", sa.Column("was_status", sa.SmallInteger(), nullable=True))
    op.add_column("remedy_line", sa.Column("was_reason", sa.Text(), nullable=True))
    op.add_column("remedy_line", sa.Column("was_route", sa.SmallInteger(), nullable=True))
    op.add_column("remedy_line", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("failed_at", "was_route", "was_reason", "was_status"):
        op.drop_column("remedy_line", column)
