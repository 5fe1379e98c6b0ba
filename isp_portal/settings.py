"""All settings, read from the environment, safe when the environment says nothing.

docs/reference/settings.md lists each variable; isp_portal/checks.py refuses dangerous combinations.
"""

from datetime import date
from pathlib import Path
from socket import gethostname
from urllib.parse import urlsplit

import environ

from isp_portal.content_policy import FROM_OURSELVES_ALONE
from isp_portal.timetable import TIMETABLE

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.prefix = ""


def secret(name: str) -> str:
    """A secret from NAME, or from the file that NAME_FILE names (container secrets)."""
    path = env.str(f"{name}_FILE", "")
    return Path(path).read_text().strip() if path else env.str(name, "")


# Who and where we are
DEBUG = env.bool("DEBUG", False)  # for people who build pages; refused outside a demonstration
DEMO = env.bool(
    "PORTAL_DEMO", False
)  # a demonstration: invented people; refused where real data is
SECRET_KEY = secret("SECRET_KEY")  # signs links and forms: 50 or more random characters
BASE_URL = env.str(
    "BASE_URL", "https://localhost"
)  # where people find it, and what links start with
TLS = urlsplit(BASE_URL).scheme == "https"
# The names that it answers to; unset, the one in BASE_URL
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(BASE_URL).hostname or "localhost"])
# The folder of the key ring: on a volume outside the database, its backups and machine snapshots
KEY_RING = Path(env.str("KEY_RING", "/var/lib/isp-portal/keys"))
# The folder of the key that seals the audit: where the sealer runs, and nowhere else
SEALING_KEY = Path(env.str("SEALING_KEY", "")) if env.str("SEALING_KEY", "") else None
# This host in `keyring status`; unset, the machine's own name
HOST_NAME = (env.str("HOST_NAME", "") or gethostname()).lower()
HOST_LIVE_MINUTES = env.int("HOST_LIVE_MINUTES", 5)  # heard of within: its ring must hold new keys
KEY_ROTATION_DAYS = env.int("KEY_ROTATION_DAYS", 31)  # a key-encryption key is exchanged after this
BACKUP_WINDOW_DAYS = env.int("BACKUP_WINDOW_DAYS", 35)  # how long backups of the database are kept
# Stands on every page and begins the partnership's own agency
PARTNERSHIP_NAME = env.str("PARTNERSHIP_NAME", "Worcestershire Safeguarding Children Partnership")

# Children Act 2004 s.16LA: the day from which partners must share (a partnership's notice; the
# commencement regulations were not seen, hence a setting)
DUTY_TO_SHARE_FROM = date.fromisoformat(env.str("DUTY_TO_SHARE_FROM", "2026-09-30"))

# The first lines of safety, shown before every form
OUT_OF_HOURS_NAME = env.str("OUT_OF_HOURS_NAME", "Emergency duty team")  # whom to ring at night
OUT_OF_HOURS_PHONE = env.str("OUT_OF_HOURS_PHONE", "")  # their number; unset, 999 stands alone

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "guardian",
    "django_otp",
    "axes",
    "csp",
    "django_celery_beat",
    "kernel",
    "audit",
    "vault",
    "accounts",
    "retention",
    "agencies",
    "agreements",
    "incidents",
    "guidance",
    "people",
    "consent",
    "sharing",
    "meetings",
    "oversight",
    "isp_portal.apps.PortalConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kernel.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.LoginRequiredMiddleware",
    "agencies.middleware.ActorMiddleware",
    "kernel.middleware.PrivateCacheMiddleware",
    "audit.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "isp_portal.urls"
WSGI_APPLICATION = "isp_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "isp_portal.templating.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "isp_portal.templating.page_context",
            ],
        },
    }
]

# Three database roles: the portal runs as "app", migrations as "owner", the retention worker as "disposer".
DB_ROLE = env.str("PORTAL_DB_ROLE", "app")  # which of the three this process is
_DATABASE_URLS = {
    "app": secret("DATABASE_URL"),  # reads and adds; cannot change what must stay
    "owner": secret("DATABASE_OWNER_URL"),  # defines tables: migrations, key ring, reference data
    "disposer": secret("DATABASE_DISPOSER_URL"),  # destroys what may no longer be kept
}
DATABASES = {
    "default": {
        **env.db_url_config(_DATABASE_URLS[DB_ROLE] or "postgres://portal_app@localhost/portal"),
        "ATOMIC_REQUESTS": False,  # the vault commits its access event before it returns a word
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", 60),  # seconds that a connection is kept
        "CONN_HEALTH_CHECKS": True,
    }
}
# The role names that `grant_roles` gives rights to after each migration
DB_APP_ROLE = env.str("DB_APP_ROLE", "portal_app")  # the name of the role in DATABASE_URL
DB_DISPOSER_ROLE = env.str("DB_DISPOSER_ROLE", "portal_disposer")  # and in DATABASE_DISPOSER_URL
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and cache
REDIS_URL = secret("REDIS_URL") or "redis://localhost:6379/0"  # wakes workers; keeps nothing alone
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
}

# Signing in
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.GenuineBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["accounts.hashers.PepperedArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accounts.passwords.LongOrThreeWords"}]
ANONYMOUS_USER_NAME = None  # guardian: nobody unnamed may hold an appointment
SESSION_ENGINE = "accounts.session_store"
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", 30 * 60)  # unused for so long: signed out
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", 12 * 60 * 60)  # a working day
# How fresh the proof of a second factor must be for what an unattended screen must not do
STEP_UP_SECONDS = env.int("STEP_UP_SECONDS", 10 * 60)
# The server ends sessions. A cookie that outlives its session lets the page say why, and whose it was.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
PASSWORD_RESET_TIMEOUT = env.int("PASSWORD_RESET_SECONDS", 60 * 60)  # how long such a link opens
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if TLS else "csrf"
CSRF_FAILURE_VIEW = "isp_portal.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# A stranger who guesses at a colleague's address slows down only their own network address.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = env.float("SIGN_IN_COOLOFF_HOURS", 0.25)  # wait after too many failed tries
AXES_RESET_ON_SUCCESS = True
# Its table keeps a keyed digest of the address typed, and nothing of what else the form carried.
AXES_USERNAME_CALLABLE = "accounts.throttling.username_digest"
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "email",
    "kept",
    "next",
    "csrfmiddlewaretoken",
]
# Trying on while locked out does not make the wait longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
# Reverse proxies in front, whose word about the visitor's address and https:// is taken
AXES_IPWARE_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0) or None
AXES_LOCKOUT_CALLABLE = "accounts.throttling.locked_out"

# Transport and browser
SECURE_SSL_REDIRECT = TLS and env.bool("TLS_REDIRECT", True)  # send plain HTTP to https://
SECURE_HSTS_SECONDS = 63072000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.int("TRUSTED_PROXIES", 0) else None
)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = FROM_OURSELVES_ALONE
# A typed narrative may be long; nothing else is posted in bulk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# Files: sealed before they are stored, in a folder or in an S3-compatible bucket
FILE_STORE = Path(env.str("FILE_STORE", "/var/lib/isp-portal/files"))  # the folder
FILE_BUCKET = env.str("FILE_BUCKET", "")  # the bucket; if named, files are kept there instead
FILE_BUCKET_URL = env.str("FILE_BUCKET_URL", "")  # where it answers; unset, Amazon's own
FILE_BUCKET_REGION = env.str("FILE_BUCKET_REGION", "")  # its region, where it has one
FILE_BUCKET_KEY_ID = secret("FILE_BUCKET_KEY_ID")  # who the portal is there
FILE_BUCKET_SECRET = secret("FILE_BUCKET_SECRET")  # and how it proves that
FILE_LARGEST_MB = env.int("FILE_LARGEST_MB", 100)  # how large one file may be
ATTACHMENT_LARGEST_MB = env.int("ATTACHMENT_LARGEST_MB", 25)  # a file put to a request or answer
FILE_UPLOAD_HANDLERS = ["vault.files.handlers.DiscardingHandler"]  # but where a view seals them

# Mail: notices carry a reference and a link, never a name or a case
vars().update(env.email_url_config(secret("EMAIL_URL") or "smtp://localhost:25"))  # the mail server
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "isp-portal@localhost")  # whom notices come from
EMAIL_TIMEOUT = 20

# Workers
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "notify"
CELERY_TASK_ROUTES = {"audit.*": {"queue": "audit"}, "vault.sweep_files": {"queue": "retention"}}
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "Europe/London"
# A request whose broker is down goes on at once; the sweep finds the row later.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Calls are not kept until they are answered: the clock calls again. A worker that holds some when
    # the broker dies would try to give them back, and die of that.
    "ack_emulation": False,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_BEAT_SCHEDULE = TIMETABLE
FIND_PER_HOUR = env.int("FIND_PER_HOUR", 60)  # searches for a person, by one membership in an hour
# Hours in which the regulator is told of a breach: UK GDPR Article 33(1), read 2026-11-21
BREACH_HOURS = env.int("BREACH_HOURS", 72)
PUT_RIGHT_REMIND_HOURS = env.int("PUT_RIGHT_REMIND_HOURS", 24)  # until a recipient is reminded
EMERGENCY_HOURS = env.int("EMERGENCY_HOURS", 4)  # for which an emergency opening lets somebody read
EMERGENCY_REVIEW_HOURS = env.int("EMERGENCY_REVIEW_HOURS", 72)  # within which a lead reviews one
EMERGENCY_TRIES_PER_HOUR = env.int("EMERGENCY_TRIES_PER_HOUR", 10)  # references tried by one person
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", 60)  # after which another worker tries

# Roots of the audit leave the machine each day, by every way that is named
SEAL_ROOTS = env.str("SEAL_ROOTS", "")  # a file that they are added to, on a write-once mount
SEAL_SYSLOG = env.str("SEAL_SYSLOG", "")  # a log host: udp://host:514, tcp://… or unix:///path
SEAL_OFFICERS = env.list("SEAL_OFFICERS", default=[])  # e-mail addresses of two officers

# Words and times
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
# Where collectstatic puts styles and scripts; unset, `staticfiles` beside the code
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DEFAULT_EXCEPTION_REPORTER = "isp_portal.reporting.BareReporter"  # shows no value, even with DEBUG
LOG_JSON = env.bool("LOG_JSON", True)  # one JSON object a line; else lines for people
LOGGING_CONFIG = "isp_portal.logs.configure"
# How much is logged: DEBUG, INFO, WARNING or ERROR. Never anything about a child
LOGGING = {"json": LOG_JSON, "level": env.str("LOG_LEVEL", "INFO")}
SILENCED_SYSTEM_CHECKS: list[str] = []
