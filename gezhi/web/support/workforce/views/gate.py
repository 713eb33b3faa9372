"""岗前培训: who waits for the training before a post, what is required of whom, and who may begin before it."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

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
    Register,
    deed_page,
    register_page,
)
from gezhi.web.support.workforce.tables import Cell, Table
from gezhi.workforce.access import missing
from gezhi.workforce.actions import (
    ask_exemption,
    decide_exemption,
    require_course,
)
from gezhi.workforce.models import Course, Exemption, Requirement
from gezhi.workforce.places import areas_within
from gezhi.workforce.queries import waiting_posts

GATE, EDIT = "support:workforce:gate", "training.edit"


@require_safe
@for_support("workforce.see")
def page(request: DeskRequest) -> HttpResponse:
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
