"""Building the demo's database: aside, under another name, so that an interrupted start leaves nothing half-built behind."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.assessment.actions import load_reasons, load_scheme
from gezhi.calls.actions import load_score_rules
from gezhi.cases.actions import load_follow_up_rules, load_handling_plans, load_ladder
from gezhi.disputes.actions import load_types
from gezhi.disputes.type_files import read_types
from gezhi.fieldwork.actions import load_checklists
from gezhi.fieldwork.checklist_files import read_checklists
from gezhi.kernel import events, registers
from gezhi.kernel.access import Actor
from gezhi.kernel.actions import load_calendars
from gezhi.kernel.installation import found_installation, is_demo_database
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.matters.actions import load_catalogue, load_governance
from gezhi.matters.catalogue_files import read_catalogue
from gezhi.ops.demo.land import dress_land
from gezhi.ops.demo.party import lay_party
from gezhi.ops.demo.people import open_town_desks, populate
from gezhi.ops.demo.teams import meet_and_recommend, settle_teams
from gezhi.ops.demo.together import build_together
from gezhi.ops.demo.town import Scale, lay_out
from gezhi.ops.demo.workforce import staff
from gezhi.ops.simulate import Life, Pace
from gezhi.ops.simulate.life import Tally
from gezhi.ops.simulate.matters import govern
from gezhi.ops.simulate.quarrels import quarrel
from gezhi.ops.simulate.rounds import Rounds
from gezhi.party.actions import load_party_rules
from gezhi.people.actions import load_standards
from gezhi.territory.actions import load_ledgers
from gezhi.workforce.actions import load_workforce

BUILDER = Actor.system("演示")
# Everything was there some weeks before the first report comes in.
FOUNDED_BEFORE = timedelta(days=30)
QUARRELS_A_GRID = 0.4
Say = Callable[[float, str], None]


def refuse_unless_demo() -> None:
    """The demo has a database file of its own and the setting that opens its doors; anything else is no place for it."""
    if not settings.DEMO:
        raise Refused(
            "not_demo", _("没有打开演示模式（GEZHI_DEMO=1）。请用 ./dev demo 启动，它使用单独的演示库，不碰正式数据。")
        )
    if connection.vendor != "sqlite":
        raise Refused("not_demo", _("演示只用单独的 SQLite 文件，不能使用正式的数据库服务器。"))


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Two starts at once: the second waits for the first and then finds the town ready."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stand(scale: Scale, *, days: int, seed: int, fresh: bool, say: Say) -> Tally | None:
    """Make sure that the demo's database stands. None where it stood already; raises `Refused` where it is no demo's."""
    path = Path(str(connection.settings_dict["NAME"]))
    with alone(path):
        if path.exists():
            require_demo(path)
            if not fresh:
                call_command("migrate", verbosity=0, interactive=False)
                return None
            remove(path)
        aside = path.with_name(f"{path.name}.building")
        remove(aside)
        use(aside)
        try:
            tally = build(scale, days=days, seed=seed, say=say)
            settle()
        finally:
            use(path)
        aside.replace(path)
    return tally


def require_demo(path: Path) -> None:
    """Never touch a database that was not born as a demo."""
    if "kernel_installation" not in connection.introspection.table_names() or not is_demo_database():
        raise Refused(
            "real_database", _("%(path)s 不是演示库，没有动它。请换一个 GEZHI_DATABASE_URL。") % {"path": path}
        )


def build(scale: Scale, *, days: int, seed: int, say: Say) -> Tally:
    now = timezone.now()
    start = midnight(now - timedelta(days=days))
    at = start - FOUNDED_BEFORE
    say(0.0, str(_("建库")))
    call_command("migrate", verbosity=0, interactive=False)
    # Whoever is interrupted now begins anew anyway: no need to wait for the disk.
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    found_installation(is_demo=True, at=at)
    registers.look()
    load_calendars(actor=BUILDER, at=at)
    say(0.02, str(_("画网格")))
    with unit():
        town = lay_out(scale, seed=seed, actor=BUILDER, at=at)
        load_catalogue(read_catalogue(), actor=BUILDER, at=at)
        load_governance(actor=BUILDER, at=at)
        load_ladder(actor=BUILDER, at=at)
        load_types(read_types(), actor=BUILDER, at=at)
        load_checklists(read_checklists(), actor=BUILDER, at=at)
        load_score_rules(actor=BUILDER, at=at)
        load_follow_up_rules(actor=BUILDER, at=at)
        load_handling_plans(actor=BUILDER, at=at)
        load_scheme(actor=BUILDER, at=at)
        load_reasons(actor=BUILDER, at=at)
        load_party_rules(actor=BUILDER, at=at)
        load_ledgers(actor=BUILDER, at=at)
        load_standards(actor=BUILDER, at=at)
        load_workforce(actor=BUILDER, at=at)
    registers.look()
    say(0.05, str(_("安排人员")))
    with unit():
        desks = open_town_desks(actor=BUILDER, at=at)
        populate(desks, seed=seed, actor=BUILDER, at=at, on=timezone.localdate(at))
        settle_teams(desks, seed=seed, actor=BUILDER, at=at, on=timezone.localdate(at))
    registers.look()
    pace = Pace(scale.reports_a_grid_a_day * (town.residential + town.dedicated), seed)
    life = Life(pace, start=start, end=now)

    def on_progress(at: datetime) -> None:
        say(0.1 + 0.9 * ((at - start) / (now - start)), f"{timezone.localtime(at):%m-%d}  {life.tally.cases:,}")

    tally = life.run(on_progress)
    lay_party(seed=seed, actor=BUILDER, start=at, end=now)
    # Disputes take weeks: some began before the days that the demo plays.
    quarrel(round(QUARRELS_A_GRID * (town.residential + town.dedicated)), seed=seed, start=at, end=now)
    meet_and_recommend(start=start, end=now)
    staff(seed=seed, start=at, end=now, builder=BUILDER)
    govern(seed=seed, start=at, end=now)
    dress_land(actor=BUILDER, at=now)
    build_together(seed=seed, actor=BUILDER, start=at, end=now)
    # The rounds of the last weeks: doors, visits, campaigns.
    Rounds(seed=seed, start=at, end=now).run()
    while events.dispatch(at=now, limit=1000):
        pass
    return tally


def midnight(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def settle() -> None:
    """Everything from the write-ahead log into the file, which then can be renamed."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA optimize")
    connection.close()


def use(path: Path) -> None:
    connection.close()
    connection.settings_dict["NAME"] = str(path)


def remove(path: Path) -> None:
    connection.close()
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
