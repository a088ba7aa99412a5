"""how far a mailbox of bounces has been read

All of this is added, nothing is taken away: the old code may still run beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailbox_place",
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("gateway", name=op.f("pk_mailbox_place")),
    )


def downgrade() -> None:
    op.drop_table("mailbox_place")
