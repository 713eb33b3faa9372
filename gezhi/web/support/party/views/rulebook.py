"""The rules: how often activities are asked for, how long lists are kept, where points are used and for what."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.party.actions import decide_points, define_point_rule, end_points, set_activity_rule, set_stage_rule
from gezhi.party.models import ActivityRule, ListKind, PointDecision, PointRule, StageRule, inside
from gezhi.party.workflows import cultivation, reserve
from gezhi.territory.models import Area
from gezhi.territory.queries import list_names, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.forms import ActivityRuleForm, DecisionForm, PointRuleForm, StageRuleForm, UntilForm
from gezhi.web.support.party.page import ROOM, Cell, Listing, form_page
from gezhi.web.support.party.wording import span_words

RIGHT = "party.decide"
STAGES = {ListKind.CULTIVATION: cultivation.Stage, ListKind.RESERVE: reserve.Stage}


def areas_for(request: DeskRequest) -> list[tuple[str, str]]:
    """The district and streets for which this person may decide."""
    names = [*list_names("district"), *list_names("street")]
    return [
        (one.code, name_path(one.code, with_district=len(one.code) == 6))
        for one in names
        if request.actor.may(RIGHT, area=one.code)
    ]


@require_safe
@for_support(RIGHT)
def rules(request: DeskRequest) -> HttpResponse:
    activity = [
        [
            str(row.get_org_kind_display()),
            str(row.get_kind_display()),
            _("%(every)s %(times)s 次") % {"every": row.get_every_display(), "times": row.times},
            row.remind_days,
            row.basis,
            span_words(row.valid_from, row.valid_until),
        ]
        for row in ActivityRule.objects.order_by("org_kind", "kind", "valid_from")
    ]
    stages = [
        [
            str(row.get_list_kind_display()),
            str(STAGES[ListKind(row.list_kind)](row.stage).label),
            row.fewest_months,
            row.keep_months,
            row.basis,
            span_words(row.valid_from, row.valid_until),
        ]
        for row in StageRule.objects.order_by("list_kind", "pk")
    ]
    areas = inside(request.actor.areas(RIGHT))
    decisions = [
        [
            name_path(row.area.code, with_district=True),
            row.basis,
            span_words(row.from_on, row.until_on),
            Cell(_("停用"), reverse("support:party:end-points", args=[row.pk])) if row.until_on is None else "",
        ]
        for row in PointDecision.objects.filter(areas).select_related("area").order_by("area__code", "from_on")
    ]
    points = [
        [row.code, row.title, row.points, row.evidence, name_path(row.area.code, with_district=True), span_words(row.valid_from, row.valid_until)]
        for row in PointRule.objects.filter(areas).select_related("area")
    ]  # fmt: skip
    context = {
        "title": _("规则"),
        "hint": _("规则按日期生效，改动留痕；积分由区或街道决定启用，默认不用。"),
        "listings": [
            Listing(
                [Column(_("党组织")), Column(_("类别")), Column(_("次数")), Column(_("提前提醒（天）")), Column(_("依据")), Column(_("时间"))],
                activity, _("组织生活的次数"), _("还没有规则。"),
            ),
            Listing(
                [Column(_("名册")), Column(_("阶段")), Column(_("至少（月）")), Column(_("保存（月）")), Column(_("依据")), Column(_("时间"))],
                stages, _("名册的期限"), _("还没有规则。"),
            ),
            Listing([Column(_("在哪里启用")), Column(_("依据")), Column(_("时间")), Column("")], decisions, _("启用积分的决定"), _("没有启用。")),
            Listing(
                [Column(_("代码")), Column(_("事项")), Column(_("分值")), Column(_("要提供的依据")), Column(_("适用范围")), Column(_("时间"))],
                points, _("积分事项"), _("还没有规定积分事项。"),
            ),
        ],
        "tools": [(label, reverse("support:party:new-rule", args=[name])) for name, label in KINDS.items()],
    }  # fmt: skip
    return show(request, "support/party/list.html", context, room=ROOM)


KINDS: dict[str, Any] = {
    "activity": gettext_lazy("规定组织生活次数"),
    "stage": gettext_lazy("规定名册期限"),
    "decision": gettext_lazy("启用积分"),
    "points": gettext_lazy("规定积分事项"),
}


@require_http_methods(["GET", "POST"])
@for_support(RIGHT)
def new_rule(request: DeskRequest, name: str) -> HttpResponse:
    """A rule or decision from a day on; the one before ends the day before."""
    if name not in KINDS:
        raise Missing("no_such_rule", _("没有这种规则。"))
    areas = areas_for(request)
    who: dict[str, Any] = {"actor": request.actor, "at": request.at}

    def make(**kwargs: Any) -> Any:
        match name:
            case "activity":
                return ActivityRuleForm(**kwargs)
            case "stage":
                return StageRuleForm(**kwargs)
            case "decision":
                return DecisionForm(areas, request.at, **kwargs)
            case _:
                return PointRuleForm(areas, request.at, **kwargs)

    def act(given: dict[str, Any]) -> tuple[str, str]:
        match name:
            case "activity":
                set_activity_rule(**given, **who)
            case "stage":
                list_kind, stage = given.pop("stage").split(":")
                set_stage_rule(list_kind, stage, **given, **who)
            case "decision":
                decide_points(Area.objects.get(code=given.pop("area")), **given, **who)
            case _:
                define_point_rule(Area.objects.get(code=given.pop("area")), **given, **who)
        return reverse("support:party:rules"), _("已记下，从所填日期起生效。")

    title = KINDS[name]
    return form_page(request, make, act, title=title, submit=title, back=reverse("support:party:rules"))


@require_http_methods(["GET", "POST"])
@for_support(RIGHT)
def end_of_points(request: DeskRequest, pk: int) -> HttpResponse:
    """The last day on which an area uses points."""
    row = PointDecision.objects.filter(inside(request.actor.areas(RIGHT)), pk=pk).select_related("area").first()
    if row is None:
        raise Missing("no_such_decision", _("没有这项决定。"))

    def act(given: dict[str, Any]) -> tuple[str, str]:
        end_points(row, until_on=given["until_on"], actor=request.actor, at=request.at)
        return reverse("support:party:rules"), _("已写明停用日期；已有的积分不变。")

    return form_page(
        request, lambda **kwargs: UntilForm(_("启用的最后一天"), request.at, **kwargs), act,
        title=_("停用积分"), hint=name_path(row.area.code, with_district=True), submit=_("停用"),
        back=reverse("support:party:rules"),
    )  # fmt: skip
