"""logos above formatted e-mails

Added only: the old code sends without them until it is stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_owner_logo",
        sa.Column("service_owner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_owner_id"],
            ["service_owner.id"],
            name=op.f("fk_service_owner_logo_service_owner_id_service_owner"),
        ),
        sa.PrimaryKeyConstraint("service_owner_id", name=op.f("pk_service_owner_logo")),
    )


def downgrade() -> None:
    op.drop_table("service_owner_logo")
