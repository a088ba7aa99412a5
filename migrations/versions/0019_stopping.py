"""sending that is stopped: since when, by whom, how much was not handed over; it is no failure for the desk to mend

Before the new code runs, the old code still does: all of this is added, nothing is taken away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_DEFINITION = sa.text("select pg_get_functiondef('note_failures'::regproc)")
_FAILURES = "where is_failure(s.status)"
_OTHERS = f"{_FAILURES} and s.reason is distinct from 'stopped'"


def upgrade() -> None:
    op.add_column("shipment", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shipment", sa.Column("stopped_by_id", sa.BigInteger(), nullable=True))
    op.add_column("shipment", sa.Column("stopped", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_foreign_key(op.f("fk_shipment_stopped_by_id_person"), "shipment", "person", ["stopped_by_id"], ["id"])
    op.create_index(
        "ix_shipment_stopped",
        "shipment",
        ["id"],
        unique=False,
        postgresql_where=sa.text("stopped_at is not null and status in (1, 5)"),
    )
    _redefine(_FAILURES, _OTHERS)


def downgrade() -> None:
    _redefine(_OTHERS, _FAILURES)
    op.drop_index("ix_shipment_stopped", table_name="shipment")
    op.drop_constraint(op.f("fk_shipment_stopped_by_id_person"), "shipment", type_="foreignkey")
    for name in ("stopped", "stopped_by_id", "stopped_at"):
        op.drop_column("shipment", name)


def _redefine(before: str, after: str) -> None:
    definition = op.get_bind().execute(_DEFINITION).scalar_one()
    op.get_bind().exec_driver_sql(definition.replace(before, after).replace("%", "%%"))
