"""培训: courses with materials, exams and dates; who waits for the training before a post; skills and where they are lacking."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.accounts.models import User
from gezhi.kernel import files
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.workbooks import Column
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support
from gezhi.web.support.workforce import forms as made
from gezhi.web.support.workforce.forms import DeedForm
from gezhi.web.support.workforce.page import (
    Button,
    Record,
    Register,
    Section,
    choices,
    deed_page,
    for_everybody,
    record_page,
    register_page,
)
from gezhi.web.support.workforce.tables import Cell, Table
from gezhi.web.support.workforce.views.recruitment import areas_of
from gezhi.web.support.workforce.wording import story
from gezhi.workforce.access import course_for, get_session, missing
from gezhi.workforce.actions import (
    add_material,
    add_question,
    ask_exemption,
    cancel_session,
    change_course,
    decide_exemption,
    enrol,
    hold_session,
    offer_course,
    record_presence,
    renew_attempts,
    require_course,
)
from gezhi.workforce.models import Attempt, Course, Exemption, Material, Pass, Requirement
from gezhi.workforce.models.training import CourseKind, Presence, QuestionKind
from gezhi.workforce.places import areas_within
from gezhi.workforce.queries import people_for, waiting_posts

COURSES, GATE = "support:workforce:courses", "support:workforce:gate"
EDIT = "training.edit"
LETTERS = "ABCDEFGH"


def url_of(course: Course) -> str:
    return reverse("support:workforce:course", args=[course.pk])


@require_safe
@for_support("workforce.see")
def listing(request: DeskRequest) -> HttpResponse:
    """Courses of the actor's land and of what lies above it."""
    kind = request.GET.get("kind", "")
    codes = request.actor.areas("workforce.see")
    around = {code[:length] for code in codes for length in (6, 9, 12) if length <= len(code)}
    rows = Course.objects.filter(areas_within("area", *codes)) | Course.objects.filter(area__code__in=around)
    if kind in CourseKind.values:
        rows = rows.filter(kind=kind)
    people = people_for(request.actor, on=local_day(request.at)).values("pk")
    lines = []
    for course in rows.select_related("area").prefetch_related("questions").order_by("kind", "pk"):
        passed = Pass.objects.filter(course=course, user__in=people).count()
        lines.append(
            [
                Cell(course.name, url_of(course), small=course.code),
                CourseKind(course.kind).label,
                course.area.name,
                len(course.questions.all()),
                passed,
                Cell(_("在开") if course.is_active else _("停开"), state="good" if course.is_active else "quiet"),
            ]
        )
    columns = [
        Column(_("课程"), 16),
        Column(_("形式"), 6),
        Column(_("谁开的"), 10),
        Column(_("考题")),
        Column(_("本区域已通过"), 6),
        Column(_("状态")),
    ]
    buttons = (
        [Button(_("新的课程"), reverse("support:workforce:course-new"), "forward", "n")]
        if request.actor.has(EDIT)
        else []
    )
    return register_page(
        request,
        Register(
            Table(_("培训课程"), columns, lines, _("还没有课程。学院讲系统课，微课堂讲一件事，沙龙大家谈。")),
            lead=_("学过没有，看考试或到场；学了多久不记录，也不排名。"),
            buttons=buttons,
            filters=[(_("形式"), choices(request, "kind", [("", _("全部")), *CourseKind.choices]))],
        ),
    )


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def new(request: DeskRequest) -> HttpResponse:
    areas = {one.pk: one for one in areas_of(request, EDIT)}
    fields = {
        "name": made.word(_("课程名称")),
        "code": made.word(_("代码"), longest=30),
        "kind": made.choice(_("形式"), CourseKind.choices),
        "area": made.key(_("面向哪里的人"), [(key, one.name) for key, one in areas.items()]),
        "summary": made.words(_("讲什么"), required=False),
        "pass_mark": made.number(_("合格分数"), least=1, most=100),
        "most_attempts": made.number(_("最多考几次"), least=1, most=20),
    }
    offered: list[Course] = []

    def do(given: dict[str, Any]) -> None:
        offered.append(offer_course(actor=request.actor, at=request.at, **{**given, "area": areas[given["area"]]}))

    form = DeedForm(fields, request, initial={"pass_mark": 60, "most_attempts": 3})
    return deed_page(
        request, form, do, title=_("新的课程"), back=reverse(COURSES), submit=_("开设"), done=_("课程已开设，请加资料和考题。"),
        then=lambda: url_of(offered[0]),
    )  # fmt: skip


@require_safe
@for_everybody
def one(request: DeskRequest, pk: int) -> HttpResponse:
    """A course as whoever takes it reads it; with questions and results for those who keep it."""
    course = course_for(request.actor, pk, at=request.at)
    keeps = request.actor.may(EDIT, area=course.area.code)
    passed = Pass.objects.filter(course=course, user_id=request.user.pk).first()
    questions = list(course.questions.order_by("position"))
    used = Attempt.objects.filter(course=course, user_id=request.user.pk, counts=True).count()
    left = max(course.most_attempts - used, 0)
    buttons = []
    if questions and passed is None and course.is_active and left:
        buttons.append(Button(_("去考试"), reverse("support:workforce:exam", args=[pk]), "forward", "a"))
    sections = [materials_of(course), sessions_of(request, course, keeps)]
    if keeps:
        buttons += [
            Button(_("修改"), reverse("support:workforce:course-edit", args=[pk])),
            Button(_("加资料"), reverse("support:workforce:material-new", args=[pk])),
            Button(_("加考题"), reverse("support:workforce:question-new", args=[pk])),
            Button(_("安排班次"), reverse("support:workforce:session-new", args=[pk])),
        ]
        sections += [questions_of(course), results_of(request, course)]
    facts = [
        (_("形式"), CourseKind(course.kind).label),
        (_("面向"), course.area.name),
        (_("怎么算通过"), pass_words(course, len(questions))),
        (_("我"), my_words(passed, left, has_exam=bool(questions))),
    ]
    mine = reverse("support:workforce:me")
    back, label = (reverse(COURSES), _("培训课程")) if request.actor.has("workforce.see") else (mine, _("我的"))
    record = Record(
        course.name, back, label, _("在开") if course.is_active else _("停开"), "good" if course.is_active else "quiet",
        lead=course.summary, facts=facts, buttons=buttons, sections=sections, story=story(course) if keeps else (),
    )  # fmt: skip
    return record_page(request, record)


def my_words(passed: Pass | None, left: int, *, has_exam: bool) -> str:
    if passed is not None:
        return _("%(day)s 已通过") % {"day": passed.passed_on}
    return _("还没有通过，还可以考 %(left)s 次") % {"left": left} if has_exam else _("还没有参加")


def pass_words(course: Course, questions: int) -> str:
    if not questions:
        return _("到场参加，由组织者登记")
    return _("%(n)s 道题，%(mark)s 分通过，最多考 %(most)s 次") % {
        "n": questions, "mark": course.pass_mark, "most": course.most_attempts,
    }  # fmt: skip


def materials_of(course: Course) -> Section:
    rows = [
        [Cell(one.title, reverse("support:workforce:material", args=[one.pk]) if one.file_id else ""), one.text]
        for one in course.materials.order_by("position")
    ]
    return Section(_("资料"), Table(_("资料"), [Column(_("标题")), Column(_("内容"))], rows, _("还没有资料。")))


def sessions_of(request: DeskRequest, course: Course, keeps: bool) -> Section:
    mine = {
        enrolment.session_id: enrolment.presence
        for session in course.sessions.prefetch_related("enrolments")
        for enrolment in session.enrolments.all()
        if enrolment.user_id == request.actor.user_id
    }
    rows = []
    for session in course.sessions.select_related("area").prefetch_related("enrolments").order_by("-starts_at"):
        taken = sum(enrolment.presence != Presence.CANCELLED for enrolment in session.enrolments.all())
        presence = mine.get(session.pk, "")
        is_ahead = session.starts_at > request.at and not session.is_cancelled
        may_enrol = is_ahead and presence in ("", Presence.CANCELLED) and taken < session.capacity
        state = _("已取消") if session.is_cancelled else Presence(presence).label if presence else ""
        rows.append(
            [
                Cell(session.starts_at, reverse("support:workforce:session", args=[session.pk]) if keeps else ""),
                session.place,
                f"{taken} / {session.capacity}",
                Cell(_("报名"), reverse("support:workforce:enrol", args=[session.pk])) if may_enrol else state,
            ]
        )
    columns = [Column(_("时间")), Column(_("地点")), Column(_("已报 / 人数")), Column(_("我"))]
    return Section(_("班次"), Table(_("班次"), columns, rows, _("还没有安排班次。")))


def questions_of(course: Course) -> Section:
    rows = [
        [
            one.text,
            QuestionKind(one.kind).label,
            "；".join(f"{LETTERS[place]} {option}" for place, option in enumerate(one.options)),
            "".join(LETTERS[place] for place in one.correct),
        ]
        for one in course.questions.order_by("position")
    ]
    columns = [Column(_("题目")), Column(_("题型")), Column(_("选项")), Column(_("答案"))]
    return Section(_("考题"), Table(_("考题"), columns, rows, _("没有考题的课程，到场参加就算通过。")))


def results_of(request: DeskRequest, course: Course) -> Section:
    """Who of the actor's people has passed; who failed stands nowhere but with the person, and here for who used all attempts."""
    people = people_for(request.actor, on=local_day(request.at)).values("pk")
    rows: list[list[Any]] = [
        [one.user.name, one.passed_on, one.score if one.score is not None else "—", ""]
        for one in course.passes.filter(user__in=people).select_related("user").order_by("-passed_on", "pk")[:200]
    ]
    stuck = Attempt.objects.filter(course=course, counts=True, user__in=people).values_list("user_id", flat=True)
    passed = set(course.passes.values_list("user_id", flat=True))
    counts: dict[int, int] = {}
    for user_id in stuck:
        counts[user_id] = counts.get(user_id, 0) + 1
    used_up = [key for key, number in counts.items() if number >= course.most_attempts and key not in passed]
    rows += [
        [
            user.name,
            "",
            Cell(_("次数用完"), state="bad"),
            Cell(_("重新给次数"), reverse("support:workforce:renew", args=[course.pk, user.pk])),
        ]
        for user in User.objects.filter(pk__in=used_up).order_by("name")
    ]
    columns = [Column(_("姓名")), Column(_("通过日期")), Column(_("成绩")), Column("")]
    return Section(_("通过的人"), Table(_("通过的人"), columns, rows, _("还没有人通过。")))


def kept_course(request: DeskRequest, pk: int) -> Course:
    course = course_for(request.actor, pk, at=request.at)
    if not request.actor.may(EDIT, area=course.area.code):
        raise Denied(EDIT)
    return course


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    course = kept_course(request, pk)
    fields = {
        "name": made.word(_("课程名称")),
        "summary": made.words(_("讲什么"), required=False),
        "pass_mark": made.number(_("合格分数"), least=1, most=100),
        "most_attempts": made.number(_("最多考几次"), least=1, most=20),
        "is_active": made.flag(_("在开")),
    }
    initial = {name: getattr(course, name) for name in fields}
    form = DeedForm(fields, request, initial=initial)
    return deed_page(
        request, form, lambda given: change_course(course, actor=request.actor, at=request.at, **given),
        title=_("修改课程"), back=url_of(course), submit=_("保存"), done=_("课程已修改。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def material_new(request: DeskRequest, pk: int) -> HttpResponse:
    course = kept_course(request, pk)
    fields = {
        "title": made.word(_("标题")),
        "text": made.words(_("正文"), required=False, longest=10_000, rows=8),
        "file": made.attachment(_("附件")),
    }
    return deed_page(
        request, DeedForm(fields, request), lambda given: add_material(course, actor=request.actor, at=request.at, **given),
        title=_("加资料"), back=url_of(course), submit=_("加上"), done=_("资料已加上。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def question_new(request: DeskRequest, pk: int) -> HttpResponse:
    course = kept_course(request, pk)
    fields = {
        "kind": made.choice(_("题型"), QuestionKind.choices),
        "text": made.words(_("题目"), longest=300),
        "options": made.words(_("选项"), required=False, rows=5, help_text=_("一行一个，2 至 8 个；判断题不用填。")),
        "correct": made.word(_("答案"), longest=8, help_text=_("写字母，例如 A，多选写 ABD；判断题 A 是对，B 是错。")),
    }

    def do(given: dict[str, Any]) -> None:
        options = [text.strip() for text in given["options"].splitlines() if text.strip()]
        correct = [LETTERS.find(letter) for letter in given["correct"].upper() if letter.strip()]
        add_question(
            course, actor=request.actor, at=request.at, kind=given["kind"], text=given["text"], options=options,
            correct=correct,
        )  # fmt: skip

    return deed_page(
        request,
        DeedForm(fields, request),
        do,
        title=_("加考题"),
        back=url_of(course),
        submit=_("加上"),
        done=_("考题已加上。"),
    )


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def renew(request: DeskRequest, pk: int, user_pk: int) -> HttpResponse:
    course = kept_course(request, pk)
    user = User.objects.filter(pk=user_pk).first()
    if user is None:
        raise missing()
    return deed_page(
        request, DeedForm({"reason": made.words(_("理由"), longest=200)}, request),
        lambda given: renew_attempts(course, user, actor=request.actor, at=request.at, **given),
        title=_("重新给考试次数") + f" · {user.name}", back=url_of(course), submit=_("给"), done=_("可以重新考了。"),
    )  # fmt: skip


@require_safe
@for_everybody
def material(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The file of a material, for whoever may take the course."""
    found = Material.objects.select_related("file").filter(pk=pk, file__isnull=False).first()
    if found is None or found.file is None:
        raise missing()
    course_for(request.actor, found.course_id, at=request.at)
    response = FileResponse(files.open_file(found.file), content_type=found.file.kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response


# --- dates ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def session_new(request: DeskRequest, pk: int) -> HttpResponse:
    course = course_for(request.actor, pk, at=request.at)
    areas = {one.pk: one for one in areas_of(request, EDIT)}
    fields = {
        "starts_at": made.moment(_("开课时间")),
        "place": made.word(_("地点")),
        "capacity": made.number(_("人数"), least=1, most=2000),
        "area": made.key(_("面向哪里的人"), [(key, one.name) for key, one in areas.items()]),
    }

    def do(given: dict[str, Any]) -> None:
        hold_session(course, actor=request.actor, at=request.at, **{**given, "area": areas[given["area"]]})

    form = DeedForm(fields, request, initial={"capacity": 40, "area": next(iter(areas), None)})
    return deed_page(
        request, form, do, title=_("安排班次"), back=url_of(course), submit=_("安排"), done=_("班次已安排。")
    )


@require_safe
@for_support(EDIT)
def session(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_session(request.actor, pk)
    rows = [
        [one.user.name, Presence(one.presence).label]
        for one in found.enrolments.select_related("user").order_by("user__name", "pk")
    ]
    buttons = []
    if not found.is_cancelled and found.starts_at > request.at:
        buttons = [
            Button(_("代人报名"), reverse("support:workforce:session-enrol", args=[pk])),
            Button(_("取消班次"), reverse("support:workforce:session-cancel", args=[pk]), "rare"),
        ]
    elif not found.is_cancelled:
        buttons = [Button(_("登记参加的人"), reverse("support:workforce:session-presence", args=[pk]), "forward")]
    table = Table(_("名单"), [Column(_("姓名")), Column(_("情况"))], rows, _("还没有人报名。"))
    record = Record(
        f"{found.course.name} · {made.local(found.starts_at):%Y-%m-%d %H:%M}", url_of(found.course), found.course.name,
        _("已取消") if found.is_cancelled else "", facts=[(_("地点"), found.place), (_("人数"), found.capacity)],
        buttons=buttons, sections=[Section(_("名单"), table)], story=story(found),
    )  # fmt: skip
    return record_page(request, record)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def session_enrol(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_session(request.actor, pk)
    people = {one.pk: one for one in people_for(request.actor, on=local_day(request.at))[:2000]}
    fields = {"user": made.key(_("姓名"), made.people_choices(people.values()))}
    return deed_page(
        request, DeedForm(fields, request),
        lambda given: enrol(found, people[given["user"]], actor=request.actor, at=request.at),
        title=_("代人报名"), back=reverse("support:workforce:session", args=[pk]), submit=_("报名"), done=_("已报名。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def session_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_session(request.actor, pk)
    return deed_page(
        request, DeedForm({"reason": made.words(_("理由"), longest=200)}, request),
        lambda given: cancel_session(found, actor=request.actor, at=request.at, **given),
        title=_("取消班次"), back=reverse("support:workforce:session", args=[pk]), submit=_("取消班次"), done=_("班次已取消。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def session_presence(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_session(request.actor, pk)
    rows = found.enrolments.exclude(presence=Presence.CANCELLED).select_related("user").order_by("user__name", "pk")
    fields = {"present": made.several(_("到场的人"), [(one.user_id, one.user.name) for one in rows])}
    initial = {"present": [one.user_id for one in rows if one.presence == Presence.ATTENDED]}
    return deed_page(
        request, DeedForm(fields, request, initial=initial),
        lambda given: record_presence(found, given["present"], actor=request.actor, at=request.at),
        title=_("登记参加的人"), lead=_("由组织者登记，不要求任何人打卡。"),
        back=reverse("support:workforce:session", args=[pk]), submit=_("登记"), done=_("已登记。"),
    )  # fmt: skip


# --- the gate -------------------------------------------------------------------------------------------------------


@require_safe
@for_support("workforce.see")
def gate(request: DeskRequest) -> HttpResponse:
    """Posts that wait for their training, what is asked of which role, and exemptions that wait for an answer."""
    edits = request.actor.has(EDIT)
    columns = [
        Column(_("姓名")),
        Column(_("岗台"), 12),
        Column(_("岗位")),
        Column(_("上岗日期")),
        Column(_("还差什么"), 16),
        Column(""),
    ]
    today = local_day(request.at)
    open_ones = set(Exemption.objects.filter(is_granted__isnull=True).values_list("post_id", flat=True))
    lines = []
    for post, reason in waiting_posts(request.actor, on=today):
        ask = reverse("support:workforce:exemption-new", args=[post.pk])
        deed: Any = _("已申请先上岗") if post.pk in open_ones else Cell(_("申请先上岗"), ask) if edits else ""
        lines.append([post.user.name, post.desk.name, Role(post.role).label, post.from_on, reason, deed])
    rules = Table(
        _("岗前培训的要求"),
        [Column(_("岗位")), Column(_("课程")), Column(_("从哪天上岗的人起")), Column(_("到哪天为止"))],
        [
            [Role(one.role).label, one.course.name, one.valid_from, one.valid_until]
            for one in Requirement.objects.select_related("course").order_by("role", "valid_from")
        ],
        _("还没有规定哪些岗位要先通过岗前培训。"),
    )
    asked = Table(
        _("先上岗后补训的申请"),
        [Column(_("姓名")), Column(_("岗台")), Column(_("理由")), Column(_("到哪天")), Column(_("答复"))],
        [exemption_line(request, one) for one in exemptions_for(request)],
        _("没有申请。"),
    )
    buttons = []
    if request.actor.may("training.require", area=settings.DISTRICT):
        buttons = [Button(_("规定岗前培训"), reverse("support:workforce:requirement-new"), "forward", "n")]
    return register_page(
        request,
        Register(
            Table(_("岗前培训"), columns, lines, _("没有人在等岗前培训。")),
            lead=_("没有通过岗前培训的岗位不生效：名册上看得到，但没有任何权限。通过考试的那一刻自动生效。"),
            buttons=buttons,
            more=[rules, asked],
        ),
    )


def exemptions_for(request: DeskRequest) -> list[Exemption]:
    there = areas_within("post__desk__area", *request.actor.areas("workforce.see"))
    rows = Exemption.objects.filter(there).select_related("post__user", "post__desk")
    return list(rows.order_by("is_granted", "-pk")[:100])


def exemption_line(request: DeskRequest, one: Exemption) -> list[Any]:
    may = request.actor.may("training.require", area=settings.DISTRICT) and one.asked_by_id != request.actor.user_id
    answer: Any = _("等区里答复")
    if one.is_granted is not None:
        answer = Cell(_("同意") if one.is_granted else _("不同意"), state="good" if one.is_granted else "bad")
    elif may:
        answer = Cell(_("答复"), reverse("support:workforce:exemption", args=[one.pk]))
    return [one.post.user.name, one.post.desk.name, one.reason, one.until_on, answer]


@require_http_methods(["GET", "POST"])
@for_support("training.require")
def requirement_new(request: DeskRequest) -> HttpResponse:
    courses = {
        one.pk: one for one in Course.objects.filter(is_active=True, area__code=settings.DISTRICT).order_by("pk")
    }
    roles = [(role.value, role.label) for role in (Role.GRID_LEADER, Role.GRID_WORKER, Role.PART_TIME_WORKER)]
    fields = {
        "role": made.choice(_("岗位"), roles),
        "course": made.key(_("课程"), [(key, one.name) for key, one in courses.items()]),
        "valid_from": made.day(_("从哪天上岗的人起")),
    }

    def do(given: dict[str, Any]) -> None:
        require_course(
            given["role"], courses[given["course"]], actor=request.actor, at=request.at, valid_from=given["valid_from"]
        )

    form = DeedForm(fields, request, initial={"valid_from": local_day(request.at)})
    return deed_page(
        request, form, do, title=_("规定岗前培训"), back=reverse(GATE), submit=_("规定"), done=_("已规定。"),
        lead=_("只管从这天起上岗的人，已经在岗的不受影响。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def exemption_new(request: DeskRequest, post_pk: int) -> HttpResponse:
    post = Post.objects.select_related("user", "desk__area").filter(pk=post_pk).first()
    if post is None or not request.actor.may("workforce.see", area=post.desk.area.code):
        raise missing()
    fields = {"reason": made.words(_("为什么要先上岗"), longest=300), "until_on": made.day(_("最晚到哪天补上"))}
    return deed_page(
        request, DeedForm(fields, request), lambda given: ask_exemption(post, actor=request.actor, at=request.at, **given),
        title=_("申请先上岗") + f" · {post.user.name}", back=reverse(GATE), submit=_("申请"), done=_("已申请，等区里答复。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support("training.require")
def exemption(request: DeskRequest, pk: int) -> HttpResponse:
    found = Exemption.objects.select_related("post__user", "post__desk__area").filter(pk=pk).first()
    if found is None or not request.actor.may("training.require", area=settings.DISTRICT):
        raise missing()
    fields = {
        "is_granted": made.choice(_("答复"), [("yes", _("同意")), ("no", _("不同意"))]),
        "note": made.words(_("说明"), required=False, longest=300),
    }

    def do(given: dict[str, Any]) -> None:
        decide_exemption(found, given["is_granted"] == "yes", actor=request.actor, at=request.at, note=given["note"])

    lead = f"{found.post.user.name} · {found.post.desk.name}：{found.reason}（{found.until_on}）"
    return deed_page(
        request, DeedForm(fields, request), do, title=_("先上岗后补训"), back=reverse(GATE), submit=_("答复"),
        done=_("已答复。"), lead=lead,
    )  # fmt: skip
