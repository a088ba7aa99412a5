"""Which gateway carries what, and that each process has its own."""

from multiprocessing import get_context

import pytest

from app.gateways import GatewaySettings, Message, NoGateway, gateway_for
from app.messaging.status import Channel, Route


@pytest.mark.parametrize(
    ("channel", "route", "name"),
    [
        (Channel.SMS, Route.REAL, "link"),
        (Channel.SMS, Route.SIMULATED, "simulator"),
        (Channel.EMAIL, Route.REAL, "smtp"),
    ],
)
def test_each_channel_and_route_has_its_gateway(channel, route, name):
    gateway = gateway_for(channel, route, GatewaySettings())

    assert (gateway.name, gateway.channel, gateway.route) == (name, channel, route)
    assert gateway_for(channel, route, GatewaySettings()) is gateway


@pytest.mark.parametrize("route", [Route.SIMULATED, Route.NONE])
def test_e_mail_is_never_simulated(route):
    with pytest.raises(NoGateway):
        gateway_for(Channel.EMAIL, route, GatewaySettings())


def test_other_settings_are_another_gateway():
    one = gateway_for(Channel.SMS, Route.REAL, GatewaySettings(link_url="http://127.0.0.1:1/"))
    other = gateway_for(Channel.SMS, Route.REAL, GatewaySettings(link_url="http://127.0.0.1:2/"))

    assert one is not other


def _hand_over_in_child(settings, answer):
    messages = [[Message(n, f"+479123456{n}", "Altinn", "Hei", key=f"{n}.1")] for n in range(5)]
    outcomes = gateway_for(Channel.SMS, Route.REAL, settings).submit(messages)
    answer.send([found.reference for [found] in outcomes])


def test_a_forked_child_hands_over_by_connections_of_its_own(gateway_settings, control):
    messages = [[Message(n, f"+479123456{n}", "Altinn", "Hei", key=f"{n}.1")] for n in range(5)]
    gateway_for(Channel.SMS, Route.REAL, gateway_settings).submit(messages)
    context = get_context("fork")
    heard, said = context.Pipe(duplex=False)

    child = context.Process(target=_hand_over_in_child, args=(gateway_settings, said))
    child.start()
    assert heard.poll(20)
    references = heard.recv()
    child.join(20)

    assert len(set(references)) == 5
    assert control.ask("receivers?at_least=2") == {f"479123456{n}": 2 for n in range(5)}
