"""Reverse proxies before the web server: whom a request comes from, over what, and where people reach Varsel."""

from typing import Any
from urllib.parse import urljoin

from flask import Flask, current_app, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix


def install(app: Flask) -> None:
    """Believe as many proxies as the settings name, and nobody else who says whom a request comes from."""
    trusted = int(app.config.get("TRUSTED_PROXIES", 0))
    if trusted:
        app.__dict__["wsgi_app"] = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)


def public_url(endpoint: str, **values: Any) -> str:
    """Build an address that is used outside this browser, on `PUBLIC_URL` and not on the host that a request claims."""
    base = current_app.config.get("PUBLIC_URL") or request.host_url
    return urljoin(base, url_for(endpoint, **values))
