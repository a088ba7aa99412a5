"""Every setting with its development default; `VARSEL_<NAME>` in the environment overrides it."""

ENVIRONMENT = "test"
"""`test` or `production`, as Altinn has them; demo data, whose passwords everybody knows, stay out of production."""

DATABASE_URL = ""
"""`postgresql://…`; filled by `varsel up` when it runs its own server."""

REDIS_URL = ""
"""`redis://…` or `unix://…` of Valkey or Redis; or `sentinel://host:26379,host:26379/name`, of the sentinels that know
which server leads."""

SECRET_KEY = ""
"""Signs forms, password links and cookies; at least 32 random characters."""

PUBLIC_URL = ""
"""`https://…`, where people reach Varsel; links that leave the browser begin with it. Empty: as the request says."""

GATEWAYS = ""
"""Names of gateways, with commas between, where there are several of a kind or other kinds than LINK and SMTP: with
`link-a,link-b` their settings begin with `LINK_A_` and `LINK_B_`, and what they leave out is as the kind's, `LINK_…`;
`<NAME>_KIND` says the kind where the name does not begin with it. Countries, weights and limits are set at the desk."""

LINK_URL = "http://127.0.0.1:8025/"
LINK_USER = ""
LINK_PASSWORD = ""
LINK_TIMEOUT_S = 30.0
LINK_WINDOW = 8
"""Requests under way at once from one worker, each of at most 100 messages."""

LINK_PROVIDER = "LINK"
"""Who the gateway belongs to, as sender-ID registrations name their providers."""

LINK_REPORT_USER = ""
LINK_REPORT_PASSWORD = ""
"""Basic authentication of the gateway when it calls our delivery-report webhook."""

SMPP_HOST = ""
"""An SMSC, for gateways of the kind `smpp`; `varsel smpp` must run on every machine with dispatch workers."""

SMPP_PORT = 2775
SMPP_PROVIDER = "LINK"
SMPP_SYSTEM_ID = ""
SMPP_PASSWORD = ""
SMPP_SYSTEM_TYPE = ""
SMPP_TLS = "never"
"""`required` or `never`."""

SMPP_WINDOW = 10
"""Messages under way at once in one bind, as the SMSC allows."""

SMPP_TIMEOUT_S = 10.0
SMPP_ENQUIRE_S = 30.0
"""After how long a silence the link is tried with `enquire_link`."""

SMPP_ALPHABET = "unpacked"
"""How the SMSC wants GSM-7: `unpacked`, an octet per septet, or `packed`."""

SMPP_LONG = "udh"
"""How it wants more than one segment: `udh`, each with a header of its own, or `payload`, all in one message."""

SMPP_ANSWER_IDS = "text"
SMPP_RECEIPT_IDS = "text"
"""How it writes a message's id in its answers and in its receipts: `text`, `decimal` or `hex`."""

SMPP_DOOR = "127.0.0.1:2776"
"""Where `varsel smpp` listens for the workers of its own machine."""

SMTP_HOST = "127.0.0.1"
SMTP_PORT = 2525
SMTP_USER = ""
SMTP_PASSWORD = ""
SMTP_TLS = "offered"
"""`offered`, `required` or `never`."""

SMTP_TIMEOUT_S = 30.0

SMTP_BOUNCE_ADDRESS = ""
"""Where bounces are to go, such as `bounce@example.no`: each e-mail's own address is made from it with `+` and a token,
which its mail server must take. Empty: bounces go to the sender of the e-mail."""

SMTP_FROM_DOMAINS = ""
"""The domains that e-mail may come from, by commas, such as `etat.no,post.etat.no`; empty: any."""

SMTP_UNSUBSCRIBE = ""
"""`https://…` or `mailto:…`, where people say that they want no more e-mail; the header `List-Unsubscribe` names it."""

SMTP_REPORT_USER = ""
SMTP_REPORT_PASSWORD = ""
"""Basic authentication of whoever posts bounces and complaints, as e-mails, to `/gateways/smtp/bounces`."""

SMTP_IMAP_HOST = ""
"""Where the mailbox with bounces and complaints is read once a minute; empty: none is. Nothing in it is changed."""

SMTP_IMAP_PORT = 993
SMTP_IMAP_USER = ""
SMTP_IMAP_PASSWORD = ""
SMTP_IMAP_TLS = "required"
"""`required` or `never`."""

SMTP_IMAP_FOLDER = "INBOX"

EMAIL_BOUNCE_WINDOW_S = 600.0
"""How long after the receiving server took an e-mail it counts as delivered if no bounce has come."""

SIMULATOR_DELAY_S = 2.0
"""How long after the simulator took an SMS it reports what became of it."""

DEFAULT_SMS_SENDER = "Altinn-test"
DEFAULT_EMAIL_FROM = "noreply-test@varsel.example"

KRR_URL = ""
"""`https://krr.digdir.no`, for the contact points of persons; empty: the embedded register, which holds test data."""

NOTIFICATION_ADDRESSES_URL = ""
"""`https://platform.altinn.no`, for the notification addresses of organisations; empty: the embedded register."""

POPULATION_REGISTER_URL = ""
"""The National Population Register, for the names of persons; empty: nobody's where `KRR_URL` is set."""

BUSINESS_REGISTER_URL = ""
"""`https://data.brreg.no`, for the names of organisations."""

REGISTER_TIMEOUT_S = 10.0
REGISTER_WINDOW = 4
"""Requests to one register under way at once from one worker."""

REGISTER_PAUSE_S = 30.0
"""How long a register that keeps failing is left alone."""

CONDITION_PAUSE_S = 60.0
"""After how long a condition that gave no clear answer is asked again, once, as Altinn does."""

CONDITION_CA_FILE = ""
"""Certificates, in PEM, of authorities that the servers of conditions may have beside the public ones."""

CONDITION_LOOPBACK = False
"""Lets conditions be asked on this machine, such as the stand-in's, for tests and development; not in production."""

MASKINPORTEN_URL = ""
"""`https://maskinporten.no`, which gives the tokens that the registers ask for."""

MASKINPORTEN_ISSUER = ""
"""Maskinporten's own identifier, `https://maskinporten.no/`; empty: its URL."""

MASKINPORTEN_CLIENT_ID = ""
MASKINPORTEN_KEY_ID = ""
MASKINPORTEN_KEY = ""
"""Our private RSA key in PEM, by which grants are signed; `\\n` stands for a new line."""

IDENTITY_KEYS = ""
"""`number:key` by commas, keys of 32 bytes in base64: the first seals identity numbers, all open what they sealed."""

IDENTITY_HASH_KEY = ""
"""32 bytes in base64, by which identity numbers are found; never changed. Both empty: made of `SECRET_KEY`."""

DISPATCH_LEASE_S = 90.0
"""How long a worker keeps a batch without a sign of life; more than a gateway takes to answer or time out."""

ALERT_EMAILS = ""
"""Addresses, by commas, that get an e-mail when failures of one cause jump against their usual rate."""

ALERT_WEBHOOK_URL = ""
"""`https://…`, which gets a POST of JSON for each such jump; empty: none."""

POLL_INTERVAL_S = 2.0
"""How often a live table asks for news while something is open."""

SESSION_IDLE_S = 3600
"""How long a session lasts without a person's request; a live page's own requests do not count."""

SESSION_MAX_S = 12 * 3600
SESSION_COOKIE_SECURE = False
"""`true` behind TLS: then cookies travel encrypted only, and are bound to this very host."""

ARGON2_PROFILE = "default"
"""`default`, or `cheap` where many people sign in within one test."""

WEB_PORT = 8000
TRUSTED_PROXIES = 0
"""How many reverse proxies stand before the web server and set `X-Forwarded-For`, `-Proto` and `-Host`."""

MAX_CONTENT_LENGTH = 101 * 1024 * 1024
"""Bytes of a request; the form of an order, which takes several files, has a larger limit of its own."""

MAX_FORM_MEMORY_SIZE = 20 * 1024 * 1024

BABEL_DEFAULT_LOCALE = "en"
BABEL_DEFAULT_TIMEZONE = "Europe/Oslo"

WTF_CSRF_TIME_LIMIT = None
"""A form stays valid as long as its session, so that a long-typed order is not lost."""
