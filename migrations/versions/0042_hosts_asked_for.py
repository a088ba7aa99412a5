"""hosts that wait to be approved on a registration

All of this is added: the old code runs beside it until it is stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sender_registration", sa.Column("hosts_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sender_registration", sa.Column("hosts_asked_by_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sender_registration_hosts_asked_by_id_person"),
        "sender_registration",
        "person",
        ["hosts_asked_by_id"],
        ["id"],
    )


def downgrade() -> None:
    op.drop_constraint(
        op.f("fk_sender_registration_hosts_asked_by_id_person"), "sender_registration", type_="foreignkey"
    )
    for column in ("hosts_asked_by_id", "hosts_asked_at"):
        op.drop_column("sender_registration", column)
