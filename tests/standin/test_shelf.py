"""What the stand-in keeps: the newest messages whole, and a count for each address."""

from app.standin.shelf import Arriving, Shelf, Told


def arriving(address, text="Hei"):
    return Arriving(address, "Altinn", text, "ref", 0.0)


def texts(shelf, address):
    return [kept.message.text for kept in shelf.messages(shelf.id_of(address), None, 100).lines]


def test_the_newest_messages_are_kept_and_the_others_only_counted():
    shelf = Shelf(keep=3, addresses=10)

    shelf.add([arriving("a", text) for text in ("1", "2", "3", "4", "5")])

    assert texts(shelf, "a") == ["5", "4", "3"]
    assert shelf.counts(1) == {"a": 5}
    assert shelf.received == 5


def test_a_phone_whose_messages_are_all_forgotten_is_counted_and_not_listed():
    shelf = Shelf(keep=2, addresses=10)

    shelf.add([arriving("a"), arriving("b"), arriving("b")])

    assert texts(shelf, "a") == []
    assert [line.address for line in shelf.addresses(None, 50).lines] == ["b"]
    assert shelf.line_of(shelf.id_of("a")) is None
    assert shelf.counts(1) == {"a": 1, "b": 2}


def test_beyond_the_addresses_told_apart_it_says_how_many_it_did_not_count():
    shelf = Shelf(keep=10, addresses=2)

    shelf.add([arriving("a"), arriving("b"), arriving("c"), arriving("d"), arriving("a")])

    assert shelf.counts(1) == {"a": 2, "b": 1}
    assert shelf.not_counted == 2
    assert shelf.id_of("c") is None


def test_reports_go_with_their_message():
    shelf = Shelf(keep=2, addresses=10)
    [first] = shelf.add([arriving("a")])
    shelf.note_report(first, Told("DELIVRD", 0.0, "200"))
    assert [told.state for told in shelf.reports_of(first)] == ["DELIVRD"]

    second, third = shelf.add([arriving("a"), arriving("a")])
    shelf.note_report(first, Told("EXPIRED", 0.0, "200"))

    assert shelf.reports_of(second) == ()
    assert shelf.reports_of(third) == ()
