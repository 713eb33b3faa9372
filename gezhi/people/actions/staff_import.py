"""Reading in a list of people: every row is looked at, those that are right are appointed, those that are not are listed with their reason.

Repeatable: somebody is known by name and phone of the work; who holds the post already is counted as known and left alone, so that the same
list read in twice changes nothing. A dry run does everything but keep it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.people.actions.appointments import Appointing, Newcomer, appoint_many, enter_newcomers, verdict_of
from gezhi.people.actions.posts import STAFF_RIGHT, Seat, refusal_of
from gezhi.people.actions.publications import publish_many
from gezhi.people.models import Channel, Desk, DeskKind, Manner, Post, Publication, Source, StaffImport
from gezhi.people.phones import BAD_PHONE, is_phone
from gezhi.people.roles import Role
from gezhi.people.sources import COLLEGE, OPEN_ROUND, PARTY_MEMBER, Facts
from gezhi.people.staff_files import StaffRow
from gezhi.territory.models import GridKind

ROLES = {str(role.label): role for role in (Role.PART_TIME_WORKER, Role.GRID_WORKER, Role.ADVISER)}
NO = ("", "否")
# A list says that these people were examined: the soft conditions are taken as met.
EXAMINED = {PARTY_MEMBER: True, COLLEGE: True, OPEN_ROUND: True}
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Why a row was not taken. `field` is the column."""

    line: int
    field: str
    message: Any


@dataclass
class ImportReport:
    """What became of the rows: entered, known before, refused one by one. `accounts` of those entered are new."""

    rows: int = 0
    entered: int = 0
    known: int = 0
    accounts: int = 0
    refused: list[RowRefusal] = field(default_factory=list)
    is_dry: bool = False


@dataclass
class Wanted:
    """A row that can be read: the person as the list knows him, and the post."""

    row: StaffRow
    desk: Desk
    role: Role
    source: Source
    from_on: date
    channel: str
    manner: str
    services: str
    consents: bool

    @property
    def person(self) -> Key:
        return self.row.name, self.row.work_phone


class Wrong(Exception):
    def __init__(self, column: str, message: Any) -> None:
        super().__init__(column)
        self.column, self.message = column, message


class Dry(Exception):
    """Ends a dry run: everything that was written is taken back."""


def import_staff(
    rows: Sequence[StaffRow],
    *,
    actor: Actor,
    at: datetime,
    is_dry: bool = False,
    digest: str = "",
    is_invented: bool = False,
) -> ImportReport:
    """Appoint everybody of the list who can be. Needs `staff.edit` for each grid; a row elsewhere is refused like one that is wrong.

    All right rows in one transaction, about forty statements and nine a thousand rows.
    """
    report = ImportReport(rows=len(rows), is_dry=is_dry)
    try:
        with unit():
            keep(rows, report, actor=actor, at=at, is_invented=is_invented)
            if is_dry:
                raise Dry
            row = StaffImport.objects.create(
                digest=digest or digest_of(rows),
                rows=report.rows,
                entered=report.entered,
                known=report.known,
                refused=len(report.refused),
                imported_by_id=actor.user_id,
                imported_at=at,
                version=1,
            )
            data = {"rows": row.rows, "entered": row.entered, "known": row.known, "refused": row.refused}
            found(row, Fact("staff_import.done", data), actor=actor, at=at)
    except Dry:
        pass
    return report


def digest_of(rows: Iterable[StaffRow]) -> str:
    """Of the rows as they were read, where nobody gave the digest of the file."""
    return hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()


def keep(rows: Sequence[StaffRow], report: ImportReport, *, actor: Actor, at: datetime, is_invented: bool) -> None:
    desks = {desk.area.code: desk for desk in Desk.objects.filter(kind=DeskKind.GRID).select_related("area")}
    sources = {source.name: source for source in Source.objects.all()}
    people = known_people(rows)
    sitting = seats_at_grids()
    wanted: list[Wanted] = []
    for row in rows:
        try:
            one = read(row, desks, sources, actor=actor, at=at)
            if is_known(one, sitting):
                report.known += 1
                continue
            check(one, people.get(one.person))
        except Wrong as wrong:
            report.refused.append(RowRefusal(row.line, wrong.column, wrong.message))
            continue
        sitting.setdefault((one.desk.pk, one.role), {})[one.person] = date.max
        wanted.append(one)
    fresh = list(dict.fromkeys(one.person for one in wanted if one.person not in people))
    accounts = enter_newcomers([Newcomer(*key) for key in fresh], at=at, is_invented=is_invented)
    report.accounts = len(accounts)
    people |= dict(zip(fresh, accounts, strict=True))
    appoint_many([appointing(one, people[one.person]) for one in wanted], actor=actor, at=at)
    report.entered = len(wanted)
    publish(wanted, people, actor=actor, at=at)


def known_people(rows: Sequence[StaffRow]) -> dict[Key, User]:
    """The accounts that the list means, by name and phone."""
    names = sorted({row.name for row in rows})
    found: dict[Key, User] = {}
    for first in range(0, len(names), 500):
        users = User.objects.filter(name__in=names[first : first + 500], officer="", is_active=True).exclude(
            work_phone=""
        )
        for user in users.order_by("pk"):
            found.setdefault((user.name, user.work_phone), user)
    return found


# By desk and role: the last day of each person there, by name and phone.
Sitting = dict[tuple[int, str], dict[Key, date]]


def seats_at_grids() -> Sitting:
    there: Sitting = {}
    rows = Post.objects.filter(desk__kind=DeskKind.GRID).order_by("pk")
    for desk_id, role, name, phone, last in rows.values_list(
        "desk_id", "role", "user__name", "user__work_phone", "until_on"
    ):
        lasts = there.setdefault((desk_id, role), {})
        lasts[name, phone] = max(lasts.get((name, phone), date.min), last or date.max)
    return there


def is_known(one: Wanted, sitting: Sitting) -> bool:
    """Does this person hold the post already on the day on which the list lets it begin, or later?"""
    return sitting.get((one.desk.pk, one.role), {}).get(one.person, date.min) >= one.from_on


def read(row: StaffRow, desks: dict[str, Desk], sources: dict[str, Source], *, actor: Actor, at: datetime) -> Wanted:
    """The row in our own terms. Raises `Wrong` about the first column that can't be read."""
    if not row.name or len(row.name) > 40:
        raise Wrong("姓名", _("姓名没有填，或者超过 40 个字。"))
    if not is_phone(row.work_phone):
        raise Wrong("工作电话", BAD_PHONE)
    desk = desks.get(row.grid)
    # What one may not see looks like what is not there.
    if desk is None or not actor.may(STAFF_RIGHT, area=row.grid):
        raise Wrong("网格编码", _("没有编码为 %(code)s 的网格，或者它不在您的范围内。") % {"code": row.grid[:20]})
    role = ROLES.get(row.role or str(Role.PART_TIME_WORKER.label))
    if role is None:
        raise Wrong("岗位", _("岗位只能写：%(roles)s。") % {"roles": "、".join(ROLES)})
    source = sources.get(row.source)
    if source is None:
        raise Wrong("来源", _("来源里没有“%(source)s”。") % {"source": row.source[:20]})
    return Wanted(
        row,
        desk,
        role,
        source,
        day_of(row.from_on, at),
        channel_of(row.channel),
        manner_of(row.manner),
        row.services,
        row.consents not in NO,
    )


def day_of(text: str, at: datetime) -> date:
    if not text:
        return local_day(at)
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError as error:
        raise Wrong("到岗日期", _("日期写成 2026-03-01 的样子。")) from error


def channel_of(text: str) -> str:
    if not text:
        return Channel.SELECTED
    found = {str(one.label): one.value for one in Channel}.get(text)
    if found is None:
        raise Wrong("选配渠道", _("渠道写统一配备、审核选拔或调整优化。"))
    return found


def manner_of(text: str) -> str:
    if not text:
        return ""
    found = {str(one.label): one.value for one in Manner}.get(text)
    if found is None:
        raise Wrong("任用方式", _("任用方式写下沉、转任或招聘。"))
    return found


COLUMNS = {
    "source": "来源",
    "unit": "单位",
    "reason": "例外理由",
    "manner": "任用方式",
    "desk": "网格编码",
    "until_on": "到岗日期",
}


def check(one: Wanted, user: User | None) -> None:
    """What the rules say to this row by itself. Raises `Wrong`."""
    if len(one.services) > 120:
        raise Wrong("服务项目", _("服务项目最多 120 个字。"))
    if one.role == Role.GRID_WORKER and one.desk.area.kind == GridKind.DEDICATED:
        raise Wrong("岗位", _("专属网格不配专职网格员。"))
    wanted = appointing(one, user or User(name=one.row.name, is_active=True))
    try:
        verdict_of(wanted)
    except Refused as refused:
        raise Wrong(COLUMNS.get(refused.field or "", "来源"), refused.message) from refused
    refusal = refusal_of(Seat(wanted.user, one.desk, one.role, one.from_on), (), is_open=one.desk.is_open)
    if refusal is not None:
        raise Wrong(COLUMNS.get(refusal.field or "", "网格编码"), refusal.message)


def appointing(one: Wanted, user: User) -> Appointing:
    return Appointing(
        user,
        one.desk,
        one.role,
        one.from_on,
        one.source,
        one.channel,
        manner=one.manner,
        facts=Facts(EXAMINED, one.row.unit),
        reason=one.row.reason,
    )


def publish(wanted: Sequence[Wanted], people: dict[Key, User], *, actor: Actor, at: datetime) -> None:
    """The list says who consented; who did before keeps what stands."""
    consenting = {one.person: one.services for one in wanted if one.consents}
    shown = set(Publication.objects.filter(withdrawn_at__isnull=True).values_list("user_id", flat=True))
    fresh = [(people[key], services) for key, services in consenting.items() if people[key].pk not in shown]
    publish_many(fresh, actor=actor, at=at)
