"""What all pages share: access, live parts, forms, tables, paging, formats, error pages, headers.

May import `app.db`, `app.queue`, `app.config` and the ground; knows nothing of any room above it.
"""

from flask import Flask
from flask_babel import Babel

from app.web import (
    access,
    assets,
    environment,
    errors,
    formats,
    forms,
    headers,
    ids,
    live,
    menu,
    paging,
    proxies,
    statuses,
    tables,
    typed,
)

babel = Babel()


def install(app: Flask) -> None:
    """Give the application all that every page relies on; call it once, before any room registers its views.

    The access hook comes before the forgery check, so that a person without the role is told so whatever was posted.
    """
    proxies.install(app)
    typed.install(app)
    babel.init_app(app)
    live.install(app)
    access.install(app)
    forms.install(app)
    errors.install(app)
    headers.install(app)
    ids.install(app)
    assets.install(app)
    formats.install(app)
    environment.install(app)
    paging.install(app)
    menu.install(app)
    statuses.install(app)
    tables.install(app)
