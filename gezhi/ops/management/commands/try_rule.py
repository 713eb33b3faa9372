"""`gezhi try-rule`: what a changed rule would have done with a recorded month."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.cases.dry_run import Change, Comparison, DeskChange, LimitChange, RungChange, ShareChange
from gezhi.cases.ladder import Deed, Flight
from gezhi.cases.models import Case
from gezhi.cases.rungs import ladder
from gezhi.cases.sampling import Group
from gezhi.cases.trials import try_rule
from gezhi.kernel import registers
from gezhi.kernel.calendar import local_day
from gezhi.kernel.months import before, is_month, month_of, start_of
from gezhi.kernel.worktime import UNITS, Limit
from gezhi.matters.queries import MatterInfo, catalogue
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory

EXAMPLES = 5


class Command(BaseCommand):
    help = "Try a changed rule on the cases reported in a month. Nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        changes = parser.add_subparsers(dest="what", required=True)
        limit = changes.add_parser("limit", help="another time to handle or to accept")
        limit.add_argument("--kind", choices=("handle", "accept"), default="handle")
        limit.add_argument("--matter", default="", help="code of a matter; all if not given")
        limit.add_argument("--level", choices=DeskKind.values, default="")
        limit.add_argument("--emergency", action="store_true")
        desk = changes.add_parser("desk", help="another level that handles a matter")
        desk.add_argument("--matter", required=True)
        desk.add_argument("--to", choices=DeskKind.values, required=True)
        rung = changes.add_parser("rung", help="another time of the ladder; --amount 0 takes the rung away")
        rung.add_argument("--flight", choices=list(Flight), required=True)
        rung.add_argument("--deed", choices=list(Deed), required=True)
        rung.add_argument("--emergency", action="store_true")
        share = changes.add_parser("share", help="another share that is followed up")
        share.add_argument("--group", choices=list(Group), required=True)
        share.add_argument("--percent", type=int, required=True)
        for part in (limit, desk, rung, share):
            part.add_argument("--month", default="", help="for instance 2026-02; last month if not given")
        for part in (limit, rung):
            part.add_argument("--amount", type=int, required=True)
            part.add_argument("--unit", choices=UNITS, default="working_days")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        registers.look()
        month = chosen_month(options["month"], at)
        found = try_rule(change_of(options, at), first=start_of(month), last=start_of(before(month, -1)), at=at)
        for line in lines(found, options["what"]):
            self.stdout.write(line)


def chosen_month(text: str, at: datetime) -> int:
    if not text:
        return before(month_of(at))
    month = int(text.replace("-", "")) if text.replace("-", "").isdigit() else 0
    if not is_month(month):
        raise CommandError(_("月份写成 2026-02 这样。"))
    return month


def matter_of(code: str) -> MatterInfo:
    matter = catalogue().by_code(code)
    if matter is None:
        raise CommandError(_("没有这个事项：%(code)s") % {"code": code})
    return matter


def change_of(options: dict[str, Any], at: datetime) -> Change:
    match options["what"]:
        case "limit":
            if options["amount"] < 1:
                raise CommandError(_("时限要大于零。"))
            matter = matter_of(options["matter"]).id if options["matter"] else None
            limit = Limit(options["amount"], options["unit"])
            return LimitChange(options["kind"], limit, matter, options["level"], options["emergency"])
        case "desk":
            of = matter_of(options["matter"])
            if options["to"] == DeskKind.DEPARTMENT and of.owner_id is None:
                raise CommandError(_("这个事项没有主责部门，不能改由部门办。"))
            return DeskChange(of.id, options["to"], is_for_grid=options["to"] == DeskKind.GRID or of.is_for_grid)
        case "rung":
            return rung_change(options, at)
        case _other:
            if not 0 <= options["percent"] <= 100:
                raise CommandError(_("比例在 0 到 100 之间。"))
            return ShareChange(options["group"], options["percent"])


def rung_change(options: dict[str, Any], at: datetime) -> RungChange:
    wanted = (options["flight"], options["deed"], options["emergency"])
    today = local_day(at)
    old = next(
        (
            rung
            for rung in ladder().rungs
            if (rung.flight, rung.deed, rung.is_emergency) == wanted and rung.holds_on(today)
        ),
        None,
    )
    if old is None:
        raise CommandError(_("没有这一级。"))
    new = replace(old, limit=Limit(options["amount"], options["unit"])) if options["amount"] > 0 else None
    return RungChange(old, new)


def lines(found: "Comparison[int]", what: str) -> list[str]:
    said = [
        _("算了 %(n)s 件，%(changed)s 件会不一样；按现行规则与记录一致 %(same)s 件。")
        % {"n": found.cases, "changed": found.changed, "same": found.as_recorded}
    ]
    if what == "share":
        said.append(_("抽中回访：%(before)s → %(after)s") % dict(zip(("before", "after"), found.drawn, strict=True)))
    else:
        said.append(_("期限提前 %(earlier)s 件，推后 %(later)s 件") % {"earlier": found.earlier, "later": found.later})
        said.append(_("超期：%(before)s → %(after)s") % dict(zip(("before", "after"), found.overdue, strict=True)))
        said += [f"{deed}: {one} → {other}" for deed, (one, other) in found.deeds.items()]
    desks = directory()
    said += [
        f"{desks.get(one).name} → {desks.get(other).name}: {count}" for (one, other), count in found.moved.most_common()
    ]
    said += [f"- {reason}: {count}" for reason, count in found.left_out.most_common()]
    cases = Case.objects.in_bulk([one.subject for one in found.examples[:EXAMPLES]])
    for one in found.examples[:EXAMPLES]:
        dues = (f"{timezone.localtime(outcome.due_at):%Y-%m-%d %H:%M}" for outcome in (one.before, one.after))
        said.append(f"{cases[one.subject].number}  {' → '.join(dues)}")
    return said
