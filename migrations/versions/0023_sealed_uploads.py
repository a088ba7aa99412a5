"""uploads are stored sealed, and addressees found by their row

Added only: what an earlier version has stored stays readable.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("upload_part", sa.Column("is_sealed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index(
        "ix_addressee_shipment_id_part_row_no", "addressee", ["shipment_id", "part", "row_no"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_addressee_shipment_id_part_row_no", table_name="addressee")
    op.drop_column("upload_part", "is_sealed")
