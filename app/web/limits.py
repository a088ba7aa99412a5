"""How often somebody may try: counted in Valkey, for all web processes together."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, default_limits=[], strategy="moving-window")


def storage_url(redis_url: str) -> str:
    """Write Valkey's address as the limiter wants it: a unix socket needs `redis+unix://`."""
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url


def install(app: Flask) -> None:
    """Count in Valkey; without Valkey, per process, rather than not at all."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", storage_url(app.config.get("REDIS_URL") or "memory://"))
    app.config.setdefault("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", True)
    app.config.setdefault("RATELIMIT_HEADERS_ENABLED", False)
    limiter.init_app(app)
