"""The ladder without a skipped rung, two years at the grass roots, skills, honours, advisers, and the file of somebody who works here."""

from datetime import date, timedelta

import pytest
from django.apps import apps

from gezhi.kernel.access import Denied
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Missing
from gezhi.people.actions import seat
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.testing import NOON, SYSTEM, Town
from gezhi.workforce.access import get_worker
from gezhi.workforce.actions import (
    ask_promotion,
    begin_tenure,
    certify,
    complete_tenure,
    enter_honour,
    enter_leave,
    evaluate,
    exempt_tenure,
    load_skills,
    remind_tenures,
    revoke_honour,
    take_promotion,
    withdraw_certification,
)
from gezhi.workforce.models import Certification, Promotion, Skill, Tenure
from gezhi.workforce.opinions import summed
from gezhi.workforce.queries import coverage, file_of
from gezhi.workforce.tests.life import EVERYBODY
from gezhi.workforce.tests.test_selection import refused

DAY = timedelta(days=1)
TODAY = NOON.date()


def asked(town: Town, to: str = "community_staff", who: str = "worker") -> Promotion:
    made = ask_promotion(
        actor=town.actor(who), at=NOON, from_rung="grid_worker", to_rung=to, statement="在网格工作六年。"
    )
    return Promotion.objects.select_related("area").get(pk=made.pk)


def second_district_actor(town: Town) -> object:
    """Two hands are needed at the top as well."""
    seat(town.user("nobody"), town.desk(town.district), Role.DISTRICT_CLERK, actor=SYSTEM, at=NOON, from_on=TODAY)
    return town.actor("nobody")


def test_one_rung_up_by_two_hands(town: Town) -> None:
    promotion = asked(town)
    for step in ("review", "grant", "except", "refuse"):
        with pytest.raises(Denied):
            take_promotion(step, promotion, actor=town.actor("worker"), at=NOON, reason="x", from_on=TODAY)
    with pytest.raises(Denied):
        take_promotion("review", promotion, actor=town.actor("clerk"), at=NOON)
    take_promotion("review", promotion, actor=town.actor("street_clerk"), at=NOON, note="表现好")
    with pytest.raises(Denied):
        take_promotion("grant", promotion, actor=town.actor("street_clerk"), at=NOON, from_on=TODAY)
    take_promotion("grant", promotion, actor=town.actor("district_clerk"), at=NOON, from_on=date(2026, 4, 1))
    assert (promotion.stage, promotion.granted_from) == ("granted", date(2026, 4, 1))
    assert [one.name for one in timeline(promotion)] == ["promotion.asked", "promotion.reviewed", "promotion.granted"]
    with refused("other_rung"):
        asked(town)


def test_no_rung_is_skipped_without_an_exception(town: Town) -> None:
    promotion = asked(town, "committee_member")
    take_promotion("review", promotion, actor=town.actor("street_clerk"), at=NOON)
    district, other = town.actor("district_clerk"), second_district_actor(town)
    with refused("no_skip"):
        take_promotion("grant", promotion, actor=district, at=NOON, from_on=TODAY)
    with refused("empty"):
        take_promotion("except", promotion, actor=district, at=NOON)
    take_promotion("except", promotion, actor=district, at=NOON, reason="抗洪抢险立功")
    with refused("not_excepter"):
        take_promotion("grant", promotion, actor=district, at=NOON, from_on=TODAY)
    take_promotion("grant", promotion, actor=other, at=NOON, from_on=TODAY)  # type: ignore[arg-type]
    assert promotion.exception == "抗洪抢险立功"


def test_applications(town: Town) -> None:
    with refused("no_rise"):
        ask_promotion(
            actor=town.actor("worker"), at=NOON, from_rung="grid_worker", to_rung="grid_worker", statement="x"
        )
    promotion = asked(town)
    with refused("asked"):
        asked(town)
    with pytest.raises(Denied):
        take_promotion("withdraw", promotion, actor=town.actor("worker2"), at=NOON)
    take_promotion("withdraw", promotion, actor=town.actor("worker"), at=NOON)
    again = asked(town)
    take_promotion("refuse", again, actor=town.actor("street_clerk"), at=NOON, reason="年限不够")
    with pytest.raises(Denied):
        asked(town, who="nobody")


def test_reviewers_never_grant_what_they_reviewed(town: Town) -> None:
    promotion = asked(town)
    district = town.actor("district_clerk")
    take_promotion("review", promotion, actor=district, at=NOON)
    with refused("not_reviewer"):
        take_promotion("grant", promotion, actor=district, at=NOON, from_on=TODAY)


# --- two years ------------------------------------------------------------------------------------------------------


def test_two_years_with_a_long_leave(town: Town) -> None:
    clerk = town.actor("street_clerk")
    begun = date(2024, 3, 4)
    tenure = begin_tenure(town.user("worker"), town.desk(town.grid), actor=clerk, at=NOON, from_on=begun)
    enter_leave(town.user("worker"), actor=clerk, at=NOON, from_on=date(2025, 1, 1), until_on=date(2025, 2, 9))
    enter_leave(town.user("worker"), actor=clerk, at=NOON, from_on=date(2025, 5, 1), until_on=date(2025, 5, 20))
    tenure = Tenure.objects.select_related("desk__area").get(pk=tenure.pk)
    due = date(2026, 3, 3) + 40 * DAY
    with refused("too_early") as told:
        complete_tenure(tenure, actor=clerk, at=NOON + 41 * DAY - DAY)
    assert due.isoformat() in str(told.value)
    assert remind_tenures(at=NOON) == 0
    assert remind_tenures(at=NOON + 15 * DAY) == 1
    assert remind_tenures(at=NOON + 16 * DAY) == 0
    tenure.refresh_from_db()
    complete_tenure(tenure, actor=clerk, at=NOON + 41 * DAY)
    assert (tenure.is_completed, tenure.ended_on) == (True, due)


def test_an_exemption_wants_a_reason(town: Town) -> None:
    clerk = town.actor("street_clerk")
    with pytest.raises(Denied):
        begin_tenure(town.user("worker"), town.desk(town.grid), actor=town.actor("clerk"), at=NOON, from_on=TODAY)
    with refused("wrong_desk"):
        begin_tenure(town.user("worker"), town.desk(town.street), actor=clerk, at=NOON, from_on=TODAY)
    tenure = begin_tenure(town.user("worker"), town.desk(town.grid), actor=clerk, at=NOON, from_on=TODAY)
    with refused("tenure_there"):
        begin_tenure(town.user("worker"), town.desk(town.next_grid), actor=clerk, at=NOON, from_on=TODAY)
    tenure = Tenure.objects.select_related("desk__area").get()
    with refused("empty"):
        exempt_tenure(tenure, actor=clerk, at=NOON, reason="  ")
    exempt_tenure(tenure, actor=clerk, at=NOON, reason="组织选派援疆")
    assert (tenure.is_completed, tenure.exemption) == (False, "组织选派援疆")


# --- skills ---------------------------------------------------------------------------------------------------------


def test_a_grid_is_covered_when_somebody_there_can_do_each_thing(town: Town) -> None:
    load_skills(actor=SYSTEM, at=NOON)
    skills = list(Skill.objects.order_by("pk"))
    clerk, grid = town.actor("clerk"), town.desk(town.grid)
    for number, skill in enumerate(skills):
        certify(
            town.user("worker" if number % 2 else "leader"), skill, 2, actor=clerk, at=NOON, until_on=TODAY + 365 * DAY
        )
    here, beside = coverage([grid, town.desk(town.next_grid)], on=TODAY)
    assert here.is_covered
    assert len(beside.lacking) == len(skills)
    assert not coverage([grid], on=TODAY + 366 * DAY)[0].is_covered
    certify(town.user("worker"), skills[1], 1, actor=clerk, at=NOON)
    assert [one.code for one in coverage([grid], on=TODAY)[0].lacking] == ["visiting"]
    last = Certification.objects.get(user=town.user("leader"), skill=skills[0])
    withdraw_certification(last, actor=clerk, at=NOON, reason="复核没有通过")
    assert [one.code for one in coverage([grid], on=TODAY)[0].lacking] == ["policy", "visiting"]


def test_nobody_certifies_himself_or_another_street(town: Town) -> None:
    load_skills(actor=SYSTEM, at=NOON)
    skill = Skill.objects.earliest("pk")
    with refused("self"):
        certify(town.user("clerk"), skill, 1, actor=town.actor("clerk"), at=NOON)
    for who in ("worker2", "other_clerk", "stranger", "inspector"):
        with pytest.raises(Denied):
            certify(town.user("worker"), skill, 1, actor=town.actor(who), at=NOON)


# --- honours and advisers -------------------------------------------------------------------------------------------


def test_honours_of_people_and_units(town: Town) -> None:
    clerk = town.actor("street_clerk")
    facts = {"level": "city", "granted_by": "市委", "granted_on": date(2025, 7, 1)}
    load_skills(actor=SYSTEM, at=NOON)
    won = certify(town.user("worker"), Skill.objects.earliest("pk"), 3, actor=clerk, at=NOON)
    mine = enter_honour(
        actor=clerk, at=NOON, title="优秀网格员", user=town.user("worker"), result="全科认定三级",
        result_of=("certification", won.pk), **facts,
    )  # fmt: skip
    enter_honour(actor=clerk, at=NOON, title="先进集体", desk=town.desk(town.community), **facts)
    with refused("of_one"):
        enter_honour(actor=clerk, at=NOON, title="?", user=town.user("worker"), desk=town.desk(town.grid), **facts)
    with refused("no_such_result"):
        enter_honour(
            actor=clerk, at=NOON, title="?", user=town.user("worker"), result_of=("certification", 4711), **facts
        )
    with pytest.raises(Denied):
        enter_honour(actor=clerk, at=NOON, title="?", desk=town.desk(town.other_grid), **facts)
    assert [entry.kind for entry in file_of(town.user("worker"))] == ["certification", "honour", "post"]
    revoke_honour(mine, actor=clerk, at=NOON, reason="授予单位撤销")
    assert "honour" not in [entry.kind for entry in file_of(town.user("worker"))]


def test_advisers_are_evaluated_by_street_community_and_grid_alone(town: Town) -> None:
    said = {"year": 2026, "support": 5, "contact": 4}
    for who in EVERYBODY:
        try:
            evaluate(town.user("adviser"), town.desk(town.grid), actor=town.actor(who), at=NOON, **said)
            is_done = True
        except Denied:
            is_done = False
        assert is_done is (who in {"leader", "clerk", "street_clerk"}), who
    with refused("evaluated"):
        evaluate(town.user("adviser"), town.desk(town.grid), actor=town.actor("leader"), at=NOON, **said)
    with refused("no_adviser"):
        evaluate(town.user("worker"), town.desk(town.grid), actor=town.actor("leader"), at=NOON, **said)


def test_too_few_voices_say_nothing() -> None:
    few = summed([(5, 4), (3, 3)], fewest=3)
    assert (few.is_enough, few.said, sum(few.support.values()), few.mean(few.support)) == (False, 2, 0, "")
    enough = summed([(5, 4), (3, 3), (5, 5)], fewest=3)
    assert (enough.support[5], enough.mean(enough.support), enough.mean(enough.contact)) == (2, "4.3", "4.0")


# --- the file -------------------------------------------------------------------------------------------------------


def test_a_file_is_open_to_the_person_and_those_in_charge(town: Town) -> None:
    seen = set()
    for who in EVERYBODY:
        try:
            get_worker(town.actor(who), town.user("worker").pk, on=TODAY)
            seen.add(who)
        except Missing:
            pass
    assert seen == {"worker", "leader", "clerk", "street_clerk", "district_clerk"}
    assert [one.stage for one in file_of(town.user("worker"))] == ["select"]
    assert Post.objects.filter(user=town.user("worker")).count() == 1


def test_nothing_that_counts_presence_or_ranks_people() -> None:
    """No time learnt or online, no sign-ins, no points, no rank, no cause of a leave: not in any column of this app."""
    names = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("workforce").get_models()
        for field in model._meta.get_fields()
        if field.concrete
    }
    words = ("duration", "minutes", "seconds", "online", "login", "rank", "points", "cause", "health", "birth", "track")
    assert not [name for name in names if any(word in name.lower() for word in words)]
    assert names
