"""Somebody who sends for a service owner, and orders to send."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.accounts import service as accounts
from app.db import db
from app.orders import intake, service
from app.orders.models import Order
from tests.orders.desk import PASSWORD, Desk, sms, upload


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """The application's context, for tests that call services and jobs themselves."""
    with app.app_context():
        yield


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A sender of one service owner, and a colleague at another."""
    with app.app_context():
        owner = accounts.create_service_owner("ttd", "Testdepartementet", "TTD", "noreply@ttd.example")
        other = accounts.create_service_owner("skd", "Skatteetaten", "SKD", "noreply@skd.example")
        person = accounts.create_person("sender@ttd.no", "Siri Sender", PASSWORD)
        colleague = accounts.create_person("sender@skd.no", "Olav Other", PASSWORD)
        db.session.flush()
        accounts.add_membership(person, owner)
        accounts.add_membership(colleague, other)
        db.session.commit()
        return Desk(person.id, owner.id, colleague.id, other.id)


@pytest.fixture
def make_draft(context: None, desk: Desk) -> Callable[..., Order]:
    """Makes a draft of a content, with pasted recipients and with files that have been read."""

    def make(content: service.Content | None = None, pasted: str = "", *files: str | bytes) -> Order:
        draft = service.create_draft(desk.service_owner_id, desk.person_id, content or sms())
        if pasted:
            intake.paste(draft.id, pasted)
        db.session.commit()
        for number, file in enumerate(files, 1):
            upload(draft.id, file, f"list{number}.csv")
        return draft

    return make
