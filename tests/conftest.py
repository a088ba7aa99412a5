"""Fixtures for all tests; the real servers, the browser and the running product are each in a file of their own."""

pytest_plugins = (
    "tests.fixtures.servers",
    "tests.fixtures.application",
    "tests.fixtures.browser",
    "tests.fixtures.desk",
    "tests.fixtures.product",
    "tests.fixtures.standin",
    "tests.fixtures.smsc",
    "tests.fixtures.mailbox",
)
