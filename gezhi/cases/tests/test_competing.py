"""Many at once: one claim wins, every clock rings once, no report comes in twice. On real transactions and real threads."""

from datetime import date, timedelta
from typing import Any

import pytest

from gezhi.accounts.actions import NewUser, enter_users
from gezhi.cases.access import get_case
from gezhi.cases.actions import Draft, report_many, sound_alarms, take, take_many
from gezhi.cases.models import Case
from gezhi.kernel import receipts
from gezhi.kernel.access import Actor
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.models import Event
from gezhi.kernel.models.search_entry import SearchEntry
from gezhi.kernel.refusals import Refused
from gezhi.people.access import actor_for
from gezhi.people.actions import Seat, seat_many
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town, at_once, standing_town

pytestmark = [pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)


@pytest.fixture
def living_town(transactional_db: None) -> Town:
    return standing_town()


def test_fifty_claim_and_exactly_one_wins(living_town: Town) -> None:
    """Fifty people of the grid, each another one, press at the same instant."""
    case = living_town.report(
        actor=living_town.actor("worker"), source="worker", matter_id=living_town.matter("lamp").id
    )
    people = [NewUser(f"crowd{number}", f"第{number}位网格员") for number in range(50)]
    users = enter_users(people, actor=SYSTEM, at=FOUNDED)
    grid = living_town.desk(living_town.grid)
    seats = [Seat(user, grid, Role.PART_TIME_WORKER, date(2020, 1, 1)) for user in users]
    seat_many(seats, actor=SYSTEM, at=FOUNDED)
    actors = [actor_for(user, at=NOON) for user in users]
    assert len({actor.user_id for actor in actors}) == 50

    def claim(number: int) -> str:
        actor = actors[number]
        return take("claim", get_case(actor, case.pk), actor=actor, at=NOON + HOUR).holder.name

    answers = at_once(50, claim)
    winners = [answer for answer in answers if isinstance(answer, str)]
    assert len(winners) == 1, answers
    losers = [answer for answer in answers if not isinstance(answer, str)]
    assert len(losers) == 49
    assert all(isinstance(answer, Refused) and answer.status == 409 for answer in losers), losers
    assert all(winners[0] in str(answer.message) for answer in losers)
    fresh = Case.objects.get(pk=case.pk)
    assert faults(timeline(fresh), version=fresh.version) == []
    assert [event.name for event in timeline(fresh)].count("case.claimed") == 1


@pytest.mark.parametrize("count", [40, pytest.param(1_000, marks=pytest.mark.slow)])
def test_four_clocks_ring_every_alarm_once(living_town: Town, count: int) -> None:
    """None is missed and none rings twice, down to the last rung of the ladder."""
    drafts = [Draft(text=f"第{number}件", area_code=living_town.grid) for number in range(count)]
    report_many(drafts, actor=Actor.system("import"), at=NOON)
    after_all = NOON + timedelta(days=60)

    def ring(_number: int) -> int:
        rung = 0
        while more := sound_alarms(at=after_all, limit=37):
            rung += more
        return rung

    answers = at_once(4, ring)
    assert all(isinstance(answer, int) for answer in answers), answers
    assert Case.objects.filter(alarm_at__isnull=False).count() == 0
    for case in Case.objects.all():
        events = timeline(case)
        assert [event.name for event in events] == [
            "case.reported", "case.warned", "case.overdue", "case.supervised", "case.rung_reached", "case.supervision_raised",
            "case.rung_reached",
        ]  # fmt: skip
        assert faults(events, version=case.version) == []


def test_two_colleagues_with_the_same_selection_in_another_order_do_not_block_each_other(living_town: Town) -> None:
    """A selection holds its cases until it is through."""
    keys = [living_town.report().pk for _number in range(12)]
    actor = living_town.actor("clerk")
    matter_id = living_town.matter("lamp").id

    def accept(number: int) -> int:
        mine = keys if number % 2 else keys[::-1]

        def do() -> tuple[int, Any]:
            outcomes = take_many("accept", mine, actor=actor, at=NOON + HOUR, matter_id=matter_id)
            assert [one.key for one in outcomes] == mine
            return 200, sum(one.case is not None for one in outcomes)

        (_status, taken), _replayed = receipts.once("desk", f"selection-{number}", mine, do, at=NOON + HOUR)
        return taken

    answers = at_once(8, accept)
    assert all(isinstance(answer, int) for answer in answers), answers
    assert sum(answers) == len(keys)


def test_selections_that_overlap_are_merged_into_different_cases_without_a_deadlock(living_town: Town) -> None:
    """Each selection holds some of what the other wants to merge into, below and above its own."""
    keys = [living_town.report().pk for _number in range(9)]
    actor = living_town.actor("clerk")
    low, high = (keys[:6], keys[8]), (keys[3:], keys[0])

    def merge(number: int) -> int:
        chosen, main = low if number % 2 else high

        def do() -> tuple[int, Any]:
            outcomes = take_many("merge", chosen[::-1], actor=actor, at=NOON + HOUR, main_id=str(main))
            return 200, sum(one.case is not None for one in outcomes)

        (_status, taken), _replayed = receipts.once("desk", f"merge-{number}", chosen, do, at=NOON + HOUR)
        return taken

    answers = at_once(6, merge)
    assert all(isinstance(answer, int) for answer in answers), answers
    merged = Case.objects.filter(stage="merged")
    assert merged.count() == sum(answers) > 0
    assert sum(Case.objects.values_list("followers", flat=True)) == merged.count()
    assert not merged.filter(merged_into__stage="merged").exists(), "merged into one that was merged away"


def test_merged_both_ways_at_once_one_leads(living_town: Town) -> None:
    pairs = [(living_town.report().pk, living_town.report().pk) for _number in range(6)]
    actor = living_town.actor("clerk")

    def merge(number: int) -> None:
        one, other = pairs[number // 2][:: 1 if number % 2 else -1]
        take("merge", get_case(actor, one), actor=actor, at=NOON + HOUR, main_id=other)

    answers = at_once(12, merge)
    assert all(answer is None or isinstance(answer, Refused) for answer in answers), answers
    for pair in pairs:
        stages = sorted(Case.objects.filter(pk__in=pair).values_list("stage", "followers"))
        assert stages == [("merged", 0), ("received", 1)]


def test_four_dispatchers_hand_over_every_event_once(living_town: Town) -> None:
    cases = [living_town.report() for _number in range(40)]

    def work(_number: int) -> int:
        taken = 0
        while more := dispatch(at=NOON, limit=5):
            taken += more
        return taken

    waiting = Event.objects.filter(dispatched_at=None).count()
    answers = at_once(4, work)
    assert sum(answers) == waiting
    assert SearchEntry.objects.filter(kind="case").count() == len(cases)


def test_the_same_command_from_two_doors_is_done_once(living_town: Town) -> None:
    lng, lat = living_town.point_in()

    def send(_number: int) -> tuple[Any, bool]:
        def do() -> tuple[int, int]:
            case = living_town.report(text="同一件事", lng=lng, lat=lat)
            return 201, case.pk

        return receipts.once("resident", "the-key", {"text": "同一件事"}, do, at=NOON)

    answers = at_once(8, send)
    assert Case.objects.count() == 1
    assert {answer[0] for answer in answers} == {(201, Case.objects.get().pk)}
    assert [replayed for _answer, replayed in answers].count(False) == 1


def test_two_imports_of_one_file_take_each_row_once(living_town: Town) -> None:
    drafts = [Draft(text=f"第{number}件", external_key=f"file:{number}") for number in range(30)]

    def send(_number: int) -> int:
        taken = 0
        for draft in drafts:
            try:
                answers = report_many([draft], actor=Actor.system("import"), at=NOON)
            except Refused as rival:
                assert rival.code == "known"
            else:
                taken += sum(isinstance(answer, Case) for answer in answers)
        return taken

    answers = at_once(3, send)
    assert all(isinstance(answer, int) for answer in answers), answers
    assert sum(answers) == Case.objects.count() == 30


def test_a_double_click_on_claim_gets_one_answer_twice(living_town: Town) -> None:
    """Same command, same key, same instant: the second is no loser, it gets the first one's answer."""
    case = living_town.report(
        actor=living_town.actor("worker"), source="worker", matter_id=living_town.matter("lamp").id
    )
    worker = living_town.actor("worker")

    def press(_number: int) -> tuple[Any, bool]:
        def do() -> tuple[int, int]:
            return 200, take("claim", get_case(worker, case.pk), actor=worker, at=NOON + HOUR).version

        return receipts.once("user", "one-press", {"step": "claim"}, do, at=NOON + HOUR)

    answers = at_once(6, press)
    assert {answer[0] for answer in answers} == {(200, case.version + 1)}, answers


def test_one_external_key_through_many_doors_is_taken_once(living_town: Town) -> None:
    def send(_number: int) -> int:
        return living_town.report(external_key="hotline:1").pk

    answers = at_once(8, send)
    assert Case.objects.count() == 1
    losers = [answer for answer in answers if not isinstance(answer, int)]
    assert len(losers) == 7
    assert all(isinstance(answer, Refused) and answer.code == "known" for answer in losers), losers
