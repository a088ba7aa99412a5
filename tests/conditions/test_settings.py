"""Production is not started with a setting that lets conditions ask what is inside."""

import pytest

from app.settings import WrongSetting, require_for_people

PRODUCTION = {
    "ENVIRONMENT": "production",
    "PUBLIC_URL": "https://varsel.example",
    "IDENTITY_KEYS": "1:key",
    "IDENTITY_HASH_KEY": "key",
    "SESSION_COOKIE_SECURE": True,
    "CONDITION_LOOPBACK": False,
}


def test_production_starts_without_it() -> None:
    require_for_people(PRODUCTION)


def test_production_refuses_to_let_this_machine_be_asked() -> None:
    with pytest.raises(WrongSetting, match="CONDITION_LOOPBACK"):
        require_for_people({**PRODUCTION, "CONDITION_LOOPBACK": True})


def test_the_test_environment_may_let_it() -> None:
    require_for_people({"ENVIRONMENT": "test", "CONDITION_LOOPBACK": True})
