"""Django's settings. What differs from one installation to another comes from `junheng.web.place`."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from junheng.web.place import database, place

PLACE = place()
HERE = Path(__file__).parent
DEBUG = False
SECRET_KEY = PLACE.key

ALLOWED_HOSTS = PLACE.hosts
CSRF_TRUSTED_ORIGINS = [PLACE.public_url] if PLACE.public_url else []
ROOT_URLCONF = "junheng.web.urls"
WSGI_APPLICATION = "junheng.web.wsgi.application"
APPEND_SLASH = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "junheng.web.pages",
    "junheng.web.accounts",
    "junheng.web.audit",
    "junheng.web.counts",
    "junheng.web.registry",
    "junheng.web.jobs",
    "junheng.web.planning",
    "junheng.web.people",
    "junheng.web.overview",
    "junheng.web.admissions",
    "junheng.web.families",
    "junheng.web.api",
    "junheng.web.maps",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "junheng.web.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "junheng.web.accounts.sessions.SessionRules",
    "junheng.web.gate.Gate",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "junheng.web.pages.context.around",
            ],
            "builtins": ["junheng.web.pages.templatetags.words"],
        },
    }
]

# --- Records -----------------------------------------------------------------------------------------------------
DATABASES = {"default": database(PLACE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Languages: our own words are Text(zh, en); these are for Django's ------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True

# --- Accounts ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "junheng.web.accounts.backend.AccountBackend",
]
_DJANGOS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name, "OPTIONS": options}
    for name, options in (
        (f"{_DJANGOS}.UserAttributeSimilarityValidator", {"user_attributes": ("username", "name")}),
        ("junheng.web.accounts.passwords.MinimumLength", {"min_length": 10}),
        (f"{_DJANGOS}.CommonPasswordValidator", {}),
        (f"{_DJANGOS}.NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "accounts:sign_in"
SECOND_FACTOR_REQUIRED = PLACE.second_factor
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "junheng.web.accounts.locked.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# --- Sessions and cookies ----------------------------------------------------------------------------------------
SESSION_COOKIE_NAME = "junheng_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PLACE.is_https
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 2 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "junheng_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PLACE.is_https
CSRF_FAILURE_VIEW = "junheng.web.pages.failures.csrf_failed"

# --- What browsers are told --------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *PLACE.tile_hosts],
        "font-src": [SELF],
        "connect-src": [SELF, *PLACE.tile_hosts],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PLACE.is_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PLACE.is_https else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PLACE.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PLACE.is_https
SECURE_HSTS_PRELOAD = PLACE.is_https

# --- Uploads -----------------------------------------------------------------------------------------------------
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20  # of everything in a form but files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20  # an application has a dozen kinds of documents
UPLOAD_MAX_BYTES = 40 * 2**20
FILE_UPLOAD_HANDLERS = ["junheng.web.uploads.LimitedUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Limits on visitors: times a window of so many seconds, from one address -------------------------------------
# Whole neighbourhoods share one address of their mobile network, so these stop programs, not families.
PROXIES = PLACE.proxies
LIMITS = {
    "lookup": (240, 60),
    "apply": (600, 3600),
    "receipt": (60, 600),
    "passkey": (120, 60),
    "program": (600, 60),  # of one token
    "wrong-token": (30, 60),
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Static files ------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = PLACE.home / "static"
STATICFILES_DIRS = [("report", HERE.parent / "report" / "templates" / "style")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- The log holds no person: paths without their queries, no names, no addresses -------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"impersonal": {"()": "junheng.web.logs.Impersonal"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["impersonal"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "axes": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
