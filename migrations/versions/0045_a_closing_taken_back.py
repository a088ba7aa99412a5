"""a closing of failures can be taken back

Added only: the old code closes as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("remedy", sa.Column("takes_back_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_remedy_takes_back_id_remedy"), "remedy", "remedy", ["takes_back_id"], ["id"])


def downgrade() -> None:
    op.drop_column("remedy", "takes_back_id")
