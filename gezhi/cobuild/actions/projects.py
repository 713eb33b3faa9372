"""Writes to projects: started for needs with units, milestones with evidence, households reached, finished, accepted by residents."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from gezhi.cobuild.access import EDIT
from gezhi.cobuild.models import Acceptance, Benefit, Milestone, Need, Offer, Partner, Project, ProjectPart
from gezhi.cobuild.rules import FEWEST_ASKED, ProjectStage, is_accepted
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.territory.models import Area, Level

WRONG_STAGE = _("项目现在不在能做这一步的阶段。")


def start_project(
    title: str, area: Area, *, actor: Actor, at: datetime, due_on: date, needs: Sequence[Need] = (),
    parts: Sequence[tuple[Partner, Offer | None]] = (), purpose: str = "", cost_fen: int = 0, started_on: date | None = None,
) -> Project:  # fmt: skip
    """Begin a project in an area. The needs are taken up with it; each unit takes part with a resource or without. Needs `cobuild.edit` there."""
    actor.require(EDIT, area=area.code)
    title = typed(title, field="title", longest=80, empty=_("请写明项目名称。"))
    purpose = typed(purpose, field="purpose", longest=400)
    started_on = started_on or local_day(at)
    if started_on > local_day(at):
        raise Refused("future", _("开始的日期不能晚于今天。"), field="started_on")
    if due_on < started_on:
        raise Refused("ends_before_start", _("完成的期限不能早于开始。"), field="due_on")
    require_money(cost_fen)
    if not parts:
        raise Refused("no_partner", _("请选择至少一个共建单位。"), field="partners")
    for need in needs:
        if not need.is_open:
            raise Refused("need_taken", _("“%(need)s”已经有项目承接。") % {"need": need.title}, field="needs")
        if not (need.area.code.startswith(area.code) or area.code.startswith(need.area.code)):
            raise Refused("elsewhere", _("“%(need)s”不在项目的区域里。") % {"need": need.title}, field="needs")
    for partner, given in parts:
        require_part(partner, given, on=local_day(at))
    with unit():
        project = Project.objects.create(
            title=title, purpose=purpose, area=area, stage=ProjectStage.RUNNING, started_on=started_on, due_on=due_on,
            cost_fen=cost_fen, version=1,
        )  # fmt: skip
        data = {"area": area.code, "needs": [need.pk for need in needs], "partners": [one.pk for one, _offer in parts]}
        found(project, Fact("cobuild.started", data), actor=actor, at=at)
        for partner, given in parts:
            ProjectPart.objects.create(project=project, partner=partner, offer=given)
        for need in needs:
            fact = Fact("need.taken_up", {"project": project.pk})
            advance(need, fact, actor=actor, at=at, changes={"project_id": project.pk})
    return project


def require_part(partner: Partner, given: Offer | None, *, on: date) -> None:
    if partner.left_on is not None:
        raise Refused("has_left", _("“%(name)s”已经退出共建。") % {"name": partner.name}, field="partners")
    if given is None:
        return
    if given.partner_id != partner.pk:
        raise Refused("not_theirs", _("这项资源不是这个单位的。"), field="partners")
    if given.until_on is not None and given.until_on < on:
        raise Refused("offer_over", _("资源“%(title)s”已经结束。") % {"title": given.title}, field="partners")


def require_money(fen: int) -> None:
    if not 0 <= fen <= 10**13:
        raise Refused("no_amount", _("金额不能小于零。"), field="cost_fen")


def require_running(project: Project, actor: Actor) -> None:
    actor.require(EDIT, area=project.area.code)
    if project.stage != ProjectStage.RUNNING:
        raise Refused("wrong_stage", WRONG_STAGE)


def plan_milestone(project: Project, title: str, *, actor: Actor, at: datetime, due_on: date) -> Milestone:
    """One more step on the way."""
    require_running(project, actor)
    title = typed(title, field="title", longest=80, empty=_("请写明这一步是什么。"))
    with unit():
        row = Milestone.objects.create(project=project, title=title, due_on=due_on)
        data = {"milestone": row.pk, "due_on": due_on.isoformat()}
        advance(project, Fact("cobuild.milestone_planned", data), actor=actor, at=at)
    return row


def reach_milestone(
    row: Milestone, *, actor: Actor, at: datetime, evidence: str, file: StoredFile | None = None
) -> None:
    """The step was reached; in words by what one sees it, and a picture or paper where there is one."""
    project = row.project
    require_running(project, actor)
    if row.reached_on is not None:
        raise Refused("wrong_stage", _("这一步已经完成。"))
    evidence = typed(evidence, field="evidence", longest=400, empty=_("请写明凭什么看出已经完成。"))
    with unit():
        advance(project, Fact("cobuild.milestone_reached", {"milestone": row.pk}), actor=actor, at=at)
        changed = Milestone.objects.filter(pk=row.pk, reached_on__isnull=True)
        changed.update(reached_on=local_day(at), evidence=evidence, file=file)
    row.refresh_from_db()


def count_households(project: Project, area: Area, households: int, *, actor: Actor, at: datetime) -> Benefit:
    """So many households of a grid were reached. A grid stands once in a project: said again, the new number holds."""
    actor.require(EDIT, area=project.area.code)
    if project.stage not in (ProjectStage.RUNNING, ProjectStage.FINISHED):
        raise Refused("wrong_stage", WRONG_STAGE)
    if area.level != Level.GRID or not area.code.startswith(project.area.code[:12]):
        raise Refused("no_grid", _("请选择项目所在社区里的网格。"), field="area")
    if households < 1:
        raise Refused("no_number", _("户数至少是 1。"), field="households")
    if area.households is not None and households > area.households:
        words = _("这个网格一共 %(all)s 户，受益户数不能更多。")
        raise Refused("more_than_there_are", words % {"all": area.households}, field="households")
    with unit():
        fact = Fact("cobuild.households_counted", {"area": area.code, "households": households})
        advance(project, fact, actor=actor, at=at)
        row, _is_new = Benefit.objects.update_or_create(project=project, area=area, defaults={"households": households})
    return row


def finish_project(project: Project, *, actor: Actor, at: datetime, outcome: str, cost_fen: int) -> None:
    """The work is done: what it came to and what it cost. Every milestone has been reached, so that residents have something to look at."""
    require_running(project, actor)
    outcome = typed(outcome, field="outcome", longest=400, empty=_("请写明做成了什么，居民会看到。"))
    require_money(cost_fen)
    left = project.milestones.filter(reached_on__isnull=True).count()
    if left:
        raise Refused("milestones_left", _("还有 %(n)s 个节点没有完成。") % {"n": left})
    if not project.milestones.exists():
        raise Refused("no_milestones", _("项目至少要有一个节点，写明凭什么看出已经完成。"))
    with unit():
        changes = {
            "stage": ProjectStage.FINISHED, "finished_on": local_day(at), "outcome": outcome, "cost_fen": cost_fen,
        }  # fmt: skip
        advance(project, Fact("cobuild.finished", {"cost_fen": cost_fen}), actor=actor, at=at, changes=changes)


def accept_project(
    project: Project, *, actor: Actor, at: datetime, asked: int, satisfied: int, words: str = ""
) -> Acceptance:
    """Residents were asked. Two thirds accept it, and its needs are met; fewer, and the work goes on."""
    actor.require(EDIT, area=project.area.code)
    if project.stage != ProjectStage.FINISHED:
        raise Refused("wrong_stage", WRONG_STAGE)
    if asked < FEWEST_ASKED:
        raise Refused("too_few", _("至少问 %(n)s 户居民。") % {"n": FEWEST_ASKED}, field="asked")
    if not 0 <= satisfied <= asked:
        raise Refused("no_number", _("满意的不能多于问到的。"), field="satisfied")
    words = typed(words, field="words", longest=400)
    today = local_day(at)
    is_good = is_accepted(asked, satisfied)
    if not is_good and not words:
        raise Refused("empty", _("没有通过的，请写明居民说了什么。"), field="words")
    with unit():
        row = Acceptance.objects.create(project=project, held_on=today, asked=asked, satisfied=satisfied, words=words)
        data = {"asked": asked, "satisfied": satisfied}
        if is_good:
            changes = {"stage": ProjectStage.ACCEPTED, "accepted_on": today}
            advance(project, Fact("cobuild.accepted", data), actor=actor, at=at, changes=changes)
            for need in project.needs.all():
                fact = Fact("need.met", {"project": project.pk})
                advance(need, fact, actor=actor, at=at, changes={"met_on": today})
        else:
            changes = {"stage": ProjectStage.RUNNING, "finished_on": None}
            advance(project, Fact("cobuild.not_accepted", data), actor=actor, at=at, changes=changes)
    return row


def abandon_project(project: Project, *, actor: Actor, at: datetime, reason: str) -> None:
    """It comes to nothing; its needs are open again."""
    actor.require(EDIT, area=project.area.code)
    if project.stage not in (ProjectStage.RUNNING, ProjectStage.FINISHED):
        raise Refused("wrong_stage", WRONG_STAGE)
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    with unit():
        changes = {"stage": ProjectStage.ABANDONED, "abandoned_on": local_day(at)}
        advance(project, Fact("cobuild.abandoned", note=reason), actor=actor, at=at, changes=changes)
        for need in project.needs.all():
            fact = Fact("need.open_again", {"project": project.pk})
            advance(need, fact, actor=actor, at=at, changes={"project_id": None})
