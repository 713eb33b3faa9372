"""A re-division takes open topics along; where one came up stays."""

from gezhi.deliberation.actions import answer_topic, raise_topic
from gezhi.deliberation.models import Topic
from gezhi.territory.actions import effect_due_plans
from gezhi.territory.models import Area
from gezhi.territory.plans import preview
from gezhi.territory.tests.planning import ON_THE_DAY, approve, draft, merging
from gezhi.testing import NOON, Town


def test_open_topics_go_to_the_new_grid(town: Town) -> None:
    clerk = town.actor("clerk")
    rows = [
        raise_topic("山体绿化", "清理山脚。", Area.objects.get(code=code), actor=clerk, at=NOON)
        for code in (town.grid, town.next_grid)
    ]
    done = raise_topic("停车", "划线。", rows[0].area, actor=clerk, at=NOON)
    answer_topic(done, actor=clerk, at=NOON, answer="已划线。")
    plan = approve(town, draft(town, merging(town.grid, town.next_grid)))
    assert preview(plan).moves["deliberation"] == {"topics": 2}
    effect_due_plans(at=ON_THE_DAY)
    new = f"{town.community}004"
    assert {one.area.code for one in Topic.objects.filter(stage="open").select_related("area")} == {new}
    assert Topic.objects.get(pk=rows[1].pk).raised_in.code == town.next_grid
    assert Topic.objects.get(pk=done.pk).area.code == town.grid
