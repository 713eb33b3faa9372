"""剔除: ask, decide, lift. Whoever asked or did the work never decides."""

import csv
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.assessment.access import ASK, DECIDE, may_exclude
from gezhi.assessment.models import Exclusion, ExclusionReason, Verdict
from gezhi.cases.models import Answer
from gezhi.cases.queries import worked_on
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit

LONGEST = 2_000
SHIPPED = Path(__file__).parent.parent / "exclusion_reasons.csv"


def ask_exclusion(answer: Answer, *, actor: Actor, at: datetime, reason: str, words: str) -> Exclusion:
    """Ask that an answer be left out of all rates, for a reason of the dictionary (by code) and with words. One request stands at a time."""
    if actor.user_id is None or not may_exclude(actor, ASK, answer):
        raise Denied(ASK)
    row = ExclusionReason.objects.filter(code=reason, is_active=True).first()
    if row is None:
        raise Refused("no_such_reason", _("请选择剔除理由。"), field="reason")
    words = typed(words, field="words", longest=LONGEST, empty=_("请写明为什么剔除，让批的人能核对。"))
    with unit():
        with first_come("asked_already", _("这一次答复已有剔除申请。"), field="reason"):
            exclusion = Exclusion.objects.create(
                answer=answer, reason=row, words=words, asked_by_id=actor.user_id, asked_at=at, version=1
            )
        data = {"case": answer.case_id, "round": answer.round, "reason": row.code}
        found(exclusion, Fact("exclusion.asked", data, words), actor=actor, at=at)
    return exclusion


def decide_exclusion(exclusion: Exclusion, *, actor: Actor, at: datetime, grant: bool, note: str = "") -> Exclusion:
    """Grant or refuse. Refused: to who asked for it or did the work, and once it is decided; a refusal needs its reason."""
    require_disinterested(exclusion, actor)
    if exclusion.verdict:
        raise Refused("decided", _("这个申请已经决定过。"))
    empty = None if grant else _("请写下为什么不同意。")
    note = typed(note, field="note", longest=LONGEST, empty=empty)
    verdict = Verdict.GRANTED if grant else Verdict.REFUSED
    return settle(exclusion, verdict, note, actor=actor, at=at)


def lift_exclusion(exclusion: Exclusion, *, actor: Actor, at: datetime, note: str) -> Exclusion:
    """Take an exclusion back: the answer counts again. By who may decide, and never by who asked or did the work."""
    require_disinterested(exclusion, actor)
    if exclusion.verdict != Verdict.GRANTED:
        raise Refused("not_granted", _("这一件没有剔除。"))
    note = typed(note, field="note", longest=LONGEST, empty=_("请写下为什么撤销剔除。"))
    return settle(exclusion, Verdict.LIFTED, note, actor=actor, at=at)


def require_disinterested(exclusion: Exclusion, actor: Actor) -> None:
    """Who decides did neither ask for it nor do what the rates judge."""
    if actor.user_id is None or not may_exclude(actor, DECIDE, exclusion.answer):
        raise Denied(DECIDE)
    if exclusion.asked_by_id == actor.user_id:
        raise Refused("own_request", _("自己申请的剔除要由别人决定。"))
    if worked_on([exclusion.answer.case_id], actor.user_id):
        raise Refused("own_work", _("这一件您经手办理过，剔除要由没有经手的人决定。"))


def settle(exclusion: Exclusion, verdict: Verdict, note: str, *, actor: Actor, at: datetime) -> Exclusion:
    changes = {"verdict": verdict.value, "decided_by_id": actor.user_id, "decided_at": at, "note": note}
    data = {"case": exclusion.answer.case_id, "round": exclusion.answer.round}
    with unit():
        advance(exclusion, Fact(f"exclusion.{verdict.value}", data, note), actor=actor, at=at, changes=changes)
    return exclusion


def load_reasons(*, actor: Actor, at: datetime) -> int:
    """The shipped reasons, where the district has none; the number written."""
    actor.require("matter.edit", area=settings.DISTRICT)
    with unit():
        if ExclusionReason.objects.exists():
            return 0
        with SHIPPED.open(encoding="utf-8") as file:
            rows = [ExclusionReason(code=row["code"], name=row["name"]) for row in csv.DictReader(file)]
        ExclusionReason.objects.bulk_create(rows)
    return len(rows)


__all__ = ["ask_exclusion", "decide_exclusion", "lift_exclusion", "load_reasons"]
