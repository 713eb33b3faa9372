"""The tree, one organisation with all that is known of it, and what can be done with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.accounts.models import User
from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.party.access import covers, get_org
from gezhi.party.actions import (
    appoint,
    dissolve_org,
    end_term,
    found_org,
    merge_org,
    move_org,
    rename_org,
    set_places,
)
from gezhi.party.models import Member, OrgPlace, PartyOrg, Term, inside
from gezhi.party.queries import Node, tree
from gezhi.party.rules import AREA_LENGTH, ON_GRIDS, ONE_AN_AREA, PARENTS, OrgKind
from gezhi.territory.models import Area
from gezhi.territory.queries import area_name, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.forms import (
    NameForm,
    OrgForm,
    OtherOrgForm,
    PlacesForm,
    ReasonForm,
    TermForm,
    UntilForm,
)
from gezhi.web.support.party.page import ROOM, Cell, Listing, Scope, form_page, named, scope_of, today, workbook
from gezhi.web.support.party.wording import office_name, span_words, story

SEE = "party.see"
EDIT = "party.edit"


def url_of(org: PartyOrg | int, name: str = "org", *args: Any) -> str:
    return reverse(f"support:party:{name}", args=[org if isinstance(org, int) else org.pk, *args])


def orgs_of(request: DeskRequest, scope: Scope) -> list[PartyOrg]:
    """What one looks at: an area's own organisations and those a level below; of a community the whole tree."""
    rows = PartyOrg.objects.visible_to(request.actor, SEE, on=today(request)).standing().select_related("area")
    if scope.code:
        rows = rows.filter(inside((scope.code,)))
        if len(scope.code) < 12:
            kinds = [OrgKind.DISTRICT, OrgKind.STREET] + ([OrgKind.COMMITTEE] if len(scope.code) == 9 else [])
            rows = rows.filter(kind__in=kinds)
    return list(rows)


def lines(nodes: list[Node], depth: int = 0) -> Iterator[list[Any]]:
    for node in nodes:
        org = node.org
        codes = [code for code in node.grids if area_name(code) is not None]
        is_vacant = not node.leader and org.kind not in (OrgKind.GROUP, OrgKind.HOUSEHOLD)
        leader = Cell(_("空缺"), state="bad") if is_vacant else Cell(node.leader or _("未定"))
        href = url_of(org)
        branches = _("%(n)s 个网格党支部") % {"n": node.branches} if org.kind in ONE_AN_AREA else ""
        inner = f"{reverse('support:party:orgs')}?area={org.area.code}" if org.kind in ONE_AN_AREA else ""
        yield [
            Cell(org.name, href, depth=depth),
            Cell(str(org.get_kind_display()), inner),
            leader,
            Cell("、".join(name_path(code).rpartition(" / ")[2] for code in codes) or branches),
            node.members if org.kind in (*ONE_AN_AREA, OrgKind.BRANCH) else None,
        ]
        yield from lines(node.children, depth + 1)


def listing_of(request: DeskRequest, scope: Scope) -> Listing:
    columns = [Column(_("党组织"), 18), Column(_("类别"), 8), Column(_("书记或负责人"), 8), Column(_("网格"), 16), Column(_("党员"), 5)]  # fmt: skip
    empty = _("这里还没有党组织。先设立区级、街道党组织，再设社区综合党委、网格党支部、楼院党小组和党员中心户。")
    return Listing(columns, list(lines(tree(orgs_of(request, scope), on=today(request)))), empty=empty)


@require_safe
@for_support("party.see", "party.serve")
def orgs(request: DeskRequest) -> HttpResponse:
    """The tree of an area."""
    scope = scope_of(request, SEE)
    standing = PartyOrg.objects.standing().filter(kind__in=ONE_AN_AREA, area__code=scope.code)
    taken = set(standing.values_list("kind", flat=True))
    of_level = [kind for kind in OrgKind if AREA_LENGTH[kind] == len(scope.code) and kind not in taken]
    kinds = of_level if request.actor.may(EDIT, area=scope.code) else []
    context = {
        "title": _("党组织"),
        "hint": _("社区综合党委—网格党（总）支部—楼院党小组—党员中心户。点区域看下一级，点名称看一个党组织。"),
        "scope": scope,
        "listings": [listing_of(request, scope)],
        "excel": f"{reverse('support:party:orgs-workbook')}?area={scope.code}",
        "tools": [
            (
                _("设立%(kind)s") % {"kind": kind.label},
                f"{reverse('support:party:new-org', args=[kind])}?area={scope.code}",
            )
            for kind in kinds
        ],
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support("party.see", "party.serve")
def orgs_workbook(request: DeskRequest) -> HttpResponse:
    return workbook(request, "party-orgs", listing_of(request, scope_of(request, SEE)))


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def new_org(request: DeskRequest, kind: str) -> HttpResponse:
    """Found an organisation in the area that one looks at."""
    if kind not in OrgKind.values:
        raise Missing("no_such_kind", _("没有这类党组织。"))
    scope = scope_of(request, EDIT)
    rows = PartyOrg.objects.standing().filter(kind__in=PARENTS[OrgKind(kind)])
    around = [scope.code[:length] for length in (6, 9, 12) if length <= len(scope.code)]
    parents = list(rows.filter(area__code__in=around).order_by("area__code", "pk"))

    def act(given: dict[str, Any]) -> tuple[str, str]:
        org = found_org(
            kind=kind,
            name=given["name"],
            area=Area.objects.get(code=scope.code),
            parent=next((one for one in parents if str(one.pk) == given.get("parent")), None),
            grids=given.get("grids", ()),
            on=given["on"],
            actor=request.actor,
            at=request.at,
        )
        return url_of(org), _("已设立%(name)s。") % {"name": org.name}

    return form_page(
        request,
        lambda **kwargs: OrgForm(kind, parents, scope.code, initial={"on": today(request)}, **kwargs),
        act,
        title=_("设立%(kind)s") % {"kind": OrgKind(kind).label},
        hint=name_path(scope.code),
        submit=_("设立"),
        back=f"{reverse('support:party:orgs')}?area={scope.code}",
    )


# --- one ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done with an organisation: the verb of the address and the word on the button."""

    name: str
    label: Any


def deeds_of(request: DeskRequest, org: PartyOrg) -> list[Deed]:
    if not org.stands or not request.actor.may(EDIT, area=org.area.code):
        return []
    found = [Deed("appoint", _("任职")), Deed("rename", _("更名"))]
    if org.kind in ON_GRIDS:
        found += [Deed("places", _("调整网格")), Deed("move", _("换上级")), Deed("merge", _("并入"))]
    return [*found, Deed("dissolve", _("撤销"))]


@require_safe
@for_support("party.see", "party.serve")
def org(request: DeskRequest, pk: int) -> HttpResponse:
    """All that is known of one organisation."""
    found = get_org(request.actor, pk, on=today(request))
    may_edit = request.actor.may(EDIT, area=found.area.code)
    sees_members = covers(request.actor, "party.members", found, on=today(request))
    terms = Term.objects.filter(org=found).select_related("user", "member").order_by("-from_on", "-pk")
    places = OrgPlace.objects.filter(org=found).select_related("area").order_by("until_on", "area__code")
    children = PartyOrg.objects.filter(parent=found).select_related("area").order_by("ended_on", "kind", "pk")
    facts: list[tuple[Any, Any, str]] = [
        (_("类别"), found.get_kind_display(), ""),
        (_("所在"), name_path(found.area.code), ""),
        (_("上级党组织"), found.parent.name if found.parent else "—", url_of(found.parent) if found.parent else ""),
        (_("设立"), str(found.founded_on), ""),
    ]
    if not found.stands:
        into = found.merged_into
        facts.append((found.get_ending_display(), str(found.ended_on), url_of(into) if into else ""))
    if sees_members and found.kind == OrgKind.BRANCH:
        count = Member.objects.filter(branch=found, left_on__isnull=True).count()
        facts.append((_("党员"), count, f"{reverse('support:party:members')}?branch={found.pk}"))
    people = [
        [
            office_name(term.office),
            Cell(term.holder_name if term.member_id is None or sees_members else _("党员")),
            span_words(term.from_on, term.until_on),
            Cell(_("写离任"), url_of(found, "end-term", term.pk)) if may_edit and term.until_on is None else "",
        ]
        for term in terms
    ]
    listings = [
        Listing(
            [Column(_("职务")), Column(_("人员")), Column(_("任期")), Column("")],
            people,
            _("任职"),
            _("还没有人任职。"),
        ),
        Listing(
            [Column(_("名称")), Column(_("类别")), Column(_("状态"))],
            [
                [
                    Cell(one.name, url_of(one)),
                    one.get_kind_display(),
                    _("正常") if one.stands else one.get_ending_display(),
                ]
                for one in children
            ],
            _("下级党组织"),
            _("没有下级党组织。"),
        ),
    ]
    if found.kind in ON_GRIDS:
        rows = [[name_path(one.area.code), span_words(one.from_on, one.until_on)] for one in places]
        listings.insert(1, Listing([Column(_("网格")), Column(_("时间"))], rows, _("网格"), "—"))
    context = {
        "title": found.name,
        "back": f"{reverse('support:party:orgs')}?area={found.area.code}",
        "flag": _("书记空缺，自 %(since)s 起") % {"since": found.vacant_since} if found.vacant_since else "",
        "facts": facts,
        "deeds": [(deed.label, url_of(found, "org-deed", deed.name), "plain") for deed in deeds_of(request, found)],
        "listings": listings,
        "story": story(found),
    }
    return show(request, "support/party/detail.html", context, room=ROOM)


def others(found: PartyOrg, name: str) -> list[PartyOrg]:
    """Where an organisation may move to, or into which it may merge."""
    rows = PartyOrg.objects.standing().exclude(pk=found.pk)
    if name == "merge":
        return list(rows.filter(kind=found.kind, area=found.area).order_by("pk"))
    return list(rows.filter(kind__in=PARENTS[OrgKind(found.kind)], area=found.area).order_by("pk"))


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def org_deed(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    """Rename, place, move, merge, dissolve, appoint: a form each."""
    found = get_org(request.actor, pk, on=today(request))
    deed = next((deed for deed in deeds_of(request, found) if deed.name == name), None)
    if deed is None:
        if not request.actor.may(EDIT, area=found.area.code):
            raise Denied(EDIT)
        raise Missing("no_such_step", _("没有这一步。"))
    who: dict[str, Any] = {"actor": request.actor, "at": request.at}
    candidates = others(found, name) if name in ("move", "merge") else []

    def other(given: dict[str, Any]) -> PartyOrg:
        return named(candidates, given["other"])

    def act(given: dict[str, Any]) -> tuple[str, str]:
        match name:
            case "rename":
                rename_org(found, given["name"], **who)
            case "places":
                set_places(found, given["grids"], **who)
            case "move":
                move_org(found, other(given), **who)
            case "merge":
                merge_org(found, other(given), reason=given["reason"], **who)
            case "dissolve":
                dissolve_org(found, reason=given["reason"], **who)
            case _:
                take_office(found, given, **who)
        return url_of(found), _("%(what)s：已办好。") % {"what": deed.label}

    def make(**kwargs: Any) -> Any:
        match name:
            case "rename":
                return NameForm(found, **kwargs)
            case "places":
                return PlacesForm(found, **kwargs)
            case "move":
                return OtherOrgForm(_("新的上级党组织"), candidates, **kwargs)
            case "merge":
                return OtherOrgForm(_("并入哪个党组织"), candidates, reason=_("合并的依据"), **kwargs)
            case "dissolve":
                return ReasonForm(_("撤销的依据"), **kwargs)
            case _:
                return TermForm(found, request.at, members_above(found), **kwargs)

    return form_page(
        request, make, act, title=deed.label, hint=found.name, submit=deed.label, back=url_of(found), seen=found.version
    )


def members_above(found: PartyOrg) -> list[Member]:
    above = found.parent
    keys = []
    while above is not None:
        keys.append(above.pk)
        above = above.parent
    return list(Member.objects.filter(branch__in=keys, left_on__isnull=True).order_by("number"))


def take_office(found: PartyOrg, given: dict[str, Any], **who: Any) -> None:
    appoint(
        found,
        given["office"],
        user=User.objects.filter(pk=given["user"]).first() if given.get("user") else None,
        member=Member.objects.filter(pk=given["member"]).first() if given.get("member") else None,
        from_on=given["from_on"],
        until_on=given["until_on"],
        **who,
    )


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def end_of_term(request: DeskRequest, pk: int, term: int) -> HttpResponse:
    """Write down the last day of a term."""
    found = get_org(request.actor, pk, EDIT, on=today(request))
    row = Term.objects.filter(pk=term, org=found).select_related("org__area", "user", "member").first()
    if row is None:
        raise Missing("no_such_term", _("没有这段任期。"))

    def act(given: dict[str, Any]) -> tuple[str, str]:
        end_term(row, until_on=given["until_on"], actor=request.actor, at=request.at)
        return url_of(found), _("已写明离任日期。")

    return form_page(
        request,
        lambda **kwargs: UntilForm(_("任职的最后一天"), request.at, **kwargs),
        act,
        title=_("写离任"),
        hint=f"{found.name} · {office_name(row.office)} · {row.holder_name}",
        submit=_("写明"),
        back=url_of(found),
    )
