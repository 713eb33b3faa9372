"""Who sees a case, its steps and its reporter."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gezhi.cases.access import get_case
from gezhi.cases.actions import reveal_reporter
from gezhi.cases.filters import Scope
from gezhi.cases.models import Case
from gezhi.cases.queries import steps_for
from gezhi.cases.tests.story import HOUR, Story
from gezhi.cases.worklist import scoped
from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch, timeline
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.search import matching
from gezhi.people.actions import seat, unseat
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.testing import CAST, NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db


def test_a_seat_without_the_right_shows_nothing(story: Story) -> None:
    """Party affairs at the street, adviser in a grid: what lies on the street's desk is not shown for the sake of the other post."""
    story.accepted("heating")
    assert story.case.desk_id == story.town.desk(story.town.street).pk
    user, day = story.town.user("nobody"), NOON.date()
    seat(user, story.town.desk(story.town.street), Role.PARTY_AFFAIRS, actor=SYSTEM, at=NOON, from_on=day)
    seat(user, story.town.desk(story.town.next_grid), Role.ADVISER, actor=SYSTEM, at=NOON, from_on=day)
    both = story.town.actor("nobody")
    assert not Case.objects.visible_to(both).exists()
    assert not scoped(Scope.DESK, both).exists()
    with pytest.raises(Missing):
        get_case(both, story.pk)


def test_after_the_last_day_of_a_post_no_step_is_taken(story: Story) -> None:
    story.accepted()
    post = Post.objects.select_related("desk__area").get(user=story.town.user("worker"))
    unseat(post, actor=SYSTEM, at=NOON, until_on=NOON.date())
    story.at = NOON + timedelta(days=1)
    with pytest.raises(Denied):
        story.take("claim", "worker")
    with pytest.raises(Missing):
        get_case(story.town.actor("worker", at=story.at), story.pk)


def test_only_who_has_somewhere_to_send_it_is_offered_to_assign(story: Story) -> None:
    story.accepted()
    may = {
        who
        for who in CAST
        if "assign" in {step.name for step in steps_for(story.case, story.town.actor(who), story.at)}
    }
    assert may == {"clerk", "street_clerk", "district_clerk"}


def test_another_streets_people_find_nothing(story: Story) -> None:
    stranger = story.town.actor("stranger")
    for key in (story.pk, story.case.number):
        with pytest.raises(Missing):
            get_case(stranger, key)
    assert not Case.objects.visible_to(stranger).exists()
    with pytest.raises(Denied):
        story.take("accept", "stranger", matter_id=story.town.matter("lamp").id)


@pytest.mark.parametrize("who", ["nobody", "officer_system", "officer_security", "officer_audit", "party_affairs"])
def test_those_without_case_rights_find_nothing(story: Story, who: str) -> None:
    with pytest.raises(Missing):
        get_case(story.town.actor(who), story.pk)


def test_a_case_is_found_by_number_only_if_all_of_it_fits(story: Story) -> None:
    clerk = story.town.actor("clerk")
    assert get_case(clerk, story.case.number).pk == story.pk
    with pytest.raises(Missing):
        get_case(clerk, story.case.number.replace("-260302-", "-260303-"))
    with pytest.raises(Missing):
        get_case(clerk, "nonsense")


def test_a_department_sees_a_case_while_it_lies_there(town: Town) -> None:
    story = Story(town)
    handler = town.actor("handler")
    with pytest.raises(Missing):
        get_case(handler, story.pk)
    story.accepted("wages")
    assert get_case(handler, story.pk)


def test_buttons_are_the_steps_that_would_succeed(story: Story) -> None:
    clerk, worker = story.town.actor("clerk"), story.town.actor("worker")
    names = lambda actor: {step.name for step in steps_for(story.case, actor, story.at)}  # noqa: E731
    assert names(clerk) == {"accept", "decline", "relocate", "merge", "urge", "alert", "note", "ask_reporter"}
    assert names(worker) == {"note"}
    story.accepted()
    assert names(worker) == {"claim", "escalate", "return", "alert", "note"}
    story.take("claim", "worker")
    assert names(worker) == {
        "finish",
        "release",
        "escalate",
        "ask_extension",
        "ask_suspension",
        "ask_reporter",
        "alert",
        "note",
    }
    assert names(story.town.actor("worker2")) == {"alert", "note"}


def test_reading_the_reporter_takes_right_and_reason_and_is_logged(town: Town) -> None:
    story = Story(town, reporter_name="刘诉求", reporter_phone="13805312345")
    with pytest.raises(Refused):
        reveal_reporter(story.case, actor=town.actor("clerk"), at=NOON, reason=" ")
    with pytest.raises(Denied):
        reveal_reporter(story.case, actor=town.actor("adviser"), at=NOON, reason="想看")
    shown = reveal_reporter(story.case, actor=town.actor("clerk"), at=NOON + HOUR, reason="核实位置")
    assert (shown.name, shown.phone) == ("刘诉求", "13805312345")
    last = timeline(story.case)[-1]
    assert (last.name, last.note, last.actor_name) == ("reporter.seen", "核实位置", "钱坐席")


def test_who_gave_no_name_can_not_be_shown(story: Story) -> None:
    with pytest.raises(Missing) as missing:
        reveal_reporter(story.case, actor=story.town.actor("clerk"), at=NOON, reason="核实位置")
    assert missing.value.code == "no_reporter"
    assert story.case.version == 1


def test_a_confidential_reporter_is_hidden_from_those_who_handle_it(town: Town) -> None:
    story = Story(town, reporter_name="刘诉求", is_confidential=True)
    story.accepted()
    with pytest.raises(Refused) as refusal:
        reveal_reporter(story.case, actor=town.actor("worker"), at=NOON, reason="想问")
    assert refusal.value.code == "confidential"
    assert reveal_reporter(story.case, actor=town.actor("clerk"), at=story.at + HOUR, reason="核实").name == "刘诉求"


@pytest.mark.parametrize(
    ("tell", "words"),
    [
        (Story.accepted, "路灯"),
        (Story.finished, "更换 灯泡"),
        (Story.answered, "路灯已修好"),
        (lambda story: story.take("decline", "clerk", reason="不受理", answer="请向法院咨询"), "法院"),
    ],
    ids=["report", "result", "answer", "declined"],
)
def test_what_was_written_on_the_way_is_found_by_its_words(
    story: Story, tell: Callable[[Story], object], words: str
) -> None:
    tell(story)
    while dispatch(at=story.at):
        pass
    assert Case.objects.filter(pk__in=matching("case", words)).exists()
    assert not Case.objects.filter(pk__in=matching("case", "无此一词")).exists()
