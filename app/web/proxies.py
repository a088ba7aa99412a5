"""Reverse proxies before the web server: whom a request comes from, over what, and where people reach Varsel."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urljoin

from flask import Flask, current_app, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix


def install(app: Flask) -> None:
    """Believe as many proxies as the settings name, and nobody else who says whom a request comes from."""
    trusted = int(app.config.get("TRUSTED_PROXIES", 0))
    if trusted:
        app.__dict__["wsgi_app"] = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)


def network_of(address: str | None) -> str:
    """Whom wrong guesses are counted by: the address, of IPv6 the /64 that one subscriber has to himself.

    Some proxies write the port behind the address, and what cannot be read counts as it stands.
    """
    try:
        found = ip_address(_without_port(address or ""))
    except ValueError:
        return address or "unknown"
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))
    return str(found)


def public_url(endpoint: str, **values: Any) -> str:
    """Build an address that is used outside this browser, on `PUBLIC_URL` and not on the host that a request claims."""
    base = current_app.config.get("PUBLIC_URL") or request.host_url
    return urljoin(base, url_for(endpoint, **values))


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address.partition("%")[0]
