"""indexes by which the desk's search finds e-mail addresses in any case, and persons' notifications

Before the new code runs, the old code still does: all of this is added, nothing is taken away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_notification_email",
        "notification",
        [sa.literal_column("lower(address)"), "id"],
        unique=False,
        postgresql_where=sa.text("channel = 1"),
    )
    op.create_index(
        "ix_notification_identified",
        "notification",
        ["shipment_id", "part", "row_no"],
        unique=False,
        postgresql_where=sa.text("register_answer is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_notification_identified", "notification")
    op.drop_index("ix_notification_email", "notification")
