"""a failure leaves the inbox when another notification is made instead of it

Before the new code runs, the old code still does: the trigger does the same for what it makes.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

FUNCTION = """
create function resolve_replaced_failures() returns trigger language plpgsql as $$
begin
    if exists (select from new_rows where instead_of is not null) then
        delete from failure where notification_id in (select instead_of from new_rows where instead_of is not null);
    end if;
    return null;
end
$$
"""
# The one that was made instead stands there itself if it fails too.

TRIGGER = """
create trigger resolve_replaced_failures after insert on notification referencing new table as new_rows
for each statement execute function resolve_replaced_failures()
"""

REPLACED = """
delete from failure as f where exists (
    select from notification where id = f.notification_id + 1 and instead_of = f.notification_id
)
"""
# Of two channels the second notification has the next id.


def upgrade() -> None:
    op.execute(FUNCTION)
    op.execute(TRIGGER)
    op.execute(REPLACED)


def downgrade() -> None:
    op.execute("drop trigger resolve_replaced_failures on notification")
    op.execute("drop function resolve_replaced_failures")
