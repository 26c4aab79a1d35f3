"""One settings module for every deployment; all differences come from the environment.

Every setting has a safe zero value: nothing is open, public or verbose unless somebody says so.
Unsafe combinations are system checks in ``registry/ops/checks.py``.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from registry.env import env, secret

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("REGISTRY_VAR", default=str(BASE_DIR / "var")))

# --- Who we are -----------------------------------------------------------------------------
# The address under which the world knows this registry: links, DIDs and documents carry it.
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
REGISTRY_NAME = env.str("REGISTRY_NAME", default="Micro-credentials Registry")

# --- Secrets (never in the repository; the embedded default keeps them under var/) ------------
SECRET_KEY = secret("SECRET_KEY", VAR_DIR / "secret.key")
# 32 bytes in base64url; wraps every signing key at rest. See docs/trust.md.
REGISTRY_MASTER_KEY = secret("REGISTRY_MASTER_KEY", VAR_DIR / "master.key")
# 32 bytes in base64url: the Ed25519 seed that signs the log's checkpoints.
LEDGER_KEY = secret("LEDGER_KEY", VAR_DIR / "ledger.key")
# Where the log's files lie; a web server or CDN may serve them from there under /ledger/.
LEDGER_URL = env.str("LEDGER_URL", default=f"file://{VAR_DIR.resolve()}/ledger")

# What a credential can be marked as. Open Badges' own JSON Schema knows one status entry only: a
# deployment that is held to it names "revocation" alone, and can't suspend or point to a new one.
STATUS_PURPOSES = env.list(
    "STATUS_PURPOSES", default=["revocation", "suspension", "refresh", "message"]
)

DEBUG = False
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[_public.hostname or "localhost", "localhost", "127.0.0.1"]
)
_https = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "registry.web.errors.csrf_failure"
# Behind a proxy that terminates TLS: name the header it sets, e.g. HTTP_X_FORWARDED_PROTO.
if proxy_header := env.str("SECURE_PROXY_SSL_HEADER", default=""):
    SECURE_PROXY_SSL_HEADER = (proxy_header, "https")

# Limits before work (docs/trust.md): a credential is at most 1 MiB, a form a little more.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The largest form there can be: forty outcomes in many languages.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- The house --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "registry.common",
    "registry.accounts",
    "registry.ledger",
    "registry.catalogue",
    "registry.issuers",
    "registry.statuses",
    "registry.activities",
    "registry.awards",
    "registry.pathways",
    "registry.sharing",
    "registry.statistics",
    "registry.verification",
    "registry.api",
    "registry.web",
    "registry.ops",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "registry.web.files.PlainFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"
# The VC API is called by programs that don't follow redirects; addresses are written exactly.
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "registry" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "registry.web.context.registry",
            ],
        },
    },
]

# --- Rows -------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/registry.sqlite3")}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that reads and then writes would otherwise fail at once, whatever
    # the timeout. FULL: NORMAL may roll back an acknowledged commit at a power cut.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True
# Seconds a thread keeps its connection. Opening one costs more than most requests do: SQLite's
# gets sixty functions of Django's and its settings anew each time.
_database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

# --- People -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "registry.web.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# A code by mail instead of a password: short-lived, three tries, and the same answer for an address
# that nobody has.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _public.scheme or "https"
# Counted in the cache: with several processes it must be one that they share (CACHE_URL).
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,5/m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
# How many proxies stand before us, each adding the address it saw to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_ADAPTER = "registry.web.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = REGISTRY_NAME
# A clock that is half a minute off still signs in.
MFA_TOTP_TOLERANCE = 1
# Browsers give passkeys to https, and to localhost without; so do we.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https and _public.hostname == "localhost"

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)

# --- Words ------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "registry" / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# Served straight from the checkout: the embedded default needs no collectstatic.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# The dated downloads of the whole register (``manage.py publish_register``), and how many are kept.
REGISTER_DIR = Path(env.str("REGISTER_DIR", default=str(VAR_DIR / "register")))
REGISTER_KEEP_DAYS = env.int("REGISTER_KEEP_DAYS", default=30)

# --- What a page may load: our own files, and nothing else --------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

# --- API --------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["registry.api.authentication.BearerTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "registry.api.openapi.Schema",
    "DEFAULT_PAGINATION_CLASS": "registry.api.pagination.CursorPages",
    "EXCEPTION_HANDLER": "registry.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Micro-credentials Registry API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "registry.api.openapi.add_problems",
    ],
    # Two members are called "state": that of an activity, and that of its text in preparation.
    "ENUM_NAME_OVERRIDES": {
        "ActivityStateEnum": [
            "DRAFT",
            "SUBMITTED",
            "RETURNED",
            "REGISTERED",
            "SUSPENDED",
            "ENDED",
        ],
        "PreparedStateEnum": ["DRAFT", "SUBMITTED", "RETURNED"],
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Requests a minute of one client; 0 sets no limit.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)

# --- Verify -----------------------------------------------------------------------------------
# Whether the verifier asks other sites: for others' keys and status lists, and for links that
# lead elsewhere. Only https and public addresses, bounded in every way (credentials/http_sources).
VERIFIER_OUTBOUND = env.bool("VERIFIER_OUTBOUND", default=True)
# Only for tests: sites of this very machine are asked, too.
VERIFIER_ALLOW_LOOPBACK = env.bool("VERIFIER_ALLOW_LOOPBACK", default=False)

# --- Log --------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
