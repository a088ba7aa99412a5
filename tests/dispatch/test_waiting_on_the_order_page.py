"""An order whose notifications wait for a gateway says so, with since when and why."""

from collections.abc import Callable

from app.dispatch.waiting import let_go
from app.gateway_desk import pool
from app.standin import Standin
from app.standin.behaviour import Answer, Behaviour
from tests.dispatch.desk import Desk, numbers
from tests.fixtures.desk import Somebody, Visitor


def order_page(desk: Desk, shipment_id: int, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]) -> str:
    """The page as an administrator sees it."""
    order_id = desk.shipment(shipment_id).order_id
    return visitor().sign_in(somebody("kari", administrator=True)).get(f"/orders/{order_id}").text


def pause(desk: Desk) -> None:
    pool.introduce()
    desk.do("update gateway set standing = 3, standing_reason = 'Their maintenance' where name = 'link'")


def test_a_paused_pool_says_since_when_and_why(
    desk: Desk, standin: Standin, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]
) -> None:
    pause(desk)
    shipment_id = desk.place(numbers(3))
    desk.start()
    desk.send()

    page = order_page(desk, shipment_id, visitor, somebody)

    assert "all SMS gateways are paused since" in page
    assert "Their maintenance" in page


def test_what_is_simulated_does_not_wait_for_a_paused_gateway(
    desk: Desk, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]
) -> None:
    pause(desk)
    shipment_id = desk.place(numbers(3))
    desk.start()

    page = order_page(desk, shipment_id, visitor, somebody)

    assert "paused since" not in page


def test_a_gateway_with_a_limit_is_named_with_its_rate(
    desk: Desk, standin: Standin, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]
) -> None:
    pool.introduce()
    desk.do("update gateway set rate_per_s = 2 where name = 'link'")
    shipment_id = desk.place(numbers(5))
    desk.start()
    desk.send()

    page = order_page(desk, shipment_id, visitor, somebody)

    assert "3 wait for a gateway: link takes 2 a second" in page
    assert let_go()


def test_the_next_retry_stands_on_the_page(
    desk: Desk, standin: Standin, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]
) -> None:
    standin.desk.rules.tell_all(Behaviour(Answer.HTTP_ERROR, http_status=503))
    shipment_id = desk.place(numbers(2))
    desk.start()
    desk.send()

    page = order_page(desk, shipment_id, visitor, somebody)

    assert "the next of it at" in page
    assert "The gateway has trouble of its own." in page
