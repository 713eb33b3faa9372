"""My numbers as the scorers see them: the same function for both, so that nobody is judged by what they can't look at.

Counts of work with what they were counted from; no order among people, no points, no time. A scorer reads them beside the work itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from gezhi.cases.models import Case
from gezhi.fieldwork.models import CampaignAnswer, CampaignTarget, Look, Visit, lying_in
from gezhi.fieldwork.queries.my_grid import my_grid_codes
from gezhi.fieldwork.workflow import CampaignStage
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Event
from gezhi.kernel.months import before, start_of

FINISHED, JUDGED = ("case.finished", "case.solved"), ("case.verified", "case.rejected")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of one person in one month (202603). Each pair is a part and what it is part of.

    Of cases: finished by this person; found and solved on the spot among them; and among those that somebody has checked since, those sent
    back to work. Of campaigns: done by this person, and done and asked in the grids of this person's seats, which is the work of a team.
    """

    month: int
    cases_finished: int
    cases_on_the_spot: int
    cases_checked: int
    cases_sent_back: int
    cases_held: int
    visits: int
    visits_with_need: int
    targets_done: int
    team_targets_done: int
    team_targets: int
    looks: int
    looks_with_finding: int


def my_numbers(actor: Actor, *, month: int) -> Numbers:
    """Of the actor, at the grids where they sit today."""
    return numbers_of(actor.user_id or 0, my_grid_codes(actor), month=month)


def numbers_of(user_id: int, grid_codes: Collection[str], *, month: int) -> Numbers:
    """Seven statements. Of a month that is older than what the rows remember of people, only the cases remain."""
    first, end = start_of(month), start_of(before(month, -1))
    finished, on_the_spot = cases_of(user_id, first, end)
    checked, sent_back = judged(finished)
    mine = Q(by=user_id, month=month)
    visits = Visit.objects.filter(mine).aggregate(all=Count("pk"), needs=Count("pk", filter=~Q(need="")))
    looks = Look.objects.filter(mine).aggregate(all=Count("pk"), found=Count("pk", filter=Q(has_finding=True)))
    lasted = Q(campaign__ended_at__isnull=True) | Q(campaign__ended_at__gte=first)
    team = CampaignTarget.objects.filter(
        lying_in(*grid_codes),
        lasted,
        campaign__stage__in=[CampaignStage.RUNNING, CampaignStage.CLOSED],
        campaign__started_at__lt=end,
    ).aggregate(all=Count("pk"), done=Count("pk", filter=Q(done_at__isnull=False)))
    return Numbers(
        month,
        len(finished),
        on_the_spot,
        checked,
        sent_back,
        Case.objects.open().filter(holder=user_id).count(),
        visits["all"],
        visits["needs"],
        CampaignAnswer.objects.filter(by=user_id, answered_at__gte=first, answered_at__lt=end).count(),
        team["done"],
        team["all"],
        looks["all"],
        looks["found"],
    )


def cases_of(user_id: int, first: datetime, end: datetime) -> tuple[dict[int, int], int]:
    """The cases that this person finished in the span, each with the step in its chain; and how many of them on the spot.

    Asked of the log, where the row of a case that was sent back no longer says who had finished it.
    """
    done = Event.objects.filter(actor_id=user_id, at__gte=first, at__lt=end, subject_kind=Case.subject_kind)
    rows = done.filter(name__in=FINISHED).order_by("at").values_list("subject_id", "seq", "name")
    finished: dict[int, int] = {}
    on_the_spot = 0
    for case, seq, name in rows:
        finished.setdefault(case, seq)
        on_the_spot += name == "case.solved"
    return finished, on_the_spot


def judged(finished: Mapping[int, int]) -> tuple[int, int]:
    """How many of these were checked after that, and how many of them did not pass the first check."""
    verdicts: dict[int, str] = {}
    rows = Event.objects.filter(subject_kind=Case.subject_kind, subject_id__in=list(finished), name__in=JUDGED)
    for case, seq, name in rows.order_by("subject_id", "seq").values_list("subject_id", "seq", "name"):
        if seq > finished[case]:
            verdicts.setdefault(case, name)
    return len(verdicts), sum(name == "case.rejected" for name in verdicts.values())
