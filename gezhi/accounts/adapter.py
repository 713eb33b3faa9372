"""How allauth's pages fit a house where staff are entered by the district and nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils import timezone

from gezhi.accounts import actions
from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.secrets import seal, unseal

# What allauth would send a mail about, and the event that we record of it instead.
FACTOR_EVENTS = {
    "mfa/email/totp_activated": "user.second_factor_added",
    "mfa/email/totp_deactivated": "user.second_factor_removed",
    "mfa/email/recovery_codes_generated": "user.recovery_codes_made",
}


def owner(user: User) -> Actor:
    """Somebody at the page of his own account."""
    return Actor(kind="staff", name=user.name, user_id=user.pk)


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Sign-up is closed, passwords change through our action, failures are counted by django-axes alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """Called by the page on which one changes one's own password."""
        stored = User.objects.get(pk=user.pk)
        actions.set_password(stored, password, actor=owner(stored), at=timezone.now())
        # The page goes on with its own copy and keeps this one session by the new check value.
        user.password, user.version = stored.password, stored.version

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: allauth's own count lives in each process's memory and would hide the lockout page of django-axes."""

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """No mail, accounts have no address; but a changed second factor is recorded."""
        if name := FACTOR_EVENTS.get(template_prefix):
            stored = User.objects.get(pk=user.pk)
            actions.record_factor(stored, name, actor=owner(stored), at=timezone.now())


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """The secret behind the second factor is sealed like everything personal: a stolen database makes no codes."""

    CONTEXT = "mfa.authenticator"

    def encrypt(self, text: str) -> str:
        return seal(text, context=self.CONTEXT)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, context=self.CONTEXT)
