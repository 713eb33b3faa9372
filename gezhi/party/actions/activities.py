"""Activities: planned, noticed, recorded by a person of the branch. One door for the steps, `take_activity_step`."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Door, Effects, Move
from gezhi.kernel.events import Fact, found
from gezhi.kernel.inputs import READERS, empty, tidy
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Input, Step
from gezhi.kernel.transactions import unit
from gezhi.party.access import covers
from gezhi.party.actions.orgs import require_standing
from gezhi.party.actions.words import LONGEST_TEXT, LONGEST_TITLE, plain
from gezhi.party.models import Activity, ActivityFile, Attendance, Member, OrgPlace, PartyOrg
from gezhi.party.rules import OrgKind
from gezhi.party.workflows.activities import STEPS, ActivityKind, ActivityStage, Situation

RIGHT = STEPS["plan"].right


def words(wire: str, one: Input, value: Any, is_needed: bool) -> str:
    missing = _("请填写%(what)s。") % {"what": one.label} if is_needed else None
    return plain(str(value or ""), field=wire, longest=one.longest, empty=missing)


def members(wire: str, one: Input, value: Any, is_needed: bool) -> frozenset[int]:
    keys = frozenset(value or ())
    if not all(type(key) is int for key in keys):
        raise empty(wire, one)
    if is_needed and not keys:
        raise Refused("empty", _("请勾选到会的党员。"), field=wire)
    return keys


def clock(wire: str, one: Input, value: Any, is_needed: bool) -> time | None:
    if value in (None, "") and not is_needed:
        return None
    if not isinstance(value, time):
        raise empty(wire, one)
    return value.replace(second=0, microsecond=0)


INPUTS: dict[str, Input] = {
    "kind": Input("choice", _("类别"), choices=ActivityKind.values),
    "title": Input("words", _("主题"), longest=LONGEST_TITLE),
    "on": Input("date", _("日期")),
    "time": Input("clock", _("时间")),
    "place": Input("words", _("地点"), longest=LONGEST_TITLE),
    "minutes": Input("words", _("会议记录"), longest=LONGEST_TEXT),
    "present": Input("members", _("到会的党员")),
    "excused": Input("members", _("请假的党员")),
    "files": Input("files", _("附件")),
    "reason": Input("words", _("原因"), longest=1000),
}
MINE = READERS | {"words": words, "members": members, "clock": clock}
effect: Effects[Any] = Effects()


def tidied(step: Step[Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return tidy(step, inputs, INPUTS, MINE)


def door(at: datetime) -> Door[Activity]:
    """Who keeps the books of an organisation is decided by the day."""
    day = local_day(at)
    return Door(
        steps=STEPS,
        covers=lambda actor, step, row: covers(actor, step.right, row.org, on=day),
        situation=lambda row, actor, at: Situation(row.planned_on, local_day(at)),
        tidy=tidied,
        effect=effect,
    )


def plan_activity(org: PartyOrg, *, actor: Actor, at: datetime, **inputs: Any) -> Activity:
    """Plan an activity. Inputs: `kind`, `title`, `on` (today or later), `time`, `place`."""
    if not covers(actor, RIGHT, org, on=local_day(at)):
        raise Denied(RIGHT)
    step = STEPS["plan"]
    given = tidied(step, inputs)
    not_before_today(given["on"], at)
    with unit():
        require_standing(org)
        row = Activity.objects.create(
            org=org,
            kind=given["kind"],
            title=given["title"],
            planned_on=given["on"],
            starts=given["time"],
            place=given["place"],
            stage=ActivityStage.PLANNED,
            version=1,
        )
        data = {"org": org.pk, "kind": row.kind, "on": row.planned_on.isoformat()}
        found(row, Fact(step.event, data), actor=actor, at=at)
    return row


def take_activity_step(
    name: str, row: Activity, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> Activity:
    """Take a step with an activity fetched by `get_activity`; see `workflows.activities` for what each needs."""
    return door(at).take(name, row, actor=actor, at=at, seen=seen, inputs=inputs)


def activity_steps(row: Activity, *, actor: Actor, at: datetime) -> list[Step[Any]]:
    """The buttons."""
    return door(at).offered(row, actor, at)


def not_before_today(on: date, at: datetime) -> None:
    if on < local_day(at):
        raise Refused("in_the_past", _("日期不能早于今天。"), field="on")


def roll_of(org: PartyOrg) -> Any:
    """The members who belong to an organisation's activity: those of the branch or branches, of a group those on its grids."""
    standing = Member.objects.filter(left_on__isnull=True)
    match org.kind:
        case OrgKind.BRANCH:
            return standing.filter(branch=org)
        case OrgKind.GROUP | OrgKind.HOUSEHOLD:
            grids = OrgPlace.objects.filter(org=org, until_on__isnull=True).values("area")
            return standing.filter(branch__in=ancestors_of(org), grid__in=grids)
        case OrgKind.GENERAL_BRANCH:
            return standing.filter(branch__parent=org)
        case _:
            return standing.filter(branch__area__code__startswith=org.area.code)


def ancestors_of(org: PartyOrg) -> list[int]:
    found_: list[int] = []
    above = org.parent
    while above is not None:
        found_.append(above.pk)
        above = above.parent
    return found_


# --- what each step changes -----------------------------------------------------------------------------------------


@effect("notice")
def notice(row: Activity, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The community's desk is told by a reaction; the paper for the board is printed from the page."""
    return Move(data={"org": row.org_id, "kind": row.kind, "on": row.planned_on.isoformat()})


@effect("postpone")
def postpone(row: Activity, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Another day; what is left empty stays. Who was told has to be told again."""
    not_before_today(given["on"], at)
    changes = {"planned_on": given["on"]}
    if given["time"] is not None:
        changes["starts"] = given["time"]
    if given["place"]:
        changes["place"] = given["place"]
    data = {"from": row.planned_on.isoformat(), "to": given["on"].isoformat()}
    return Move(changes, data, note=given["reason"])


@effect("cancel")
def cancel(row: Activity, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(note=given["reason"])


@effect("record")
def record(row: Activity, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The recorder writes down who was there; expected are the members of that day."""
    if not row.planned_on <= given["on"] <= local_day(at):
        raise Refused("no_such_day", _("召开的日期应在计划的日子和今天之间。"), field="on")
    return recorded(row, given, {"held_on": given["on"]}, {"on": given["on"].isoformat()}, note="")


@effect("correct")
def correct(row: Activity, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """What was written down wrongly is written anew; that it was, and why, stays in the history."""
    return recorded(row, given, {}, {}, note=given["reason"])


def recorded(row: Activity, given: dict[str, Any], changes: dict[str, Any], data: dict[str, Any], *, note: str) -> Move:
    present, excused = given["present"], given["excused"] - given["present"]
    known = frozenset(roll_of(row.org).values_list("pk", flat=True)) | frozenset(
        Attendance.objects.filter(activity=row).values_list("member_id", flat=True)
    )
    if not present | excused <= known:
        raise Refused("not_a_member", _("勾选的人里有不属于这个党组织的。"), field="present")
    counts = {"expected": len(known), "present": len(present), "excused": len(excused)}
    return Move(
        {**changes, **counts, "minutes": given["minutes"]},
        {**data, **counts, "org": row.org_id, "kind": row.kind},
        note=note,
        then=(
            lambda: write_attendance(row, present, excused),
            lambda: attach(row, given["files"]),
        ),
    )


def write_attendance(row: Activity, present: Iterable[int], excused: Iterable[int]) -> None:
    Attendance.objects.filter(activity=row).delete()
    Attendance.objects.bulk_create(
        [Attendance(activity=row, member_id=key) for key in sorted(present)]
        + [Attendance(activity=row, member_id=key, is_excused=True) for key in sorted(excused)]
    )


def attach(row: Activity, files: Iterable[StoredFile]) -> None:
    ActivityFile.objects.bulk_create(
        [ActivityFile(activity=row, file=file) for file in dict.fromkeys(files)], ignore_conflicts=True
    )
