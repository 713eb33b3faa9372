"""What residents say about the service itself: sent without an account, answered by who inspects and supports, forgotten after two years."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.cobuild.access import ANSWER
from gezhi.cobuild.models import ServiceComplaint
from gezhi.cobuild.rules import About
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.numbers import receipt_code
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.queries import area_name

KEPT = timedelta(days=730)
LONGEST = 2_000


def complain(about: str, words: str, *, actor: Actor, at: datetime, area_code: str = "") -> ServiceComplaint:
    """Take it in. The receipt code in it is all that whoever wrote it gets, and needs."""
    if about not in About.values:
        raise Refused("no_such_kind", _("请选一个类别。"), field="about")
    words = typed(words, field="words", longest=LONGEST, empty=_("请写下要说的。"))
    known = area_name(area_code) if area_code else None
    if area_code and (known is None or known.level != "street"):
        raise Refused("no_such_area", _("请选择街道，或者不选。"), field="area_code")
    with unit():
        with first_come("code_taken", _("没有收下，请再发一次。")):
            row = ServiceComplaint.objects.create(
                receipt_code=receipt_code(), about=about, words=words, area_code=area_code, sent_at=at, version=1
            )
        found(row, Fact("service_complaint.sent", {"about": about, "area": area_code}), actor=actor, at=at)
    return row


def answer_complaint(row: ServiceComplaint, *, actor: Actor, at: datetime, answer: str) -> None:
    """Once, in words that whoever wrote it will read."""
    if not actor.may(ANSWER, area=row.area_code or settings.DISTRICT):
        raise Denied(ANSWER)
    if row.answered_at is not None:
        raise Refused("wrong_stage", _("这一件已经答复。"))
    answer = typed(answer, field="answer", longest=LONGEST, empty=_("请写下答复。"))
    with unit():
        changes = {"answer": answer, "answered_at": at}
        advance(row, Fact("service_complaint.answered"), actor=actor, at=at, changes=changes)


def forget_complaints(*, at: datetime, most: int = 500) -> int:
    """Daily: the words of what came in two years ago are deleted; that there was one stays. The number deleted."""
    rows = ServiceComplaint.objects.filter(sent_at__lt=at - KEPT, forgotten_at__isnull=True)[:most]
    done = 0
    for row in rows:
        with unit(alone=True):
            changes = {"words": "", "answer": "", "forgotten_at": at}
            fact = Fact("service_complaint.forgotten")
            advance(row, fact, actor=Actor.system("到期删除"), at=at, changes=changes)
        done += 1
    return done
