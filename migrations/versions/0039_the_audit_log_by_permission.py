"""nobody has the right to change or remove what the audit log says

Before the new code runs, the old code still does: neither ever changes an entry or a link.
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

APPEND_ONLY = "revoke update, delete, truncate on audit_entry, audit_seal from public, current_user"
# A superuser needs no right; what it does the triggers refuse.

AS_BEFORE = "grant update, delete, truncate on audit_entry, audit_seal to current_user"


def upgrade() -> None:
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    op.execute(AS_BEFORE)
