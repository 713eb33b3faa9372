"""Preparing a selection and putting people forward; the steps of its life are in `selecting.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import holds_identity_number
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.models import Desk
from gezhi.people.roles import ROLE_DESKS, Role
from gezhi.territory.models import Area, GridKind
from gezhi.workforce.models import Candidate, Criterion, Mark, Objection, Opening, Round
from gezhi.workforce.models.recruitment import Channel, CriterionKind, Origin
from gezhi.workforce.workflow import CandidateStage, RoundStage

RUN, RECOMMEND = "recruit.run", "recruit.recommend"
# In a dedicated grid, part-time workers come from the units there, which recommend them.
UNITS = (Origin.STATIONED, Origin.NEW_ORGANISATION)
NOT_DRAFT = Refused("wrong_stage", _("这次选聘已经开始，岗位和标准不能再改。"))


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Posts to be filled at one desk."""

    desk: Desk
    role: str
    count: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A criterion to be stated: `weight` 0 is a condition that must hold."""

    name: str
    weight: int = 0


def plan_round(
    *, actor: Actor, at: datetime, name: str, area: Area, channel: str, apply_until: date,
    openings: Sequence[Vacancy] = (), criteria: Sequence[Measure] = (),
) -> Round:  # fmt: skip
    """Prepare a selection for a street or the district. Needs `recruit.run` over its area."""
    actor.require(RUN, area=area.code)
    name = typed(name, field="name", longest=80, empty=_("请写明选聘的名称。"))
    if channel not in Channel.values:
        raise Refused("no_such_channel", _("请选择进入渠道。"), field="channel")
    if apply_until < local_day(at):
        raise Refused("past", _("报名截止日期不能早于今天。"), field="apply_until")
    with unit():
        round_ = Round.objects.create(
            name=name, area=area, channel=channel, apply_until=apply_until, created_at=at, version=1
        )
        found(round_, Fact("selection.planned", {"area": area.code, "channel": channel}), actor=actor, at=at)
        for opening in openings:
            add_opening(round_, opening, actor=actor, at=at)
        for criterion in criteria:
            add_criterion(round_, criterion, actor=actor, at=at)
    return round_


def add_opening(round_: Round, vacancy: Vacancy, *, actor: Actor, at: datetime) -> Opening:
    """State posts to be filled, while the selection is being prepared."""
    actor.require(RUN, area=round_.area.code)
    if round_.stage != RoundStage.DRAFT:
        raise NOT_DRAFT
    desk = vacancy.desk
    if not desk.area.code.startswith(round_.area.code) or not desk.is_open:
        raise Refused("not_your_area", _("这个岗台不在这次选聘的范围内，或已关闭。"), field="desk")
    if vacancy.role not in Role.values or desk.kind not in ROLE_DESKS[Role(vacancy.role)]:
        raise Refused("wrong_desk", _("这种岗位不能安排在这个岗台。"), field="role")
    if not 1 <= vacancy.count <= 200:
        raise Refused("no_number", _("人数应在 1 至 200 之间。"), field="count")
    with unit():
        data = {"desk": desk.pk, "role": vacancy.role, "count": vacancy.count}
        advance(round_, Fact("selection.opening_added", data), actor=actor, at=at)
        with first_come("opening_there", _("这个岗台的这种岗位已经写过了。"), field="desk"):
            return Opening.objects.create(round=round_, desk=desk, role=vacancy.role, count=vacancy.count)


def add_criterion(round_: Round, measure: Measure, *, actor: Actor, at: datetime) -> Criterion:
    """State by what candidates are judged, while the selection is being prepared."""
    actor.require(RUN, area=round_.area.code)
    if round_.stage != RoundStage.DRAFT:
        raise NOT_DRAFT
    name = typed(measure.name, field="name", longest=80, empty=_("请写明标准。"))
    if not 0 <= measure.weight <= 100:
        raise Refused("weights", _("权重应在 0 至 100 之间；0 表示必须符合的条件。"), field="weight")
    kind = CriterionKind.POINTS if measure.weight else CriterionKind.YES_NO
    with unit():
        position = (Criterion.objects.filter(round=round_).aggregate(last=Max("position"))["last"] or 0) + 1
        data = {"position": position, "weight": measure.weight}
        advance(round_, Fact("selection.criterion_added", data, name), actor=actor, at=at)
        return Criterion.objects.create(round=round_, position=position, name=name, kind=kind, weight=measure.weight)


# --- candidates -----------------------------------------------------------------------------------------------------


def propose(
    opening: Opening, *, actor: Actor, at: datetime, name: str, origin: str, unit_name: str = "", phone: str = ""
) -> Candidate:
    """Put somebody forward for a post. Needs `recruit.recommend` or `recruit.run` where the post is.

    Refused: after the last day, without a recommending unit where one is due, and for part-time posts of a dedicated grid anybody but those
    whom a unit there recommends.
    """
    round_, desk = opening.round, opening.desk
    if not any(actor.may(right, area=desk.area.code, desk_id=desk.pk) for right in (RECOMMEND, RUN)):
        raise Denied(RECOMMEND)
    if round_.stage != RoundStage.OPEN:
        raise Refused("wrong_stage", _("这次选聘现在不在报名推荐阶段。"))
    if local_day(at) > round_.apply_until:
        raise Refused("too_late", _("报名已经截止。"))
    name = typed(" ".join(name.split()), field="name", longest=40, empty=_("请填写姓名。"))
    unit_name = typed(unit_name, field="unit_name", longest=80)
    phone = typed(phone, field="phone", longest=20)
    for field, text in (("name", name), ("unit_name", unit_name), ("phone", phone)):
        if holds_identity_number(text):
            raise Refused("identity_number", _("这里不能写身份证号码，系统不保存。"), field=field)
    check_origin(opening, origin, unit_name)
    with unit():
        candidate = Candidate.objects.create(
            round=round_, opening=opening, name=name, phone=phone, origin=origin, unit=unit_name,
            proposed_by_id=actor.user_id, proposed_at=at, version=1,
        )  # fmt: skip
        data = {"selection": round_.pk, "opening": opening.pk, "origin": origin, "desk": desk.pk}
        found(candidate, Fact("candidate.proposed", data), actor=actor, at=at)
    return candidate


def check_origin(opening: Opening, origin: str, unit_name: str) -> None:
    if origin not in Origin.values:
        raise Refused("no_such_origin", _("请选择人选来源。"), field="origin")
    is_dedicated = opening.desk.area.kind == GridKind.DEDICATED and opening.role == Role.PART_TIME_WORKER
    if is_dedicated and origin not in UNITS:
        message = _("专属网格的兼职网格员，由驻区单位或“两新”组织党组织推荐。")
        raise Refused("unit_only", message, field="origin")
    if origin in UNITS and not unit_name:
        raise Refused("no_unit", _("请写明推荐单位。"), field="unit_name")


def mark(candidate: Candidate, criterion: Criterion, value: int, *, actor: Actor, at: datetime) -> Mark:
    """One assessor's mark, given once or changed until the notice. Who recommended somebody does not mark that person."""
    actor.require(RUN, area=candidate.round.area.code)
    if candidate.round.stage != RoundStage.ASSESSING or candidate.stage != CandidateStage.APPROVED:
        raise Refused("wrong_stage", _("现在不在考评阶段。"))
    if criterion.round_id != candidate.round_id:
        raise Refused("no_such_criterion", _("没有这一条标准。"), field="criterion")
    if candidate.proposed_by_id is not None and candidate.proposed_by_id == actor.user_id:
        raise Refused("own_candidate", _("推荐人不考评自己推荐的人选，请由同事打分。"))
    highest = 1 if criterion.kind == CriterionKind.YES_NO else 100
    if not 0 <= value <= highest:
        raise Refused("no_such_mark", _("分数应在 0 至 %(highest)s 之间。") % {"highest": highest}, field="value")
    with unit():
        advance(
            candidate,
            Fact("candidate.marked", {"criterion": criterion.pk, "value": value}),
            actor=actor,
            at=at,
        )
        given, _is_new = Mark.objects.update_or_create(
            candidate=candidate,
            criterion=criterion,
            assessor_id=actor.user_id,
            defaults={"value": value, "marked_at": at},
        )
    return given


# --- objections -----------------------------------------------------------------------------------------------------


def object_to(round_: Round, *, actor: Actor, at: datetime, text: str, candidate: Candidate | None = None) -> Objection:
    """Take down what somebody holds against the notice; who objects need not be named. Only while the notice stands."""
    actor.require(RUN, area=round_.area.code)
    if round_.stage != RoundStage.NOTICE:
        raise Refused("wrong_stage", _("现在不在公示期。"))
    text = typed(text, field="text", longest=2000, empty=_("请写下异议的内容。"))
    if holds_identity_number(text):
        raise Refused("identity_number", _("这里不能写身份证号码，系统不保存。"), field="text")
    if candidate is not None and candidate.round_id != round_.pk:
        raise Refused("no_such_candidate", _("这次选聘没有这个人选。"), field="candidate")
    with unit():
        objection = Objection.objects.create(round=round_, candidate=candidate, text=text, raised_at=at, version=1)
        data = {"selection": round_.pk, "candidate": candidate.pk if candidate else None}
        found(objection, Fact("objection.raised", data), actor=actor, at=at)
    return objection


def answer_objection(objection: Objection, *, actor: Actor, at: datetime, answer: str, is_upheld: bool) -> None:
    """Answer an objection. One that is upheld takes its candidate out and the notice down: people are judged anew."""
    round_ = objection.round
    actor.require(RUN, area=round_.area.code)
    if objection.answered_at is not None:
        raise Refused("answered", _("这条异议已经答复过了。"))
    if round_.stage != RoundStage.NOTICE:
        raise Refused("wrong_stage", _("现在不在公示期。"))
    answer = typed(answer, field="answer", longest=2000, empty=_("请写明核实情况和答复。"))
    changes: dict[str, Any] = {"answer": answer, "is_upheld": is_upheld, "answered_at": at}
    with unit():
        advance(objection, Fact("objection.answered", {"upheld": is_upheld}), actor=actor, at=at, changes=changes)
        if not is_upheld:
            return
        if objection.candidate is not None:
            out = {"stage": CandidateStage.REFUSED}
            advance(objection.candidate, Fact("candidate.struck"), actor=actor, at=at, changes=out)
        take_down(round_, Fact("selection.revised", {"objection": objection.pk}), actor=actor, at=at)


def take_down(round_: Round, fact: Fact, *, actor: Actor, at: datetime) -> None:
    """The notice comes down; whoever was chosen or passed over in it is a candidate again."""
    advance(round_, fact, actor=actor, at=at, changes={"stage": RoundStage.ASSESSING, **NO_NOTICE})
    candidates_again(round_, actor=actor, at=at)


def candidates_again(round_: Round, *, actor: Actor, at: datetime) -> None:
    placed = (CandidateStage.CHOSEN, CandidateStage.PASSED_OVER)
    for candidate in Candidate.objects.filter(round=round_, stage__in=placed):
        again = {"stage": CandidateStage.APPROVED}
        advance(candidate, Fact("candidate.reopened"), actor=actor, at=at, changes=again)


NO_NOTICE: dict[str, Any] = {"notice_from": None, "notice_until": None, "result": []}
