"""After a merger the teams know where they came from as before, and a professional answers for what his grid became."""

from gezhi.people.actions import enter_contact
from gezhi.people.models import Appointment, Force, ForcePlacement, Post
from gezhi.people.tests.teams import appointed
from gezhi.territory.actions import effect_due_plans
from gezhi.territory.models import Area
from gezhi.territory.plans import preview
from gezhi.territory.tests.planning import DAY, ON_THE_DAY, approve, draft, merging
from gezhi.testing import FOUNDED, SYSTEM, Town


def test_origins_and_forces_go_along(town: Town) -> None:
    appointed(town, town.user("nobody"), source="property_steward", channel="assigned")
    police = Force.objects.get(code="police")
    for name, code in (("吴警官", town.grid), ("郑警官", town.next_grid)):
        grids = list(Area.objects.filter(code=code))
        enter_contact(police, name, areas=grids, actor=SYSTEM, at=FOUNDED, on=FOUNDED.date())
    plan = approve(town, draft(town, merging(town.grid, town.next_grid)))
    assert preview(plan).moves["forces"] == {"force_placements": 1}
    effect_due_plans(at=ON_THE_DAY)

    post = Post.objects.get(user=town.user("nobody"), until_on__isnull=True)
    made = post.desk.area.code
    assert made not in (town.grid, town.next_grid)
    assert post.from_on == DAY
    assert (post.appointment.source.code, post.appointment.channel) == ("property_steward", "assigned")
    assert Appointment.objects.count() == 2
    running = ForcePlacement.objects.get(until_on__isnull=True)
    assert (running.area.code, running.from_on) == (made, DAY)
    assert ForcePlacement.objects.filter(until_on__isnull=False).count() == 2
