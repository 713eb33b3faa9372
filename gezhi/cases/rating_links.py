"""Links by which a reporter rates: signed, so that nobody can make one for a case of somebody else. Asks no database.

A link names the case and its round. It has no expiry of its own: the case's `rate_until` ends it, a given rating uses it up, and a reopened
case is in another round, so that an old link never rates new work.
"""

from django.core import signing
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Case
from gezhi.kernel.refusals import Missing

SALT = "gezhi.cases.rating"


def token_for(case: Case) -> str:
    """The token for the case's present round, fit for a path of a URL."""
    return signing.dumps([case.pk, case.round], salt=SALT)


def read_token(token: str) -> tuple[int, int]:
    """Case id and round of a token that this installation made. Raises `Missing` for any other text."""
    try:
        case_id, round_ = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Missing("no_such_link", _("这个评价链接不对，可能没有复制完整。请从进展页重新打开。")) from error
    return int(case_id), int(round_)
