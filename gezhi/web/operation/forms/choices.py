"""What a field offers to choose from: matters, desks, colleagues, areas."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.matters.queries import catalogue
from gezhi.people.models import DeskKind
from gezhi.people.queries import DeskInfo, directory, roster
from gezhi.people.roles import ROLE_RIGHTS
from gezhi.territory.queries import list_names, name_path

Choices = Sequence[tuple[Any, Any]]


def matter_choices(at: datetime, street: str | None = None) -> Choices:
    """The matters of the day in their categories, with `street` those that have come there; a category not yet confirmed says so."""
    groups: dict[Any, list[tuple[int, str]]] = {}
    for matter in catalogue().valid_on(timezone.localdate(at), street=street):
        name = matter.category_name if matter.category_is_confirmed else f"{matter.category_name}（{_('待确认')}）"
        groups.setdefault(name, []).append((matter.id, matter.name))
    return [("", _("请选择事项")), *groups.items()]


def desk_choices(case: Case, actor: Actor, *, empty: Any, right: str = "case.assign") -> Choices:
    """Desks to which this actor may send this case: upwards and downwards of its place first, then its neighbours, then departments."""
    desks = directory()
    here = desks.desks.get(case.desk_id)
    base = case.place_code or (here.area_code if here is not None else "")
    ladder = [desk for size in (15, 12, 9, 6) if (desk := desks.upwards(base[:size])) is not None and len(base) >= size]
    around = [
        *[desk for desk in desks.within(base[:12]) if len(base) >= 12 and desk.kind == DeskKind.GRID],
        *[desk for desk in desks.within(base[:9]) if len(base) >= 9 and desk.kind == DeskKind.COMMUNITY],
        *[desk for desk in desks.opened if desk.kind == DeskKind.STREET],
    ]
    departments = [desk for desk in desks.opened if desk.kind == DeskKind.DEPARTMENT]
    # A ruling may say that it stays where it lies.
    seen: set[int] = {case.desk_id} if right == "case.assign" else set()

    def fresh(several: Iterable[DeskInfo]) -> list[tuple[int, str]]:
        chosen = []
        for desk in several:
            if desk.id not in seen and actor.may(right, area=desk.area_code, desk_id=desk.id):
                seen.add(desk.id)
                chosen.append((desk.id, desk.name))
        return chosen

    groups = [(_("事发地"), fresh(ladder)), (_("周边"), fresh(around)), (_("部门"), fresh(departments))]
    return [("", empty), *[group for group in groups if group[1]]]


def colleague_choices(case: Case, at: datetime) -> Choices:
    """Who else works at the desk of this case today, with the role. One query."""
    seated = {
        one.user_id: f"{one.name}（{one.role.label}）"
        for one in roster(case.desk_id, on=timezone.localdate(at))
        if "case.work" in ROLE_RIGHTS[one.role] and one.user_id != case.holder_id
    }
    return [("", _("请选择同事")), *seated.items()]


def area_choices(actor: Actor, right: str) -> Choices:
    """The communities, under their streets, in which the actor holds the right; for somebody of a single grid that grid."""
    codes = actor.areas(right)
    if codes and all(len(code) == 15 for code in codes):
        return [(code, name_path(code)) for code in codes]
    found = []
    for street in list_names("street"):
        inside = [
            (community.code, community.short_name)
            for community in list_names("community", within=street.code)
            if any(community.code.startswith(code) for code in codes)
        ]
        if inside:
            found.append((street.short_name, inside))
    return found
