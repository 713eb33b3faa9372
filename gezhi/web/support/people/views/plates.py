"""公示和管家牌: who stands on the public pages, which plates no longer say the truth, and both on paper."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.people.features import Feature
from gezhi.people.models import Publication
from gezhi.people.pilots import is_open, open_in
from gezhi.people.plates import signed, standing_of, standings_of, with_posts
from gezhi.people.public import is_shown, public_team
from gezhi.people.roles import Role
from gezhi.people.teams import StaffFilters, grids_within, staff
from gezhi.territory.queries import area_name, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.page import whole
from gezhi.web.qr import qr_svg
from gezhi.web.support.acting import seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.views.staff import plate_of
from gezhi.web.support.people.wording import role_of
from gezhi.web.support.scope import area_asked, areas_for, is_wide, short, street_choices
from gezhi.web.support.sheets import Cell, Facts, Page, Table, as_workbook, excel_tool, show_sheet, with_query

ROOM = "staff"
RIGHT = "staff.see"


def plates_table(request: DeskRequest, *, only_stale: bool) -> Table:
    codes = areas_for(request, RIGHT)
    standings = [one for code in codes for one in standings_of(with_posts(code), on=localdate(request.at))]
    rows = [
        [
            Cell(one.plate.number, href=reverse("support:people:plate", args=[one.plate.pk])),
            one.content.name,
            one.content.place,
            one.plate.issued_on,
            one.plate.valid_until,
            Cell(one.why or _("有效"), state="bad" if one.stale else "good"),
        ]
        for one in standings
        if one.stale or not only_stale
    ]
    columns = [
        Column(_("编号"), 8), Column(_("姓名"), 8), Column(_("网格"), 22), Column(_("制作日期"), 7), Column(_("有效期至"), 7),
        Column(_("状态"), 14),
    ]  # fmt: skip
    empty = _("没有要收回或重做的管家牌。") if only_stale else _("还没有制作过管家牌。")
    return Table(_("管家牌"), columns, rows, empty)


def consent_table(request: DeskRequest) -> Table:
    """By street or community: how many of those who serve there consented."""
    on = localdate(request.at)
    digits = 9 if not area_asked(request, RIGHT) and is_wide(request.actor, RIGHT) else 12
    shown = set(Publication.objects.filter(withdrawn_at__isnull=True).values_list("user_id", flat=True))
    people: dict[str, set[int]] = {}
    filters = StaffFilters(area=area_asked(request, RIGHT))
    posts = staff(request.actor, filters, on=on).exclude(role=Role.FIRST_PERSON)
    for code, user in posts.values_list("desk__area__code", "user_id"):
        people.setdefault(code[:digits], set()).add(user)
    rows = [
        [
            Cell(short(code), href=with_query(reverse("support:people:publications"), [("area", code)])),
            len(users),
            len(users & shown),
            len(users - shown),
            Cell(_("已打开"), state="good")
            if is_open(Feature.TEAM_PAGE, code, on=on)
            else Cell(_("没有打开"), state="quiet"),
        ]
        for code, users in sorted(people.items())
    ]
    columns = [
        Column(_("区域"), 14),
        Column(_("在岗（人）")),
        Column(_("已同意公示")),
        Column(_("还没有")),
        Column(_("公示页"), 8),
    ]
    return Table(_("公示"), columns, rows, _("这里还没有人。"))


def grids_table(request: DeskRequest) -> Table:
    """The grids of a community or street, each with its public page and its board on paper."""
    codes = areas_for(request, RIGHT)
    rows = []
    for code in grids_within(codes):
        is_public = is_shown(code, on=localdate(request.at))
        page = Cell(_("公示页"), href=reverse("portal:team", args=[code])) if is_public else Cell("", shown="—")
        rows.append(
            [name_path(code), page, Cell(_("公示栏 A3"), href=reverse("support:people:grid-board", args=[code]))]
        )
    return Table(
        _("逐格"), [Column(_("网格"), 24), Column(_("网页"), 8), Column(_("打印"), 8)], rows, _("这里没有网格。")
    )


@require_safe
@for_support(RIGHT)
def page(request: DeskRequest) -> HttpResponse:
    is_all = request.GET.get("all") == "1"
    asked = area_asked(request, RIGHT)
    here = [("area", asked)]
    chips = [
        [
            Choice(_("要收回或重做的"), with_query("", here) or "?", not is_all),
            Choice(_("全部管家牌"), with_query("", [*here, ("all", "1")]), is_all),
        ],
        street_choices(request, RIGHT, all="1" if is_all else ""),
    ]
    blocks: list[Any] = [consent_table(request), plates_table(request, only_stale=not is_all)]
    if len(asked) >= 9 or not is_wide(request.actor, RIGHT):
        blocks.append(grids_table(request))
    opened = "、".join(short(code) for code in open_in(Feature.TEAM_PAGE, on=localdate(request.at)))
    lead = _("只公示本人同意的三项：姓名、工作电话、服务项目。公示页已在这些地方打开：%(where)s。") % {
        "where": opened or _("没有")
    }
    tools = [excel_tool(with_query(reverse("support:people:publications-workbook"), here))]
    return show_sheet(request, Page(_("公示和管家牌"), blocks, lead, tools, chips), room=ROOM)


@require_safe
@for_support(RIGHT)
def workbook(request: DeskRequest) -> HttpResponse:
    return as_workbook(request, _("公示和管家牌"), consent_table(request), plates_table(request, only_stale=False))


def check_url(request: DeskRequest, text: str) -> str:
    return request.build_absolute_uri(f"{reverse('portal:plate-check')}?p={text}")


@require_safe
@for_support("staff.edit")
def plate(request: DeskRequest, pk: int) -> HttpResponse:
    """One plate, ready for the printer; a stale one is not printed but says why."""
    found = plate_of(request, pk)
    publication = Publication.objects.filter(user_id=found.post.user_id, withdrawn_at__isnull=True).first()
    standing = standing_of(found, publication, on=localdate(request.at))
    if standing.stale:
        facts = Facts(
            [
                (_("编号"), found.number),
                (_("状态"), Cell(standing.why, state="bad")),
                (_("怎么办"), _("在这个人的页面上重新制作，旧的会自动收回；再把旧牌收回销毁。")),
            ]
        )
        back = reverse("support:people:post", args=[found.post_id])
        return show_sheet(request, Page(_("管家牌"), [facts], back=back), room=ROOM)
    context = {
        "plate": found,
        "content": standing.content,
        "role": role_of(found.post),
        "qr": qr_svg(check_url(request, signed(standing.content)), title=_("扫码查真伪")),
        "seal": seal(),
        "back": reverse("support:people:post", args=[found.post_id]),
    }
    return whole(request, "support/people/plate.html", context)


@require_safe
@for_support(RIGHT)
def grid_board(request: DeskRequest, code: str) -> HttpResponse:
    """The board that hangs in the grid: who consented, with phones, and the way to the page."""
    area = area_name(code)
    if area is None or area.level != "grid" or not request.actor.may(RIGHT, area=code):
        raise Missing("no_such_grid", _("没有找到这个网格，或者它不在您的范围内。"))
    on = localdate(request.at)
    size = "a4" if request.GET.get("size") == "a4" else "a3"
    link = request.build_absolute_uri(reverse("portal:team", args=[code]))
    context = {
        "grid": area,
        "path": name_path(code),
        "groups": public_team(code, on=on),
        "on": on,
        "size": size,
        "qr": qr_svg(link, title=_("扫码看最新")) if is_shown(code, on=on) else "",
        "back": reverse("support:people:publications"),
    }
    return whole(request, "support/people/board.html", context)
