"""Reading a reporter's name and phone is itself an act: it takes a right and a reason, and stands in the log."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import covers
from gezhi.cases.models import Case, Reporter
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit

SEEN = "reporter.seen"
LONGEST_REASON = 1_000


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
