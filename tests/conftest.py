"""Fixtures for all tests; the real servers, the browser and the running product are each in a file of their own."""

from hypothesis import settings

pytest_plugins = (
    "tests.fixtures.servers",
    "tests.fixtures.application",
    "tests.fixtures.browser",
    "tests.fixtures.desk",
    "tests.fixtures.product",
    "tests.fixtures.standin",
    "tests.fixtures.conditions",
    "tests.fixtures.smsc",
    "tests.fixtures.mailbox",
)

# How long one example takes says more of what else the machine does than of the example.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
