"""what a sender stopped on purpose is not for the desk to mend

Before the new code runs, the old code still does: nobody reads what no longer comes to the inbox.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

LEAVE_OUT = """
do $$
begin
    execute replace(pg_get_functiondef('note_failures'::regproc), 'where is_failure(s.status)',
        'where is_failure(s.status) and s.reason is distinct from ''stopped''');
end
$$
"""

TAKE_IN = """
do $$
begin
    execute replace(pg_get_functiondef('note_failures'::regproc), ' and s.reason is distinct from ''stopped''', '');
end
$$
"""

REMOVE = "delete from failure using failure_group as g where g.id = group_id and g.reason = 'stopped'"


def upgrade() -> None:
    op.execute(LEAVE_OUT)
    op.execute(REMOVE)


def downgrade() -> None:
    op.execute(TAKE_IN)
