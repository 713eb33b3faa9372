"""我的: one's own courses and exams, things, shifts and exchanges, the application for the next rung. Open before any post gives a right."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.accounts.models import User
from gezhi.kernel.calendar import local_day
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Refused
from gezhi.kernel.workbooks import Column
from gezhi.people.access import valid_on
from gezhi.people.gates import Wanting, held_back
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import whole_number
from gezhi.web.support.page import show
from gezhi.web.support.workforce import forms as made
from gezhi.web.support.workforce.forms import DeedForm
from gezhi.web.support.workforce.page import ROOM, Button, Record, Section, deed_page, for_everybody, record_page
from gezhi.web.support.workforce.tables import Cell, Table
from gezhi.web.support.workforce.views.people import level_word
from gezhi.web.support.workforce.views.rosters import people_of, span_of
from gezhi.workforce.access import course_for, get_shift, get_swap
from gezhi.workforce.actions import (
    answer_swap,
    ask_promotion,
    ask_swap,
    cancel_enrolment,
    enrol,
    hand_in,
    withdraw_swap,
)
from gezhi.workforce.actions.careers import rung_of
from gezhi.workforce.ladder import Rung
from gezhi.workforce.models import Attempt, Course, Device, Promotion, Session, Shift
from gezhi.workforce.models.equipment import DeviceState
from gezhi.workforce.models.rosters import ShiftKind
from gezhi.workforce.models.training import CourseKind, ExamQuestionKind
from gezhi.workforce.queries import CourseLine, coming_shifts, courses_of, held_by, sessions_of, swaps_for
from gezhi.workforce.workflow import PromotionStage

ME = "support:workforce:me"


@require_safe
@for_everybody
def page(request: DeskRequest) -> HttpResponse:
    """What concerns only oneself; what waits comes first."""
    user, today = request.user, local_day(request.at)
    posts = list(Post.objects.filter(valid_on(today), user=user).select_related("desk"))
    shut = held_back([Wanting(one.pk, one.user_id, one.role, one.from_on) for one in posts], on=today)
    lead = " ".join(str(reason) for reason in dict.fromkeys(shut.values()))
    if lead:
        lead += _("通过之后岗位马上生效。")
    facts = [
        (one.desk.name, f"{Role(one.role).label}{'（' + _('还没有生效') + '）' if one.pk in shut else ''}")
        for one in posts
    ]
    may_apply = (
        request.actor.has("career.apply")
        and not Promotion.objects.filter(user=user, stage__in=("asked", "reviewed")).exists()
    )
    lines = courses_of(user, on=today)
    buttons = [
        Button(
            _("去考试：%(course)s") % {"course": line.course.name},
            reverse("support:workforce:exam", args=[line.course.pk]),
            "forward",
        )
        for line in lines
        if shut and line.is_required and not line.passed and line.questions and line.attempts_left
    ]
    buttons.append(Button(_("我的档案"), reverse("support:workforce:person", args=[user.pk])))
    if may_apply:
        buttons.append(Button(_("申请晋升"), reverse("support:workforce:promotion-new")))
    sections = [courses(request, lines), swaps(request), shifts(request), things(request), applications(request)]
    record = Record(
        _("我的"), reverse("desk"), _("工作台"), _("岗前培训未通过") if shut else "", "soon", lead=lead, facts=facts,
        buttons=buttons, sections=[section for section in sections if section is not None],
    )  # fmt: skip
    return record_page(request, record)


def courses(request: DeskRequest, lines: list[CourseLine]) -> Section:
    rows = []
    for line in lines:
        course = line.course
        state = (
            Cell(_("已通过"), state="good")
            if line.passed
            else Cell(_("岗前必须通过"), state="bad")
            if line.is_required
            else ""
        )
        exam = reverse("support:workforce:exam", args=[course.pk])
        left = line.questions and not line.passed and line.attempts_left
        rows.append(
            [
                Cell(
                    course.name,
                    reverse("support:workforce:course", args=[course.pk]),
                    small=CourseKind(course.kind).label,
                ),
                state,
                Cell(_("去考试"), exam, small=_("还可以考 %(left)s 次") % {"left": line.attempts_left}) if left else "",
            ]
        )
    coming = sessions_of(request.user.pk, at=request.at)
    words = "\n".join(
        _("%(when)s %(course)s，在%(place)s") % {
            "when": f"{timezone.localtime(one.session.starts_at):%m-%d %H:%M}",
            "course": one.session.course.name,
            "place": one.session.place,
        }
        for one in coming
    )  # fmt: skip
    table = Table(
        _("我的课程"), [Column(_("课程")), Column(_("情况")), Column(_("考试"))], rows, _("现在没有给您开的课程。")
    )
    return Section(_("我的课程"), table, words=words)


def swaps(request: DeskRequest) -> Section | None:
    rows = []
    for one in swaps_for(request.user.pk):
        is_asked = one.colleague_id == request.user.pk
        words = shift_words(one.shift)
        if one.in_return is not None:
            words += _("，换 %(shift)s") % {"shift": shift_words(one.in_return)}
        deed = reverse("support:workforce:swap", args=[one.pk])
        who = one.asked_by.name if is_asked else one.colleague.name
        rows.append([Cell(words, small=one.reason), who, Cell(_("答复") if is_asked else _("撤回"), deed)])
    if not rows:
        return None
    return Section(_("换班"), Table(_("换班"), [Column(_("哪一班")), Column(_("和谁")), Column("")], rows))


def shift_words(shift: Shift) -> str:
    return f"{timezone.localtime(shift.starts_at):%m-%d} {span_of(shift)}"


def shifts(request: DeskRequest) -> Section:
    rows = [
        [
            shift_words(one),
            Cell(ShiftKind(one.kind).label, small=one.desk.name),
            Cell(_("请人换班"), reverse("support:workforce:swap-new", args=[one.pk]))
            if one.starts_at > request.at
            else _("现在在岗"),
        ]
        for one in coming_shifts(request.user.pk, at=request.at)
    ]
    table = Table(_("我的班"), [Column(_("时间")), Column(_("怎么值")), Column("")], rows, _("近期没有排班。"))
    return Section(_("我的班"), table)


def things(request: DeskRequest) -> Section:
    rows: list[list[Any]] = [[name, f"{count} {unit}", ""] for name, unit, count in held_by(request.user.pk)]
    for one in Device.objects.filter(holder=request.user, state=DeviceState.ISSUED).order_by("number"):
        lost = reverse("support:workforce:device-deed", args=[one.pk, "lost"])
        rows.append([Cell(_("工作手机"), small=f"{one.model} {one.number}"), "1", Cell(_("丢了，挂失"), lost)])
    table = Table(_("我的装备"), [Column(_("名称")), Column(_("数量")), Column("")], rows, _("没有领用装备。"))
    return Section(_("我的装备"), table)


def applications(request: DeskRequest) -> Section | None:
    rows: list[list[Any]] = [
        [
            Cell(Rung(one.to_rung).label, reverse("support:workforce:promotion", args=[one.pk])),
            PromotionStage(one.stage).label,
        ]
        for one in Promotion.objects.filter(user=request.user).order_by("-pk")
    ]
    skills: list[list[Any]] = [
        [one.skill.name, level_word(one.level)]
        for one in request.user.certifications.filter(ended_on__isnull=True)
        .select_related("skill")
        .order_by("skill_id")
    ]
    if not rows and not skills:
        return None
    return Section(_("晋升和技能"), Table(_("晋升和技能"), [Column(_("事项")), Column(_("情况"))], rows + skills))


# --- exams and dates ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_everybody
def exam(request: DeskRequest, pk: int) -> HttpResponse:
    """The questions on one page; no clock runs. After handing in, the result at once."""
    course = course_for(request.actor, pk, at=request.at)
    back = reverse("support:workforce:course", args=[pk])
    asked = list(course.questions.order_by("position"))
    chosen = {one.pk: [whole_number(text) for text in request.POST.getlist(f"question{one.pk}")] for one in asked}
    problem, status = "", 200
    if request.method == "POST":
        answers = {key: [number for number in several if number is not None] for key, several in chosen.items()}

        def run() -> tuple[int, Any]:
            attempt = hand_in(course, answers, actor=request.actor, at=request.at)
            return 200, [attempt.score, attempt.is_passed]

        try:
            scope = f"desk:{request.user.pk}"
            (_status, (score, is_passed)), _replayed = once(
                scope, request.POST.get("seal", ""), [request.path, answers], run, at=request.at
            )
        except Refused as error:
            problem, status = str(error.message), error.status
        else:
            say = messages.success if is_passed else messages.warning
            words = _("%(score)s 分，通过了。") if is_passed else _("%(score)s 分，没有通过。看看资料再考。")
            say(request, words % {"score": score})
            return HttpResponseRedirect(back)
    context = {
        "title": course.name,
        "course": course,
        "left": attempts_left(course, request.user),
        "back": back,
        "problem": problem,
        "seal": request.POST.get("seal") or uuid4().hex,
        "questions": [
            {
                "name": f"question{one.pk}",
                "text": one.text,
                "kind": ExamQuestionKind(one.kind).label,
                "is_multiple": one.kind == ExamQuestionKind.MULTIPLE,
                "options": [
                    {"text": text, "is_chosen": place in chosen[one.pk]} for place, text in enumerate(one.options)
                ],
            }
            for one in asked
        ],
    }
    return show(request, "support/workforce/exam.html", context, room=ROOM, status=status)


def attempts_left(course: Course, user: User) -> int:
    return max(course.most_attempts - Attempt.objects.filter(course=course, user=user, counts=True).count(), 0)


@require_http_methods(["GET", "POST"])
@for_everybody
def enrolling(request: DeskRequest, pk: int) -> HttpResponse:
    """Put one's own name down for a date, or take it off."""
    session = Session.objects.select_related("course").filter(pk=pk).first()
    course = course_for(request.actor, session.course_id if session is not None else 0, at=request.at)
    assert session is not None, "no course has the key 0"
    mine = session.enrolments.filter(user_id=request.user.pk, presence="enrolled").exists()
    deed = cancel_enrolment if mine else enrol
    label = _("取消报名") if mine else _("报名")
    lead = f"{course.name} · {timezone.localtime(session.starts_at):%Y-%m-%d %H:%M} · {session.place}"
    return deed_page(
        request, DeedForm({}, request), lambda given: deed(session, request.user, actor=request.actor, at=request.at),
        title=label, lead=lead, back=reverse("support:workforce:course", args=[course.pk]), submit=label, done=_("已办好。"),
    )  # fmt: skip


# --- shifts and the next rung ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_everybody
def swap_new(request: DeskRequest, pk: int) -> HttpResponse:
    shift = get_shift(request.actor, pk)
    people = {one.pk: one for one in people_of(shift.desk) if one.pk != request.user.pk}
    others = Shift.objects.filter(desk=shift.desk, is_cancelled=False, starts_at__gt=request.at).exclude(
        user=request.user
    )
    known = {one.pk: one for one in others.select_related("user", "desk__area").order_by("starts_at")[:200]}
    fields = {
        "colleague": made.key(_("请谁"), made.people_choices(people.values())),
        "in_return": made.key(
            _("换对方的哪一班"), [(key, f"{one.user.name} {shift_words(one)}") for key, one in known.items()], required=False,
            help_text=_("只请对方代一班的，不用选。"),
        ),
        "reason": made.word(_("说一声"), longest=200, required=False),
    }  # fmt: skip

    def do(given: dict[str, Any]) -> None:
        ask_swap(
            shift, people[given["colleague"]], actor=request.actor, at=request.at, in_return=known.get(given["in_return"]),
            reason=given["reason"],
        )  # fmt: skip

    lead = f"{shift_words(shift)} · {shift.desk.name}"
    return deed_page(
        request, DeedForm(fields, request), do, title=_("请人换班"), lead=lead, back=reverse(ME), submit=_("去问"),
        done=_("已经去问了，对方同意后马上换过来。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_everybody
def swap(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_swap(request.actor, pk)
    act: dict[str, Any] = {"actor": request.actor, "at": request.at}
    lead = f"{found.asked_by.name}：{shift_words(found.shift)} · {found.shift.desk.name}"
    if found.in_return is not None:
        lead += _("，换 %(shift)s") % {"shift": shift_words(found.in_return)}
    if found.asked_by_id == request.user.pk:
        return deed_page(
            request, DeedForm({}, request), lambda given: withdraw_swap(found, **act), title=_("撤回换班"), lead=lead,
            back=reverse(ME), submit=_("撤回"), done=_("已撤回。"),
        )  # fmt: skip
    fields = {"agrees": made.choice(_("答复"), [("yes", _("同意换")), ("no", _("不方便"))])}
    return deed_page(
        request, DeedForm(fields, request), lambda given: answer_swap(found, given["agrees"] == "yes", **act),
        title=_("答复换班"), lead=lead, back=reverse(ME), submit=_("答复"), done=_("已答复。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_everybody
def promotion_new(request: DeskRequest) -> HttpResponse:
    current = rung_of(request.user.pk)
    rungs = [(rung.value, rung.label) for rung in Rung]
    fields = {
        "from_rung": made.choice(_("现在是"), [one for one in rungs if current in (None, one[0])]),
        "to_rung": made.choice(_("申请"), rungs[1:]),
        "statement": made.words(_("申请理由")),
    }
    form = DeedForm(fields, request, initial={"from_rung": current or Rung.GRID_WORKER})
    return deed_page(
        request, form, lambda given: ask_promotion(actor=request.actor, at=request.at, **given), title=_("申请晋升"),
        lead=" — ".join(str(rung.label) for rung in Rung), back=reverse(ME), submit=_("申请"), done=_("已提出，等街道审核。"),
    )  # fmt: skip
