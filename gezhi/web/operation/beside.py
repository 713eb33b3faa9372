"""What stands beside the stage of a case, each with its words: card, suspension, a request that waits, ruling, supervision, parts, main and
followers, emergency, what the reporter said.

A plain case asks the database for none of it: the columns of its row and the names of its events say what there is to fetch.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.cases.access import covers
from gezhi.cases.models import Asked, Card, Case, Decision, FollowUp, Rating, Request, Supervision
from gezhi.cases.supervisions import state_of
from gezhi.cases.workflow import PROMISED, Stage
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Event
from gezhi.people.queries import directory
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.wording import stage_words
from gezhi.web.portal.wording import LABELS

OTHERS = (
    "receipt_code", "title", "text", "stage", "desk_id", "street_code", "community_code", "grid_code", "reported_at", "verified_at",
    "holder__name", "version", "part_of_id", "merged_into_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the holder has asked for, and who decides."""

    who: str
    what: str
    reason: str
    asked_at: datetime
    decider: str


@dataclass(frozen=True, slots=True)
class Suspension:
    """挂账: since when the clock stands, until when, since when the matter itself stands there."""

    since: datetime
    review_at: datetime
    days: int
    since_on: date | None
    years: str
    reason: str


@dataclass(frozen=True, slots=True)
class AskedReporter:
    """待补充: what the reporter was asked, since when and until when it is waited for, and what came."""

    question: str
    asked_at: datetime
    until: datetime | None
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A 督办单 on the page of its case. `state`: open, late, replied or lifted."""

    supervision: Supervision
    state: str
    watching: str
    owing: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another case that belongs to this one; only its number, stage and desk where the actor may not see it."""

    case: Case
    stage: str
    desk: str
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What the reporter said, by link or asked by telephone."""

    at: datetime
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    card: str
    card_words: str
    suspension: Suspension | None
    waiting: Waiting | None
    asked_reporter: AskedReporter | None
    appeal: str
    ruling: str
    watched: list[Watched]
    whole: Other | None
    parts: list[Other]
    main: Other | None
    followers: list[Other]
    debrief: str
    said: list[Said]


def beside(found: Case, events: Sequence[Event], actor: Actor, at: datetime) -> Beside:
    names = {event.name for event in events}
    several = others(found, names, actor)
    return Beside(
        card=found.card_shown,
        card_words=card_words(found),
        suspension=suspension_of(found, at),
        waiting=request_shown(found),
        asked_reporter=asked_reporter(found, events),
        appeal=appeal_words(found, events),
        ruling=ruling_words(found, events),
        watched=watched(found, names, at),
        whole=next((one for one in several if one.case.pk == found.part_of_id), None),
        parts=[one for one in several if one.case.part_of_id == found.pk],
        main=next((one for one in several if one.case.pk == found.merged_into_id), None),
        followers=[one for one in several if one.case.merged_into_id == found.pk],
        debrief=debrief_words(found),
        said=what_was_said(found, names),
    )


def card_words(found: Case) -> str:
    """The card with its reason; "" for none."""
    card = found.card_shown
    if not card:
        return ""
    by_clock = _("超过期限") if card == Card.RED else _("快到期")
    why = _("督办") if found.supervision and found.card == card else by_clock
    return _("%(card)s：%(why)s") % {"card": Card(card).label, "why": why}


# --- its time -------------------------------------------------------------------------------------------------------


def request_shown(found: Case) -> Waiting | None:
    """What waits for a decision; None where nothing does. One statement."""
    if not found.asked:
        return None
    request = Request.objects.filter(case=found, decision="").select_related("asked_by").first()
    if request is None:
        return None
    above = directory().above(found.desk_id)
    return Waiting(
        who=request.asked_by.name if request.asked_by is not None else "",
        what=request_words(request),
        reason=request.reason,
        asked_at=request.asked_at,
        decider=above.name if above is not None else _("本岗台的其他同事"),
    )


def request_words(request: Request) -> str:
    if request.kind == Asked.EXTENSION:
        return _("申请延期 %(days)s 个工作日") % {"days": request.days}
    words = _("申请挂账，%(day)s 复核") % {"day": f"{request.review_on}"}
    if request.since_on is not None:
        words += _("；问题从 %(day)s 就有") % {"day": f"{request.since_on}"}
    return words


def suspension_of(found: Case, at: datetime) -> Suspension | None:
    """One statement where the clock stands still."""
    if found.suspended_at is None or found.review_at is None or found.awaits_reporter:
        return None
    rows = Request.objects.filter(case=found, kind=Asked.SUSPENSION, decision=Decision.GRANTED)
    request = rows.order_by("-pk").first()
    since_on = request.since_on if request is not None else None
    return Suspension(
        since=found.suspended_at,
        review_at=found.review_at,
        days=(timezone.localdate(at) - timezone.localdate(found.suspended_at)).days,
        since_on=since_on,
        years=age_words(since_on, timezone.localdate(at)) if since_on is not None else "",
        reason=request.reason if request is not None else "",
    )


def asked_reporter(found: Case, events: Sequence[Event]) -> AskedReporter | None:
    """From the timeline in hand; the last time, should a round before have asked as well."""
    asked = next((event for event in reversed(events) if event.name == "case.reporter_asked"), None)
    if asked is None:
        return None
    came = next((event for event in events if event.name == "case.supplemented" and event.seq > asked.seq), None)
    return AskedReporter(
        question=asked.note,
        asked_at=asked.at,
        until=found.review_at if found.awaits_reporter else None,
        answer=came.note if came is not None else "",
        answered_at=came.at if came is not None else None,
    )


def appeal_words(found: Case, events: Sequence[Event]) -> str:
    """Why the reporter objected to the decline; "" where nobody did."""
    appealed = next((event for event in reversed(events) if event.name == "case.appealed"), None)
    return appealed.note if found.appeal and appealed is not None else ""


def age_words(since: date, today: date) -> str:
    """How old a trouble is: in years with one decimal from the first on, in days before."""
    days = (today - since).days
    return _("%(n)s 年") % {"n": f"{days / 365.25:.1f}"} if days >= 366 else _("%(n)s 天") % {"n": days}


# --- whose, and watched by whom -------------------------------------------------------------------------------------


def ruling_words(found: Case, events: Sequence[Event]) -> str:
    if found.ruling == "pending":
        return _("两次退单，等%(desk)s裁定由谁办理。") % {"desk": desk_name(found.desk_id)}
    ruled = next((event for event in reversed(events) if event.name == "case.ruled"), None)
    if found.ruling != "bound" or ruled is None:
        return ""
    return _("%(who)s裁定由%(desk)s办理，不能再退。") % {
        "who": ruled.actor_name,
        "desk": desk_name(ruled.data.get("to")),
    }


def watched(found: Case, names: Collection[str], at: datetime) -> list[Watched]:
    """The 督办单 of this case, the newest first. One statement where there ever was one."""
    if "case.supervised" not in names:
        return []
    rows = Supervision.objects.filter(case=found).select_related("issued_by", "replied_by", "lifted_by").order_by("-pk")
    return [Watched(one, state_of(one, at).value, desk_name(one.desk_id), desk_name(one.of_desk_id)) for one in rows]


def debrief_words(found: Case) -> str:
    """Is the 复盘 of an emergency still owed? It is from the moment it was dealt with."""
    if not found.is_emergency or found.stage in (Stage.DECLINED, Stage.MERGED):
        return ""
    if found.debriefed_at is not None:
        return _("已交复盘报告。")
    return "" if found.stage in PROMISED and found.stage != Stage.FINISHED else _("还没有交复盘报告。")


# --- several as one -------------------------------------------------------------------------------------------------


def others(found: Case, names: Collection[str], actor: Actor) -> list[Other]:
    """The whole, the parts, the main and the followers. One statement where there are any."""
    which = Q()
    above = [key for key in (found.part_of_id, found.merged_into_id) if key is not None]
    if above:
        which |= Q(pk__in=above)
    if "case.split" in names:
        which |= Q(part_of=found)
    if "case.joined" in names:
        which |= Q(merged_into=found)
    if not which:
        return []
    rows = Case.objects.filter(which).select_related("holder").only(*OTHERS).order_by("pk")
    return [Other(one, stage_words(one), desk_name(one.desk_id), covers(actor, "case.see", one)) for one in rows]


# --- what the reporter said -----------------------------------------------------------------------------------------


def what_was_said(found: Case, names: Collection[str]) -> list[Said]:
    """Ratings and follow-ups, in time. One statement for each kind that there is."""
    said: list[Said] = []
    if "case.rated" in names:
        said += [Said(one.rated_at, rating_words(one), one.text) for one in Rating.objects.filter(case=found)]
    if "case.followed_up" in names:
        rows = FollowUp.objects.filter(case=found).select_related("asked_by")
        said += [Said(one.asked_at, follow_up_words(one), one.text) for one in rows]
    return sorted(said, key=lambda one: one.at)


def rating_words(one: Rating) -> str:
    words = {"service": LABELS[one.service], "outcome": LABELS[one.outcome]}
    return _("评价：服务%(service)s，结果%(outcome)s") % words


def follow_up_words(one: FollowUp) -> str:
    who = one.asked_by.name if one.asked_by is not None else ""
    if not one.is_contacted:
        return _("%(who)s回访，没有联系上") % {"who": who}
    answers: list[Any] = [_("解决了") if one.is_solved else _("没有解决")]
    if one.service is not None:
        answers.append(_("服务%(level)s") % {"level": LABELS[one.service]})
    if one.outcome is not None:
        answers.append(_("结果%(level)s") % {"level": LABELS[one.outcome]})
    return _("%(who)s回访：%(answers)s") % {"who": who, "answers": "，".join(map(str, answers))}
