"""One's own courses, exams, things and shifts for the phone; who is on duty; selections and files for whoever may see them."""

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.accounts.models import User
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.http.inputs import LARGEST_ID, ApiRequest, Body, Id, Moment, Text, about, in_path, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.refusals import Refused
from gezhi.workforce.access import course_for, get_device, get_shift, get_swap, get_worker, missing
from gezhi.workforce.actions import answer_swap, ask_swap, enrol, hand_in, report_lost
from gezhi.workforce.models import Course, Device, Round, Session, Shift
from gezhi.workforce.models.equipment import DeviceState
from gezhi.workforce.models.training import CourseKind, ExamQuestionKind
from gezhi.workforce.queries import coming_shifts, courses_of, file_of, held_by, on_duty, swaps_for
from gezhi.workforce.workflow import RoundStage

router = Router(tags=["workforce"])
Key = Annotated[int, in_path(_("id。"))]
AREA = r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$"


class CourseLineShape(BaseModel):
    id: int
    name: str
    kind: CourseKind
    is_required: Annotated[bool, about(_("岗前必须通过，否则岗位不生效。"))]
    passed_on: date | None
    questions: int
    attempts_left: int


class ShiftShape(BaseModel):
    id: int
    desk_id: int
    desk: str
    kind: str
    starts_at: Moment
    ends_at: Moment


class DutyShape(ShiftShape):
    name: str
    work_phone: str


class DutyList(BaseModel):
    items: list[DutyShape]


class SwapShape(BaseModel):
    id: int
    shift: ShiftShape
    in_return: ShiftShape | None
    asked_by: str
    colleague: str
    is_for_me: Annotated[bool, about(_("true：等我答复；false：我提出的。"))]
    reason: str


class ThingShape(BaseModel):
    name: str
    unit: str
    count: int


class HandsetShape(BaseModel):
    id: int
    number: str
    model: str


class Mine(BaseModel):
    """What concerns only the one who asks."""

    courses: list[CourseLineShape]
    shifts: list[ShiftShape]
    swaps: list[SwapShape]
    things: list[ThingShape]
    phones: list[HandsetShape]


class ExamQuestionShape(BaseModel):
    id: int
    kind: ExamQuestionKind
    text: str
    options: list[str]


class MaterialShape(BaseModel):
    title: str
    text: str
    has_file: bool


class SessionShape(BaseModel):
    id: int
    starts_at: Moment
    place: str
    capacity: int


class CourseShape(BaseModel):
    id: int
    name: str
    kind: CourseKind
    summary: str
    pass_mark: int
    most_attempts: int
    materials: list[MaterialShape]
    questions: Annotated[list[ExamQuestionShape], about(_("不含答案。"))]
    sessions: list[SessionShape]


class ChosenIn(Body):
    question_id: Id
    chosen: Annotated[list[Annotated[int, Field(ge=0, le=7)]], Field(min_length=1, max_length=8)]


class ExamIn(Body):
    answers: Annotated[list[ChosenIn], Field(min_length=1, max_length=200)]


class ExamDone(BaseModel):
    score: int
    is_passed: bool


class SwapIn(Body):
    colleague_id: Id
    in_return_id: Id | None = None
    reason: Annotated[Text, Field(max_length=200)] = ""


class SwapAnswerIn(Body):
    agrees: bool


class Done(BaseModel):
    id: int
    state: str


class LostIn(Body):
    note: Annotated[Text, Field(max_length=200)] = ""


class RoundShape(BaseModel):
    id: int
    name: str
    stage: RoundStage
    channel: str
    area_code: str
    apply_until: date
    notice_until: date | None
    digest: str


class RoundPage(Page[RoundShape]):
    pass


class RoundFilters(BaseModel):
    stage: RoundStage | None = None


class CareerEntryShape(BaseModel):
    stage: Annotated[str, about(_("select、train、manage、use：选、育、管、用。"))]
    on: date
    kind: str


class FileShape(BaseModel):
    user_id: int
    name: str
    entries: list[CareerEntryShape]


class DutyFilters(BaseModel):
    area: Annotated[str, Field(pattern=AREA), about(_("区域代码；连同它上面和里面的岗台。"))]


def shift_shape(shift: Shift) -> ShiftShape:
    return ShiftShape.model_validate(shift_members(shift))


def shift_members(shift: Shift) -> dict[str, object]:
    return {
        "id": shift.pk,
        "desk_id": shift.desk_id,
        "desk": shift.desk.name,
        "kind": shift.kind,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
    }


def me(request: ApiRequest) -> User:
    """Programs of the house itself and residents have nothing of their own here."""
    user = User.objects.filter(pk=request.auth.user_id or 0, officer="").first()
    if user is None:
        raise Denied("self")
    return user


@router.get(
    "/workforce/mine",
    response=Mine,
    operation_id="get_my_workforce",
    **said(_("我的课程、班次和装备"), _("岗位还没有生效的人也能看。")),
)
def mine(request: ApiRequest) -> HttpResponse:
    """Everything that concerns only oneself, in one answer."""
    user = me(request)
    answer = Mine(
        courses=[
            CourseLineShape(
                id=line.course.pk,
                name=line.course.name,
                kind=CourseKind(line.course.kind),
                is_required=line.is_required,
                passed_on=line.passed.passed_on if line.passed is not None else None,
                questions=line.questions,
                attempts_left=line.attempts_left,
            )
            for line in courses_of(user, on=local_day(request.at))
        ],
        shifts=[shift_shape(one) for one in coming_shifts(user.pk, at=request.at)],
        swaps=[
            SwapShape(
                id=one.pk,
                shift=shift_shape(one.shift),
                in_return=shift_shape(one.in_return) if one.in_return is not None else None,
                asked_by=one.asked_by.name,
                colleague=one.colleague.name,
                is_for_me=one.colleague_id == user.pk,
                reason=one.reason,
            )
            for one in swaps_for(user.pk)
        ],
        things=[ThingShape(name=name, unit=unit, count=count) for name, unit, count in held_by(user.pk)],
        phones=[
            HandsetShape(id=one.pk, number=one.number, model=one.model)
            for one in Device.objects.filter(holder=user, state=DeviceState.ISSUED).order_by("pk")
        ],
    )
    return reply(answer)


def course_of(request: ApiRequest, key: int) -> Course:
    if not 0 < key <= LARGEST_ID:
        raise missing()
    return course_for(request.auth, key, at=request.at)


@router.get(
    "/workforce/courses/{key}",
    response=CourseShape,
    operation_id="get_course",
    **said(_("一门课程"), _("资料、考题（不含答案）和班次。")),
)
def read_course(request: ApiRequest, key: Key) -> HttpResponse:
    """A course as whoever takes it reads it."""
    course = course_of(request, key)
    sessions = course.sessions.filter(is_cancelled=False, starts_at__gt=request.at).order_by("starts_at")
    answer = CourseShape(
        id=course.pk,
        name=course.name,
        kind=CourseKind(course.kind),
        summary=course.summary,
        pass_mark=course.pass_mark,
        most_attempts=course.most_attempts,
        materials=[
            MaterialShape(title=one.title, text=one.text, has_file=one.file_id is not None)
            for one in course.materials.order_by("position")
        ],
        questions=[
            ExamQuestionShape(id=one.pk, kind=ExamQuestionKind(one.kind), text=one.text, options=one.options)
            for one in course.questions.order_by("position")
        ],
        sessions=[
            SessionShape(id=one.pk, starts_at=one.starts_at, place=one.place, capacity=one.capacity) for one in sessions
        ],
    )
    return reply(answer)


@router.post(
    "/workforce/courses/{key}/exam",
    response=ExamDone,
    operation_id="hand_in_exam",
    **said(_("交卷"), _("每道题都要作答；马上得出成绩，次数有限。")),
)
def hand_in_exam(request: ApiRequest, key: Key, exam: ExamIn) -> HttpResponse:
    """Hand in one's own exam."""
    course, actor, at = course_of(request, key), request.auth, request.at
    answers = {one.question_id: one.chosen for one in exam.answers}

    def do() -> tuple[int, BaseModel]:
        attempt = hand_in(course, answers, actor=actor, at=at)
        return 200, ExamDone(score=attempt.score, is_passed=attempt.is_passed)

    return reply_once(request, f"user:{actor.user_id}", exam.model_dump(mode="json"), do, at=at)


@router.post(
    "/workforce/sessions/{key}/enrol",
    response=Done,
    operation_id="enrol_in_session",
    **said(_("报名"), _("给自己报名参加一班培训。")),
)
def enrol_in_session(request: ApiRequest, key: Key) -> HttpResponse:
    """Put one's own name down for a date."""
    user, actor, at = me(request), request.auth, request.at
    session = Session.objects.filter(pk=key).first() if 0 < key <= LARGEST_ID else None
    if session is None:
        raise missing()
    course_of(request, session.course_id)

    def do() -> tuple[int, BaseModel]:
        row = enrol(session, user, actor=actor, at=at)
        return 200, Done(id=row.pk, state=row.presence)

    return reply_once(request, f"user:{actor.user_id}", {}, do, at=at)


@router.get(
    "/workforce/duty",
    response=DutyList,
    operation_id="get_duty",
    **said(_("现在谁在岗"), _("这个地方上下各级岗台的值班人，最近的在前；要有查看事件或队伍的权限。")),
)
def duty(request: ApiRequest, filters: Query[DutyFilters]) -> HttpResponse:
    """Who is on duty for a place right now, with the work phone."""
    only_known(request, DutyFilters)
    if not any(request.auth.has(right) for right in ("case.see", "workforce.see")):
        raise Denied("workforce.see")
    items = [
        DutyShape.model_validate({**shift_members(one), "name": one.user.name, "work_phone": one.user.work_phone})
        for one in on_duty(filters.area, at=request.at)
    ]
    return reply(DutyList(items=items))


@router.post(
    "/workforce/shifts/{key}/swap",
    response={201: Done},
    operation_id="ask_swap",
    **said(_("请人换班"), _("对方同意后班次马上交换；有冲突的不能换。")),
)
def ask_for_swap(request: ApiRequest, key: Key, wanted: SwapIn) -> HttpResponse:
    """Ask a colleague to take over one's own shift."""
    actor, at = request.auth, request.at
    shift = get_shift(actor, key if 0 < key <= LARGEST_ID else 0)

    def do() -> tuple[int, BaseModel]:
        colleague = User.objects.filter(pk=wanted.colleague_id, is_active=True).first()
        if colleague is None:
            raise Refused("no_such_user", _("没有这个同事。"), field="colleague_id")
        in_return = get_shift_of(wanted.in_return_id, shift) if wanted.in_return_id is not None else None
        swap = ask_swap(shift, colleague, actor=actor, at=at, in_return=in_return, reason=wanted.reason)
        return 201, Done(id=swap.pk, state=swap.state)

    return reply_once(request, f"user:{actor.user_id}", wanted.model_dump(mode="json"), do, at=at)


def get_shift_of(key: int, shift: Shift) -> Shift:
    """A shift at the same desk, which is all that an exchange may name."""
    found = Shift.objects.select_related("desk__area").filter(pk=key, desk_id=shift.desk_id).first()
    if found is None:
        raise Refused("no_such_shift", _("没有这一班。"), field="in_return_id")
    return found


@router.post(
    "/workforce/swaps/{key}/answer",
    response=Done,
    operation_id="answer_swap",
    **said(_("答复换班"), _("同意的，班次马上交换。")),
)
def answer_for_swap(request: ApiRequest, key: Key, answer: SwapAnswerIn) -> HttpResponse:
    """Agree to an exchange, or don't."""
    actor, at = request.auth, request.at
    swap = get_swap(actor, key if 0 < key <= LARGEST_ID else 0)

    def do() -> tuple[int, BaseModel]:
        answer_swap(swap, answer.agrees, actor=actor, at=at)
        return 200, Done(id=swap.pk, state=swap.state)

    return reply_once(request, f"user:{actor.user_id}", answer.model_dump(mode="json"), do, at=at)


@router.post(
    "/workforce/devices/{key}/lost",
    response=Done,
    operation_id="report_device_lost",
    **said(_("挂失手机"), _("持有人在各处立刻退出登录，手机上的令牌立刻作废。")),
)
def device_lost(request: ApiRequest, key: Key, lost: LostIn) -> HttpResponse:
    """Report one's own phone lost, or one of the desk's."""
    actor, at = request.auth, request.at
    device = get_device(actor, key if 0 < key <= LARGEST_ID else 0)

    def do() -> tuple[int, BaseModel]:
        report_lost(device, actor=actor, at=at, note=lost.note)
        return 200, Done(id=device.pk, state=device.state)

    return reply_once(request, f"user:{actor.user_id}", lost.model_dump(mode="json"), do, at=at)


@router.get(
    "/workforce/selections",
    response=RoundPage,
    operation_id="list_selections",
    **said(_("选聘"), _("看得到的选聘，新的在前；不含人选。")),
)
def list_selections(request: ApiRequest, filters: Query[RoundFilters], paging: Query[Paging]) -> HttpResponse:
    """Selections without a name of anybody."""
    only_known(request, RoundFilters, Paging)
    rows = Round.objects.visible_to(request.auth).select_related("area")
    if filters.stage is not None:
        rows = rows.filter(stage=filters.stage)
    found, link = page_of_rows(request, paging, rows, order=("-pk",))
    items = [
        RoundShape(
            id=one.pk,
            name=one.name,
            stage=RoundStage(one.stage),
            channel=one.channel,
            area_code=one.area.code,
            apply_until=one.apply_until,
            notice_until=one.notice_until,
            digest=one.digest,
        )
        for one in found
    ]
    return reply(RoundPage(items=items, next=link))


@router.get(
    "/workforce/people/{key}/file",
    response=FileShape,
    operation_id="get_worker_file",
    **said(_("一个人的档案"), _("选育管用四个环节；本人和管他的人看得到，别人与没有一样是 404。")),
)
def read_file(request: ApiRequest, key: Key) -> HttpResponse:
    """What somebody's file says, by kind and day."""
    user = get_worker(request.auth, key if 0 < key <= LARGEST_ID else 0, on=local_day(request.at))
    entries = [CareerEntryShape(stage=one.stage, on=one.on, kind=one.kind) for one in file_of(user)]
    return reply(FileShape(user_id=user.pk, name=user.name, entries=entries))
