"""The doors of residents, without an account: report, follow and urge by receipt code, rate. As careful with guessing as the portal's pages."""

from typing import Annotated

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import BaseModel, Field

from gezhi.cases.access import case_by_receipt
from gezhi.cases.actions import report, take
from gezhi.cases.api.reporting import FindingIn, Prose, content_of
from gezhi.cases.api.shapes import desk_named
from gezhi.cases.models import Case, Source
from gezhi.cases.situation import situation_of
from gezhi.cases.workflow import STEPS, Stage, refusal
from gezhi.kernel.access import Actor
from gezhi.kernel.events import timeline
from gezhi.kernel.http.inputs import Body, Moment, about, in_path, said
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.refusals import Refused
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.portal import throttle
from gezhi.web.portal.following import answer_to_appeal, guarded_case, may_be_rated, question_in
from gezhi.web.portal.standing import standing

router = Router(tags=["residents"], auth=None)
RESIDENT = Actor.resident()
Code = Annotated[str, in_path(_("回执码，大小写、空格和横线都不计较。"))]
Level = Annotated[int, Field(ge=1, le=5)]


class TooOften(Refused):
    """HTTP 429."""

    status = 429


class ReportIn(FindingIn):
    """What a resident reports. A name and a phone are welcome and not asked for."""


class ReportTaken(BaseModel):
    receipt_code: Annotated[str, about(_("请记下：凭它查询进展和评价。"))]
    number: str
    stage: Stage
    desk: str
    due_at: Moment
    due_is_provisional: bool


class Told(BaseModel):
    at: Moment
    text: str


class RatingGiven(BaseModel):
    service: int
    outcome: int


class ReportStanding(BaseModel):
    """How a report stands, for the one who holds its receipt code. Desks are named, people are not."""

    number: str
    kind: str
    title: str
    text: str
    place: str
    reported_at: Moment
    stage: Stage
    stage_label: str
    headline: str
    desk: str
    next: Annotated[str, about(_("接下来会发生什么。"))]
    due_at: Moment
    due_is_provisional: bool
    is_late: bool
    answer: str
    answered_at: Moment | None
    rate_until: Moment | None
    may_rate: bool
    rating: RatingGiven | None
    question: Annotated[str, about(_("请诉求人补充什么；没有在等补充的为空。"))]
    supplement_until: Annotated[Moment | None, about(_("等补充到什么时候，到时自动继续办理。"))]
    may_appeal: Annotated[bool, about(_("现在能不能对不予受理提出申诉，只能一次。"))]
    appeal_until: Moment | None
    appeal: Annotated[str, about(_("申诉：open 复核中，admitted 成立，dismissed 维持，或空。"))]
    appeal_answer: Annotated[str, about(_("申诉成立时的答复；维持的，见 answer。"))]
    timeline: list[Told]


class RatingIn(Body):
    service: Annotated[Level, about(_("对服务的评价，1 至 5，5 最好。"))]
    outcome: Annotated[Level, about(_("对结果的评价，1 至 5，5 最好。"))]
    note: Prose = ""


class RatingTaken(BaseModel):
    number: str
    stage: Stage
    service: int
    outcome: int


@router.post(
    "/reports",
    response={201: ReportTaken},
    operation_id="send_report",
    **said(_("居民反映情况"), _("不用账号。返回的回执码是查询进展和评价的唯一凭据。")),
)
def send_report(request: DeskRequest, given: ReportIn) -> HttpResponse:
    at = request.at
    if throttle.is_over(throttle.SENDING, request, at=at):
        raise TooOften("too_often", _("这个网络地址刚才发送得太多，请过十分钟再发。"))
    throttle.count(throttle.SENDING, request, at=at)

    def do() -> tuple[int, BaseModel]:
        case = report(actor=RESIDENT, at=at, source=Source.PORTAL, **given.model_dump())
        taken = ReportTaken(
            receipt_code=case.receipt_code,
            number=case.number,
            stage=Stage(case.stage),
            desk=desk_named(case.desk_id).name,
            due_at=case.due_at,
            due_is_provisional=case.due_is_provisional,
        )
        return 201, taken

    return reply_once(request, "resident", content_of(given), do, at=at, is_open=True)


@router.get(
    "/reports/{receipt_code}",
    response=ReportStanding,
    operation_id="follow_report",
    **said(_("凭回执码查询进展"), _("到了哪里、谁答复、什么时候前答复、答复了什么。")),
)
def follow_report(request: DeskRequest, receipt_code: Code) -> HttpResponse:
    return reply(standing_of(guarded_case(request, receipt_code), request))


def standing_of(case: Case, request: DeskRequest) -> ReportStanding:
    events = timeline(case)
    now = standing(case, events, at=request.at)
    situation = situation_of(case, RESIDENT, request.at)
    rating = case.ratings.filter(round=case.round).first()
    return ReportStanding(
        number=case.number,
        kind=case.kind,
        title=case.title,
        text=case.text,
        place=name_path(case.place_code or settings.DISTRICT),
        reported_at=case.reported_at,
        stage=Stage(case.stage),
        stage_label=str(Stage(case.stage).label),
        headline=str(now.headline),
        desk=now.promise.who,
        next=str(now.promise.what),
        due_at=case.due_at,
        due_is_provisional=case.due_is_provisional,
        is_late=now.promise.is_late,
        answer=now.answer,
        answered_at=case.answered_at,
        rate_until=case.rate_until,
        may_rate=may_be_rated(case, request),
        rating=RatingGiven(service=rating.service, outcome=rating.outcome) if rating else None,
        question=question_in(events) if case.awaits_reporter else "",
        supplement_until=case.review_at if case.awaits_reporter else None,
        may_appeal=refusal(STEPS["appeal"], situation) is None,
        appeal_until=situation.appeal_until,
        appeal=case.appeal,
        appeal_answer=answer_to_appeal(events),
        timeline=[Told(at=entry.at, text=entry.text) for entry in now.timeline],
    )


@router.post(
    "/reports/{receipt_code}/rating",
    response={201: RatingTaken},
    operation_id="rate_report",
    **said(_("凭回执码评价"), _("答复后、评价期内，每次办理只评一次；评过即结案。")),
)
def rate_report(request: DeskRequest, receipt_code: Code, rating: RatingIn) -> HttpResponse:
    at = request.at
    found = guarded_case(request, receipt_code)

    def do() -> tuple[int, BaseModel]:
        # Read again inside the transaction: what was found above may have moved on.
        case = take("rate", case_by_receipt(found.receipt_code), actor=RESIDENT, at=at, **rating.model_dump())
        taken = RatingTaken(number=case.number, stage=Stage(case.stage), service=rating.service, outcome=rating.outcome)
        return 201, taken

    return reply_once(request, f"receipt:{found.receipt_code}", rating.model_dump(), do, at=at)


class Urged(BaseModel):
    number: str
    desk: str


@router.post(
    "/reports/{receipt_code}/urge",
    response={201: Urged},
    operation_id="urge_report",
    **said(_("凭回执码催办"), _("答复以前可以催，承办的岗台会收到提醒；多久能再催一次，以时限为准。")),
)
def urge_report(request: DeskRequest, receipt_code: Code) -> HttpResponse:
    at = request.at
    found = guarded_case(request, receipt_code)

    def do() -> tuple[int, BaseModel]:
        case = take("urge", case_by_receipt(found.receipt_code), actor=RESIDENT, at=at)
        return 201, Urged(number=case.number, desk=desk_named(case.desk_id).name)

    return reply_once(request, f"receipt:{found.receipt_code}", {}, do, at=at)


class AppealIn(Body):
    reason: Annotated[Prose, Field(min_length=1), about(_("为什么应当受理。"))]


class SupplementIn(Body):
    text: Annotated[Prose, Field(min_length=1), about(_("补充的情况。"))]


class Written(BaseModel):
    number: str
    stage: Stage
    desk: str
    due_at: Moment


def write(request: DeskRequest, receipt_code: str, step: str, given: Body) -> HttpResponse:
    """What the holder of the code writes later; one answer however often it is sent."""
    at = request.at
    found = guarded_case(request, receipt_code)
    inputs = given.model_dump()

    def do() -> tuple[int, BaseModel]:
        case = take(step, case_by_receipt(found.receipt_code), actor=RESIDENT, at=at, **inputs)
        desk = desk_named(case.desk_id).name
        return 201, Written(number=case.number, stage=Stage(case.stage), desk=desk, due_at=case.due_at)

    return reply_once(request, f"receipt:{found.receipt_code}", inputs | {"step": step}, do, at=at)


@router.post(
    "/reports/{receipt_code}/appeal",
    response={201: Written},
    operation_id="appeal_report",
    **said(_("凭回执码申诉"), _("不予受理的，期限内可以申诉一次，由上一级没有经手的人复核并答复。")),
)
def appeal_report(request: DeskRequest, receipt_code: Code, appeal: AppealIn) -> HttpResponse:
    return write(request, receipt_code, "appeal", appeal)


@router.post(
    "/reports/{receipt_code}/supplement",
    response={201: Written},
    operation_id="supplement_report",
    **said(_("凭回执码补充情况"), _("请您补充的，写来就接着办；到时没有补充，按现有的情况办。")),
)
def supplement_report(request: DeskRequest, receipt_code: Code, supplement: SupplementIn) -> HttpResponse:
    return write(request, receipt_code, "supplement", supplement)
