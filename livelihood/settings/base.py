"""What every installation shares. Values that differ come from the environment through `env`."""

from datetime import timedelta
from pathlib import Path
from sysconfig import get_path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from livelihood.settings.env import (
    age_recipient,
    boolean,
    contact,
    database,
    dotted,
    env,
    issuer,
    keys,
    mail_server,
    outside_places,
    rate,
    redis_server,
    scanner,
    sender,
    site,
    tile_origin,
    words,
)

BASE_DIR = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = env("SECRET_KEY", hint="Set it to 50 random characters, for instance from `openssl rand -base64 48`.")
# Former keys, under which codes that were handed out and sign-ins go on opening; see docs/operations.md.
SECRET_KEY_FALLBACKS: list[str] = env("SECRET_KEY_FALLBACKS", words, default=[])
# Keys under which contacts stand in the database: the first seals, each opens (livelihood.kernel.sealing).
DATA_KEYS = env("DATA_KEYS", keys, hint="Set it to 50 random characters, others than those of SECRET_KEY.")
DEBUG = False

INSTALLED_APPS = [
    "livelihood.audit",
    "livelihood.meaning",
    "livelihood.cycles",
    "livelihood.accounts",
    "livelihood.jobs",
    "livelihood.imprint",
    "livelihood.web",
    "livelihood.imports",
    "livelihood.lists",
    "livelihood.news",
    "livelihood.privacy",
    "livelihood.inbox",
    "livelihood.portal",
    "livelihood.places",
    "livelihood.backups",
    "proposals",
    "voting",
    "projects",
    "projects.surveys",
    "projects.reports",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "livelihood.web.deadline.DeadlineMiddleware",
    "livelihood.web.middleware.HeadMiddleware",
    "livelihood.web.middleware.PlainCookiesMiddleware",
    "livelihood.web.middleware.UnreadBodyMiddleware",
    "livelihood.web.middleware.ClientAddressMiddleware",
    "livelihood.web.middleware.RequestLogMiddleware",
    "livelihood.web.bounds.OurHostMiddleware",
    "livelihood.web.middleware.PlainAddressMiddleware",
    "livelihood.web.kept.KeptPagesMiddleware",
    "livelihood.web.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "livelihood.web.middleware.PlainRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "livelihood.web.middleware.MaintenanceMiddleware",
    "livelihood.web.bounds.BoundsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "livelihood.web.middleware.MethodsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "livelihood.web.admission.RefusalsMiddleware",
    "livelihood.web.admission.SessionAgeMiddleware",
    "livelihood.web.admission.SignInRequiredMiddleware",
    "livelihood.web.admission.ConfinedSessionMiddleware",
    "livelihood.web.admission.SecondFactorMiddleware",
    "livelihood.web.middleware.OneAddressMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "livelihood.web.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "livelihood.urls"
WSGI_APPLICATION = "livelihood.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "livelihood.web.context.site",
            ],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"]),
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "livelihood.web.inputs.Inputs"

# The application, with the rights of <room>/rights.sql; and, for `migrate` alone, the owner of the tables.
NO_DATABASE: dict[str, object] = {}
DATABASE_OWNER = env("DATABASE_OWNER_URL", database, default=NO_DATABASE)
DATABASES: dict[str, dict[str, object]] = {
    "default": {
        **env(
            "DATABASE_URL",
            database,
            hint="For instance postgres://livelihood_application:secret@localhost:5432/livelihood",
        ),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    },
    **({"owner": DATABASE_OWNER} if DATABASE_OWNER else {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", redis_server, hint="For instance redis://localhost:6379/0")
# Whoever asks Redis goes on without it: soon, when it does not answer, and once more where a line had gone stale.
REDIS_WITHIN = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0}
CACHES = {
    "default": {
        "BACKEND": "livelihood.kernel.cache.CountingCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {**REDIS_WITHIN, "retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))},
    }
}

# --- who may come in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "mail")},
    },
    {
        "NAME": "livelihood.accounts.passwords.LengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "livelihood.accounts.passwords.VarietyValidator"},
    {"NAME": "livelihood.accounts.passwords.OwnDataValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "portal:my_work"
LOGOUT_REDIRECT_URL = "portal:index"

# A sign-in ends with the browser, after eight hours, or after two hours without use, at most one interval earlier.
SESSION_ENGINE = "livelihood.web.sessions"
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ABSOLUTE_AGE = timedelta(hours=8)
SESSION_RENEWAL_INTERVAL = timedelta(minutes=5)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
KIOSK_COOKIE_NAME, DEVICE_COOKIE_NAME = "kiosk", "device"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Who signs in by a second factor too: holders of these roles; none named: as livelihood.accounts.roles says.
SECOND_FACTOR_REQUIRED = True
SECOND_FACTOR_ROLES: list[str] = env("SECOND_FACTOR_ROLES", words, default=[])
# An identity provider beside user name and password (livelihood.accounts.provider). OIDC_CLAIM: what names the account.
OIDC_ISSUER = env("OIDC_ISSUER", issuer, default="", hint="For instance https://id.example.gov.cn/realms/staff")
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = env("OIDC_CLIENT_ID", default=""), env("OIDC_CLIENT_SECRET", default="")
if OIDC_ISSUER:
    OIDC_CLIENT_ID = env("OIDC_CLIENT_ID", hint="Say under which name the provider knows this portal.")
    OIDC_CLIENT_SECRET = env("OIDC_CLIENT_SECRET", hint="Say which secret the provider has given to this portal.")
OIDC_CLAIM = env("OIDC_CLAIM", default="preferred_username")
OIDC_SCOPE = env("OIDC_SCOPE", default="openid profile")
OIDC_NAME = env("OIDC_NAME", default="")

# Whether our own nginx stands in front and tells the client's address.
BEHIND_PROXY = env("BEHIND_PROXY", boolean, default=False)

# --- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS: list[object] = [
    BASE_DIR / "static",
    ("vendor/leaflet", BASE_DIR / "node_modules" / "leaflet" / "dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = env("MEDIA_ROOT", Path, default=BASE_DIR / "media")
MEDIA_URL = "/media/"
FILE_UPLOAD_PERMISSIONS = 0o640
# Bounds of a request are in livelihood.web.bounds; this is the largest of them that holds no file.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- how long a request may take (livelihood.web.deadline) ------------------------------------------------------------
STATEMENT_SECONDS: float = 20
REQUEST_SECONDS: float = 30
FROZEN_SECONDS: float = 60

# --- mail: codes for a new password, and notices of what happened to an account; without a server nothing is sent ----
NO_MAIL: dict[str, object] = {}
MAIL_SERVER = env(
    "MAIL_URL", mail_server, default=NO_MAIL, hint="For instance smtps://portal:secret@mail.example.gov.cn"
)
MAIL_FROM = ""
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if MAIL_SERVER:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = MAIL_SERVER["host"], MAIL_SERVER["port"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER["user"], MAIL_SERVER["password"]
    EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL_SERVER["scheme"] == "smtps", MAIL_SERVER["scheme"] == "smtp+starttls"
    DEFAULT_FROM_EMAIL = MAIL_FROM = env("MAIL_FROM", sender, hint="Say from whom mail comes: portal@example.gov.cn.")
EMAIL_TIMEOUT = 10

# --- SMS and work messenger (DingTalk, WeCom): a class of the installation's own (livelihood.inbox.senders) ----------
SMS_SENDER = env("SMS_SENDER", dotted, default="", hint="For instance ourgateway.sms.Sender")
WORK_SENDER = env("WORK_SENDER", dotted, default="", hint="For instance ourgateway.dingtalk.Sender")
# Where livelihood.inbox.senders.FileSender writes, in place of a service.
SENT_FOLDER = BASE_DIR / "var" / "sent"

# --- maps ------------------------------------------------------------------------------------------------------------
TILE_URL = env("TILE_URL", default="")
TILE_ORIGIN = env("TILE_URL", tile_origin, default="", hint="For instance https://tiles.example.gov.cn/{z}/{x}/{y}.png")
TILE_CREDIT = ""
if TILE_URL:
    TILE_CREDIT = env("TILE_CREDIT", hint="Say whose map TILE_URL shows, with its review number (审图号).")

# --- what the browser may do -----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([TILE_ORIGIN] if TILE_ORIGIN else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
CSRF_FAILURE_VIEW = "livelihood.web.views.csrf_failure"

# --- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    # The schema would write any version that an address names into a header.
    "ALLOWED_VERSIONS": ["1"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["livelihood.web.api.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "livelihood.web.api.KeysetPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "livelihood.web.api.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["livelihood.web.throttles.RateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": env("API_RATE", rate, default="600/min")},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Livelihood projects",
    "DESCRIPTION": "Read access to the public objects of every stage of the year.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "livelihood.web.openapi.document_errors",
    ],
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Choice sets that share a field's name get the name of their own.
    "ENUM_NAME_OVERRIDES": {
        name: f"{module}.{name}.choices"
        for module, names in {
            "livelihood.kernel.lights": ("Light",),
            "projects.states": ("LightReason", "SiteState", "ProjectState"),
            "projects.surveys.states": ("SurveyState",),
            "proposals.states": ("CandidateState", "CandidateKind"),
            "voting.states": ("Denominator", "RoundState"),
        }.items()
        for name in names
    },
}

# --- work outside the request ----------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A worker asks for work by calls of one second, so this is how long it takes a dead line for a living one.
    "socket_connect_timeout": 1.0,
    "socket_timeout": 3.0,
    "max_retries": 0,  # of a web process that asks for work: the row stays, and the sweep asks again
    "unacked_restore_throttle": 1,
    "visibility_timeout": 900,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_TIME_LIMIT = 30 * 60

# --- what differs between installations ------------------------------------------------------------------------------
SITE_URL = env("SITE_URL", site, default="http://127.0.0.1:8000")
MAINTENANCE_FILE = env("MAINTENANCE_FILE", Path, default=BASE_DIR / ".local" / "maintenance")
# The half of a key for which backups are encrypted; the other is not on this machine (livelihood.backups).
BACKUP_RECIPIENT = env("BACKUP_RECIPIENT", age_recipient, default="", hint="manage.py backup --new-key FILE says it.")
# Where the head of the journal is written every day: folders of other machines, and mail addresses.
JOURNAL_HEADS: list[str] = env("JOURNAL_HEADS", outside_places, default=[], hint="mailto:audit@example.gov.cn")
if any(place.startswith("mailto:") for place in JOURNAL_HEADS):
    env("MAIL_URL", mail_server, hint="JOURNAL_HEADS names a mail address.")
SCANNER = env("SCANNER", scanner, default=("", 0), hint="For instance clamd.example.gov.cn:3310")
# Whom to tell of a weakness, in /.well-known/security.txt: an address to open or to write to.
SECURITY_CONTACT = env("SECURITY_CONTACT", contact, default="", hint="For instance mailto:security@example.gov.cn")
# Files by which other services check whose domain this is, served from the root.
CHECK_FILES_FOLDER = env("CHECK_FILES_FOLDER", Path, default=MEDIA_ROOT / "checks")
# Fonts of what is printed; the last for those that the authority adds, such as one with all rare characters of names.
FONT_FOLDERS = [
    *(Path(get_path("purelib"), package) for package in ("pylopdf_fonts_zh_cn", "noto_cjk_sans_otc")),
    BASE_DIR / "node_modules" / "@expo-google-fonts",
    env("FONT_FOLDER", Path, default=MEDIA_ROOT / "fonts"),
]
# Outlines of areas that the authority lays in place of those that were built.
OUTLINES_FOLDER = env("OUTLINES_FOLDER", Path, default=MEDIA_ROOT / "outlines")

# Composes the thread of an object over all rooms; see livelihood.web.threads.
THREAD_PROVIDER = "livelihood.portal.journey.thread_of"
VOTES_PROVIDER = "voting.selectors.votes_end"
# Says whether a decided year left a candidate in the reserve pool; see proposals.rules.may_carry_candidate.
RESERVE_PROVIDER = "voting.selectors.is_reserved"
# The name of the portal, which is set above the rooms that write it on mails and papers; see livelihood.kernel.naming.
PORTAL_NAME_PROVIDER = "livelihood.imprint.selectors.portal_name"
# How long public pages are given out as they are before asking whether anything was written; see livelihood.web.kept.
KEPT_LOOK_SECONDS = 1.0
WORKER_SEEN_WITHIN, CLOCK_SEEN_WITHIN = timedelta(minutes=1), timedelta(minutes=2)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "livelihood.web.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"level": "INFO"},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # What it finds odd in a file that somebody has brought is said to them, or is of no interest.
        "pypdf": {"level": "CRITICAL"},
    },
}
