"""several workers look the recipients of one shipment up, chunk by chunk

Added only: the old code takes a shipment as a whole, and leaves alone those that the new code has begun. On the way
back such shipments are looked up anew from the beginning.
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look_up_chunk",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_up_chunk")),
    )
    op.create_index("ix_look_up_chunk_shipment_id_until", "look_up_chunk", ["shipment_id", "until"])
    op.add_column("shipment", sa.Column("looked_to_end", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("shipment", sa.Column("register_due_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("""
    with begun as (
        update shipment set looked_part = -1, looked_row_no = 0, places = 0, ask_again_at = null
        where status = 0 and looks_up and looked_up_at is null returning id
    )
    delete from addressee where shipment_id in (select id from begun)
    """)
    op.drop_column("shipment", "register_due_at")
    op.drop_column("shipment", "looked_to_end")
    op.drop_table("look_up_chunk")
