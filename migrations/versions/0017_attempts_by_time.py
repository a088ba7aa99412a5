"""where in the table of attempts each stretch of time lies is kept up while it grows

Without it a stretch is only known after the next vacuum, and reading the last minutes reads all that came since.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter index ix_attempt_handed_over_at set (autosummarize = on)")


def downgrade() -> None:
    op.execute("alter index ix_attempt_handed_over_at reset (autosummarize)")
