"""The inventory of personal data: what is kept of people, why, on what ground, how closely and until when (PIPL 6,
13, 17, 19, 51).

Every app says in its own `privacy.py` what its columns are, and a test fails on a column that nobody spoke for:

    declare(
        "cases.Reporter",
        name=Personal(_("回复诉求时称呼"), Basis.DUTY, Keep(730, _("结案")), "confidential"),
    )
    impersonal("cases.Case", "number", "stage")

Nothing here imports a model: labels are words, so the registry can lie below all that it describes. The declarations
are loaded at first question.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.secrets import SealedTextField

Text: TypeAlias = "str | Promise"
# open: published on purpose. internal: seen by those whose work needs it. confidential: sealed at rest, masked on the
# screen.
Sensitivity = Literal["open", "internal", "confidential"]


class Basis(models.TextChoices):
    """The ground on which it may be kept, by the items of PIPL article 13."""

    CONSENT = "consent", _("本人同意（个人信息保护法第十三条第一项）")
    EMPLOYMENT = "employment", _("订立合同或实施人力资源管理所必需（第十三条第二项）")
    DUTY = "duty", _("履行法定职责所必需（第十三条第三项）")
    EMERGENCY = "emergency", _("应对突发事件、保护生命财产安全所必需（第十三条第四项）")
    PUBLISHED = "published", _("本人自行公开或已合法公开（第十三条第六项）")
    LAW = "law", _("法律、行政法规另有规定（第十三条第七项）")


def is_blank(text: Text) -> bool:
    """Is there nothing to read? A translated text is taken on trust here: it can't be read before the apps stand."""
    return isinstance(text, str) and not text.strip()


@dataclass(frozen=True, slots=True)
class Keep:
    """How long: `days` after the event that `since` names in words; None as long as that state lasts ("在岗期间")."""

    days: int | None
    since: Text

    def __post_init__(self) -> None:
        if is_blank(self.since) or (self.days is not None and self.days <= 0):
            raise ValueError("retention needs a number of days above 0 (or None) and the event it counts from")


@dataclass(frozen=True, slots=True)
class Personal:
    """Why a personal column exists. ValueError if purpose, basis or retention is missing."""

    purpose: Text
    basis: Basis
    keep: Keep
    sensitivity: Sensitivity = "internal"

    def __post_init__(self) -> None:
        if is_blank(self.purpose):
            raise ValueError("a personal column needs a purpose")
        if not isinstance(self.basis, Basis) or not isinstance(self.keep, Keep):
            raise ValueError("a personal column needs a basis and a retention")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the inventory; `personal` is None where the column was declared to hold nothing of a person."""

    model: str
    field: str
    personal: Personal | None


registry: dict[tuple[str, str], Entry] = {}


def declare(model: str, **fields: Personal) -> None:
    """Say that these columns of `app.Model` hold personal data, and why."""
    for field, personal in fields.items():
        enter(Entry(model, field, personal))


def impersonal(model: str, *fields: str) -> None:
    """Say that these columns of `app.Model` hold nothing of a person."""
    for field in fields:
        enter(Entry(model, field, None))


def enter(entry: Entry) -> None:
    key = (entry.model.lower(), entry.field)
    if key in registry:
        raise ValueError(f"{entry.model}.{entry.field} was declared before")
    registry[key] = entry


def inventory() -> list[Entry]:
    """All personal columns by model: the list that the officers read and the residents may ask for."""
    load()
    return sorted(
        (entry for entry in registry.values() if entry.personal), key=lambda entry: (entry.model, entry.field)
    )


def load() -> None:
    """Import the `privacy` module of every app; importing twice does nothing."""
    autodiscover_modules("privacy")


# --- what the test asks ---------------------------------------------------------------------------------------------

# Libraries whose tables also hold something of people.
FOREIGN_APPS = frozenset({"axes", "allauth.account", "allauth.mfa", "django.contrib.sessions"})
TELLING = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.FileField,
    models.GenericIPAddressField,
)
PLACES = frozenset({"lat", "lon", "lng", "latitude", "longitude"})


def undeclared() -> list[str]:
    """Columns that could hold something of a person and stand in no declaration, as `app.Model.field`.

    Asked of texts, sealed texts, JSON, binaries, files, IP addresses, coordinates and birthdays. A text with fixed
    choices can't hold anything unforeseen and needs no word.
    """
    load()
    return [
        f"{label}.{field.name}"
        for label, field in columns()
        if is_telling(field) and (label.lower(), field.name) not in registry
    ]


def stale() -> list[str]:
    """Declarations whose column no longer exists."""
    load()
    present = {(label.lower(), field.name) for label, field in columns()}
    return [f"{entry.model}.{entry.field}" for key, entry in registry.items() if key not in present]


def unsealed() -> list[str]:
    """Contradictions between word and column: confidential but not sealed, or sealed but declared impersonal. Own
    apps only.
    """
    load()
    wrong = []
    for label, field in columns(foreign=False):
        entry = registry.get((label.lower(), field.name))
        if entry is None:
            continue
        is_sealed = isinstance(field, SealedTextField)
        if entry.personal is None and is_sealed:
            wrong.append(f"{label}.{field.name} is sealed but declared impersonal")
        # A blind index stands for a sealed column beside it and tells nothing by itself.
        is_index = field.name.removesuffix("_index") in sealed_names(field.model)
        if entry.personal and entry.personal.sensitivity == "confidential" and not (is_sealed or is_index):
            wrong.append(f"{label}.{field.name} is confidential but not sealed")
    return wrong


def sealed_names(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.local_concrete_fields if isinstance(field, SealedTextField)}


# What this house never keeps, whoever asks (D01, D12): no identity numbers, no birthdays, no faces, no faith, no
# marks on residents, and no counting of presence instead of work. Each pattern is matched against whole words of a
# name.
NEVER = {
    r"(id|identity|citizen)_(card|number|no)|idcard|idno|sfz\w*": "identity numbers",
    r"birth(day|date)?|birth_(day|date|place)|dob|born_on": "birthdays",
    r"face|faces|faceprint|fingerprint_(image|template)|iris|voiceprint|biometric\w*": "biometrics",
    r"religion|religious|faith|belief|ethnic\w*|nationality|political_(view|attitude|status)": "beliefs and origin",
    r"(resident|citizen|person|household|credit|social|trust)_(score|rating|rank|level|points|grade)": "scores of residents",
    r"(key|focus|special)_(person|people|population)|blacklist\w*|risk_level_of_person|person_tags?|resident_tags?": "marks",
    r"online_(time|seconds|minutes|hours|duration)|login_(count|rate|days)|(like|likes|tap|taps)_count": "presence counted",
    r"check_?in\w*|(learning|study)_(time|minutes|hours)|track_length|step_count": "presence counted",
}
NEVER_NAMES = [(re.compile(rf"(?:^|_)(?:{pattern})(?:_|$)"), reason) for pattern, reason in NEVER.items()]
NEVER_MODELS = re.compile(
    r"(?:Resident|Citizen|Person|Household)(?:Profile|File|Record|Tag|Score|Dossier)?|KeyPerson|Blacklist\w*"
)


def forbidden() -> list[str]:
    """Columns and models of our own apps that this house never keeps, each with what it is."""
    wrong = [
        f"{model._meta.label}: a file on a resident"
        for model in watched_models(foreign=False)
        if NEVER_MODELS.fullmatch(model.__name__)
    ]
    wrong += [
        f"{label}.{field.name}: {reason}"
        for label, field in columns(foreign=False)
        for reason in reasons_against(field.name)
    ]
    return wrong


def reasons_against(name: str) -> list[str]:
    """Why a column of this name may not exist; mostly empty."""
    return [reason for pattern, reason in NEVER_NAMES if pattern.search(name.lower())]


def columns(*, foreign: bool = True) -> Iterator[tuple[str, "models.Field[Any, Any]"]]:
    for model in watched_models(foreign=foreign):
        for field in model._meta.local_concrete_fields:
            yield model._meta.label, field


def watched_models(*, foreign: bool) -> Iterable[type[models.Model]]:
    for config in apps.get_app_configs():
        if config.name.startswith("gezhi.") or (foreign and config.name in FOREIGN_APPS):
            yield from config.get_models(include_auto_created=True)


def is_telling(field: "models.Field[Any, Any]") -> bool:
    if field.name in PLACES or any(reason == "birthdays" for reason in reasons_against(field.name)):
        return True
    return isinstance(field, TELLING) and not field.choices


# --- the kernel's own tables, and those of the libraries ---------------------------------------------------------------

LOG = Keep(180, _("发生；网络安全法要求日志留存不少于六个月"))
ACCOUNT = Keep(None, _("账号存续期间"))

declare(
    "kernel.Event",
    actor_name=Personal(_("说明每一步由谁经办"), Basis.DUTY, Keep(None, _("随所记事项的档案保存"))),
    note=Personal(_("经办人所写的说明，可在事项保存期满后抹去而不影响校验"), Basis.DUTY, Keep(730, _("结案"))),
)
impersonal(
    "kernel.Event",
    "subject_kind",
    "name",
    "actor_kind",
    "data",
    "note_salt",
    "note_digest",
    "previous",
    "digest",
)
impersonal("kernel.Delivery", "subscriber", "error")
declare(
    "kernel.Receipt",
    answer=Personal(_("重复提交时给出同一答复"), Basis.DUTY, Keep(30, _("提交"))),
)
impersonal("kernel.Receipt", "scope", "key", "fingerprint")
impersonal("kernel.Register", "name", "stamp")
impersonal("kernel.StoredFile", "sha256")
impersonal("kernel.SentFile", "sender", "sha256")
declare(
    "kernel.SearchEntry",
    tokens=Personal(_("按词语查找事项；随原文一同删除"), Basis.DUTY, Keep(730, _("结案"))),
)
impersonal("kernel.SearchEntry", "kind")
impersonal("kernel.WorkYear", "source")
impersonal("kernel.WorkDay", "name", "source")
impersonal("kernel.WorkHours", "spans")

for table in ("axes.AccessAttempt", "axes.AccessLog", "axes.AccessFailureLog"):
    declare(
        table,
        username=Personal(_("识别针对账号的破解尝试"), Basis.LAW, LOG),
        ip_address=Personal(_("识别破解尝试的来源"), Basis.LAW, LOG),
        user_agent=Personal(_("识别破解尝试的来源"), Basis.LAW, LOG),
    )
    impersonal(table, "http_accept", "path_info")
declare(
    "axes.AccessAttempt",
    get_data=Personal(_("识别破解尝试的方式；口令一律隐去"), Basis.LAW, LOG),
    post_data=Personal(_("识别破解尝试的方式；口令一律隐去"), Basis.LAW, LOG),
)
impersonal("axes.AccessLog", "session_hash")
declare(
    "account.EmailAddress",
    email=Personal(_("工作人员找回账号；可不填"), Basis.EMPLOYMENT, ACCOUNT),
)
impersonal("account.EmailConfirmation", "key")
declare(
    "mfa.Authenticator",
    data=Personal(_("登录时的第二重验证"), Basis.EMPLOYMENT, ACCOUNT),
)
declare(
    "sessions.Session",
    session_data=Personal(_("保持登录状态"), Basis.EMPLOYMENT, Keep(1, _("最后一次使用"))),
)
impersonal("sessions.Session", "session_key")
