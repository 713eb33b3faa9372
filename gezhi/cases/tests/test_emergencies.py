"""Emergencies: short limits from the moment of the alert, everybody around told at once, a report afterwards."""

from datetime import timedelta

import pytest

from gezhi.cases.reactions import broadcast
from gezhi.cases.tests.story import Story
from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Missing, Refused
from gezhi.people.actions import acknowledge
from gezhi.people.models import Notice
from gezhi.people.notices import latest, told_of, unseen_count, urgent
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db


def told(story: Story) -> set[str]:
    while dispatch(at=story.at):
        pass
    rows = Notice.objects.filter(subject_id=story.pk, is_urgent=True)
    return set(rows.values_list("desk__area__code", flat=True))


def test_an_alert_shortens_the_promise_from_now_on(story: Story) -> None:
    story.claimed()
    story.take("alert", "worker", reason="漏电，有人触电危险。")
    case = story.case
    assert case.is_emergency
    assert case.due_at == story.at + timedelta(minutes=120)
    with pytest.raises(Refused):
        story.take("alert", "worker", reason="再来")


def test_a_mistaken_alert_is_taken_back(story: Story) -> None:
    story.claimed()
    before = story.case.due_at
    story.take("alert", "worker", reason="漏电")
    with pytest.raises(Denied):
        story.take("stand_down", "stranger", reason="不是")
    story.take("stand_down", "clerk", reason="现场看过，没有漏电。")
    assert (story.case.is_emergency, story.case.due_at) == (False, before)


def test_a_false_alarm_takes_no_granted_time_away(story: Story) -> None:
    story.claimed()
    story.take("ask_extension", "worker", days=5, reason="要等配件。")
    story.take("grant_extension", "clerk")
    extended = story.case.due_at
    story.take("alert", "worker", reason="漏电")
    assert story.case.due_at < extended
    story.take("stand_down", "clerk", reason="现场看过，没有漏电。")
    assert (story.case.is_emergency, story.case.due_at) == (False, extended)
    assert story.case.warn_at < extended


def test_everybody_around_is_told_at_once(town: Town) -> None:
    story = Story(town, is_emergency=True)
    assert told(story) == {town.grid, town.community, town.street, town.district}
    assert [notice.event.name for notice in urgent(town.actor("street_clerk"))] == ["case.reported"]
    assert urgent(town.actor("stranger")) == []


def test_an_ordinary_report_tells_nobody(story: Story) -> None:
    assert told(story) == set()
    assert Notice.objects.count() == 0


def test_an_alert_of_a_departments_matter_reaches_the_department(town: Town) -> None:
    story = Story(town).accepted("wages")
    story.take("alert", "district_clerk", reason="讨薪人员爬塔吊。")
    while dispatch(at=story.at):
        pass
    desks = set(Notice.objects.filter(is_urgent=True).values_list("desk_id", flat=True))
    assert town.desk("human_resources").pk in desks


def test_an_urgent_notice_stays_until_somebody_at_the_desk_has_seen_it(town: Town) -> None:
    story = Story(town, is_emergency=True)
    told(story)
    worker, colleague = town.actor("worker"), town.actor("worker2")
    (notice,) = urgent(worker)
    assert unseen_count(worker) == 1
    with pytest.raises(Missing):
        acknowledge([notice.pk], actor=town.actor("neighbour"), at=NOON)
    assert acknowledge([notice.pk], actor=worker, at=NOON) == 1
    assert acknowledge([notice.pk], actor=colleague, at=NOON) == 0, "the first to see it stands in the record"
    assert urgent(colleague) == []
    seen = {one.desk.area.code: one.seen_by for one in told_of("case", story.pk)}
    assert seen[town.grid] == town.user("worker")
    assert seen[town.street] is None


def test_handing_on_twice_tells_once(town: Town) -> None:
    story = Story(town, is_emergency=True)
    told(story)
    broadcast([Event.objects.get(name="case.reported")], NOON)
    assert Notice.objects.count() == 4


def test_the_report_afterwards_is_written_once(town: Town) -> None:
    story = Story(town, is_emergency=True).accepted()
    story.take("claim", "worker")
    with pytest.raises(Refused):
        story.take("debrief", "clerk", review="太早")
    story.take("finish", "worker", result="已断电。")
    with pytest.raises(Refused) as refusal:
        story.take("debrief", "clerk", review=" ")
    assert refusal.value.field == "review"
    story.take("debrief", "clerk", review="十分钟到场，断电处置；应增设围挡。")
    assert story.case.debriefed_at == story.at
    with pytest.raises(Refused):
        story.take("debrief", "clerk", review="再写")


# --- notices of the ordinary kind -----------------------------------------------------------------------------------


def test_who_must_act_next_is_told(story: Story) -> None:
    town = story.town
    story.claimed()
    story.take("ask_extension", "worker", days=2, reason="等配件")
    while dispatch(at=story.at):
        pass
    (notice,) = latest(town.actor("clerk"))
    assert notice.event.name == "case.extension_asked"
    story.take("grant_extension", "clerk")
    story.take("urge", "inspector")
    story.take("supervise", "inspector", card="red", reason="慢")
    story.take("reply", "worker", reply="今天办")
    while dispatch(at=story.at):
        pass
    at_grid = [one.event.name for one in latest(town.actor("worker"))]
    assert at_grid == ["case.supervised", "case.urged", "case.extended"]
    assert [one.event.name for one in latest(town.actor("inspector"))] == ["case.supervision_replied"]
    assert latest(town.actor("worker"), before=latest(town.actor("worker"))[-1].pk) == []
