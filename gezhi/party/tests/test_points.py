"""Points: off by default, two people an entry, a ledger that only grows, seen by the member and the branch, and nowhere a ranking."""

import inspect
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gezhi.party.queries
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Missing, Refused
from gezhi.party.access import get_member, sees_points
from gezhi.party.actions import (
    decide_points,
    define_point_rule,
    end_points,
    exempt,
    let_go,
    link_account,
    propose_points,
    take_claim_step,
)
from gezhi.party.models import Member, PointClaim, PointEntry, PointRule
from gezhi.party.queries import balance_of, entries_of, points_are_on
from gezhi.party.tests.story import A_DAY, TODAY, Story
from gezhi.territory.models import Area
from gezhi.testing import CAST, NOON

pytestmark = pytest.mark.django_db
FIRST = date(2026, 1, 1)


def switched_on(story: Story, code: str = "", who: str = "party_affairs") -> None:
    area = Area.objects.get(code=code or story.town.street)
    decide_points(area, actor=story.actor(who), at=NOON, basis="街道党工委会议〔2026〕3号", from_on=FIRST)


def rule_of(story: Story, points: int = 5, code: str = "V1") -> PointRule:
    area = Area.objects.get(code=story.town.street)
    facts: dict[str, Any] = {
        "code": code,
        "title": "参加志愿服务",
        "points": points,
        "evidence": "服务记录",
        "from_on": FIRST,
    }
    return define_point_rule(area, actor=story.actor("party_affairs"), at=NOON, **facts)


class Ledger:
    """A branch that uses points: its secretary proposes, the community's keeper approves."""

    def __init__(self, story: Story) -> None:
        self.story = story
        switched_on(story)
        story.appointed(story.branch, "leader")
        self.rule = rule_of(story)
        self.member = self.fresh(story.member())

    def fresh(self, member: Member) -> Member:
        return get_member(self.story.actor("keeper"), member.pk, on=TODAY)

    def propose(self, who: str = "leader", *, on: date = TODAY, **over: Any) -> PointClaim:
        facts: dict[str, Any] = {"rule": self.rule, "evidence": "四月清扫记录第3页"} | over
        return propose_points(self.member, actor=self.story.actor(who), at=NOON, on=on, **facts)

    def approve(self, claim: PointClaim, who: str = "keeper") -> PointEntry:
        take_claim_step("approve", claim, actor=self.story.actor(who), at=NOON)
        return PointEntry.objects.get(claim=claim)


@pytest.fixture
def ledger(story: Story) -> Ledger:
    return Ledger(story)


def test_nobody_has_points_until_it_is_decided(story: Story) -> None:
    story.appointed(story.branch, "leader")
    rule, member = rule_of(story), story.member()
    assert not points_are_on(story.town.community, on=TODAY)
    facts: dict[str, Any] = {"rule": rule, "evidence": "记录", "on": TODAY, "actor": story.actor("leader"), "at": NOON}
    with pytest.raises(Refused) as refusal:
        propose_points(member, **facts)
    assert (refusal.value.code, PointClaim.objects.count()) == ("is_on", 0)
    switched_on(story)
    assert propose_points(member, **facts).points == 5
    assert points_are_on(story.town.community, on=TODAY)
    assert not points_are_on(story.town.other_community, on=TODAY), "another street has decided nothing"


def test_a_decision_is_the_district_s_or_the_street_s_and_ends(story: Story) -> None:
    with pytest.raises(Denied):
        switched_on(story, who="keeper")
    with pytest.raises(Denied):
        switched_on(story, story.town.district)
    with pytest.raises(Refused) as refusal:
        switched_on(story, story.town.community, who="keeper")
    assert refusal.value.code == "wrong_area"
    area = Area.objects.get(code=story.town.district)
    row = decide_points(area, actor=story.actor("top_keeper"), at=NOON, basis="区委会议", from_on=FIRST)
    assert points_are_on(story.town.other_community, on=TODAY)
    end_points(row, actor=story.actor("top_keeper"), at=NOON, until_on=TODAY)
    assert (points_are_on(story.town.community, on=TODAY), points_are_on(story.town.community, on=TODAY + A_DAY)) == (
        True,
        False,
    )


def test_an_entry_takes_two_people(ledger: Ledger) -> None:
    claim = ledger.propose()
    with pytest.raises(Refused) as refusal:
        ledger.approve(claim, "leader")
    assert (refusal.value.code, PointEntry.objects.count()) == ("another", 0)
    entry = ledger.approve(claim)
    assert (entry.points, entry.year, balance_of(ledger.member, 2026)) == (5, 2026, 5)
    with pytest.raises(Refused) as refusal:
        take_claim_step("approve", claim, actor=ledger.story.actor("keeper"), at=NOON)
    assert refusal.value.code == "wrong_stage"


def test_nobody_approves_their_own(ledger: Ledger) -> None:
    link_account(ledger.member, ledger.story.users["keeper"], actor=ledger.story.actor("keeper"), at=NOON)
    ledger.member = ledger.fresh(ledger.member)
    with pytest.raises(Refused) as refusal:
        ledger.approve(ledger.propose())
    assert refusal.value.code == "not_own"


def test_a_mistake_is_corrected_by_another_entry(ledger: Ledger) -> None:
    entry = ledger.approve(ledger.propose())
    ledger.approve(ledger.propose(rule=None, corrects=entry, points=-2, evidence="重复计算"))
    rows = entries_of(ledger.member, 2026)
    assert [(row.points, row.corrects_id) for row in rows] == [(5, None), (-2, entry.pk)]
    assert balance_of(ledger.member, 2026) == 3


def test_a_year_begins_at_nothing(ledger: Ledger) -> None:
    define_point_rule(
        Area.objects.get(code=ledger.story.town.district), actor=ledger.story.actor("top_keeper"), at=NOON, code="OLD",
        title="上年", points=7, evidence="记录", from_on=date(2025, 1, 1),
    )  # fmt: skip
    ledger.approve(ledger.propose(on=date(2025, 12, 31), rule=PointRule.objects.get(code="OLD")))
    ledger.approve(ledger.propose())
    assert (balance_of(ledger.member, 2025), balance_of(ledger.member, 2026), balance_of(ledger.member, 2027)) == (
        7,
        5,
        0,
    )


def test_the_exempt_are_left_alone_and_their_mistakes_still_corrected(ledger: Ledger) -> None:
    entry = ledger.approve(ledger.propose())
    exempt(ledger.member, "unable", actor=ledger.story.actor("leader"), at=NOON, from_on=TODAY)
    with pytest.raises(Refused) as refusal:
        ledger.propose()
    assert refusal.value.code == "not_exempt"
    ledger.approve(ledger.propose(rule=None, corrects=entry, points=-5, evidence="重复"))
    assert balance_of(ledger.member, 2026) == 0


def test_only_the_member_and_the_branch_see_it(ledger: Ledger) -> None:
    """Everybody of the house: the member, the branch's secretary, the desk of the community. Street and district don't."""
    story = ledger.story
    link_account(ledger.member, story.town.user("worker"), actor=story.actor("keeper"), at=NOON)
    member = ledger.fresh(ledger.member)
    for key in [*CAST, "keeper", "next_keeper", "east_keeper", "top_keeper"]:
        is_seen = sees_points(story.actor(key), member, on=TODAY)
        assert is_seen is (key in {"worker", "leader", "keeper"}), key
        try:
            get_member(story.actor(key), member.pk, "party.points", on=TODAY)
            assert is_seen, key
        except Missing:
            assert not is_seen, key
        if key not in {"leader", "keeper"}:
            with pytest.raises(Denied):
                ledger.propose(key)


def test_it_goes_with_the_member(ledger: Ledger) -> None:
    claim = ledger.propose(evidence="四月清扫记录")
    entry = ledger.approve(claim)
    ledger.approve(ledger.propose(rule=None, corrects=entry, points=-1, evidence="更正"))
    let_go(ledger.member, actor=ledger.story.actor("keeper"), at=NOON)
    assert not PointEntry.objects.exists()
    for row in PointClaim.objects.all():
        assert row.evidence == ""
        assert faults(timeline(row), version=row.version) == []


def test_no_code_changes_an_entry() -> None:
    """The one insert stands in `points.approve`; the one deletion follows a member who left."""
    touched = []
    for path in sorted(Path(inspect.getfile(gezhi.party.queries)).parent.rglob("*.py")):
        if {"tests", "migrations"} & set(path.parts):
            continue
        for call in re.findall(r"PointEntry\.objects\.[^\n]*?(create|update|delete|bulk_\w+|save)\(", path.read_text()):
            touched.append((path.name, call))
    assert touched == [("members.py", "delete"), ("points.py", "create")]


def test_there_is_no_ranking_anywhere() -> None:
    """No column, no query, no page that would set members side by side by points."""
    root = Path(inspect.getfile(gezhi.party.queries)).parents[1]
    names = [
        field.name
        for model in apps.get_app_config("party").get_models()
        for field in model._meta.get_fields()
        if re.search(r"rank|position|score|total|best|top_", field.name)
    ]
    assert names == []
    folders = [root / "party", root / "web/support/party", root / "web/templates/support/party"]
    texts = {
        path: path.read_text()
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".py", ".html"} and "tests" not in path.parts
    }
    wrong = [
        f"{path.name}: {match}"
        for path, text in texts.items()
        for match in re.findall(r"order_by\([^)]*points[^)]*\)|(?<!不)排名|排行|名次|ranking\b", text)
    ]
    assert wrong == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(
        st.tuples(st.sampled_from(["credit", "correct", "refuse"]), st.integers(-9, 9).filter(bool)), max_size=8
    )
)
def test_the_sum_is_the_ledger_whatever_happens(ledger: Ledger, deeds: list[tuple[str, int]]) -> None:
    """Against a plain list kept beside: approved entries count, refused ones don't, nothing ever changes or goes."""
    PointEntry.objects.all().delete()
    expected: list[int] = []
    for deed, points in deeds:
        rows = entries_of(ledger.member, 2026)
        is_correction = deed == "correct" and bool(rows)
        over = {"rule": None, "corrects": rows[0], "points": points, "evidence": "更正"} if is_correction else {}
        claim = ledger.propose(**over)
        if deed == "refuse":
            take_claim_step("refuse", claim, actor=ledger.story.actor("keeper"), at=NOON, reason="依据不足")
            continue
        before = [(row.pk, row.points) for row in rows]
        ledger.approve(claim)
        after = [(row.pk, row.points) for row in entries_of(ledger.member, 2026)]
        assert after[: len(before)] == before
        expected.append(claim.points)
    assert [row.points for row in entries_of(ledger.member, 2026)] == expected
    assert balance_of(ledger.member, 2026) == sum(expected)


def test_what_was_written_as_evidence_stands_in_no_event(ledger: Ledger) -> None:
    ledger.approve(ledger.propose(evidence="很特别的依据"))
    assert "很特别的依据" not in str(list(Event.objects.values("data", "note")))
