""" "16 of 20": the completion of a campaign equals a count by hand, whoever asks and however deep."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.fieldwork.actions import Finding
from gezhi.fieldwork.models import CampaignTarget
from gezhi.fieldwork.queries import progress_of, summaries_of
from gezhi.fieldwork.queries.progress import targets_of
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.testing import NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db
WHO = ("district_clerk", "street_clerk", "clerk", "other_clerk", "assessor", "worker", "stranger")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 11), st.booleans(), st.booleans()), max_size=12))
def test_completion_is_a_count_by_hand(rounds: Rounds, town: Town, answers: list[tuple[int, bool, bool]]) -> None:
    from uuid import uuid4

    from gezhi.fieldwork.actions import answer_target

    with transaction.atomic():
        campaign = rounds.running("district_clerk", area_code=town.district)
        targets = list(campaign.targets.select_related("campaign").order_by("grid_code"))
        done: dict[str, tuple[bool, bool]] = {}
        for number, is_blocked, has_finding in answers:
            target = targets[number]
            if target.grid_code in done:
                continue
            done[target.grid_code] = (is_blocked, has_finding)
            answer_target(
                target,
                actor=SYSTEM,
                at=NOON,
                key=uuid4(),
                values={"blocked": is_blocked},
                finding=Finding("楼道堆物。") if has_finding else None,
            )
        for who in WHO:
            actor = town.actor(who)
            mine = [
                one.grid_code
                for one in targets
                if any(one.grid_code.startswith(a) for a in actor.areas("campaign.see"))
            ]
            for area in ("", town.street, town.community, town.grid, town.other_street):
                found = progress_of(campaign, actor, area=area)
                inside = (
                    [code for code in mine if code.startswith(found.area)]
                    if len(actor.areas("campaign.see")) == 1
                    else mine
                )
                if not area or area == found.area:
                    assert (found.whole.total, found.whole.done, found.whole.found) == (
                        len(inside),
                        sum(code in done for code in inside),
                        sum(code in done and done[code][1] for code in inside),
                    )
                for line in found.lines:
                    part = [code for code in inside if code.startswith(line.code)]
                    assert (line.total, line.done) == (len(part), sum(code in done for code in part))
                assert {one.grid_code for one in targets_of(campaign, actor, area=found.area)} <= set(mine)
        blocked = Counter("yes" if is_blocked else "no" for is_blocked, _found in done.values())
        summary = summaries_of(campaign, town.actor("district_clerk"))[0]
        assert (summary.answers, dict(summary.counts)) == (len(done), {"yes": blocked["yes"], "no": blocked["no"]})
        transaction.set_rollback(True)


def test_the_parts_add_up_level_by_level(rounds: Rounds, town: Town) -> None:
    campaign = rounds.running("district_clerk", area_code=town.district)
    rounds.answer(rounds.target(campaign))
    actor = town.actor("district_clerk")
    whole = progress_of(campaign, actor)
    assert (whole.whole.done, whole.whole.total, len(whole.lines)) == (1, 12, 2)
    street = progress_of(campaign, actor, area=town.street)
    assert (street.whole.total, [line.total for line in street.lines]) == (6, [3, 3])
    community = progress_of(campaign, actor, area=town.community)
    assert [(line.done, line.total) for line in community.lines] == [(1, 1), (0, 1), (0, 1)]


def test_a_neighbouring_street_is_not_shown(rounds: Rounds, town: Town) -> None:
    campaign = rounds.running("district_clerk", area_code=town.district)
    found = progress_of(campaign, town.actor("street_clerk"), area=town.other_street)
    assert found.area == town.street
    assert all(
        one.street_code == town.street
        for one in targets_of(campaign, town.actor("street_clerk"), area=town.other_street)
    )


def test_what_is_left_stands_first(rounds: Rounds, town: Town) -> None:
    campaign = rounds.running()
    rounds.answer(rounds.target(campaign))
    rows: list[CampaignTarget] = targets_of(campaign, town.actor("clerk"))
    assert [one.done_at is None for one in rows] == [True, True, False]
