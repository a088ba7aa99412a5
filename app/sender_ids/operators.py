"""What single operators made of a registration."""

from datetime import date

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.country_rules.terms import RegistrationStatus
from app.db import db
from app.sender_ids.models import OperatorResult, SenderRegistration
from app.sender_ids.service import note as leave_note
from app.sender_ids.service import touch


def set_result(
    row: SenderRegistration, operator: str, status: RegistrationStatus, since_on: date | None, note: str
) -> None:
    """Write down what an operator made of a locked registration; what was known of the same operator is replaced."""
    known = insert(OperatorResult).values(registration_id=row.id, operator=operator)
    said = {"status": status.value, "since_on": since_on, "note": note}
    keys = [OperatorResult.registration_id, OperatorResult.operator]
    db.session.execute(known.values(**said).on_conflict_do_update(index_elements=keys, set_=said))
    touch(row)
    leave_note("operator_set", row, operator=operator, status=status.value)


def remove(row: SenderRegistration, operator: str) -> None:
    """Forget what an operator made of a locked registration."""
    its = (OperatorResult.registration_id == row.id, OperatorResult.operator == operator)
    gone = db.session.scalar(delete(OperatorResult).where(*its).returning(OperatorResult.operator))
    if gone is not None:
        touch(row)
        leave_note("operator_removed", row, operator=operator)
