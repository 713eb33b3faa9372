"""Cultivation and reserve talent: a right of its own, a reason for every reading, an end that comes by itself."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Missing, Refused
from gezhi.party.access import get_cultivation, get_reserve
from gezhi.party.actions import (
    cultivation_steps,
    enter_cultivation,
    expire,
    read_papers,
    recommend,
    reserve_steps,
    set_stage_rule,
    take_cultivation_step,
    take_reserve_step,
)
from gezhi.party.models import Cultivation, GuardedPaper, ReserveTalent, StageRule
from gezhi.party.queries import cultivations_for, reserves_for
from gezhi.party.rules import months_later
from gezhi.party.tests.story import A_DAY, TODAY, Story
from gezhi.people.roles import ROLE_RIGHTS, Role
from gezhi.territory.models import Area
from gezhi.testing import CAST, NOON, SYSTEM

pytestmark = pytest.mark.django_db
NAME, WORDS = "鲁一民", "在清扫楼道时一直带头。"
EVERYBODY = [*CAST, "keeper", "next_keeper", "east_keeper", "top_keeper"]
KEEP = {"keeper", "party_affairs", "top_keeper"}


def entered(story: Story, who: str = "keeper", **over: Any) -> Cultivation:
    facts: dict[str, Any] = {"name": NAME, "on": TODAY, "text": WORDS} | over
    return enter_cultivation(story.again(story.branch), actor=story.actor(who), at=NOON, **facts)


def recommended(story: Story, who: str = "keeper", **over: Any) -> ReserveTalent:
    facts: dict[str, Any] = {"name": NAME, "text": WORDS, "consented_on": TODAY} | over
    return recommend(Area.objects.get(code=story.town.community), actor=story.actor(who), at=NOON, **facts)


def raw_papers() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM party_guardedpaper")
        return str(cursor.fetchall())


# --- who ----------------------------------------------------------------------------------------------------------------


def test_only_the_party_s_people_of_the_place_find_them(story: Story) -> None:
    """Not the branch's own secretary, not the command centre, not the auditor: others get what they'd get for nothing at all."""
    story.appointed(story.branch, "leader")
    one, other = entered(story), recommended(story)
    for key in EVERYBODY:
        actor = story.actor(key)
        for get, row in ((get_cultivation, one), (get_reserve, other)):
            try:
                assert get(actor, row.pk) == row
                assert key in KEEP, key
            except Missing:
                assert key not in KEEP, key
        assert (cultivations_for(actor).exists(), reserves_for(actor).exists()) == ((key in KEEP), (key in KEEP)), key
        if key not in KEEP:
            with pytest.raises(Denied):
                read_papers(one, actor=actor, at=NOON, reason="看看")
            with pytest.raises(Denied):
                entered(story, key)
            with pytest.raises(Denied):
                recommended(story, key)


def test_each_list_has_a_right_of_its_own_that_one_role_holds() -> None:
    for right in ("party.cultivation", "party.reserve"):
        assert [role for role, rights in ROLE_RIGHTS.items() if right in rights] == [Role.PARTY_AFFAIRS]


# --- reading ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [entered, recommended])
def test_every_reading_takes_a_reason_and_is_recorded(story: Story, make: Any) -> None:
    row = make(story)
    with pytest.raises(Refused) as refusal:
        read_papers(row, actor=story.actor("keeper"), at=NOON, reason="  ")
    assert refusal.value.code == "empty"
    for reason in ("支部研究", "再看一次"):
        papers = read_papers(row, actor=story.actor("keeper"), at=NOON, reason=reason)
        assert [(paper.seq, paper.text) for paper in papers] == [(0, NAME), (1, WORDS)]
    readings = [event for event in timeline(row) if event.name.endswith(".read")]
    assert [(event.actor_name, event.note) for event in readings] == [("岳党务", "支部研究"), ("岳党务", "再看一次")]


def test_no_list_and_no_event_holds_a_name(story: Story) -> None:
    row = entered(story)
    take_cultivation_step("note", row, actor=story.actor("keeper"), at=NOON, text="谈话很特别")
    recommended(story)
    log = str(list(Event.objects.values("data", "note", "actor_name")))
    assert NAME not in log
    assert "谈话很特别" not in log
    assert NAME not in raw_papers(), "sealed at rest"
    columns = {field.name for model in (Cultivation, ReserveTalent) for field in model._meta.local_fields}
    assert columns == {
        "id", "version", "entered_by", "since_on", "expires_on", "erased_on", "org", "stage", "area", "consented_on",
    }  # fmt: skip


# --- stages -------------------------------------------------------------------------------------------------------------


def test_from_application_to_membership_with_the_months_that_the_rules_ask_for(story: Story) -> None:
    row, keeper, at = entered(story), story.actor("keeper"), NOON
    take_cultivation_step("choose", row, actor=keeper, at=at, text="支部大会通过")
    with pytest.raises(Refused) as refusal:
        take_cultivation_step("develop", row, actor=keeper, at=at, text="太早")
    assert refusal.value.code == "long_enough"
    at = NOON.replace(year=2027)
    for step in ("develop", "accept"):
        take_cultivation_step(step, row, actor=keeper, at=at, text="支部大会通过")
    at = NOON.replace(year=2028)
    take_cultivation_step("admit", row, actor=keeper, at=at, text="按期转正")
    assert (row.stage, row.expires_on) == ("admitted", months_later(at.date(), 3))
    assert cultivation_steps(row, actor=keeper, at=at) == []
    assert faults(timeline(row), version=row.version) == []
    assert GuardedPaper.objects.filter(cultivation=row).count() == 6


def test_a_rule_is_a_row_from_a_day_on(story: Story) -> None:
    facts: dict[str, Any] = {"at": NOON, "fewest_months": 1, "keep_months": 6, "from_on": TODAY + A_DAY}
    with pytest.raises(Denied):
        set_stage_rule("cultivation", "activist", actor=story.actor("party_affairs"), **facts)
    set_stage_rule("cultivation", "activist", actor=story.actor("top_keeper"), **facts)
    row, keeper = entered(story), story.actor("keeper")
    take_cultivation_step("choose", row, actor=keeper, at=NOON, text="通过")
    assert "develop" in [step.name for step in cultivation_steps(row, actor=keeper, at=NOON.replace(month=4))]
    assert StageRule.objects.filter(stage="activist").count() == 2


def test_the_community_recommends_and_somebody_above_decides(story: Story) -> None:
    row = recommended(story)
    for key, code in (("keeper", "another"),):
        with pytest.raises(Refused) as refusal:
            take_reserve_step("list", row, actor=story.actor(key), at=NOON, reason="同意")
        assert refusal.value.code == code
    assert {step.name for step in reserve_steps(row, actor=story.actor("keeper"), at=NOON)} == {"renew", "withdraw"}
    take_reserve_step("list", row, actor=story.actor("party_affairs"), at=NOON, reason="街道党工委研究同意")
    assert (row.stage, row.expires_on) == ("listed", months_later(TODAY, 24))


def test_a_colleague_in_the_community_does_not_decide_either(story: Story) -> None:
    row = recommended(story, "party_affairs")
    with pytest.raises(Refused) as refusal:
        take_reserve_step("list", row, actor=story.actor("keeper"), at=NOON, reason="同意")
    assert refusal.value.code == "from_above"


def test_without_consent_there_is_no_recommendation(story: Story) -> None:
    for consented_on, code in ((None, "empty"), (TODAY + A_DAY, "no_such_day")):
        with pytest.raises(Refused) as refusal:
            recommended(story, consented_on=consented_on)
        assert refusal.value.code == code
    assert not ReserveTalent.objects.exists()


def test_more_time_takes_a_newer_consent(story: Story) -> None:
    row, keeper = recommended(story), story.actor("keeper")
    with pytest.raises(Refused) as refusal:
        take_reserve_step("renew", row, actor=keeper, at=NOON + A_DAY, consented_on=TODAY)
    assert refusal.value.code == "old_consent"
    later = NOON.replace(month=5)
    take_reserve_step("renew", row, actor=keeper, at=later, consented_on=later.date())
    assert row.expires_on == months_later(later.date(), 6)


# --- the end ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [entered, recommended])
def test_on_its_day_it_is_deleted_and_not_before(story: Story, make: Any) -> None:
    row = make(story)
    read_papers(row, actor=story.actor("keeper"), at=NOON, reason="支部研究鲁一民")
    last = row.expires_on
    at = NOON.replace(year=last.year, month=last.month, day=last.day)
    assert expire(actor=SYSTEM, at=at - A_DAY) == 0
    assert GuardedPaper.objects.count() == 2
    assert expire(actor=SYSTEM, at=at) == 1
    assert GuardedPaper.objects.count() == 0
    after = type(row).objects.get(pk=row.pk)
    assert (after.erased_on, after.entered_by_id) == (last, None)
    assert NAME not in str(list(Event.objects.values())), "the reasons of readers go too"
    assert faults(timeline(after), version=after.version) == []
    for get in (get_cultivation, get_reserve):
        with pytest.raises(Missing):
            get(story.actor("keeper"), row.pk)
    assert expire(actor=SYSTEM, at=at + A_DAY) == 0
    assert type(row).objects.get(pk=row.pk).version == after.version


@pytest.mark.parametrize("step", ["withdraw", "refuse"])
def test_who_takes_the_consent_back_is_forgotten_at_once(story: Story, step: str) -> None:
    row = recommended(story)
    read_papers(row, actor=story.actor("keeper"), at=NOON, reason="研究")
    who = "keeper" if step == "withdraw" else "party_affairs"
    take_reserve_step(step, row, actor=story.actor(who), at=NOON, reason="本人提出")
    assert GuardedPaper.objects.count() == 0
    after = ReserveTalent.objects.get()
    assert (after.stage, after.erased_on) == ("ended", TODAY)
    assert [event.note for event in timeline(after)] == [""] * after.version


def test_a_stopped_cultivation_is_kept_only_a_while(story: Story) -> None:
    row = entered(story)
    take_cultivation_step("stop", row, actor=story.actor("keeper"), at=NOON, reason="本人不再申请")
    assert row.expires_on == months_later(TODAY, 6) == date(2026, 9, 2)
