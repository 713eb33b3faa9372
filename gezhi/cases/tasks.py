"""What waits for somebody today, and what they wait for from others. One table of questions: my day counts them, the worklist lists them.

Each question is one statement that an index answers, whatever the size of the district (`tests/test_indexes.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Answer, Case, CaseQuerySet, Supervision
from gezhi.cases.specialties import categories_of
from gezhi.cases.workflow import PROMISED, Stage
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory, seats_with

CAP = 1_000
# At which desks a supervision is watched over.
WATCH = (DeskKind.STREET, DeskKind.DISTRICT)
Rows = Callable[[Actor, datetime], CaseQuerySet]


@dataclass(frozen=True, slots=True)
class Question:
    """`label` on the page, `hint` what to do with it; asked of whoever holds one of `rights` anywhere."""

    label: Any
    hint: Any
    rights: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Counted:
    """How many, at most a thousand; `is_more` where counting stopped."""

    name: str
    question: Question
    number: int
    is_more: bool


# --- the questions --------------------------------------------------------------------------------------------------


def at_seats(actor: Actor, *rights: str) -> CaseQuerySet:
    """Cases on the desks where the actor sits with one of these rights."""
    seats = sorted({seat for right in rights for seat in seats_with(right, actor)})
    return Case.objects.filter(desk_id__in=seats)


def under(right: str, actor: Actor) -> Q:
    """The place lies where the actor holds the right. The street is always named, because the indexes begin with it."""
    codes = actor.areas(right)
    if any(len(code) <= 6 for code in codes):
        return Q()
    found = Q(pk__in=[])
    for code in codes:
        place = Q(street_code=code[:9])
        if len(code) >= 12:
            place &= Q(community_code=code[:12])
        if len(code) == 15:
            place &= Q(grid_code=code)
        found |= place
    return found


def decided_by(actor: Actor) -> list[int]:
    """The desks whose requests wait at a desk of the actor's: those right below it; the district decides for itself."""
    desks, seats = directory(), set(seats_with("case.approve", actor))
    return [desk.id for desk in desks.desks.values() if (desks.above(desk.id) or desk).id in seats]


def to_accept(actor: Actor, at: datetime) -> CaseQuerySet:
    return at_seats(actor, "case.accept").open().filter(stage=Stage.RECEIVED.value).exclude(appeal="open")


def to_reconsider(actor: Actor, at: datetime) -> CaseQuerySet:
    """Appeals; who declined leaves them to others."""
    rows = at_seats(actor, "case.accept").open().filter(stage=Stage.RECEIVED.value, appeal="open")
    return rows.filter(Q(declined_by__isnull=True) | ~Q(declined_by_id=actor.user_id))


def to_take(actor: Actor, at: datetime) -> CaseQuerySet:
    rows = at_seats(actor, "case.claim", "case.sign").open().filter(stage=Stage.WAITING.value)
    return rows.exclude(ruling="pending")


def to_rule(actor: Actor, at: datetime) -> CaseQuerySet:
    return at_seats(actor, "case.rule").open().filter(ruling="pending")


def to_decide(actor: Actor, at: datetime) -> CaseQuerySet:
    rows = Case.objects.filter(~Q(asked=""), desk_id__in=decided_by(actor))
    return rows.exclude(holder_id=actor.user_id)


def to_reply(actor: Actor, at: datetime) -> CaseQuerySet:
    return at_seats(actor, "case.reply").filter(~Q(supervision=""), supervision="open")


def to_lift(actor: Actor, at: datetime) -> CaseQuerySet:
    return watched(actor, Q(replied_at__isnull=False))


def unanswered_orders(actor: Actor, at: datetime) -> CaseQuerySet:
    return watched(actor, Q(replied_at__isnull=True))


def watched(actor: Actor, which: Q) -> CaseQuerySet:
    """Cases that a desk in the actor's reach supervises. The clock does so in the name of streets at which no inspector may sit: then the
    district's is the only one who can lift it."""
    reach = actor.areas("case.supervise")
    desks = [desk.id for desk in directory().desks.values() if desk.kind in WATCH and desk.area_code.startswith(reach)]
    orders = Supervision.objects.filter(which, lifted_at__isnull=True, desk_id__in=desks)
    return Case.objects.visible_to(actor).filter(pk__in=orders.values("case_id"))


def to_verify(actor: Actor, at: datetime) -> CaseQuerySet:
    rows = Case.objects.filter(under("case.verify", actor), stage=Stage.FINISHED.value, verified_at__isnull=True)
    # What an import finished has no finisher.
    return rows.filter(Q(finished_by__isnull=True) | ~Q(finished_by_id=actor.user_id))


def to_answer(actor: Actor, at: datetime) -> CaseQuerySet:
    rows = Case.objects.filter(under("case.answer", actor), stage=Stage.FINISHED.value, verified_at__isnull=False)
    return rows.filter(part_of__isnull=True)


def to_follow_up(actor: Actor, at: datetime) -> CaseQuerySet:
    """Whose answers the rule drew for 回访: nobody was reached yet, there is still time, and somebody else did the work."""
    drawn = Answer.objects.to_follow_up().visible_to(actor).filter(follow_up_until__gt=at)
    rows = Case.objects.filter(pk__in=drawn.values("case_id"))
    return rows.filter(Q(finished_by__isnull=True) | ~Q(finished_by_id=actor.user_id))


def of_my_kind(actor: Actor, at: datetime) -> CaseQuerySet:
    """For specialists: what is worked on of the kinds that they are joined to, around their desks."""
    kinds = categories_of(actor.user_id, on=local_day(at))
    rows = Case.objects.filter(under("case.join", actor), matter__category_id__in=kinds, part_of__isnull=True)
    return rows.open().filter(stage__in=[stage.value for stage in PROMISED])


def to_debrief(actor: Actor, at: datetime) -> CaseQuerySet:
    mine = Q(desk_id__in=seats_with("case.alert", actor))
    if actor.areas("case.alert"):
        mine |= under("case.alert", actor)
    stages = [Stage.FINISHED.value, Stage.ANSWERED.value, Stage.CLOSED.value]
    return Case.objects.filter(mine, is_emergency=True, debriefed_at__isnull=True, stage__in=stages)


def sent_away(actor: Actor) -> CaseQuerySet:
    """What a desk of the actor's was the last to send elsewhere and is still being worked on there, as far as the actor sees it."""
    rows = Case.objects.visible_to(actor).open().filter(sent_by_id__in=seats_with("case.see", actor))
    return rows.filter(stage__in=[stage.value for stage in PROMISED]).exclude(desk_id=F("sent_by_id"))


def elsewhere(actor: Actor, at: datetime) -> CaseQuerySet:
    return sent_away(actor).filter(part_of__isnull=True)


def parts(actor: Actor, at: datetime) -> CaseQuerySet:
    return sent_away(actor).filter(part_of__isnull=False)


def with_reporter(actor: Actor, at: datetime) -> CaseQuerySet:
    return at_seats(actor, "case.work").open().filter(awaits_reporter=True)


def undecided(actor: Actor, at: datetime) -> CaseQuerySet:
    return at_seats(actor, "case.work").filter(~Q(asked=""))


def called(actor: Actor, at: datetime) -> CaseQuerySet:
    return at_seats(actor, "case.see").open().filter(is_called=True)


WORK = ("case.work",)
MINE: dict[str, Question] = {
    "kind": Question(_("我对口的事件"), _("您专业对口、正在办的，看一看，有意见就写说明"), ("case.join",), of_my_kind),
    "accept": Question(_("待受理"), _("看清是什么事，定事项，交给该办的岗台"), ("case.accept",), to_accept),
    "reconsider": Question(
        _("待复核的申诉"), _("对不予受理的申诉：成立就受理，不成立就维持，都要答复"), ("case.accept",), to_reconsider
    ),
    "take": Question(_("待认领、签收"), _("接手办理，或者在期限内退回"), ("case.claim", "case.sign"), to_take),
    "rule": Question(_("待裁定"), _("两次退单的，由您裁定谁办"), ("case.rule",), to_rule),
    "decide": Question(_("待批准"), _("下级申请的延期、挂账"), ("case.approve",), to_decide),
    "reply": Question(_("待回复的督办"), _("亮了牌，要在期限内回复"), ("case.reply",), to_reply),
    "lift": Question(_("已回复，待解除"), _("看过回复，解除督办或者再督办"), ("case.supervise",), to_lift),
    "verify": Question(_("待核查"), _("别人办结的，核实办得是否属实"), ("case.verify",), to_verify),
    "answer": Question(_("待答复"), _("核查通过，写给诉求人"), ("case.answer",), to_answer),
    "follow_up": Question(_("待回访"), _("按规则抽到的，打电话问一问"), ("case.follow_up",), to_follow_up),
    "debrief": Question(_("待交复盘"), _("紧急事件办结后，写清处置经过"), ("case.alert",), to_debrief),
}
OTHERS: dict[str, Question] = {
    "away": Question(_("交出去、还没有办完的"), _("从本岗台派出、上报的件"), WORK, elsewhere),
    "parts": Question(_("分单出去的"), _("分给别的岗台、还没有办完的件"), WORK, parts),
    "supplement": Question(_("等诉求人补充的"), _("时钟停走，到期自动继续办理"), WORK, with_reporter),
    "undecided": Question(_("等上一级批准的"), _("本岗台申请的延期、挂账"), WORK, undecided),
    "called": Question(_("呼叫中"), _("街呼区应还没有销号"), ("case.call",), called),
    "unanswered": Question(_("督办还没有回复"), _("本岗台和下级发出的督办单"), ("case.supervise",), unanswered_orders),
}
QUESTIONS = MINE | OTHERS


def cases_of(name: str, actor: Actor, at: datetime) -> CaseQuerySet:
    """The cases behind a number of my day."""
    return QUESTIONS[name].rows(actor, at)


def counted(questions: dict[str, Question], actor: Actor, at: datetime) -> list[Counted]:
    """The answer to each question that concerns the actor. One statement each."""
    found = []
    for name, question in questions.items():
        if any(actor.has(right) for right in question.rights):
            number = question.rows(actor, at).order_by()[: CAP + 1].count()
            found.append(Counted(name, question, min(number, CAP), number > CAP))
    return found
