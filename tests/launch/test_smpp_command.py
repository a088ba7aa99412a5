"""`varsel smpp`, and when `varsel up` runs it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.gateways import GatewaySettings
from app.launch.parts import Parts, Wishes
from app.launch.places import Home
from app.settings import WrongSetting
from app.smpp import require, run
from tests.fixtures.product import free_ports

SETTINGS = GatewaySettings(smpp_host="smsc.example", smpp_system_id="varsel", smpp_password="secret")


@pytest.mark.parametrize(
    ("gateways", "parts"),
    [
        ({}, []),
        ({"VARSEL_GATEWAYS": "link"}, []),
        ({"VARSEL_GATEWAYS": "link,smpp"}, ["SMPP bind smpp"]),
        ({"VARSEL_GATEWAYS": "smpp-a,smpp-b"}, ["SMPP bind smpp-a", "SMPP bind smpp-b"]),
    ],
)
def test_a_bind_is_held_for_each_smsc_that_the_settings_name(
    tmp_path: Path, gateways: dict[str, str], parts: list[str]
) -> None:
    home, wishes = Home(*[tmp_path] * 5), Wishes(tmp_path, "127.0.0.1", 1, 2, 3)

    assert [part.name for part in Parts(home, wishes, gateways).smpp()] == parts


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"smpp_host": ""}, "VARSEL_SMPP_HOST"),
        ({"smpp_system_id": "x" * 16}, "15 characters"),
        ({"smpp_password": "x" * 9}, "8 in VARSEL_SMPP_PASSWORD"),
    ],
)
def test_what_smpp_cannot_carry_is_refused_at_the_start(change: dict[str, Any], words: str) -> None:
    with pytest.raises(WrongSetting, match=words):
        require(replace(SETTINGS, **change))


def test_without_a_gateway_of_the_kind_there_is_nothing_to_bind(
    settings: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.setenv(f"VARSEL_{name}", str(settings[name]))
    monkeypatch.setenv("VARSEL_SMPP_DOOR", f"127.0.0.1:{free_ports(1)[0]}")

    with pytest.raises(WrongSetting, match="names 0 gateways of the kind smpp"):
        run("")
