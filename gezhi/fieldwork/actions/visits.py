"""A visit is written down."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gezhi.fieldwork.actions.findings import Finding, Where, take_up
from gezhi.fieldwork.checklists import checklists
from gezhi.fieldwork.device_time import device_time
from gezhi.fieldwork.models import AddressPoint, ChecklistGroup, Visit
from gezhi.fieldwork.replays import once, uuid_of
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, found
from gezhi.kernel.months import month_of
from gezhi.kernel.refusals import Refused
from gezhi.kernel.rows import fresh, insert

RIGHT = "visit.record"


def record_visit(
    address_point: AddressPoint,
    *,
    actor: Actor,
    at: datetime,
    key: UUID | str,
    trigger: str,
    ticked: Sequence[str] = (),
    finding: Finding | None = None,
    done_at: datetime | None = None,
) -> Visit:
    """One 户次 at a door fetched by `get_address_point`. Needs `visit.record` there.

    `trigger` is the code of one of 六必访, `ticked` codes of the other three lists. What somebody needs is a `finding` and becomes a case in the
    same transaction; a visit has no words of its own. `done_at` is the device's time. The same key gives the same visit.
    """
    key = uuid_of(key)

    def make() -> Visit:
        actor.require(RIGHT, area=address_point.place_code)
        chosen = checklists().trigger(trigger)
        if chosen is None:
            raise Refused("no_such_trigger", _("请选为什么走访（六必访）。"), field="trigger")
        visit = fresh(
            Visit,
            key=key,
            address_point_id=address_point.pk,
            area_id=address_point.area_id,
            street_code=address_point.street_code,
            community_code=address_point.community_code,
            grid_code=address_point.grid_code,
            trigger_id=chosen.id,
            ticked=checked(ticked),
            by_id=actor.user_id,
            visited_at=at,
            done_at=device_time(done_at),
            month=month_of(at),
            version=1,
        )
        if finding is not None:
            where = Where(address_point.place_code, address_point.label, address_point.lng, address_point.lat)
            visit.case_id = take_up(finding, where, key=key, origin="visit", actor=actor, at=at).pk
            visit.need = finding.kind
        insert([visit])
        # Neither the door nor the case: the log stays when the visit has become a count.
        data = {"area": address_point.place_code, "trigger": chosen.code, "need": visit.need}
        found(visit, Fact("visit.recorded", data), actor=actor, at=at)
        return visit

    return once(Visit, key, make, is_same=lambda row: row.by_id in (actor.user_id, None))


def checked(ticked: Sequence[str]) -> list[str]:
    """In the order of the lists, each once."""
    known = checklists().entries
    for code in ticked:
        if code not in known or known[code].group == ChecklistGroup.VISIT:
            raise Refused("no_such_entry", _("清单里没有这一项，请更新后再选。"), field="ticked")
    return [code for code in known if code in set(ticked)]
