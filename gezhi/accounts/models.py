"""Who signs in: users, and tokens for programs that act for a user."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import Chained


class Officer(models.TextChoices):
    """The three separated duties of 等保: one column, so nobody can hold two of them."""

    NONE = "", _("业务人员")
    SYSTEM = "system", _("系统管理员")
    SECURITY = "security", _("安全管理员")
    AUDIT = "audit", _("审计管理员")


class Users(BaseUserManager["User"]):
    """Users are entered by `gezhi.accounts.actions.enter_user`; this only finds them."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser, Chained):
    """A person who works with Gezhi. Which desks one sits at is said by posts (`gezhi.people`), not here."""

    username = models.CharField(max_length=60, unique=True, verbose_name=_("登录名"))
    name = models.CharField(max_length=40, verbose_name=_("姓名"))
    work_phone = models.CharField(max_length=20, blank=True, verbose_name=_("工作电话"))
    officer = models.CharField(max_length=10, choices=Officer.choices, default=Officer.NONE, blank=True)
    is_active = models.BooleanField(default=True)
    is_invented = models.BooleanField(default=False, help_text="made by the demo; the only accounts demo mode opens")
    # Sessions opened before this instant are over: after a lost device, a changed password, a departure.
    sessions_after = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    subject_kind: ClassVar[str] = "user"
    objects = Users()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    EMAIL_FIELD = ""

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_officer_known", condition=Q(officer__in=[o.value for o in Officer])),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class ApiToken(Chained):
    """Lets a program act for a user. Only a digest is kept; the token itself is shown once."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    label = models.CharField(max_length=60, verbose_name=_("用途"))
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "api_token"

    def __str__(self) -> str:
        return self.label
