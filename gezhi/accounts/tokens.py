"""API tokens: what they look like and whose they are."""

from datetime import datetime

from gezhi.accounts.models import ApiToken, User
from gezhi.kernel.events import sm3
from gezhi.kernel.registers import Cached

# A fixed beginning lets secret scanners find a token that was pasted where it does not belong.
PREFIX = "gezhi_"
LENGTH = len(PREFIX) + 43


def digest_of(plain: str) -> str:
    """SM3 suffices without salt or stretching: the token itself is 256 random bits."""
    return sm3(plain)


# Whose a token is and until when. All of it is thrown away with the register's stamp, which every write to tokens, and every closing
# of an account or change of its duty, changes: a revoked token is dead at the next request, in every process.
REGISTER = "accounts"
Holder = tuple[User, datetime]
holders: Cached[dict[str, Holder]] = Cached(REGISTER, dict)
MOST_HOLDERS = 1_000


def user_for(plain: str, *, at: datetime) -> User | None:
    """The user for whom this token acts, or None if it is unknown, over, revoked, or its user has left.

    At most one statement, and none for a token that was asked for before. The user is shared between threads and only to be read.
    """
    digest = digest_of(plain if len(plain) == LENGTH else "")
    known = holders.get()
    found = known.get(digest)
    if found is None:
        rows = ApiToken.objects.select_related("user").filter(revoked_at__isnull=True, user__is_active=True)
        token = rows.filter(digest=digest).first()
        if token is None:
            # Not remembered: whoever guesses must not be able to fill the memory.
            return None
        if len(known) >= MOST_HOLDERS:
            known.clear()
        found = known[digest] = (token.user, token.expires_at)
    user, expires_at = found
    return user if at < expires_at else None
