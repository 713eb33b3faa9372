"""档案 and 技能: who works here, somebody's file in four stages, what each grid can do; what may be done for one person."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.accounts.models import User
from gezhi.kernel.calendar import local_day
from gezhi.kernel.workbooks import Column
from gezhi.people.access import valid_on
from gezhi.people.models import Desk, DeskKind, Post
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
from gezhi.web.support.workforce.tables import Cell, Table, paper
from gezhi.workforce.access import get_certification, get_worker
from gezhi.workforce.actions import begin_tenure, certify, enter_honour, enter_leave, withdraw_certification
from gezhi.workforce.models import Certification, PolicyKind, Skill
from gezhi.workforce.models.honours import HonourLevel
from gezhi.workforce.places import is_in_charge
from gezhi.workforce.policies import number_on
from gezhi.workforce.queries import Coverage, Entry, coverage, file_of, grids_for, held_by, live, people_for

PEOPLE = "support:workforce:people"


def stage_word(stage: str) -> str:
    return {"select": _("选"), "train": _("育"), "manage": _("管"), "use": _("用")}[stage]


def level_word(level: int) -> str:
    return {0: _("没有"), 1: _("了解"), 2: _("独立完成"), 3: _("能带人")}[level]


def url_of(user: User) -> str:
    return reverse("support:workforce:person", args=[user.pk])


@require_safe
@for_support("workforce.see")
def listing(request: DeskRequest) -> HttpResponse:
    """The people of the actor's land with their posts, by name."""
    today = local_day(request.at)
    asked = request.GET.get("q", "").strip()[:40]
    people = people_for(request.actor, on=today)
    if asked:
        people = people.filter(name__contains=asked)
    posts: dict[int, list[Post]] = {}
    rows = Post.objects.filter(valid_on(today), user__in=people.values("pk")).select_related("desk").order_by("pk")
    for post in rows:
        posts.setdefault(post.user_id, []).append(post)
    lines = [
        [
            Cell(user.name, url_of(user)),
            "、".join(str(Role(post.role).label) for post in posts.get(user.pk, [])),
            "、".join(post.desk.name for post in posts.get(user.pk, [])),
            user.work_phone,
        ]
        for user in people
    ]
    columns = [Column(_("姓名"), 5), Column(_("岗位"), 10), Column(_("岗台"), 20), Column(_("工作电话"), 8)]
    return register_page(
        request,
        Register(
            Table(_("人员"), columns, lines, _("没有找到这个人。")),
            lead=_(
                "每个人一份档案：怎么选来的、学了什么、领了什么、得过什么。本人看得到，管他的人看得到，别人看不到。"
            ),
            search=asked,
        ),
    )


@require_safe
@for_everybody
def one(request: DeskRequest, pk: int) -> HttpResponse:
    """Somebody's file: a reading of what stands anyway, the newest first. As a Word file where the address asks for it."""
    user = get_worker(request.actor, pk, on=local_day(request.at))
    table = file_table(user)
    if request.GET.get("as") == "docx":
        return paper(table, at=request.at)
    today = local_day(request.at)

    def may(right: str) -> bool:
        return is_in_charge(request.actor, user, right, on=today) and user.pk != request.actor.user_id

    deeds = (
        ("training.edit", _("认定技能"), "certify"),
        ("honour.edit", _("登记荣誉"), "honour-new"),
        ("roster.edit", _("登记离岗"), "leave-new"),
        ("tenure.edit", _("登记基层任职"), "tenure-new"),
    )
    buttons = [
        Button(label, reverse(f"support:workforce:{name}", args=[pk])) for right, label, name in deeds if may(right)
    ]
    held = [[name, f"{count} {unit}"] for name, unit, count in held_by(pk)]
    posts = user.posts.filter(valid_on(today)).select_related("desk")
    facts = [
        (_("岗位"), "、".join(f"{post.desk.name} · {Role(post.role).label}" for post in posts) or "—"),
        (_("工作电话"), user.work_phone or "—"),
    ]
    mine = pk == request.actor.user_id
    record = Record(
        user.name,
        reverse("support:workforce:me") if mine else reverse(PEOPLE),
        _("我的") if mine else _("人员"),
        lead=_("选、育、管、用四个环节的记录，由各项业务自动汇成，不打分，不排名。"),
        facts=facts,
        buttons=buttons,
        sections=[
            Section(_("技能"), certificates(request, user)),
            Section(
                _("手里的装备"), Table(_("手里的装备"), [Column(_("名称")), Column(_("数量"))], held, _("没有领用。"))
            ),
            Section(_("档案"), table),
        ],
        papers=[(_("档案（Word）"), "?as=docx")],
    )
    return record_page(request, record)


def file_table(user: User) -> Table:
    rows = [[stage_word(one.stage), one.on, *words_of(one)] for one in file_of(user)]
    columns = [Column(_("环节")), Column(_("日期")), Column(_("事项"), 16), Column(_("说明"), 16)]
    return Table(_("%(name)s的档案") % {"name": user.name}, columns, rows, _("还没有记录。"))


def words_of(entry: Entry) -> tuple[str, str]:  # noqa: PLR0911 - one line a kind
    row: Any = entry.row
    match entry.kind:
        case "candidate":
            return _("选聘入选"), row.round.name
        case "post":
            until = _("到 %(day)s") % {"day": row.until_on} if row.until_on else _("至今")
            return _("任职：%(role)s") % {"role": Role(row.role).label}, f"{row.desk.name}（{until}）"
        case "pass":
            return _("通过课程"), row.course.name
        case "certification":
            return _("技能认定"), f"{row.skill.name} · {level_word(row.level)}"
        case "movement":
            return row.get_kind_display(), f"{row.stock.item.name} {row.count} {row.stock.item.unit}"
        case "exemption":
            return _("先上岗后补训"), row.post.desk.name
        case "honour":
            return _("荣誉：%(title)s") % {
                "title": row.title
            }, f"{row.granted_by}{'：' + row.result if row.result else ''}"
        case "promotion":
            return _("晋升"), str(row.get_to_rung_display())
        case _:
            ended = _("已满") if row.is_completed else _("免除") if row.ended_on else _("进行中")
            return _("基层任职"), f"{row.desk.name}（{ended}）"


def certificates(request: DeskRequest, user: User) -> Table:
    may = (
        is_in_charge(request.actor, user, "training.edit", on=local_day(request.at))
        and user.pk != request.actor.user_id
    )
    rows = [
        [
            one.skill.name,
            level_word(one.level),
            one.certified_on,
            one.until_on,
            Cell(_("撤销"), reverse("support:workforce:certification", args=[one.pk])) if may else "",
        ]
        for one in user.certifications.filter(ended_on__isnull=True).select_related("skill").order_by("skill_id")
    ]
    columns = [Column(_("技能")), Column(_("等级")), Column(_("认定日期")), Column(_("有效期到")), Column("")]
    return Table(_("技能"), columns, rows, _("还没有认定技能。"))


# --- what may be done for one person --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_support("training.edit")
def certifying(request: DeskRequest, pk: int) -> HttpResponse:
    user = get_worker(request.actor, pk, "training.edit", on=local_day(request.at))
    skills = {one.pk: one for one in Skill.objects.filter(is_active=True).order_by("pk")}
    fields = {
        "skill": made.key(_("技能"), [(key, one.name) for key, one in skills.items()]),
        "level": made.key(_("等级"), [(level, level_word(level)) for level in (1, 2, 3)]),
        "until_on": made.day(_("有效期到"), required=False),
    }

    def do(given: dict[str, Any]) -> None:
        skill = skills[given.pop("skill")]
        certify(user, skill, given["level"], actor=request.actor, at=request.at, until_on=given["until_on"])

    title = _("认定技能") + f" · {user.name}"
    return deed_page(
        request, DeedForm(fields, request), do, title=title, back=url_of(user), submit=_("认定"), done=_("已认定。")
    )


@require_http_methods(["GET", "POST"])
@for_support("training.edit")
def certification(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_certification(request.actor, pk, on=local_day(request.at))
    return deed_page(
        request, DeedForm({"reason": made.words(_("理由"), longest=200)}, request),
        lambda given: withdraw_certification(row, actor=request.actor, at=request.at, **given),
        title=_("撤销技能认定") + f" · {row.skill.name}", back=url_of(row.user), submit=_("撤销"), done=_("已撤销。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support("honour.edit")
def honour_new(request: DeskRequest, pk: int) -> HttpResponse:
    user = get_worker(request.actor, pk, "honour.edit", on=local_day(request.at))
    fields = {**honour_fields(), "result_of": made.choice(_("依据的记录"), results_of(user), required=False)}

    def do(given: dict[str, Any]) -> None:
        kind, _dot, key = (given.pop("result_of") or "").partition(".")
        result_of = (kind, int(key)) if key else None
        enter_honour(actor=request.actor, at=request.at, user=user, result_of=result_of, **given)

    title = _("登记荣誉") + f" · {user.name}"
    return deed_page(
        request, DeedForm(fields, request), do, title=title, back=url_of(user), submit=_("登记"), done=_("荣誉已登记。")
    )


def honour_fields() -> dict[str, Any]:
    return {
        "title": made.word(_("荣誉名称")),
        "level": made.choice(_("级别"), HonourLevel.choices),
        "granted_by": made.word(_("由谁授予")),
        "granted_on": made.day(_("授予日期")),
        "result": made.word(_("因为什么成绩"), longest=200, required=False),
        "certificate": made.attachment(_("证书")),
    }


def results_of(user: User) -> list[tuple[str, str]]:
    """What an honour may rest on: what somebody passed, was certified in, or was promoted to."""
    found = [(f"course_pass.{one.pk}", one.course.name) for one in user.passes.select_related("course")]
    found += [
        (f"certification.{one.pk}", f"{one.skill.name} · {level_word(one.level)}")
        for one in user.certifications.filter(ended_on__isnull=True).select_related("skill")
    ]
    return found + [
        (f"promotion.{one.pk}", str(one.get_to_rung_display())) for one in user.promotions.filter(stage="granted")
    ]


@require_http_methods(["GET", "POST"])
@for_support("roster.edit")
def leave_new(request: DeskRequest, pk: int) -> HttpResponse:
    user = get_worker(request.actor, pk, "roster.edit", on=local_day(request.at))
    fields = {"from_on": made.day(_("从哪天")), "until_on": made.day(_("到哪天"))}
    return deed_page(
        request, DeedForm(fields, request), lambda given: enter_leave(user, actor=request.actor, at=request.at, **given),
        title=_("登记离岗") + f" · {user.name}", lead=_("只记日期，不问原因。"), back=url_of(user), submit=_("登记"), done=_("已登记。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support("tenure.edit")
def tenure_new(request: DeskRequest, pk: int) -> HttpResponse:
    user = get_worker(request.actor, pk, "tenure.edit", on=local_day(request.at))
    desks = {one.pk: one for one in places_for(request)}
    fields = {"desk": made.key(_("社区或网格"), made.desk_choices(desks.values())), "from_on": made.day(_("从哪天"))}

    def do(given: dict[str, Any]) -> None:
        begin_tenure(user, desks[given["desk"]], actor=request.actor, at=request.at, from_on=given["from_on"])

    title = _("登记基层任职") + f" · {user.name}"
    return deed_page(
        request, DeedForm(fields, request), do, title=title, back=url_of(user), submit=_("登记"), done=_("已登记。")
    )


def places_for(request: DeskRequest) -> list[Desk]:
    grids = grids_for(request.actor, "tenure.edit")
    codes = {desk.area.code[:12] for desk in grids}
    communities = Desk.objects.filter(kind=DeskKind.COMMUNITY, area__code__in=codes, is_open=True).select_related(
        "area"
    )
    return [*communities.order_by("area__code"), *grids]


# --- the matrix -----------------------------------------------------------------------------------------------------


@require_safe
@for_support("workforce.see")
def skills(request: DeskRequest) -> HttpResponse:
    """全科: each grid and each skill, the best level of anybody there; what lies below the level needed stands out."""
    every = list(Skill.objects.filter(is_active=True).order_by("pk"))
    found = coverage(grids_for(request.actor), on=local_day(request.at))
    chosen = request.GET.get("show", "")
    shown = [one for one in found if chosen != "lacking" or not one.is_covered]
    columns = [Column(_("网格"), 14), *(Column(f"{one.name}≥{one.need}") for one in every), Column(_("全科"))]
    lines = [coverage_line(one, every) for one in shown]
    covered = sum(one.is_covered for one in found)
    lead = _("%(all)s 个网格中 %(covered)s 个全科：每一项技能都有人达到要求的等级。1 了解，2 独立完成，3 能带人。") % {
        "all": len(found), "covered": covered,
    }  # fmt: skip
    ending = Table(
        _("快到期的技能认定"),
        [Column(_("姓名")), Column(_("技能")), Column(_("有效期到"))],
        [[Cell(one.user.name, url_of(one.user)), one.skill.name, one.until_on] for one in ending_soon(request)],
        _("近期没有到期的。"),
    )
    return register_page(
        request,
        Register(
            Table(_("全科技能"), columns, lines, _("这里还没有网格。")),
            lead=lead,
            filters=[(_("网格"), choices(request, "show", [("", _("全部")), ("lacking", _("还缺技能的"))]))],
            more=[ending],
        ),
    )


def coverage_line(one: Coverage, skills: list[Skill]) -> list[Any]:
    cells: list[Any] = [one.desk.name]
    for skill in skills:
        level = one.levels[skill.pk]
        cells.append(level if level >= skill.need else Cell(level, state="bad"))
    cells.append(
        Cell(_("全科"), state="good")
        if one.is_covered
        else Cell(_("还缺 %(n)s 项") % {"n": len(one.lacking)}, state="soon")
    )
    return cells


def ending_soon(request: DeskRequest) -> list[Certification]:
    today = local_day(request.at)
    until = today + timedelta(days=number_on(PolicyKind.CERTIFICATE_REMIND_DAYS, today))
    people = people_for(request.actor, on=today).values("pk")
    rows = Certification.objects.filter(live(today), user__in=people, until_on__lte=until).select_related(
        "user", "skill"
    )
    return list(rows.order_by("until_on")[:200])
