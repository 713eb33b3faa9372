"""Settings: only what differs between installations, read from the environment by typed helpers.

Every variable is described in docs/settings.md; a test compares the two.
"""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, SELF
from environs import Env

from config.messages import template_of
from config.tiles import tianditu, tiles_of

env = Env(prefix="GEZHI_")
BASE_DIR = Path(__file__).resolve().parent.parent

# Where this installation keeps what it owns: database file, uploaded files, keys.
VAR = env.path("VAR", default=BASE_DIR / "var")

DEBUG = env.bool("DEBUG", default=False)
# Empty means: made at first start and kept beside the data, readable by its owner alone (gezhi/kernel/secrets.py).
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("ORIGINS", default=[])
# The six digits of the district that this installation serves.
DISTRICT = env.str("DISTRICT", default="370103")
# Demo mode also needs a database that was born as a demo (gezhi/kernel/installation.py).
DEMO = env.bool("DEMO", default=False)
# Raster tiles under the maps (config/tiles.py); without any the boundaries draw on plain ground.
TILES = tiles_of(
    env.str("TILES", default=""),
    cut=env.str("TILES_CRS", default="wgs84"),
    credit=env.str("TILES_CREDIT", default=""),
    subdomains=env.str("TILES_SUBDOMAINS", default="abc"),
)
if not TILES.addresses and (_key := env.str("TIANDITU_KEY", default="")):
    TILES = tianditu(_key, env.str("TIANDITU_GROUND", default="vec_w"))
# Number of the internet filing (备案号), shown at the foot of public pages.
FILING_NUMBER = env.str("FILING_NUMBER", default="")

# Open311: the codes of matters, or how they begin, whose cases the public may read as points on a map; without any the door is shut.
OPEN311_MATTERS: list[str] = env.list("OPEN311_MATTERS", default=["07"] if DEMO else [])
# The WeChat mini-program of the workers' app (gezhi/integrations/identity); off without both. Through a gateway of the district: its host.
WEIXIN_APP_ID = env.str("WEIXIN_APP_ID", default="")
WEIXIN_SECRET = env.str("WEIXIN_SECRET", default="")
WEIXIN_HOST = env.str("WEIXIN_HOST", default="https://api.weixin.qq.com")
# The subscription message "something waits at your desk": its id and which field says what, `ID thing1=matter thing2=place time3=due`.
WEIXIN_CASE_TEMPLATE = template_of(env.str("WEIXIN_CASE_TEMPLATE", default=""))

if not SECRET_KEY:
    from gezhi.kernel.keyfile import own_key

    SECRET_KEY = own_key(VAR, "django")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Before allauth, whose own pages would be found first.
    "gezhi.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "gezhi.kernel",
    "gezhi.accounts",
    "gezhi.territory",
    "gezhi.people",
    "gezhi.workforce",
    "gezhi.party",
    "gezhi.matters",
    "gezhi.cases",
    "gezhi.disputes",
    "gezhi.calls",
    "gezhi.fieldwork",
    "gezhi.cobuild",
    "gezhi.deliberation",
    "gezhi.assessment",
    "gezhi.integrations.identity",
    "gezhi.integrations.open311",
    "gezhi.ops",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gezhi.accounts.middleware.IdleTimeout",
    "django_htmx.middleware.HtmxMiddleware",
    "gezhi.web.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "gezhi.web.context.house",
            ],
        },
    },
]

DATABASES = {"default": env.dj_db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'gezhi.sqlite3'}")}
_database = DATABASES["default"]
# A kept connection is the difference between 194 and 900 writes a second on PostgreSQL, and half of a request's time on SQLite.
_database["CONN_MAX_AGE"] = None
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        # The write lock is taken at BEGIN, so two writers wait for each other instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536;"
        ),
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True
    # Not by how often it was seen: only what asks for it is prepared (gezhi/kernel/cursors.py).
    _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "prepare_threshold": 1_000_000_000}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "portal:home"

# Staff are entered by the district; nobody signs up.
ACCOUNT_ADAPTER = "gezhi.accounts.adapter.StaffOnly"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # staff sign in by a name that the district gives
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# django-axes counts failures. A whole office signs in from behind one address each morning; guesses of a second factor stay limited.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip"}
ACCOUNT_PREVENT_ENUMERATION = True
MFA_ADAPTER = "gezhi.accounts.adapter.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Gezhi 格治"

AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_COOLOFF_MINUTES", default=20))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# How many reverse proxies stand before us; their forwarded address is believed only then.
AXES_IPWARE_PROXY_COUNT = env.int("PROXIES", default=0)

IDLE_TIMEOUT = timedelta(minutes=env.int("IDLE_MINUTES", default=30))
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Off only where the service is reached without TLS on purpose: a laptop, a demo.
HTTPS = env.bool("HTTPS", default=False)
CSRF_FAILURE_VIEW = "gezhi.web.errors.csrf_failure"
# The only cookie that a resident gets ends with the browser.
CSRF_COOKIE_AGE = None
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
if env.int("PROXIES", default=0):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *TILES.hosts],
        "connect-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "gezhi" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.bool("PLAIN_STATIC", default=False)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# Uploaded files; never served from here directly, always through a view that checks access.
FILES = VAR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_PERMISSIONS = 0o600

# Keys of personal data, newest first, each `name:32 hex digits`; empty means: made at first start beside the data.
DATA_KEYS: list[str] = env.list("DATA_KEYS", default=[])
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY", default="")
# Signs the plates 管家牌; "" is a key of our own under var/keys.
PLATE_KEY = env.str("PLATE_KEY", default="")

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}, "django.security.DisallowedHost": {"level": "CRITICAL"}},
}
