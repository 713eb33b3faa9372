"""API tokens: what they look like and whose they are."""

from datetime import datetime

from gezhi.accounts.models import ApiToken, User
from gezhi.kernel.events import sm3

# A fixed beginning lets secret scanners find a token that was pasted where it does not belong.
PREFIX = "gezhi_"
LENGTH = len(PREFIX) + 43


def digest_of(plain: str) -> str:
    """SM3 suffices without salt or stretching: the token itself is 256 random bits."""
    return sm3(plain)


def user_for(plain: str, *, at: datetime) -> User | None:
    """The user for whom this token acts, or None if it is unknown, over, revoked, or its user has left. One statement, whatever the answer."""
    digest = digest_of(plain if len(plain) == LENGTH else "")
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest, revoked_at__isnull=True, expires_at__gt=at, user__is_active=True)
        .first()
    )
    return token.user if token else None
