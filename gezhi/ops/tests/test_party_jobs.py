"""What the worker does for the party once a day, and the party of the demo."""

from datetime import timedelta
from io import StringIO

import pytest

from gezhi.kernel.events import dispatch
from gezhi.ops.daily import JOBS, Day
from gezhi.ops.demo.party import lay_party
from gezhi.ops.verify import Fault, verify
from gezhi.party.actions import enter_cultivation
from gezhi.party.coverage import coverage
from gezhi.party.lagging import lagging
from gezhi.party.models import Activity, Cultivation, GuardedPaper, Member, PartyOrg, PointEntry, Reminder
from gezhi.party.queries import vacancies
from gezhi.party.tests.story import TODAY, Story
from gezhi.people.models import Notice
from gezhi.testing import NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db
PARTY_JOBS = tuple(job for job in JOBS if job.name.startswith("party"))


def test_the_worker_finds_vacancies_reminds_and_forgets(town: Town) -> None:
    story = Story(town)
    facts = {"name": "鲁一民", "on": TODAY, "text": "一直带头", "actor": story.actor("keeper"), "at": NOON}
    row = enter_cultivation(story.branch, **facts)  # type: ignore[arg-type]
    late = NOON.replace(year=row.expires_on.year, month=row.expires_on.month, day=row.expires_on.day)
    day = Day(jobs=PARTY_JOBS)
    assert day.run_due(at=late) == 3
    assert day.run_due(at=late + timedelta(minutes=5)) == 0, "once a day"
    assert Cultivation.objects.get().erased_on == late.date()
    assert not GuardedPaper.objects.exists()
    assert story.again(story.branch).vacant_since is not None
    assert Reminder.objects.exists()
    while dispatch(at=late):
        pass
    told = set(Notice.objects.values_list("event__name", flat=True))
    assert told == {"party_org.vacant", "party_org.reminded"}


def test_the_demo_has_a_party_with_gaps_and_sound_chains(town: Town) -> None:
    end = NOON + timedelta(days=55)
    assert lay_party(seed=1, actor=SYSTEM, start=NOON, end=end) == PartyOrg.objects.count() > 20
    found = coverage(town.district)
    assert 0 < found.total.with_branch < found.total.grids
    assert vacancies(PartyOrg.objects.all(), on=end.date())
    assert lagging("", on=end.date())
    members = Member.objects.filter(left_on=None)
    assert members.filter(grid=None).exists()
    assert members.filter(grid=None).count() < members.count() / 10
    assert Activity.objects.filter(stage="held").count() > 10
    assert PointEntry.objects.exists()
    out = StringIO()

    def on_fault(fault: Fault) -> None:
        out.write(f"{fault.kind} {fault.subject} {fault.text}\n")

    assert verify(on_fault=on_fault).faults == 0, out.getvalue()
