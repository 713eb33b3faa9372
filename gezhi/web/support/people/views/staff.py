"""人员: who serves in the grids, one of them, and appointing somebody."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.people.access import get_post
from gezhi.people.actions import (
    Appointing,
    appoint,
    issue_plate,
    person_for,
    publish,
    recall_plate,
    seat,
    unseat,
    withdraw_publication,
)
from gezhi.people.actions.posts import require_seating
from gezhi.people.models import Desk, Plate, Post, Publication
from gezhi.people.plates import standings_of
from gezhi.people.roles import ALONE, Role
from gezhi.people.sources import Facts
from gezhi.people.teams import STATES, StaffFilters, appointment_of, staff
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.wording import moment
from gezhi.web.support.acting import act, press, seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import APPOINTED, FACTS, AppointForm, DeputyForm, EndForm, ServicesForm
from gezhi.web.support.people.wording import role_of, term_of, unmet_words
from gezhi.web.support.scope import area_asked, street_choices
from gezhi.web.support.sheets import (
    Button,
    Buttons,
    Cell,
    Fill,
    Page,
    Table,
    Tool,
    Words,
    as_workbook,
    excel_tool,
    show_sheet,
    with_query,
)
from gezhi.web.support.sheets import (
    Facts as FactsBlock,
)

ROOM = "staff"
A_PAGE = 50
MOST_ROWS = 20_000


def filters_of(request: DeskRequest) -> StaffFilters:
    role, state = request.GET.get("role", ""), request.GET.get("state", "")
    return StaffFilters(
        area_asked(request, "staff.see"),
        role if role in APPOINTED or role == Role.FIRST_PERSON else "",
        request.GET.get("q", "").strip()[:40],
        state if state in STATES else "",
    )


def query(filters: StaffFilters, **more: Any) -> list[tuple[str, Any]]:
    said = {"area": filters.area, "role": filters.role, "q": filters.q, "state": filters.state} | more
    return list(said.items())


@require_safe
@for_support("staff.see")
def page(request: DeskRequest) -> HttpResponse:
    """Four statements a page of fifty."""
    filters = filters_of(request)
    number = max(int(text) if (text := request.GET.get("page", "1")).isdigit() and len(text) < 6 else 1, 1)
    posts = list(staff(request.actor, filters, on=localdate(request.at))[(number - 1) * A_PAGE : number * A_PAGE + 1])
    here = reverse("support:people:staff")
    tools = [excel_tool(with_query(reverse("support:people:staff-workbook"), query(filters)))]
    if request.actor.has("staff.edit"):
        tools = [
            Tool(_("安排岗位"), reverse("support:people:appoint"), "plus", "n", is_primary=True),
            *tools,
            Tool(_("导入"), reverse("support:people:import"), "stack"),
        ]
    found = Page(
        _("人员"),
        [table(posts[:A_PAGE], request)],
        _("网格长、专职网格员、兼职网格员、网格指导员和各级第一负责人。"),
        tools,
        [
            role_choices(filters),
            state_choices(filters),
            street_choices(request, "staff.see", role=filters.role, q=filters.q),
        ],
        search=filters.q,
        kept=[(name, value) for name, value in query(filters, q="") if value],
        previous=with_query(here, query(filters, page=number - 1)) if number > 1 else "",
        next=with_query(here, query(filters, page=number + 1)) if len(posts) > A_PAGE else "",
    )
    return show_sheet(request, found, room=ROOM)


def role_choices(filters: StaffFilters) -> list[Choice]:
    several = [("", _("全部岗位")), *((role.value, str(role.label)) for role in APPOINTED)]
    several.append((Role.FIRST_PERSON.value, str(Role.FIRST_PERSON.label)))
    return [
        Choice(label, with_query("", query(filters, role=value)) or "?", filters.role == value)
        for value, label in several
    ]


def state_choices(filters: StaffFilters) -> list[Choice]:
    labels = {
        "": _("在任"),
        "ending": _("三十天内到期"),
        "exception": _("例外选拔"),
        "unwritten": _("没有登记来源"),
        "ended": _("已结束"),
    }
    return [
        Choice(labels[state], with_query("", query(filters, state=state)) or "?", filters.state == state)
        for state in STATES
    ]


def table(posts: list[Post], request: DeskRequest) -> Table:
    rows = [line(post, request) for post in posts]
    columns = [
        Column(_("姓名"), 8), Column(_("岗位"), 8), Column(_("网格"), 20), Column(_("工作电话"), 9), Column(_("任期"), 12),
        Column(_("来源"), 12), Column(_("渠道"), 6), Column(_("单位"), 12), Column(_("例外"), 14),
    ]  # fmt: skip
    empty = _("没有符合条件的人。换个条件，或者点“安排岗位”登记第一位。")
    return Table(_("人员"), columns, rows, empty)


def line(post: Post, request: DeskRequest) -> list[Any]:
    given = appointment_of(post)
    today = localdate(request.at)
    soon = post.until_on is not None and 0 <= (post.until_on - today).days <= 30
    unmet = unmet_words(given.unmet) if given is not None else ""
    return [
        Cell(post.user.name, href=reverse("support:people:post", args=[post.pk])),
        role_of(post),
        name_path(post.desk.area.code),
        post.user.work_phone,
        Cell(term_of(post), state="soon" if soon else ""),
        given.source.name if given is not None else "",
        given.get_channel_display() if given is not None else "",
        given.unit if given is not None else "",
        Cell(unmet, small=given.reason if given is not None else "", state="soon" if unmet else ""),
    ]


@require_safe
@for_support("staff.see")
def workbook(request: DeskRequest) -> HttpResponse:
    posts = list(staff(request.actor, filters_of(request), on=localdate(request.at))[:MOST_ROWS])
    return as_workbook(request, _("人员"), table(posts, request))


# --- appointing -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_support("staff.edit")
def new(request: DeskRequest) -> HttpResponse:
    back = reverse("support:people:staff")
    today = localdate(request.at)

    def show(form: AppointForm, status: int) -> HttpResponse:
        hint = _("来源不符合规定的不能安排；来源或条件与一般规定不同的，写明理由可以安排，并列入例外。")
        return show_sheet(
            request,
            Page(_("安排岗位"), [Fill(form, _("安排"), seal(), back=back, hint=hint)], back=back),
            room=ROOM,
            status=status,
        )

    if request.method == "POST":
        form = AppointForm(request.POST, actor=request.actor, on=today)
        return act(request, form, lambda given: appointed(request, given), lambda status: show(form, status), back=back)
    initial = {"from_on": today, "desk_id": request.GET.get("desk", ""), "role": request.GET.get("role", "")}
    return show(AppointForm(initial=initial, actor=request.actor, on=today), 200)


def appointed(request: DeskRequest, given: dict[str, Any]) -> str:
    desk = Desk.objects.select_related("area").get(pk=given["desk_id"])
    role = Role(given["role"])
    require_seating(request.actor, desk, role)
    user = person_for(given["name"], given["work_phone"], at=request.at, is_invented=request.user.is_invented)
    facts = Facts({code: given[code] for code in FACTS}, given["unit"])
    wanted = Appointing(
        user,
        desk,
        role,
        given["from_on"],
        given["source"],
        given["channel"],
        until_on=given["until_on"],
        manner=given["manner"],
        facts=facts,
        reason=given["reason"],
    )
    appoint(wanted, actor=request.actor, at=request.at)
    return _("%(name)s任%(desk)s%(role)s。") % {"name": user.name, "desk": desk.name, "role": role.label}


# --- one post ---------------------------------------------------------------------------------------------------------


@require_safe
@for_support("staff.see")
def one(request: DeskRequest, pk: int) -> HttpResponse:
    return show_post(request, get_post(request.actor, pk))


def show_post(request: DeskRequest, post: Post, *, status: int = 200, **bound: Any) -> HttpResponse:
    may = request.actor.may("staff.edit", area=post.desk.area.code)
    publication = Publication.objects.filter(user_id=post.user_id, withdrawn_at__isnull=True).first()
    blocks: list[Any] = [facts_of(post, publication)]
    if may and post.holds_on(localdate(request.at)):
        blocks += deeds(request, post, publication, bound)
    blocks.append(plates_table(request, post, may=may))
    blocks.append(story(post))
    page = Page(
        post.user.name,
        blocks,
        f"{role_of(post)} · {name_path(post.desk.area.code)}",
        back=reverse("support:people:staff"),
    )
    return show_sheet(request, page, room=ROOM, status=status)


def facts_of(post: Post, publication: Publication | None) -> FactsBlock:
    given = appointment_of(post)
    pairs: list[tuple[Any, Any]] = [
        (_("工作电话"), post.user.work_phone or "—"),
        (_("任期"), term_of(post)),
        (_("公示"), publication.services or _("已同意") if publication is not None else _("没有同意公示")),
    ]
    if given is not None:
        pairs += [
            (_("来源"), Cell(given.source.name, small=given.unit)),
            (_("渠道"), given.get_channel_display()),
        ]
        if given.manner:
            pairs.append((_("任用方式"), given.get_manner_display()))
        if given.unmet:
            pairs.append((_("例外"), Cell(unmet_words(given.unmet), small=given.reason, state="soon")))
    for deputy in post.deputies.filter(until_on__isnull=True).select_related("user"):
        href = reverse("support:people:post", args=[deputy.pk])
        pairs.append((_("副职"), Cell(deputy.user.name, href=href)))
    return FactsBlock(pairs)


def deeds(request: DeskRequest, post: Post, publication: Publication | None, bound: dict[str, Any]) -> list[Any]:
    """What support may do with a post that holds."""

    def url(name: str) -> str:
        return reverse(f"support:people:{name}", args=[post.pk])

    services = bound.get("services") or ServicesForm(initial={"services": publication.services if publication else ""})
    blocks: list[Any] = [
        Fill(
            services,
            _("保存公示") if publication else _("登记本人同意"),
            seal(),
            _("公示：姓名、工作电话、服务项目"),
            url("post-publish"),
            hint=_("只在本人同意以后登记；本人也可以在“我的公示”里自己办。"),
            is_folded=publication is not None,
        )
    ]
    if publication is not None:
        blocks.append(
            Buttons(
                [
                    Button(_("制作管家牌"), url("plate-new"), [("seal", seal())], is_primary=True),
                    Button(_("撤回公示"), url("post-withdraw"), [("seal", seal())]),
                ]
            )
        )
    if post.role in ALONE and not post.is_deputy:
        deputy = bound.get("deputy") or DeputyForm(initial={"from_on": localdate(request.at)})
        blocks.append(Fill(deputy, _("安排副职"), seal(), _("安排副职"), url("post-deputy"), is_folded=True))
    end = bound.get("end") or EndForm(initial={"until_on": localdate(request.at)})
    blocks.append(Fill(end, _("结束岗位"), seal(), _("结束这个岗位"), url("post-end"), is_folded=True))
    return blocks


def plates_table(request: DeskRequest, post: Post, *, may: bool) -> Table:
    plates = list(Plate.objects.filter(post=post).select_related("post__user", "post__desk__area").order_by("-pk"))
    rows = []
    for standing in standings_of(plates, on=localdate(request.at)):
        plate = standing.plate
        href = reverse("support:people:plate", args=[plate.pk]) if may and plate.recalled_on is None else ""
        state = Cell(standing.why or _("有效"), state="bad" if standing.stale else "good")
        rows.append([Cell(plate.number, href=href), plate.issued_on, plate.valid_until, state])
    columns = [Column(_("管家牌编号"), 8), Column(_("制作日期"), 7), Column(_("有效期至"), 7), Column(_("状态"), 12)]
    return Table(_("管家牌"), columns, rows, _("还没有制作过管家牌。"))


STORY = {
    "post.seated": _("安排岗位"),
    "post.ended": _("岗位结束"),
}


def story(post: Post) -> Words:
    lines = [
        f"{moment(event.at)}  {event.actor_name}  {STORY.get(event.name, event.name)}"
        + (f"  {event.data['until']}" if event.name == "post.ended" else "")
        + (f"  {event.note}" if event.note else "")
        for event in timeline(post)
    ]
    return Words("\n".join(lines), _("经过"))


def editable(request: DeskRequest, pk: int) -> Post:
    post = get_post(request.actor, pk)
    require_seating(request.actor, post.desk, post.role)
    return post


@require_POST
@for_support("staff.edit")
def end(request: DeskRequest, pk: int) -> HttpResponse:
    post, form = editable(request, pk), EndForm(request.POST)

    def do(given: dict[str, Any]) -> str:
        unseat(post, actor=request.actor, at=request.at, until_on=given["until_on"])
        return _("岗位到 %(day)s 为止。") % {"day": given["until_on"].isoformat()}

    back = reverse("support:people:post", args=[pk])
    return act(request, form, do, lambda status: show_post(request, post, status=status, end=form), back=back)


@require_POST
@for_support("staff.edit")
def deputy(request: DeskRequest, pk: int) -> HttpResponse:
    post, form = editable(request, pk), DeputyForm(request.POST)

    def do(given: dict[str, Any]) -> str:
        user = person_for(given["name"], given["work_phone"], at=request.at, is_invented=request.user.is_invented)
        seat(
            user,
            post.desk,
            Role(post.role),
            actor=request.actor,
            at=request.at,
            from_on=given["from_on"],
            until_on=given["until_on"],
            deputy_for=post,
        )
        return _("%(name)s任副职。") % {"name": user.name}

    back = reverse("support:people:post", args=[pk])
    return act(request, form, do, lambda status: show_post(request, post, status=status, deputy=form), back=back)


@require_POST
@for_support("staff.edit")
def consent(request: DeskRequest, pk: int) -> HttpResponse:
    post, form = editable(request, pk), ServicesForm(request.POST)

    def do(given: dict[str, Any]) -> str:
        publish(post.user, given["services"], actor=request.actor, at=request.at)
        return _("已登记本人同意公示。")

    back = reverse("support:people:post", args=[pk])
    return act(request, form, do, lambda status: show_post(request, post, status=status, services=form), back=back)


@require_POST
@for_support("staff.edit")
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    post = editable(request, pk)

    def do() -> str:
        standing = Publication.objects.filter(user_id=post.user_id, withdrawn_at__isnull=True).first()
        if standing is not None:
            withdraw_publication(standing, actor=request.actor, at=request.at)
        return _("公示已经撤回。")

    return press(request, do, back=reverse("support:people:post", args=[pk]))


@require_POST
@for_support("staff.edit")
def plate_new(request: DeskRequest, pk: int) -> HttpResponse:
    post = editable(request, pk)

    def do() -> str:
        plate = issue_plate(post, actor=request.actor, at=request.at)
        return _("管家牌 %(number)s 已经制作，可以打印。") % {"number": plate.number}

    return press(request, do, back=reverse("support:people:post", args=[pk]))


def plate_of(request: DeskRequest, pk: int) -> Plate:
    plate = Plate.objects.filter(pk=pk).select_related("post__user", "post__desk__area").first()
    if plate is None or not request.actor.may("staff.see", area=plate.post.desk.area.code):
        raise Missing("no_such_plate", _("没有找到这块管家牌，或者它不在您的范围内。"))
    return plate


@require_POST
@for_support("staff.edit")
def plate_recall(request: DeskRequest, pk: int) -> HttpResponse:
    plate = plate_of(request, pk)

    def do() -> str:
        recall_plate(plate, actor=request.actor, at=request.at)
        return _("管家牌 %(number)s 已收回。") % {"number": plate.number}

    return press(request, do, back=reverse("support:people:post", args=[plate.post_id]))
