"""Several gateways of a kind, each by its name and with settings of its own."""

import pytest

from app import config, settings
from app.gateways import GatewaySettings, Message, NoGateway, configured, gateway_named
from app.gateways.named import BadGateways
from app.messaging.status import Channel, Route
from app.settings import WrongSetting

DEFAULTS = {name: value for name, value in vars(config).items() if name.isupper()}


def told(**variables: str) -> dict[str, object]:
    """The settings of an installation with these variables in its environment."""
    return DEFAULTS | settings.from_environment({f"VARSEL_{name}": value for name, value in variables.items()})


def names(found: dict[str, object]) -> list[str]:
    return [one.name for one in configured(found)]


def test_without_a_word_there_is_one_gateway_of_each_kind_called_as_its_kind() -> None:
    assert names(DEFAULTS) == ["link", "smtp", "simulator"]
    assert gateway_named("link", DEFAULTS).name == "link"


def test_a_named_gateway_takes_the_place_of_its_channels_usual_one() -> None:
    found = told(GATEWAYS="link-a, link-b", LINK_A_URL="http://127.0.0.1:1/", LINK_USER="varsel")

    assert names(found) == ["link-a", "link-b", "smtp", "simulator"]
    assert configured(found)[0].channel is Channel.SMS
    assert GatewaySettings.of(found, "link-a", "link").link_url == "http://127.0.0.1:1/"
    assert GatewaySettings.of(found, "link-b", "link").link_url == DEFAULTS["LINK_URL"]
    assert GatewaySettings.of(found, "link-b", "link").link_user == "varsel"


def test_a_named_setting_is_read_as_the_kind_that_its_kinds_default_is() -> None:
    found = told(GATEWAYS="nordic", NORDIC_KIND="link", NORDIC_WINDOW="3", NORDIC_PASSWORD="007")

    assert (found["NORDIC_WINDOW"], found["NORDIC_PASSWORD"]) == (3, "007")
    assert gateway_named("nordic", found).window == 3


def test_a_named_gateway_is_the_same_in_a_process_and_answers_by_its_name() -> None:
    found = told(GATEWAYS="smtp-a,smtp-b")

    assert gateway_named("smtp-a", found) is gateway_named("smtp-a", found)
    assert gateway_named("smtp-a", found) is not gateway_named("smtp-b", found)
    assert (gateway_named("smtp-b", found).name, gateway_named("smtp-b", found).route) == ("smtp-b", Route.REAL)


def test_a_name_that_the_settings_do_not_tell_of_is_no_gateway() -> None:
    with pytest.raises(NoGateway):
        gateway_named("link-z", DEFAULTS)


@pytest.mark.parametrize("named", ["nordic", "simulator-b", "Link A", "link_a", "-link"])
def test_a_gateway_of_no_known_kind_or_with_a_bad_name_is_refused_in_a_sentence(named: str) -> None:
    with pytest.raises(BadGateways):
        configured(DEFAULTS | {"GATEWAYS": named})
    with pytest.raises(WrongSetting, match="VARSEL_GATEWAYS"):
        settings.require(DEFAULTS | _GOOD | {"GATEWAYS": named})


def test_two_accounts_hand_over_under_their_own_names(gateway_settings, control) -> None:
    found = told(GATEWAYS="link-a,link-b", LINK_A_USER="varsel", LINK_A_PASSWORD="only for tests")
    found |= {"LINK_URL": gateway_settings.link_url}
    one, other = gateway_named("link-a", found), gateway_named("link-b", found)

    [[taken]] = one.submit([[Message(1, "+4791234567", "Altinn", "Hei", key="1.1")]])
    [[refused]] = other.submit([[Message(2, "+4791234567", "Altinn", "Hei", key="2.1")]])

    assert (taken.code, refused.code) == ("OK", "LOGON")
    assert control.ask("receivers") == {"4791234567": 1}


_GOOD = {"DATABASE_URL": "postgresql://", "REDIS_URL": "redis://", "SECRET_KEY": "k" * settings.SHORTEST_SECRET_KEY}
