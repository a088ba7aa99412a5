"""The list of drafts is as quick with a million placed orders as with none."""

from flask import Flask
from sqlalchemy import event, text

from app.db import db
from app.orders import queries
from app.web.paging import Window
from tests.orders.drafting import Desk, draft_of, sms

PLACED = """
insert into orders (service_owner_id, channel, daytime_only, placed_at)
select :owner, 0, false, now() from generate_series(1, 20000)
"""


def test_drafts_are_found_without_reading_the_placed_orders(app: Flask, desk: Desk) -> None:
    asked: list[tuple[str, object]] = []
    with app.app_context():
        draft_id = draft_of(desk, sms()).id
        db.session.execute(text(PLACED), {"owner": desk.service_owner_id})
        db.session.commit()
        db.session.execute(text("analyze"))
        event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))

        page = queries.drafts([desk.service_owner_id], Window())

        driver = db.session.connection().connection.driver_connection
        assert driver is not None
        plan = "\n".join(row[0] for row in driver.execute(f"explain {asked[-1][0]}", asked[-1][1]))
    assert [line.id for line in page.rows] == [draft_id]
    assert "ix_orders_drafts" in plan
