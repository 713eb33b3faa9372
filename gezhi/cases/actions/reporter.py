"""A reporter's name and phone. Reading them is itself an act: it takes a right and a reason, and stands in the log. Whoever holds the receipt
code may correct them and have them deleted."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import covers
from gezhi.cases.actions.report import PHONE_CONTEXT
from gezhi.cases.models import Case, Reporter
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.secrets import blind_index
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit

SEEN = "reporter.seen"
NOBODY = _("这一件没有留姓名和电话。")
LONGEST_REASON = 1_000
LONGEST_NAME, LONGEST_PHONE = 40, 30


def reveal_reporter(case: Case, *, actor: Actor, at: datetime, reason: str) -> Reporter:
    """The reporter in clear. A confidential case shows its reporter to intake alone.

    Raises `Denied` without the right, `Refused` without a reason, `Missing` where nobody gave a name.
    """
    if not covers(actor, "reporter.see", case):
        raise Denied("reporter.see")
    if case.is_confidential and not covers(actor, "case.accept", case):
        raise Refused("confidential", _("诉求人要求保密，联系方式只有受理人员能看。"))
    reason = typed(reason, field="reason", longest=LONGEST_REASON, empty=_("请写明查看的理由，查看会留下记录。"))
    with unit():
        reporter = Reporter.objects.filter(case=case).first()
        if reporter is None:
            raise Missing("no_reporter", _("诉求人没有留姓名和电话。"))
        advance(case, Fact(SEEN, {"fields": ["name", "phone"]}, note=reason), actor=actor, at=at)
    return reporter


def correct_reporter(
    case: Case, *, actor: Actor, at: datetime, name: str, phone: str, may_be_contacted: bool
) -> Reporter:
    """The reporter, who holds the receipt code, says otherwise who they are or how to be reached. The log keeps that it changed, not what."""
    require_reporter(actor)
    name = typed(name, field="name", longest=LONGEST_NAME)
    phone = typed(phone, field="phone", longest=LONGEST_PHONE)
    with unit():
        advance(case, Fact("reporter.corrected"), actor=actor, at=at)
        reporter, _is_new = Reporter.objects.update_or_create(
            case=case,
            defaults={
                "name": name,
                "phone": phone,
                "phone_index": blind_index(phone, context=PHONE_CONTEXT),
                "may_be_contacted": may_be_contacted,
            },
        )
    return reporter


def erase_reporter(case: Case, *, actor: Actor, at: datetime) -> None:
    """The reporter has name and phone deleted, at once. The case goes on without them."""
    require_reporter(actor)
    with unit():
        if not Reporter.objects.filter(case=case).exists():
            raise Missing("no_reporter", NOBODY)
        advance(case, Fact("reporter.erased"), actor=actor, at=at)
        Reporter.objects.filter(case=case).delete()


def require_reporter(actor: Actor) -> None:
    if actor.kind != "resident":
        raise Denied("reporter.see")
