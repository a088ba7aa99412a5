"""A new version is deployed while orders go out: jobs of another one wait in the queues, and rows of the first."""

from tests.dispatch.desk import numbers
from tests.faults.house import House

RECIPIENTS = 300
STRANGE_JOBS = (
    ("dispatch", "app.dispatch.jobs.send_faster", ()),
    ("dispatch", "app.of_tomorrow.jobs.send", (1, 2)),
    ("dispatch", "app.dispatch.jobs.stop", ()),
    ("dispatch", "app.dispatch.jobs.send", (1, "link")),
    ("reports", "app.dispatch.jobs.replay_reports", ("", "link", 5)),
    ("reports", "app.dispatch.jobs.apply_reports", ("link",)),
)
"""Of a version that is not here: names that nobody knows, arguments that are not wanted, and some that are missing."""

OLD_FORM = """
create function as_it_was() returns trigger language plpgsql as $$ begin
    new.ids := null; new.gateway := null; new.waits_for := null; new.waits_revision := null; return new;
end $$;
create trigger as_it_was before insert on batch for each row execute function as_it_was()
"""
"""Batches as the first version made them."""


def test_jobs_of_another_version_end_by_themselves_and_keep_nobody_waiting(house: House) -> None:
    for queue, job, arguments in STRANGE_JOBS:
        house.ring(job, *arguments, of=queue)
    house.place(numbers(RECIPIENTS))
    for queue, job, arguments in STRANGE_JOBS:
        house.ring(job, *arguments, of=queue)

    house.assert_ends_well()

    assert house.standin.desk.phones.received == RECIPIENTS


def test_batches_of_the_first_version_go_out(house: House) -> None:
    house.do(OLD_FORM)
    try:
        house.place(numbers(RECIPIENTS))
        house.assert_ends_well()
    finally:
        house.do("drop function as_it_was cascade")

    assert house.standin.desk.phones.received == RECIPIENTS
