"""基层任职: who still owes how much of two years; 指导员评价: what is said of advisers, and the paper that sums it up."""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.accounts.models import User
from gezhi.kernel import documents
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.workbooks import Column
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import whole_number
from gezhi.web.support.page import for_support
from gezhi.web.support.workforce import forms as made
from gezhi.web.support.workforce.forms import DeedForm
from gezhi.web.support.workforce.page import (
    Button,
    Record,
    Register,
    choices,
    deed_page,
    for_everybody,
    record_page,
    register_page,
)
from gezhi.web.support.workforce.tables import Cell, Table, attached
from gezhi.web.support.workforce.wording import story
from gezhi.workforce.access import get_tenure, missing
from gezhi.workforce.actions import (
    complete_tenure,
    evaluate,
    exempt_tenure,
)
from gezhi.workforce.models import Evaluation, PolicyKind, Tenure
from gezhi.workforce.opinions import LEVELS, Summary, summed
from gezhi.workforce.places import areas_within
from gezhi.workforce.policies import number_on
from gezhi.workforce.tenures import leaves_of, reckoning_of

TENURES, ADVISERS = "support:workforce:tenures", "support:workforce:advisers"


# --- two years at the grass roots -----------------------------------------------------------------------------------


@require_safe
@for_support("workforce.see")
def tenure_list(request: DeskRequest) -> HttpResponse:
    """The unfinished first, those that end soonest on top; the days left are reckoned, leaves and all."""
    is_all = request.GET.get("show", "") == "all"
    there = areas_within("desk__area", *request.actor.areas("workforce.see"))
    rows = Tenure.objects.filter(there).select_related("user", "desk")
    if not is_all:
        rows = rows.filter(ended_on__isnull=True)
    found = list(rows)
    today, leaves = local_day(request.at), leaves_of(found)
    lines: list[list[Any]] = []
    for one in found:
        reckoning = reckoning_of(one, leaves[one.user_id], on=today)
        state, look = tenure_state(one, (reckoning.due_on - today).days, today)
        lines.append(
            [
                Cell(one.user.name, reverse("support:workforce:tenure", args=[one.pk])),
                one.desk.name,
                one.from_on,
                reckoning.due_on,
                reckoning.counted,
                reckoning.left_out,
                Cell(state, state=look),
            ]
        )
    lines.sort(key=lambda line: line[3])
    columns = [
        Column(_("姓名")),
        Column(_("在哪里"), 14),
        Column(_("从哪天"), 7),
        Column(_("到哪天满"), 7),
        Column(_("已满天数")),
        Column(_("不计入的天数")),
        Column(_("情况")),
    ]
    return register_page(
        request,
        Register(
            Table(_("基层任职"), columns, lines, _("没有人在基层任职。在人员的档案页登记。")),
            lead=_("新录用、新调入的干部先到社区或网格工作两年。连续离岗较长的天数不计入，期满日相应顺延。"),
            filters=[(_("范围"), choices(request, "show", [("", _("没有期满的")), ("all", _("全部"))]))],
        ),
    )


def tenure_state(tenure: Tenure, left: int, today: Any) -> tuple[str, str]:
    if tenure.ended_on is not None:
        return (_("已满"), "good") if tenure.is_completed else (_("免除"), "quiet")
    if left < 0:
        return _("已到期，待办结"), "soon"
    near = number_on(PolicyKind.TENURE_REMIND_DAYS, today)
    return _("还有 %(days)s 天") % {"days": left}, "soon" if left <= near else "quiet"


@require_safe
@for_everybody
def tenure(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_tenure(request.actor, pk)
    today = local_day(request.at)
    reckoning = reckoning_of(found, leaves_of([found])[found.user_id], on=today)
    buttons = []
    if found.ended_on is None and request.actor.may("tenure.edit", area=found.desk.area.code):
        buttons = [
            Button(_("办结：期满"), reverse("support:workforce:tenure-deed", args=[pk, "complete"]), "forward"),
            Button(_("免除"), reverse("support:workforce:tenure-deed", args=[pk, "exempt"]), "rare"),
        ]
    state, look = tenure_state(found, (reckoning.due_on - today).days, today)
    facts = [
        (_("在哪里"), found.desk.name),
        (_("从哪天"), found.from_on.isoformat()),
        (_("到哪天满"), reckoning.due_on.isoformat()),
        (_("应满天数"), reckoning.needed),
        (_("已满天数"), reckoning.counted),
        (_("不计入的天数"), reckoning.left_out),
    ]
    if found.exemption:
        facts.append((_("免除的理由"), found.exemption))
    record = Record(
        found.user.name, reverse(TENURES), _("基层任职"), state, look, facts=facts, buttons=buttons, story=story(found)
    )
    return record_page(request, record)


@require_http_methods(["GET", "POST"])
@for_support("tenure.edit")
def tenure_deed(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    found = get_tenure(request.actor, pk)
    back = reverse("support:workforce:tenure", args=[pk])
    act: dict[str, Any] = {"actor": request.actor, "at": request.at}
    if name == "complete":
        return deed_page(
            request, DeedForm({}, request), lambda given: complete_tenure(found, **act), title=_("办结基层任职"),
            lead=found.user.name, back=back, submit=_("办结"), done=_("已办结。"),
        )  # fmt: skip
    if name != "exempt":
        raise missing()
    fields = {"reason": made.words(_("免除的理由"), longest=300)}
    return deed_page(
        request, DeedForm(fields, request), lambda given: exempt_tenure(found, **given, **act), title=_("免除基层任职"),
        lead=found.user.name, back=back, submit=_("免除"), done=_("已免除。"),
    )  # fmt: skip


# --- advisers -------------------------------------------------------------------------------------------------------


def year_of(request: DeskRequest) -> int:
    year = whole_number(request.GET.get("year", ""))
    return year if year is not None and 2000 <= year <= 2100 else local_day(request.at).year


def summaries(advisers: list[int], year: int, fewest: int) -> dict[int, Summary]:
    levels: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Evaluation.objects.filter(adviser_id__in=advisers, year=year)
    for adviser_id, support, contact in rows.values_list("adviser_id", "support", "contact"):
        levels[adviser_id].append((support, contact))
    return {key: summed(levels[key], fewest=fewest) for key in advisers}


@require_safe
@for_support("adviser.evaluate", "adviser.summarise")
def advisers(request: DeskRequest) -> HttpResponse:
    """Advisers of the actor's grids. Who evaluates sees the own word and no sum; the sum is for the district, from enough voices on."""
    year, today = year_of(request), local_day(request.at)
    sums = request.actor.may("adviser.summarise", area=settings.DISTRICT)
    right = "adviser.summarise" if sums else "adviser.evaluate"
    there = areas_within("desk__area", *request.actor.areas(right))
    posts = Post.objects.filter(role=Role.ADVISER, user__is_active=True).select_related("user", "desk__area")
    rows = list(
        (posts.filter(there) | posts.filter(desk_id__in=request.actor.desks_with(right))).order_by(
            "user__name", "desk__area__code"
        )
    )
    found = (
        summaries(sorted({post.user_id for post in rows}), year, number_on(PolicyKind.EVALUATION_SAMPLE, today))
        if sums
        else {}
    )
    said = set(
        Evaluation.objects.filter(evaluator_id=request.actor.user_id, year=year).values_list("adviser_id", "desk_id")
    )
    lines = []
    for post in rows:
        may = request.actor.may("adviser.evaluate", area=post.desk.area.code, desk_id=post.desk_id)
        is_done = (post.user_id, post.desk_id) in said
        deed: Any = ""
        if sums:
            href = reverse("support:workforce:adviser-summary", args=[post.user_id]) + f"?year={year}"
            deed = Cell(_("汇总（Word）"), href)
        elif may:
            href = reverse("support:workforce:evaluate", args=[post.pk]) + f"?year={year}"
            deed = _("已评价") if is_done else Cell(_("评价"), href)
        lines.append([post.user.name, post.desk.name, voices(found.get(post.user_id)) if sums else "", deed])
    columns = [Column(_("指导员")), Column(_("所指导的网格"), 14), Column(_("收到的评价"), 10), Column("")]
    years = [(str(one), str(one)) for one in (today.year, today.year - 1)]
    return register_page(
        request,
        Register(
            Table(_("网格指导员评价 %(year)s") % {"year": year}, columns, lines, _("还没有网格指导员。")),
            lead=_("由街道、社区和网格长评价，供组织人事部门参考；系统不排名，也不自动作任何决定。份数不足的不汇总。"),
            filters=[(_("年度"), choices(request, "year", years))],
        ),
    )


def voices(summary: Summary | None) -> str:
    if summary is None:
        return ""
    if not summary.is_enough:
        return _("%(said)s 份，不足 %(fewest)s 份") % {"said": summary.said, "fewest": summary.fewest}
    return _("%(said)s 份") % {"said": summary.said}


@require_http_methods(["GET", "POST"])
@for_support("adviser.evaluate")
def evaluation(request: DeskRequest, post_pk: int) -> HttpResponse:
    post = Post.objects.select_related("user", "desk__area").filter(pk=post_pk, role=Role.ADVISER).first()
    if post is None or not request.actor.may("adviser.evaluate", area=post.desk.area.code, desk_id=post.desk_id):
        raise missing()
    year = year_of(request)
    fields = {
        "support": made.key(_("帮助网格解决问题"), level_choices()),
        "contact": made.key(_("联系服务群众和单位"), level_choices()),
        "words": made.words(_("意见"), required=False, longest=300),
    }

    def do(given: dict[str, Any]) -> None:
        evaluate(post.user, post.desk, actor=request.actor, at=request.at, year=year, **given)

    title = _("评价指导员") + f" · {post.user.name} · {year}"
    return deed_page(
        request, DeedForm(fields, request), do, title=title, lead=post.desk.name, back=reverse(ADVISERS), submit=_("提交"),
        done=_("谢谢，已记下。"),
    )  # fmt: skip


def level_choices() -> list[tuple[int, str]]:
    words = {5: _("很好"), 4: _("好"), 3: _("一般"), 2: _("较差"), 1: _("差")}
    return [(level, words[level]) for level in LEVELS]


@require_safe
@for_support("adviser.summarise")
def adviser_summary(request: DeskRequest, user_pk: int) -> HttpResponse:
    """The paper for the personnel unit: how many said what, and that nothing follows from it by itself."""
    if not request.actor.may("adviser.summarise", area=settings.DISTRICT):
        raise Denied("adviser.summarise")
    user = User.objects.filter(pk=user_pk, posts__role=Role.ADVISER).distinct().first()
    if user is None:
        raise missing()
    year, today = year_of(request), local_day(request.at)
    fewest = number_on(PolicyKind.EVALUATION_SAMPLE, today)
    summary = summaries([user.pk], year, fewest)[user.pk]
    title = _("网格指导员评价汇总")
    document = documents.new_document(title, number=f"{user.name} · {year}", at=request.at)
    posts = user.posts.filter(role=Role.ADVISER).select_related("desk")
    documents.pairs(
        document,
        [
            (_("姓名"), user.name),
            (_("所指导的网格"), "、".join(post.desk.name for post in posts)),
            (_("收到评价"), voices(summary)),
        ],
    )
    if summary.is_enough:
        words = dict(level_choices())
        rows = [[words[level], summary.support[level], summary.contact[level]] for level in LEVELS]
        rows.append([_("平均（5 分制）"), summary.mean(summary.support), summary.mean(summary.contact)])
        documents.table(document, [_("等级"), _("帮助网格解决问题"), _("联系服务群众和单位")], rows)
    else:
        documents.paragraphs(document, _("份数不足，按规定不作汇总，也不列出各等级的份数。"))
    documents.paragraphs(
        document,
        _(
            "说明：评价由街道、社区和网格长作出，仅供组织人事部门参考，不是考核结论；系统不排名，不自动作出提拔、重用或者其他任何决定。"
        ),
    )
    documents.signatures(document, [_("汇总人")], date_line=today.isoformat())
    return attached(documents.as_bytes(document), documents.MEDIA_TYPE, f"{title}-{user.name}-{year}.docx")
