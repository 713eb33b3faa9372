"""口径: the district's numbers, skills and sorts of things, each a row that anybody may read and the district may add to."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.calendar import local_day
from gezhi.kernel.workbooks import Column
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support
from gezhi.web.support.workforce import forms as made
from gezhi.web.support.workforce.forms import DeedForm
from gezhi.web.support.workforce.page import Button, Register, deed_page, register_page
from gezhi.web.support.workforce.tables import Table
from gezhi.web.support.workforce.views.people import level_word
from gezhi.workforce.actions import define_item, define_skill, set_policy
from gezhi.workforce.models import Item, Policy, PolicyKind, Skill

POLICIES = "support:workforce:policies"


@require_safe
@for_support("workforce.see")
def listing(request: DeskRequest) -> HttpResponse:
    """Every number with the days from which on it holds; what is past stays, because people were judged by it."""
    rows = [
        [PolicyKind(one.kind).label, one.number, one.valid_from, one.basis]
        for one in Policy.objects.order_by("kind", "-valid_from")
    ]
    columns = [Column(_("规定"), 14), Column(_("数值")), Column(_("从哪天起"), 7), Column(_("依据"), 20)]
    skills = Table(
        _("技能"),
        [Column(_("技能")), Column(_("网格要达到的等级"))],
        [[one.name, level_word(one.need)] for one in Skill.objects.filter(is_active=True).order_by("pk")],
    )
    items = Table(
        _("物品"),
        [Column(_("物品")), Column(_("单位"))],
        [[one.name, one.unit] for one in Item.objects.filter(is_active=True).order_by("pk")],
    )
    buttons = []
    if request.actor.may("training.require", area=settings.DISTRICT):
        buttons = [
            Button(_("改一个数值"), reverse("support:workforce:policy-new"), "forward", "n"),
            Button(_("新的技能"), reverse("support:workforce:skill-new")),
        ]
    if request.actor.may("equipment.edit", area=settings.DISTRICT):
        buttons.append(Button(_("新的物品"), reverse("support:workforce:item-new")))
    register = Register(
        Table(_("口径"), columns, rows, _("还没有设定数值。")),
        lead=_("公示几天、任职多久、几份评价才汇总，都是区里定的数，从某一天起算，过去的不改。"),
        buttons=buttons,
        more=[skills, items],
    )
    return register_page(request, register)


@require_http_methods(["GET", "POST"])
@for_support("training.require")
def policy_new(request: DeskRequest) -> HttpResponse:
    fields = {
        "kind": made.choice(_("规定"), PolicyKind.choices),
        "number": made.number(_("数值"), least=1, most=1000),
        "valid_from": made.day(_("从哪天起")),
        "basis": made.word(_("依据"), longest=200, required=False),
    }

    def do(given: dict[str, Any]) -> None:
        set_policy(given.pop("kind"), given.pop("number"), actor=request.actor, at=request.at, **given)

    form = DeedForm(fields, request, initial={"valid_from": local_day(request.at)})
    return deed_page(
        request, form, do, title=_("改一个数值"), back=reverse(POLICIES), submit=_("保存"), done=_("已设定。")
    )


@require_http_methods(["GET", "POST"])
@for_support("training.require")
def skill_new(request: DeskRequest) -> HttpResponse:
    fields = {
        "name": made.word(_("名称"), longest=40),
        "code": made.word(_("代码"), longest=30),
        "need": made.key(_("网格要达到的等级"), [(level, level_word(level)) for level in (1, 2, 3)]),
    }
    return deed_page(
        request, DeedForm(fields, request), lambda given: define_skill(actor=request.actor, at=request.at, **given),
        title=_("新的技能"), back=reverse(POLICIES), submit=_("增加"), done=_("已增加。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support("equipment.edit")
def item_new(request: DeskRequest) -> HttpResponse:
    fields = {
        "name": made.word(_("名称"), longest=40),
        "code": made.word(_("代码"), longest=30),
        "unit_name": made.word(_("单位"), longest=8),
    }
    return deed_page(
        request, DeedForm(fields, request), lambda given: define_item(actor=request.actor, at=request.at, **given),
        title=_("新的物品"), back=reverse(POLICIES), submit=_("增加"), done=_("已增加。"),
    )  # fmt: skip
