"""分单: several desks each do their part, and the reporter gets one answer."""

import pytest

from gezhi.cases.models import Case
from gezhi.cases.queries import steps_for
from gezhi.cases.tests.story import Story
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def split(town: Town) -> Story:
    """The community split a parking case between two of its grids."""
    story = Story(town).accepted("parking")
    story.take("sign", "clerk")
    parts = [
        {"desk_id": town.desk(town.grid).pk, "text": "清点车位。"},
        {"desk_id": town.desk(town.next_grid).pk, "text": "劝离占道车辆。"},
    ]
    story.take("split", "clerk", parts=parts)
    return story


def part_of(story: Story, number: int) -> Story:
    part = Story.__new__(Story)
    part.town, part.at = story.town, story.at
    part.pk = story.case.parts.order_by("pk")[number].pk
    return part


def done(part: Story, who: str, checked_by: str = "clerk") -> Story:
    part.take("claim", who)
    part.take("finish", who, result=f"{who}办好了。")
    part.take("verify", checked_by)
    return part


def test_parts_have_the_place_the_matter_and_the_clock_of_the_whole(split: Story) -> None:
    whole = split.case
    assert (whole.open_parts, whole.stage, whole.holder) == (2, "handling", split.town.user("clerk"))
    for part in whole.parts.all():
        assert (part.stage, part.source, part.due_at, part.matter_id) == (
            "waiting", "part", whole.due_at, whole.matter_id,
        )  # fmt: skip
        assert (part.grid_code, part.sent_by_id) == (whole.grid_code, whole.desk_id)
        assert not hasattr(part, "reporter")
        assert faults(timeline(part), version=part.version) == []
        # The log alone tells what is counted.
        assert timeline(part)[0].data == {
            "whole": whole.pk, "kind": whole.kind, "desk": part.desk_id, "area": whole.grid_code, "matter": whole.matter_id,
        }  # fmt: skip


def test_the_whole_is_finished_when_all_parts_are(split: Story) -> None:
    with pytest.raises(Refused) as refusal:
        split.take("finish", "clerk", result="都好了。")
    assert refusal.value.code == "parts_done"
    first = done(part_of(split, 0), "worker")
    assert (first.case.stage, first.case.answer) == ("closed", "worker办好了。")
    assert split.case.open_parts == 1
    done(part_of(split, 1), "neighbour")
    assert split.case.open_parts == 0
    assert timeline(split.case)[-1].name == "case.part_done"
    split.take("finish", "clerk", result="都好了。")
    split.take("verify", "street_clerk", answer="车位已经清点，占道车辆已劝离。")
    assert split.case.stage == "answered"


def test_a_part_is_checked_like_everything_else(split: Story) -> None:
    part = part_of(split, 0)
    part.take("claim", "worker")
    part.take("finish", "worker", result="好了")
    with pytest.raises(Denied):
        part.take("verify", "worker")
    part.take("reject", "clerk", reason="没有清点完。")
    assert part.case.stage == "handling"
    assert split.case.open_parts == 2


def test_a_part_that_is_not_needed_is_withdrawn_with_a_word(split: Story) -> None:
    part = part_of(split, 1)
    with pytest.raises(Refused):
        part.take("withdraw", "clerk")
    part.take("withdraw", "clerk", answer="已由1网格一并办理。")
    assert (part.case.stage, split.case.open_parts) == ("closed", 1)
    with pytest.raises(Refused) as refusal:
        split.take("withdraw", "clerk", answer="主件不能撤")
    assert refusal.value.code == "part"


def test_only_the_whole_is_split_merged_extended_and_answered(split: Story) -> None:
    part = part_of(split, 0)
    part.take("claim", "worker")
    for name, who, inputs in (
        ("ask_extension", "worker", {"days": 1, "reason": "难"}),
        ("ask_suspension", "worker", {"review_on": split.at.date(), "reason": "难"}),
        ("reclassify", "clerk", {"matter_id": split.town.matter("lamp").id, "reason": "换"}),
    ):
        with pytest.raises(Refused) as refusal:
            part.take(name, who, **inputs)
        assert refusal.value.code == "whole", name


def test_parts_go_only_where_one_may_send(town: Town) -> None:
    story = Story(town).accepted("parking")
    story.take("sign", "clerk")
    for parts, code in (
        ([], "empty"),
        ([{"desk_id": town.desk(town.other_grid).pk, "text": "办"}], "no_such_desk"),
        ([{"desk_id": town.desk(town.grid).pk, "text": " "}], "empty"),
        ([{"desk_id": None, "text": "办"}], "empty"),
        ([{"desk_id": town.desk(town.grid).pk, "text": "办"}] * 11, "too_many_parts"),
    ):
        with pytest.raises(Refused) as refusal:
            story.take("split", "clerk", parts=parts)
        assert refusal.value.code == code
    assert Case.objects.count() == 1


def test_a_returned_part_comes_back_to_the_whole_and_can_go_elsewhere(split: Story) -> None:
    part = part_of(split, 0)
    part.take("return", "worker", reason="不在本网格。")
    assert part.case.desk_id == split.case.desk_id
    part.take("assign", "clerk", desk_id=split.town.desk(split.town.next_grid).pk)
    done(part, "neighbour")
    assert split.case.open_parts == 1


def test_only_the_desk_of_the_whole_withdraws(town: Town) -> None:
    """The desk that should do a part can't rid itself of it unseen: it does it, or gives it back."""
    story = Story(town).accepted("heating")
    story.take("sign", "street_clerk")
    story.take("split", "street_clerk", parts=[{"desk_id": town.desk(town.community).pk, "text": "逐户登记。"}])
    part = part_of(story, 0)
    part.take("sign", "clerk")
    assert "withdraw" not in {step.name for step in steps_for(part.case, town.actor("clerk"), part.at)}
    with pytest.raises(Refused) as refusal:
        part.take("withdraw", "clerk", answer="不用办了。")
    assert refusal.value.code == "from_whole"
    part.take("finish", "clerk", result="登记了一半。")
    with pytest.raises(Refused):
        part.take("withdraw", "clerk", answer="就这样。")
    assert story.case.open_parts == 1
    part.take("withdraw", "street_clerk", answer="改由供热公司登记。")
    assert (part.case.stage, story.case.open_parts) == ("closed", 0)
