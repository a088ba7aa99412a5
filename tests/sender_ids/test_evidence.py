"""Files that prove something: told by their content, kept whole, handed out to those who may, never to be opened."""

import io
from collections.abc import Callable
from hashlib import sha256

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db import db
from app.sender_ids.evidence import PIECE, shown_name
from app.sender_ids.file_types import MOST_BYTES, media_type_of
from app.sender_ids.models import Evidence, EvidencePiece
from app.sender_ids.refusals import RegistrationRefused
from tests.fixtures.desk import Visitor
from tests.sender_ids.conftest import jpeg, pdf, png


def add(browser: Visitor, registration_id: int, content: bytes, name: str = "letter.pdf") -> int:
    page = f"/sender-ids/{registration_id}/evidence"
    posted = {"kind": "letter_of_authorisation", "file": (io.BytesIO(content), name)}
    return browser.post(page, posted, page=page).status_code


def only(app: Flask) -> Evidence:
    with app.app_context():
        return db.session.scalars(select(Evidence)).one()


def pieces(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(EvidencePiece)) or 0


@pytest.mark.parametrize(
    ("content", "media_type", "extension"),
    [(pdf(), "application/pdf", "pdf"), (png(), "image/png", "png"), (jpeg(), "image/jpeg", "jpg")],
)
def test_a_file_comes_back_as_it_was_under_a_name_of_ours(
    app: Flask, registration: Callable[..., int], sender: Visitor, content: bytes, media_type: str, extension: str
) -> None:
    registration_id = registration()

    assert add(sender, registration_id, content, "../../etc/Brev <1>.exe") == 303
    kept = only(app)
    answer = sender.get(f"/sender-ids/{registration_id}/evidence/{kept.id}")

    assert answer.data == content
    assert answer.content_type == media_type
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=evidence-{registration_id}-{kept.id}.{extension}"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert kept.sha256 == sha256(content).hexdigest()
    assert kept.given_name == "Brev <1>.exe"


def test_a_large_file_is_kept_in_pieces(app: Flask, registration: Callable[..., int], sender: Visitor) -> None:
    registration_id = registration()
    content = b"%PDF-1.4\n" + b"%" + b"x" * (3 * PIECE) + b"\n" + pdf()[9:]
    place = content.index(b"xref\n0 1")
    content = content[: content.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % place

    assert add(sender, registration_id, content) == 303

    assert pieces(app) == 4
    assert sender.get(f"/sender-ids/{registration_id}/evidence/{only(app).id}").data == content


def test_no_connection_is_held_while_the_browser_takes_a_file(
    app: Flask, registration: Callable[..., int], sender: Visitor
) -> None:
    registration_id = registration()
    add(sender, registration_id, pdf())
    answer = sender.get(f"/sender-ids/{registration_id}/evidence/{only(app).id}", buffered=False)

    next(iter(answer.response))

    with app.app_context():
        assert db.engine.pool.checkedout() == 0
    answer.close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4 and nothing else",
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00" + b"\0" * 100,
        png() + b"PK\x03\x04 and more",
        png()[:-6],
        png().replace(b"IDAT", b"IDAt"),
        jpeg() + b"<script>",
        jpeg()[:-2],
        b"\x89PNG\r\n\x1a\n",
        b" " + pdf(),
        pdf() + b"\nMZ",
        pdf().replace(b"startxref\n4", b"startxref\n9"),
    ],
    ids=range(13),
)
def test_a_disguised_or_broken_file_is_refused(
    app: Flask, registration: Callable[..., int], sender: Visitor, content: bytes
) -> None:
    assert add(sender, registration(), content) == 422
    assert pieces(app) == 0


def test_a_file_larger_than_ten_megabytes_is_refused(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(RegistrationRefused, match="10 MB"):
        media_type_of(io.BytesIO(png()), MOST_BYTES + 1)


@given(st.sampled_from([pdf(), png(), jpeg()]), st.binary(max_size=300))
def test_whatever_the_bytes_they_are_told_or_refused(start: bytes, rest: bytes) -> None:
    for content in (rest, start[: len(rest)] + rest, start + rest, start[:20] + rest + start[20:]):
        try:
            told = media_type_of(io.BytesIO(content), len(content))
        except (RegistrationRefused, RuntimeError):
            continue
        assert told in {"application/pdf", "image/png", "image/jpeg"}
        assert content[:1] in b"%\x89\xff"


def test_what_is_deleted_is_gone_and_stays_in_the_history(
    app: Flask, registration: Callable[..., int], sender: Visitor, administrator: Visitor
) -> None:
    registration_id = registration()
    add(sender, registration_id, pdf())
    page = f"/sender-ids/{registration_id}/evidence/{only(app).id}"

    assert sender.post(f"{page}/remove", page=f"{page}/remove").status_code == 303

    assert pieces(app) == 0
    assert sender.get(page).status_code == 404
    assert only(app).sha256[:12] in sender.get(f"/sender-ids/{registration_id}").text
    assert "Deleted a file of the registration" in administrator.get("/audit").text


def test_files_are_for_those_who_may(
    app: Flask, registration: Callable[..., int], sender: Visitor, stranger: Visitor, visitor: Callable[..., Visitor]
) -> None:
    registration_id, other = registration(), registration(sender="Other")
    add(sender, registration_id, pdf())
    page = f"/sender-ids/{registration_id}/evidence/{only(app).id}"

    assert stranger.get(page).status_code == 404
    assert visitor().get(page).status_code == 302
    assert sender.get(page.replace(f"/{registration_id}/", f"/{other}/")).status_code == 404


def test_a_sender_leaves_the_files_of_an_approved_registration_alone(
    app: Flask, registration: Callable[..., int], sender: Visitor, administrator: Visitor
) -> None:
    registration_id = registration("approved")

    assert add(sender, registration_id, pdf()) == 422
    assert add(administrator, registration_id, pdf()) == 303


@given(st.text(max_size=300))
def test_a_shown_name_has_no_folders_and_no_controls(given_name: str) -> None:
    name = shown_name(given_name)

    assert "/" not in name
    assert name.isprintable()
    assert 0 < len(name) <= 120
