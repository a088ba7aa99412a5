"""the references of segments that have their own

All of this is added, nothing is taken away: the old code may still run beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt_segment",
        sa.Column("notification_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("no", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("segment", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("notification_id", "no", "segment", name=op.f("pk_attempt_segment")),
    )
    op.create_index("ix_attempt_segment_gateway_reference", "attempt_segment", ["gateway", "reference"], unique=False)


def downgrade() -> None:
    op.drop_table("attempt_segment")
