"""Every setting with its development default; `VARSEL_<NAME>` in the environment overrides it."""

DATABASE_URL = ""
"""`postgresql://…`; filled by `varsel up` when it runs its own server."""

REDIS_URL = ""
"""`redis://…` or `unix://…` of Valkey or Redis."""

SECRET_KEY = ""
"""Signs cookies and forms; without it the application does not start."""

SMS_ROUTE = "real"
"""`real` or `simulated`: which gateway an SMS takes until the allow-list decides it."""

LINK_URL = "http://127.0.0.1:8025/"
LINK_USER = ""
LINK_PASSWORD = ""
LINK_TIMEOUT_S = 30.0
LINK_WINDOW = 8
"""Requests under way at once from one worker, each of at most 100 messages."""

LINK_REPORT_USER = ""
LINK_REPORT_PASSWORD = ""
"""Basic authentication of the gateway when it calls our delivery-report webhook."""

SMTP_HOST = "127.0.0.1"
SMTP_PORT = 2525
SMTP_USER = ""
SMTP_PASSWORD = ""
SMTP_TLS = "offered"
"""`offered`, `required` or `never`."""

SMTP_TIMEOUT_S = 30.0

EMAIL_BOUNCE_WINDOW_S = 600.0
"""How long after the receiving server took an e-mail it counts as delivered if no bounce has come."""

SIMULATOR_DELAY_S = 2.0
"""How long after the simulator took an SMS it reports what became of it."""

DEFAULT_SMS_SENDER = "Altinn-test"
DEFAULT_EMAIL_FROM = "noreply-test@varsel.example"

DISPATCH_LEASE_S = 90.0
"""How long a worker keeps a batch without a sign of life; more than a gateway takes to answer or time out."""

POLL_INTERVAL_S = 2.0
"""How often a live table asks for news while something is open."""

SESSION_IDLE_S = 3600
SESSION_MAX_S = 12 * 3600
SESSION_COOKIE_SECURE = False
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True

ARGON2_PROFILE = "default"
"""`default`, or `cheap` where many people sign in within one test."""

WEB_PORT = 8000
TRUSTED_PROXIES = 0
"""How many reverse proxies stand before the web server and set `X-Forwarded-*`."""

MAX_CONTENT_LENGTH = 101 * 1024 * 1024
MAX_FORM_MEMORY_SIZE = 20 * 1024 * 1024
PERMANENT_SESSION_LIFETIME = SESSION_MAX_S

BABEL_DEFAULT_LOCALE = "en"
BABEL_DEFAULT_TIMEZONE = "Europe/Oslo"

WTF_CSRF_TIME_LIMIT = None
"""A form stays valid as long as its session, so that a long-typed order is not lost."""
