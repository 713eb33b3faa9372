"""Search in Chinese text, on each database with its own index, against reading every text through."""

import random
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.kernel import search
from gezhi.kernel.models import Register
from gezhi.kernel.models.search_entry import SearchEntry
from gezhi.kernel.search import Matching, fits, is_common, is_searchable, matching, put, put_many, remove

pytestmark = pytest.mark.django_db

TEXTS = {
    1: "舜耕路小区停车难，消防通道被占用",
    2: "玉函路路灯不亮，夜里看不清，找过12345",
    3: "楼上空调滴水，Ｗｉ－Ｆｉ 信号差",
    4: "经十路88号院内违章停车",
    5: "停水三天了，物业说难处理",
    6: "大树挡光",
}


def found(query: str, kind: str = "case") -> set[int]:
    return set(SearchEntry.objects.filter(kind=kind, key__in=matching(kind, query)).values_list("key", flat=True))


@pytest.fixture
def texts(db: None) -> None:
    put_many("case", TEXTS.items())


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("停车", {1, 4}),
        ("路灯", {2}),
        ("停车难", {1}),
        ("车难", {1}),
        ("停", {1, 4, 5}),
        ("树", {6}),
        ("光", {6}),
        ("差", {3}),
        ("占用", {1}),
        ("停车 经十路", {4}),
        ("停车，消防", {1}),
        ("停车 路灯", set()),
        ("12345", {2}),
        ("1234", set()),
        ("88", {4}),
        ("88号", {4}),
        ("经十路88号院", {4}),
        ("wi-fi", {3}),
        ("WIFI", set()),
        ("ｗｉ－ｆｉ", {3}),
        ('"停车难 消防"', {1}),
        ('"停车 消防"', set()),
        ("“停车难，消防通道”", {1}),
        ("「路灯不亮」 12345", {2}),
        ('"路灯', {2}),
        ("难停", set()),
    ],
)
def test_words_are_found_where_they_stand(texts: None, query: str, keys: set[int]) -> None:
    assert found(query) == keys


@pytest.mark.parametrize(
    "query",
    [
        "", " ", "!!!", "。，、", "😀", '"', '""', '"""', "''", "*", "(", ")", "((", "停车)", "(停车", "停车*", "*停车",
        "停车 AND", "AND", "OR 停车", "NOT 停车", "NEAR(停车 难)", "停车 | 难", "停车 & 难", "!停车", "停车:*", ":*", "<->",
        "停车 <-> 难", "tokens:停车", "-停车", "^停车", "{停车}", "停车\\", "\\'", "%", "_", "停_", "%停车%", "%s", "%(a)s", "\x00",
        "停\x00车", "'; DROP TABLE kernel_searchentry; --", "停车' OR '1'='1", "😀停车😀", "\ud800", "👨‍👩‍👧", "a\u0301", "ﷺ", "㍿",
        "停" * 5000, "a" * 5000, "停 " * 5000, '"停" ' * 500, "٣", "½", "ก็", "한국", "ひらがな", "々〇",
    ],
)  # fmt: skip
def test_no_query_breaks_or_means_more_than_its_words(texts: None, query: str) -> None:
    assert found(query) <= set(TEXTS)
    put("case", 7, query)
    if is_searchable(query) and len(query) < 100 and '"' not in query:
        assert 7 in found(query)
    assert SearchEntry.objects.count() == 7


@pytest.mark.parametrize("query", ["", "！？", "😀", '""'])
def test_a_query_without_words_finds_nothing_and_says_so(texts: None, query: str) -> None:
    assert not is_searchable(query)
    assert found(query) == set()
    assert is_searchable("停")


def test_operators_are_words_like_others(texts: None) -> None:
    put("case", 8, "and or not near")
    assert found("AND") == {8}
    assert found("停车 OR 路灯") == set()


def test_kinds_do_not_mix(texts: None) -> None:
    put("matter", 1, "停车管理")
    put("matter", 99, "停车管理")
    assert found("停车") == {1, 4}
    assert found("停车", kind="matter") == {1, 99}


def test_a_new_text_replaces_the_old(texts: None) -> None:
    put("case", 1, "噪音扰民")
    assert found("停车") == {4}
    assert found("噪音") == {1}
    put_many("case", [(1, "一"), (1, "最后一次"), (50, "新来的")])
    assert found("最后") == {1}
    assert found("新来") == {50}


def test_what_was_removed_is_found_no_more(texts: None) -> None:
    remove("case", 1, 12345)
    assert found("停车") == {4}
    remove("case", *TEXTS)
    assert SearchEntry.objects.count() == 0
    put("case", 1, "别的")
    assert found("停车") == set()


def test_it_composes_with_any_queryset_in_one_statement(texts: None) -> None:
    rows = SearchEntry.objects.exclude(key=4).filter(key__in=matching("case", "停车")).order_by("-key")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert [row.key for row in rows[:10]] == [1]
        assert rows.count() == 1
    assert len(queries) == 2
    either = SearchEntry.objects.filter(key__in=matching("case", "停车")) | SearchEntry.objects.filter(
        key__in=matching("case", "路灯")
    )
    assert {row.key for row in either} == {1, 2, 4}
    assert {row.key for row in SearchEntry.objects.exclude(key__in=matching("case", "停车"))} == {2, 3, 5, 6}


def test_writing_is_one_statement_a_batch(db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        put("case", 1, "停车")
    assert len([query for query in queries if "kernel_searchentry" in query["sql"]]) == 1
    with CaptureQueriesContext(connection) as queries:
        put_many("case", ((key, "停车") for key in range(600)))
    assert len([query for query in queries if "INSERT" in query["sql"]]) == 2


def test_a_text_too_long_is_searched_as_far_as_it_goes(db: None) -> None:
    put("case", 1, "开头" + "字" * 50_000 + "结尾")
    put("case", 2, "词 " * 20_000)
    put("case", 3, "x" * 10_000)
    assert found("开头") == {1}
    assert found("结尾") == set()
    assert found("x" * 64) == {3}


SIGNS = '停车难路灯a1 ，"é々'


@given(st.lists(st.text(SIGNS, max_size=12), min_size=1, max_size=6), st.text("停车难路灯", min_size=1, max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_word_is_found_exactly_where_it_stands(db: None, texts: list[str], word: str) -> None:
    SearchEntry.objects.all().delete()
    put_many("case", enumerate(texts))
    # Punctuation between characters separates them; nothing else does.
    assert found(word) == {key for key, text in enumerate(texts) if word in text}


@pytest.fixture
def crowd(db: None) -> None:
    chance = random.Random(7)
    characters = [chr(0x4E00 + number) for number in range(400)]
    put_many("case", ((key, "".join(chance.choices(characters, k=60))) for key in range(3000)))
    put("case", 5000, "舜耕路停车")
    Register.objects.create(name="x", stamp="y")


@pytest.mark.parametrize("query", ["停车", "舜", "舜耕路", "舜耕 停车"])
def test_the_index_is_used(crowd: None, query: str) -> None:
    rows = SearchEntry.objects.filter(pk__gt=0, key__in=matching("case", query)).values("key")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What autovacuum does from time to time: bring fresh rows from the waiting list into the index.
            cursor.execute("SELECT gin_clean_pending_list('kernel_search')")
            cursor.execute("ANALYZE kernel_searchentry")
            plan = rows.explain()
            assert "Bitmap Index Scan on kernel_search " in plan, plan
        else:
            plan = rows.explain()
            assert "VIRTUAL TABLE INDEX 0:M" in plan, plan
            assert "SCAN entry" not in plan, plan
            assert "SEARCH entry USING INTEGER PRIMARY KEY" in plan, plan
    assert list(rows.values_list("key", flat=True)) == [5000]


def test_other_databases_read_the_plain_table_through(texts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portable way, tried on whatever runs here: its column form and its LIKE must agree with each other."""
    if connection.vendor != "sqlite":
        pytest.skip("the column of PostgreSQL holds no plain text")
    monkeypatch.setattr(connection, "vendor", "other")
    put_many("case", TEXTS.items())
    monkeypatch.setattr(Matching, "as_other", Matching.as_sql, raising=False)
    for query, keys in [
        ("停车", {1, 4}),
        ("停", {1, 4, 5}),
        ("停车难", {1}),
        ("经十路88号", {4}),
        ("停车 消防", {1}),
        ("!", set()),
    ]:
        assert found(query) == keys


@pytest.mark.django_db(transaction=True)
def test_the_index_can_be_taken_down_and_built_again_over_what_is_there() -> None:
    migration = import_module("gezhi.kernel.migrations.0002_search")
    put_many("case", TEXTS.items())
    with connection.schema_editor() as editor:
        migration.backwards(apps, editor)
    try:
        put("case", 9, "索引不在时写入的停车")
    finally:
        with connection.schema_editor() as editor:
            migration.forwards(apps, editor)
    assert found("停车") == {1, 4, 9}


@given(st.lists(st.text(SIGNS, max_size=12), min_size=1, max_size=6), st.text(SIGNS, max_size=5))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_words_of_a_row_say_what_the_index_says(db: None, texts: list[str], query: str) -> None:
    SearchEntry.objects.all().delete()
    put_many("case", enumerate(texts))
    put("matter", 100, query)
    rows = SearchEntry.objects.filter(fits("case", query, "key")).values_list("key", flat=True)
    assert set(rows) == set(SearchEntry.objects.filter(key__in=matching("case", query)).values_list("key", flat=True))


def test_a_word_is_common_from_so_many_texts_on(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COMMON", 40)
    search.are_common.cache_clear()
    put_many("case", ((key, "停车难" if key % 2 else "停车难，路灯不亮") for key in range(60)))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE kernel_searchentry")
    assert is_common("停车")
    assert is_common("停车难")
    assert not is_common("路灯")
    assert not is_common("停车 路灯")
    assert not is_common("没有")
    assert not is_common("！")
