"""The browser's door to the support desk, and to one notification's page, which its senders open too."""

from importlib import import_module

from flask import Blueprint, Flask

bp = Blueprint("support", __name__)

_PAGES = ("notification",)
"""Modules that put their views on the blueprint when they are imported."""


def install(app: Flask) -> None:
    """Open the pages."""
    for page in _PAGES:
        import_module(f"{__name__}.{page}")
    app.register_blueprint(bp)
