"""Links by which a reporter rates: a random token an answer, made with it and kept in its row.

It needs no sign-in and has no expiry of its own: the case's `rate_until` ends it, a rating given uses it up, and a case opened again gets
another answer, so that an old link never rates new work. A signed link of before is read for as long as one may still be rated by it.
"""

from secrets import token_urlsafe

from django.core import signing
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Answer, Case
from gezhi.kernel.refusals import Missing

SIGNED = "gezhi.cases.rating"
RANDOM_BYTES = 18


def new_token() -> str:
    """24 characters, fit for a path of a URL and short enough for a text message; 144 random bits."""
    return token_urlsafe(RANDOM_BYTES)


def token_for(case: Case) -> str:
    """The token of the answer of the case's present round; "" before there is one."""
    return Answer.objects.filter(case=case, round=case.round).values_list("token", flat=True).first() or ""


def invited(token: str) -> Answer:
    """The answer, with its case, to which this link invites. Raises `Missing` for any other text."""
    answer = Answer.objects.select_related("case").filter(**named_by(token)).first()
    if answer is None:
        raise Missing("no_such_link", _("这个评价链接不对，可能没有复制完整。请从进展页重新打开。"))
    return answer


def named_by(token: str) -> dict[str, object]:
    if ":" not in token:
        return {"token": token}
    try:
        case_id, round_ = signing.loads(token, salt=SIGNED)
    except (signing.BadSignature, ValueError, TypeError):
        return {"pk__in": ()}
    return {"case_id": case_id, "round": round_}
