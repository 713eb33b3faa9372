"""装备: what is in which store and in whose hands, every movement, and the register of work phones."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.accounts.models import User
from gezhi.kernel.access import Denied
from gezhi.kernel.secrets import mask_phone
from gezhi.kernel.workbooks import Column
from gezhi.people.models import Desk, Post
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import whole_number
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
from gezhi.web.support.workforce.wording import story, tone
from gezhi.workforce.access import get_device, get_stock, missing
from gezhi.workforce.actions import enter_device, hand_out, move, report_lost, retire, take_back
from gezhi.workforce.models import Device, Item, Movement, Stock
from gezhi.workforce.models.equipment import DeviceState, MovementKind
from gezhi.workforce.places import areas_within
from gezhi.workforce.queries import devices_for, stock_lines, stocks_for

STOCKS, DEVICES = "support:workforce:stocks", "support:workforce:devices"
EDIT = "equipment.edit"


def desks_for(request: DeskRequest, right: str = EDIT) -> dict[int, Desk]:
    """Desks at which things may be kept: communities, streets, the district."""
    rows = Desk.objects.filter(areas_within("area", *request.actor.areas(right)), department=None, is_open=True)
    return {desk.pk: desk for desk in rows.exclude(kind="grid").select_related("area").order_by("area__code")}


def people_at(desk: Desk) -> dict[int, User]:
    """Those who work in the land of a desk."""
    posts = Post.objects.filter(desk__area__code__startswith=desk.area.code, desk__department=None, until_on=None)
    rows = User.objects.filter(pk__in=posts.values("user_id"), is_active=True).order_by("name", "pk")
    return {one.pk: one for one in rows[:2000]}


@require_safe
@for_support("workforce.see")
def listing(request: DeskRequest) -> HttpResponse:
    """Every store of the actor's land, its balance worked out from the movements."""
    item = request.GET.get("item", "")
    rows = stocks_for(request.actor)
    if item:
        rows = rows.filter(item__code=item)
    lines = [
        [
            Cell(line.stock.item.name, reverse("support:workforce:stock", args=[line.stock.pk])),
            line.stock.desk.name,
            line.balance.in_store,
            line.balance.in_hands,
            line.stock.item.unit,
            Cell(_("账实可核"), state="good") if line.balance.is_sound else Cell(_("账不平"), state="bad"),
        ]
        for line in stock_lines(rows)
    ]
    columns = [
        Column(_("物品"), 8),
        Column(_("库在哪里"), 14),
        Column(_("在库")),
        Column(_("在手")),
        Column(_("单位")),
        Column(_("核对")),
    ]
    buttons = (
        [Button(_("登记出入库"), reverse("support:workforce:move"), "forward", "n")] if request.actor.has(EDIT) else []
    )
    items = [("", _("全部")), *((one.code, one.name) for one in Item.objects.filter(is_active=True).order_by("pk"))]
    return register_page(
        request,
        Register(
            Table(_("装备台账"), columns, lines, _("还没有入库。先登记入库，再发放。")),
            lead=_("结存由每一笔出入相加得来，不能直接改；库存和个人手里都不会小于零。"),
            buttons=buttons,
            filters=[(_("物品"), choices(request, "item", items))],
        ),
    )


@require_safe
@for_support("workforce.see")
def stock(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_stock(request.actor, pk)
    (line,) = stock_lines(Stock.objects.filter(pk=pk))
    names = {user.pk: user.name for user in User.objects.filter(pk__in=line.balance.held)}
    held = [[names[key], count] for key, count in sorted(line.balance.held.items()) if count]
    movements = Movement.objects.filter(stock=found).select_related("user").order_by("-seq")
    rows = [
        [one.moved_at, MovementKind(one.kind).label, one.count, one.user.name if one.user is not None else "", one.note]
        for one in movements
    ]
    table = Table(
        _("每一笔"),
        [Column(_("时间")), Column(_("怎么了")), Column(_("数量")), Column(_("谁")), Column(_("说明"))],
        rows,
    )
    buttons = []
    if request.actor.may(EDIT, area=found.desk.area.code, desk_id=found.desk_id):
        href = reverse("support:workforce:move") + f"?desk={found.desk_id}&item={found.item_id}"
        buttons = [Button(_("登记出入库"), href, "forward", "n")]
    record = Record(
        f"{found.item.name} · {found.desk.name}", reverse(STOCKS), _("装备台账"),
        facts=[(_("在库"), f"{line.balance.in_store} {found.item.unit}"), (_("在手"), f"{line.balance.in_hands} {found.item.unit}")],
        buttons=buttons,
        sections=[
            Section(_("在谁手里"), Table(_("在谁手里"), [Column(_("姓名")), Column(_("数量"))], held, _("都在库里。"))),
            Section(_("每一笔"), table),
        ],
    )  # fmt: skip
    return record_page(request, record)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def moving(request: DeskRequest) -> HttpResponse:
    """One movement. The desk is chosen first, because the people to choose from follow from it."""
    desks = desks_for(request)
    if not desks:
        raise Denied(EDIT)
    chosen = whole_number(request.GET.get("desk", "")) or next(iter(desks))
    desk = desks.get(chosen) or next(iter(desks.values()))
    items = {one.pk: one for one in Item.objects.filter(is_active=True).order_by("pk")}
    people = people_at(desk)
    fields = {
        "item": made.key(_("物品"), [(key, one.name) for key, one in items.items()]),
        "kind": made.choice(_("怎么了"), MovementKind.choices),
        "count": made.number(_("数量"), least=1, most=100_000),
        "user": made.key(
            _("谁"),
            made.people_choices(people.values()),
            required=False,
            help_text=_("发放、交回、遗失要选人；入库、报废不用。"),
        ),
        "note": made.word(_("说明"), longest=200, required=False, help_text=_("遗失、报废要写明经过。")),
    }

    def do(given: dict[str, Any]) -> None:
        move(
            items[given["item"]], desk, given["kind"], given["count"], actor=request.actor, at=request.at,
            user=people.get(given["user"]), note=given["note"],
        )  # fmt: skip

    form = DeedForm(fields, request, initial={"item": whole_number(request.GET.get("item", "")), "count": 1})
    return deed_page(
        request, form, do, title=_("登记出入库") + f" · {desk.name}", back=reverse(STOCKS), submit=_("登记"), done=_("已登记。"),
        links=[(one.name, f"?desk={key}", key == desk.pk) for key, one in desks.items()] if len(desks) > 1 else (),
    )  # fmt: skip


# --- phones ---------------------------------------------------------------------------------------------------------


@require_safe
@for_support("workforce.see")
def devices(request: DeskRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    rows = devices_for(request.actor)
    if state in DeviceState.values:
        rows = rows.filter(state=state)
    lines = [
        [
            Cell(one.number, reverse("support:workforce:device", args=[one.pk]), small=one.model),
            Cell(DeviceState(one.state).label, state=tone(one.state)),
            one.holder.name if one.holder is not None else "",
            one.desk.name,
        ]
        for one in rows.order_by("number")
    ]
    columns = [Column(_("资产编号"), 8), Column(_("状态")), Column(_("持有人")), Column(_("归哪里管"), 12)]
    buttons = (
        [Button(_("登记手机"), reverse("support:workforce:device-new"), "forward", "n")]
        if request.actor.has(EDIT)
        else []
    )
    return register_page(
        request,
        Register(
            Table(_("工作手机"), columns, lines, _("还没有登记手机。")),
            lead=_("IMEI 只存加密的指纹，谁也看不到原号。手机丢了点挂失，登录立刻失效。"),
            buttons=buttons,
            filters=[(_("状态"), choices(request, "state", [("", _("全部")), *DeviceState.choices]))],
        ),
    )


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def device_new(request: DeskRequest) -> HttpResponse:
    desks = desks_for(request)
    fields = {
        "number": made.word(_("资产编号"), longest=30),
        "model": made.word(_("型号"), longest=60),
        "imei": made.word(
            _("IMEI"), longest=20, inputmode="numeric", help_text=_("15 位，拨号盘按 *#06# 可见。存下的只是指纹。")
        ),
        "sim": made.word(_("手机卡号"), longest=20, required=False, inputmode="tel"),
        "desk": made.key(_("归哪里管"), made.desk_choices(desks.values())),
    }
    entered: list[Device] = []

    def do(given: dict[str, Any]) -> None:
        entered.append(enter_device(actor=request.actor, at=request.at, **{**given, "desk": desks[given["desk"]]}))

    return deed_page(
        request, DeedForm(fields, request), do, title=_("登记手机"), back=reverse(DEVICES), submit=_("登记"), done=_("已登记，可以配发。"),
        then=lambda: reverse("support:workforce:device", args=[entered[0].pk]),
    )  # fmt: skip


@require_safe
@for_everybody
def device(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_device(request.actor, pk)
    edits = request.actor.may(EDIT, area=found.desk.area.code, desk_id=found.desk_id)
    is_holder = found.holder_id is not None and found.holder_id == request.actor.user_id

    def button(name: str, label: Any, how: str = "plain") -> Button:
        return Button(label, reverse("support:workforce:device-deed", args=[pk, name]), how)

    buttons = []
    if found.state == DeviceState.IN_STORE and edits:
        buttons = [button("hand-out", _("配发"), "forward"), button("retire", _("停用"))]
    elif found.state == DeviceState.ISSUED and (edits or is_holder):
        buttons = [button("lost", _("挂失"), "forward")] + ([button("take-back", _("收回"))] if edits else [])
    elif found.state == DeviceState.LOST and edits:
        buttons = [button("take-back", _("找回，收回")), button("retire", _("停用"))]
    facts = [
        (_("型号"), found.model),
        (_("持有人"), found.holder.name if found.holder is not None else "—"),
        (_("归哪里管"), found.desk.name),
        (_("手机卡号"), mask_phone(found.sim) if found.sim else "—"),
    ]
    sees = request.actor.has("workforce.see")
    record = Record(
        found.number, reverse(DEVICES) if sees else reverse("support:workforce:me"), _("工作手机") if sees else _("我的"),
        DeviceState(found.state).label, tone(found.state), facts=facts, buttons=buttons, story=story(found),
    )  # fmt: skip
    return record_page(request, record)


@require_http_methods(["GET", "POST"])
@for_everybody
def device_deed(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    """Hand out, take back, report lost, retire; the actions check who may."""
    found = get_device(request.actor, pk)
    back = reverse("support:workforce:device", args=[pk])
    act: dict[str, Any] = {"actor": request.actor, "at": request.at}
    note = {"note": made.words(_("经过"), longest=200, required=name == "retire")}
    match name:
        case "hand-out":
            people = people_at(found.desk)
            form = DeedForm({"user": made.key(_("发给谁"), made.people_choices(people.values()))}, request)
            return deed_page(
                request, form, lambda given: hand_out(found, people[given["user"]], **act), title=_("配发手机"), back=back,
                submit=_("配发"), done=_("已配发。"),
            )  # fmt: skip
        case "take-back":
            return deed_page(
                request, DeedForm({}, request), lambda given: take_back(found, **act), title=_("收回手机"), back=back,
                submit=_("收回"), done=_("已收回。"), lead=_("收回以后，这部手机上的令牌作废。"),
            )  # fmt: skip
        case "lost":
            lead = _(
                "挂失以后，持有人在所有设备上立刻退出登录，这部手机上的令牌立刻作废。换一部设备重新登录即可继续工作。"
            )
            is_own = found.holder_id == request.actor.user_id
            return deed_page(
                request, DeedForm(note, request), lambda given: report_lost(found, note=given["note"], **act),
                title=_("挂失手机"), back=reverse("account_login") if is_own else back, submit=_("挂失"), done=_("已挂失。"), lead=lead,
            )  # fmt: skip
        case "retire":
            return deed_page(
                request, DeedForm(note, request), lambda given: retire(found, note=given["note"], **act),
                title=_("停用手机"), back=back, submit=_("停用"), done=_("已停用。"),
            )  # fmt: skip
    raise missing()
