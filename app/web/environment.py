"""Which environment an installation is, as every page and every export tells."""

from flask import Flask, current_app

PRODUCTION = "production"


def environment() -> str:
    """Tell `test` or `production`."""
    return str(current_app.config.get("ENVIRONMENT", "test"))


def is_production() -> bool:
    """Whether real people get what is sent here."""
    return environment() == PRODUCTION


def install(app: Flask) -> None:
    """Make it known to the templates."""
    app.add_template_global(environment)
