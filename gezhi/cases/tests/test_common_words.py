"""Words that stand in very many cases: the list is walked instead of the index, and says the same."""

from collections.abc import Iterator
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.cases import worklist
from gezhi.cases.actions import Draft, report_many, take
from gezhi.cases.models import Case
from gezhi.cases.worklist import Cursor, Filters, count_of, next_after, page_of
from gezhi.kernel import events, search
from gezhi.kernel.access import Actor
from gezhi.territory.models import Area
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db
WORDS = ("路灯", "停车", "噪音", "树枝")
# Nearly everywhere, in half, in few, and in none.
SHARES = (0.95, 0.5, 0.1, 0.0)


@pytest.fixture
def crowd(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Eighty cases, some of them ended, where "common" begins with twenty and a page holds six."""
    monkeypatch.setattr(search, "COMMON", 20)
    search.are_common.cache_clear()
    monkeypatch.setattr(worklist, "PAGE", 6)
    monkeypatch.setattr(worklist, "CAP", 15)
    random = Random(3)
    codes = sorted(Area.objects.filter(level="grid").values_list("code", flat=True))
    drafts = [
        Draft(
            "，".join(["报告", *(word for word, share in zip(WORDS, SHARES, strict=True) if random.random() < share)]),
            area_code=random.choice(codes),
        )
        for _one in range(80)
    ]
    cases = report_many(drafts, actor=Actor.system("x"), at=NOON)
    for case in random.sample(cases, 20):
        assert isinstance(case, Case)
        take("decline", case, actor=Actor.system("x"), at=NOON, reason="重复", answer="已收到。")
    while events.dispatch(at=NOON):
        pass
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE kernel_searchentry")
    return town


def pages(filters: Filters, actor: Actor) -> Iterator[list[int]]:
    cursor = None
    while True:
        page = page_of(filters, actor, NOON, cursor)
        yield [case.pk for case in page.cases]
        if not page.next:
            return
        cursor = Cursor.of({"after": page.next})


@pytest.mark.parametrize("walked", [1, 7, 30, 1000])
@pytest.mark.parametrize("who", ["clerk", "district"])
@pytest.mark.parametrize("stage", ["", "received"])
@pytest.mark.parametrize("words", [*WORDS, "路灯 停车", "灯", "路灯停车"])
def test_a_list_holds_what_reading_every_case_finds(
    crowd: Town, monkeypatch: pytest.MonkeyPatch, *, walked: int, who: str, stage: str, words: str
) -> None:
    monkeypatch.setattr(worklist, "WALKED", walked)
    monkeypatch.setattr(worklist, "COUNTED", walked)
    actor = Actor.system("x") if who == "district" else crowd.actor(who, at=NOON)
    filters = Filters(scope="area", stage=stage, q=words)
    rows = worklist.before_words(filters, actor, NOON)
    holding = [case for case in rows if all(word in case.text for word in words.split())]
    holding.sort(key=(lambda case: -case.pk) if filters.is_archive else (lambda case: (case.due_at, case.pk)))
    expected = [case.pk for case in holding]
    found = list(pages(filters, actor))
    assert [key for page in found for key in page] == expected
    assert count_of(filters, actor, NOON) == (min(len(expected), 15), len(expected) > 15)
    if len(expected) > 1:
        assert next_after(holding[0], filters, actor, NOON) == holding[1]
        assert next_after(holding[-1], filters, actor, NOON) == holding[0]


def test_a_common_word_is_not_fetched_from_the_index(crowd: Town) -> None:
    filters = Filters(scope="area", q="路灯")
    index = "tokens @@" if connection.vendor == "postgresql" else "MATCH"

    def statements(filters: Filters) -> list[str]:
        # What is common is remembered; asking for it is not what is looked at here.
        search.is_common(filters.q)
        with CaptureQueriesContext(connection) as captured:
            page_of(filters, Actor.system("x"), NOON)
            count_of(filters, Actor.system("x"), NOON)
        return [query["sql"] for query in captured]

    common, rare = statements(filters), statements(filters.but(q="噪音"))
    assert len(common) == 3
    assert not any(f"IN (SELECT {column}" in sql and index in sql for sql in common for column in ("key", "entry.key"))
    assert len(rare) == 2
    assert all(index in sql for sql in rare)
