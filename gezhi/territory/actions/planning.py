"""The planner asked from a page: a run waits, somebody's worker takes it up, and its draft becomes a plan if people want it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.territory.actions.boundaries import outline_or_refuse
from gezhi.territory.actions.plans import LONGEST_TITLE, draft_plan, propose_right
from gezhi.territory.codes import LENGTHS
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area, Plan, PlanningFile, PlanningRun, RunState
from gezhi.territory.planner.compose import NoLand
from gezhi.territory.planner.files import NotReadable
from gezhi.territory.planner.search import Halt
from gezhi.territory.planning import divided, wanted_of
from gezhi.territory.planning_words import FILES
from gezhi.territory.plans import land_of, lattice
from gezhi.territory.redivided import changes_towards
from gezhi.territory.wanted import WantedChange

logger = logging.getLogger(__name__)
PLANNER = Actor.system("辅助划分")
MOST_FILES, MOST_BYTES = 10, 30 * 1024 * 1024
# Each of one person's runs holds both cores for minutes; a queue of more is a mistake.
MOST_WAITING = 3
# A run tells how far it is no more often than this; one that has told nothing for so long was left by a process that died.
BEAT, SILENT = timedelta(seconds=2), timedelta(minutes=3)
LONGEST_MINUTES = 60


def ask_planning(
    scope: Area,
    title: str,
    *,
    actor: Actor,
    at: datetime,
    kind: str,
    least: int,
    most: int,
    counts_people: bool = False,
    files: Sequence[tuple[str, bytes]] = (),
    crs: Crs = Crs.CGCS2000,
    seed: int = 1,
    is_quick: bool = False,
    minutes: int | None = None,
) -> PlanningRun:
    """Put a draft for a community or a street in the queue; without files its units come from the registers.

    Refused: scope_of_grid, empty, too_long, bad_range, bad_limit, too_many, too_large, too_many_waiting.
    """
    propose_right(scope, actor)
    if not 1 <= least <= most <= 1_000_000:
        raise Refused("bad_range", _("下限要大于零，不能大于上限。"), field="least")
    if minutes is not None and not 1 <= minutes <= LONGEST_MINUTES:
        raise Refused("bad_limit", _("时限为 1 到 60 分钟。"), field="minutes")
    if len(files) > MOST_FILES:
        raise Refused("too_many", _("一次最多 10 个文件。"), field="layers")
    if sum(len(data) for _name, data in files) > MOST_BYTES:
        raise Refused("too_large", _("文件合计超过 30 MB，请先去掉用不到的属性。"), field="layers")
    waiting = PlanningRun.objects.filter(asked_by_id=actor.user_id, state=RunState.WAITING).count()
    if waiting >= MOST_WAITING:
        raise Refused("too_many_waiting", _("您已经有 3 个在排队，等做完再提。"))
    with unit():
        run = PlanningRun.objects.create(
            scope=scope,
            title=typed(title, field="title", longest=LONGEST_TITLE, empty=_("请填写名称。")),
            kind=PlanningRun.Kind(kind).value,
            source=PlanningRun.Source.FILES if files else PlanningRun.Source.REGISTERS,
            least=least,
            most=most,
            counts_people=counts_people,
            seed=seed,
            is_quick=is_quick,
            minutes=minutes,
            crs_in=crs.value,
            asked_by_id=actor.user_id,
            asked_at=at,
            version=1,
        )
        PlanningFile.objects.bulk_create(
            PlanningFile(run=run, position=position, name=name[:200], data=data)
            for position, (name, data) in enumerate(files, start=1)
        )
        found(run, Fact("planning_run.asked", {"scope": scope.code, "kind": kind}), actor=actor, at=at)
    return run


def stop_planning(run: PlanningRun, *, actor: Actor, at: datetime) -> PlanningRun:
    """End a run: one in the queue is taken out of it, one that runs keeps the best division found so far. Refused: ended."""
    propose_right(run.scope, actor)
    if not run.is_open:
        raise Refused("ended", _("这个划分已经结束。"))
    with unit():
        changes: dict[str, Any] = {"stop_asked_at": at}
        if run.state == RunState.WAITING:
            changes |= {"state": RunState.FAILED, "ended_at": at, "problem": in_words(_("排队时取消了。"))}
        advance(run, Fact("planning_run.stopped"), actor=actor, at=at, changes=changes)
    return run


# --- for the worker -------------------------------------------------------------------------------------------------


def take_up(*, at: datetime) -> PlanningRun | None:
    """The oldest run that waits, or that was left by a process that died; now ours. None when there is none, or another was quicker."""
    left = Q(state=RunState.RUNNING) & (Q(beat_at__isnull=True) | Q(beat_at__lt=at - SILENT))
    rows = PlanningRun.objects.filter(Q(state=RunState.WAITING) | left).select_related("scope")
    run = rows.order_by("pk").first()
    if run is None:
        return None
    try:
        with unit():
            changes = {"state": RunState.RUNNING, "begun_at": at, "beat_at": at, "share": 0.0}
            advance(run, Fact("planning_run.begun"), actor=PLANNER, at=at, changes=changes)
    except Conflict:
        return None
    return run


def perform(run: PlanningRun, *, clock: Callable[[], datetime], halt: Halt | None = None) -> PlanningRun:
    """Work out a run that was taken up, telling now and then how far it is; ends it, whatever happens.

    `halt` set from outside means that the process is to end: then the run goes back into the queue.
    """
    outside, halt = halt, Halt()
    begun, beat = clock(), [clock()]

    def watch(share: float) -> None:
        at = clock()
        if outside is not None and outside.is_asked:
            halt.now()
        if at - beat[0] < BEAT:
            return
        beat[0] = at
        is_late = run.minutes is not None and at - begun > timedelta(minutes=run.minutes)
        if tell_share(run, share, at=at) or is_late:
            halt.now()

    try:
        drafted = divided(run, halt=halt, watch=watch)
    except (NotReadable, NoLand) as error:
        return fail(run, problem_of(error), at=clock())
    except Exception:
        logger.exception("planning run %s failed", run.pk)
        return fail(run, in_words(_("系统出了故障，没有做成。请再提一次；仍不行的告诉管理员。")), at=clock())
    if outside is not None and outside.is_asked:
        return put_back(run, at=clock())
    at = clock()
    with unit():
        run = PlanningRun.objects.select_related("scope").get(pk=run.pk)
        changes = {
            "state": RunState.DONE,
            "ended_at": at,
            "share": 1.0,
            "grids": drafted.grids,
            "outcome": drafted.outcome | {"seconds": round((at - begun).total_seconds(), 1)},
        }
        told = {name: drafted.outcome[name] for name in ("homes", "fitting", "dedicated")}
        advance(run, Fact("planning_run.done", told), actor=PLANNER, at=at, changes=changes)
    return run


def in_words(text: Any) -> str:
    """In the language of the house: it is written down for everybody."""
    with translation.override("zh-hans"):
        return str(text)


def problem_of(error: NotReadable | NoLand) -> str:
    if isinstance(error, NotReadable):
        return f"{in_words(FILES[error.reason])} {error.detail}".strip()
    return in_words(_("范围里没有带边界的社区，请先导入社区边界。"))


def tell_share(run: PlanningRun, share: float, *, at: datetime) -> bool:
    """A sign of life; True when somebody asked the run to stop."""
    row = PlanningRun.objects.filter(pk=run.pk, state=RunState.RUNNING)
    row.update(share=min(max(share, 0.0), 1.0), beat_at=at)
    return row.filter(stop_asked_at__isnull=False).exists()


def fail(run: PlanningRun, problem: str, *, at: datetime) -> PlanningRun:
    with unit():
        run = PlanningRun.objects.select_related("scope").get(pk=run.pk)
        changes = {"state": RunState.FAILED, "ended_at": at, "problem": problem[:300]}
        advance(run, Fact("planning_run.failed", {"problem": problem[:300]}), actor=PLANNER, at=at, changes=changes)
    return run


def put_back(run: PlanningRun, *, at: datetime) -> PlanningRun:
    """The process ends before the run does: the next one begins it anew."""
    with unit():
        run = PlanningRun.objects.select_related("scope").get(pk=run.pk)
        changes = {"state": RunState.WAITING, "beat_at": None, "begun_at": None, "share": 0.0}
        advance(run, Fact("planning_run.put_back"), actor=PLANNER, at=at, changes=changes)
    return run


# --- from the draft to a plan ---------------------------------------------------------------------------------------


def plan_of_run(
    run: PlanningRun, title: str, reason: str, *, actor: Actor, at: datetime, takes_effect_on: date
) -> Plan:
    """A plan that leads from the grids as they stand to those of the draft. Refused: not_done, planned_already, nothing_new, and as
    `draft_plan` says."""
    if run.state != RunState.DONE:
        raise Refused("not_done", _("划分还没有完成，不能转成方案。"))
    if run.plan_id is not None:
        raise Refused("planned_already", _("这份划分已经转成过方案。"))
    changes = changes_of_run(run)
    if not changes:
        raise Refused("nothing_new", _("划分的结果和现在的网格一样，没有要调整的。"))
    with unit():
        plan = draft_plan(run.scope, title, reason, changes, actor=actor, at=at, takes_effect_on=takes_effect_on)
        fact = Fact("planning_run.planned", {"plan": plan.pk})
        advance(run, fact, actor=actor, at=at, changes={"plan_id": plan.pk})
    return plan


def changes_of_run(run: PlanningRun) -> list[WantedChange]:
    land = land_of(run.scope.code)
    communities = {
        code: piece.outline
        for code, piece in land.items()
        if len(code) == LENGTHS["community"] and piece.outline is not None
    }
    before = [piece for piece in land.values() if piece.level == "grid" and piece.outline is not None]
    ours = [
        replace(area, geometry=outline_or_refuse(area.geometry, Crs.CGCS2000), code="", parent="")
        for area in wanted_of(run)
    ]
    return changes_towards(before, ours, communities, lattice())
