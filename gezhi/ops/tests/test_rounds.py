"""Rounds of the simulated town: by the real actions, sound, and enough of them for every page to have something."""

from datetime import date, timedelta

from gezhi.fieldwork.models import AddressPoint, Campaign, Look, Suggestion, Visit
from gezhi.fieldwork.queries import progress_of
from gezhi.kernel.events import faults, timeline
from gezhi.ops.simulate.rounds import Rounds
from gezhi.people.actions import seat
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town

START = NOON - timedelta(days=30)


def test_some_weeks_of_rounds(town: Town) -> None:
    seat(
        town.user("nobody"),
        town.desk(town.street),
        Role.SUPPORT_CLERK,
        actor=SYSTEM,
        at=FOUNDED,
        from_on=date(2020, 1, 1),
    )
    visits = Rounds(seed=1, start=START, end=NOON).run()
    assert visits == Visit.objects.count() > 10
    assert {campaign.stage for campaign in Campaign.objects.all()} == {"closed", "running"}
    assert (AddressPoint.objects.exists(), Look.objects.exists()) == (True, True)
    assert set(Suggestion.objects.values_list("stage", flat=True)) >= {"open", "answered"}
    ended = Campaign.objects.filter(stage="closed", street_code=town.street).get()
    assert progress_of(ended, town.actor("street_clerk")).whole.done > 0
    for row in (*Visit.objects.all(), *Campaign.objects.all(), *Look.objects.all()):
        chain = timeline(row)
        assert faults(chain, version=row.version) == []
        assert all(event.at <= NOON for event in chain)
