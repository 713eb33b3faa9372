"""A hundred thousand cases and more: some are led through the loop by the real actions, then multiplied by the database itself.

Copies lie in other grids, have keys and due moments of their own, and can be found by their words; only their events are missing, which no
list looks at. One in fifty is open. Runs inside a place.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone

from gezhi.cases.actions import Draft, report, report_many, take
from gezhi.cases.models import Case
from gezhi.kernel import events, registers
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.people.access import actor_for
from gezhi.people.roles import Role
from gezhi.territory.models import Area, Level
from tests.bench.statements import statements_of
from tests.bench.texts import name, phone, text
from tests.bench.town import TOWN, cast, session_of, token_of, user_at

OPEN_ONE_IN = 50
STAGES = ("received", "waiting", "handling", "finished", "answered")
OPEN_TEMPLATES, CLOSED_TEMPLATES, ON_DESK = 50, 50, 60
# Stands in ten cases, however many there are; the other word of the bench stands in one of eight.
RARE = "蓝花楹"
Copying = tuple[str, tuple[Any, ...]]


def prepare() -> dict[str, Any]:
    """Templates, a full desk for one clerk, and the ways in of those who will look."""
    at = timezone.now()
    registers.look()
    clerk = user_at("community", Role.COMMUNITY_CLERK)
    desk = actor_for(clerk, at=at).desks
    code = Area.objects.get(level=Level.COMMUNITY, desks__id__in=desk).code
    open_ids, closed_ids = templates(at)
    drafts = [
        Draft(f"{RARE}开花了，{text(Random(number))}" if number < 10 else text(Random(number)), area_code=code)
        for number in range(ON_DESK)
    ]
    assert not any(isinstance(one, Refused) for one in report_many(drafts, actor=TOWN, at=at))
    while events.dispatch(at=at, limit=1000):
        pass
    remember(open_ids, closed_ids)
    district = user_at("district", Role.DISTRICT_CLERK)
    return {"clerk": session_of(clerk), "district": session_of(district), "token": token_of(district)}


def templates(at: datetime) -> tuple[list[int], list[int]]:
    """Cases of every stage; closed ones have gone all the way."""
    random = Random(1)
    worker = user_at("grid", Role.GRID_WORKER)
    actor = actor_for(worker, at=at)
    (desk_id,) = actor.desks
    code = Area.objects.get(desks__id=desk_id).code
    matter = cast()["matter"]
    wanted = [STAGES[number % len(STAGES)] for number in range(OPEN_TEMPLATES)] + ["closed"] * CLOSED_TEMPLATES
    found: tuple[list[int], list[int]] = ([], [])
    for number, stage in enumerate(wanted):
        moment = at - timedelta(minutes=37 * number)
        facts = {
            "reporter_name": name(random),
            "reporter_phone": phone(random),
            "area_code": code,
            "text": text(random),
        }
        if stage == "received":
            case = report(actor=TOWN, at=moment, **facts)
        else:
            case = report(actor=actor, at=moment, source="worker", matter_id=matter, **facts)
            lead(case, stage, actor, moment)
        assert case.stage == stage, (case.stage, stage)
        found[stage == "closed"].append(case.pk)
    return found


def lead(case: Case, until: str, actor: Actor, at: datetime) -> None:
    """From waiting to this stage."""
    way: list[tuple[str, str, dict[str, Any]]] = [
        ("claim", "handling", {}),
        ("finish", "finished", {"result": "已修好。"}),
        ("verify", "answered", {"answer": "您好，您反映的问题已经办结，感谢您的关心。"}),
        ("rate", "closed", {"service": 5, "outcome": 5}),
    ]
    for step, stage, inputs in way:
        if case.stage == until:
            return
        take(step, case, actor=actor if step in ("claim", "finish") else TOWN, at=at, **inputs)
        assert case.stage == stage


def statements(paths: dict[str, tuple[str, dict[str, str]]]) -> dict[str, list[str]]:
    """Of each page when what is kept in memory is warm."""
    from django.test import Client

    for path, headers in paths.values():
        statements_of(Client(), "GET", path, **headers)
    return {label: statements_of(Client(), "GET", path, **headers) for label, (path, headers) in paths.items()}


# --- multiplying ----------------------------------------------------------------------------------------------------


def remember(open_ids: list[int], closed_ids: list[int]) -> None:
    """Two tables of the bench's own: what is copied, and where copies may lie."""
    run("CREATE TABLE bench_template (is_open integer, t integer, case_id bigint, PRIMARY KEY (is_open, t))")
    for is_open, ids in ((1, open_ids), (0, closed_ids)):
        for number, key in enumerate(ids):
            run("INSERT INTO bench_template VALUES (%s, %s, %s)", is_open, number, key)
    run(
        "CREATE TABLE bench_place (k integer PRIMARY KEY, area_id bigint, street_code text, community_code text, grid_code text,"
        " grid_desk bigint, community_desk bigint)"
    )
    desks = dict(Area.objects.filter(desks__department=None).values_list("code", "desks__id"))
    grids = Area.objects.filter(level=Level.GRID).order_by("code").values_list("id", "code")
    for number, (key, code) in enumerate(grids):
        values = (number, key, code[:9], code[:12], code, desks[code], desks[code[:12]])
        run("INSERT INTO bench_place VALUES (%s, %s, %s, %s, %s, %s, %s)", *values)


def grow(size: int) -> None:
    """Up to `size` cases, one in fifty open; statistics brought up to date."""
    with bulk_writing():
        opened = size // OPEN_ONE_IN
        copy(0, size - opened - Case.objects.exclude(pk__in=Case.objects.open().values("pk")).count())
        copy(1, opened - Case.objects.open().count())
        for statement in connection.ops.sequence_reset_sql(no_style(), [Case]):
            run(statement)
    run("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def copy(is_open: int, count: int) -> None:
    if count <= 0:
        return
    base = Case.objects.latest("pk").pk
    templates_ = value("SELECT count(*) FROM bench_template WHERE is_open = %s", is_open)
    places = value("SELECT count(*) FROM bench_place")
    columns = [field.column for field in Case._meta.concrete_fields]
    other = {
        "id": f"{base} + n",
        "receipt_code": f"'B' || ({base} + n)",
        "external_key": "NULL",
        "desk_id": "CASE WHEN c.stage = 'received' THEN p.community_desk ELSE p.grid_desk END",
        "due_at": later("c.due_at", "(n * 7 %% 20000) * 60") if is_open else "c.due_at",
    } | {column: f"p.{column}" for column in ("area_id", "street_code", "community_code", "grid_code")}
    source = (
        f"FROM {series(count)} JOIN bench_template b ON b.is_open = {is_open} AND b.t = n %% {templates_}"
        f" JOIN cases_case c ON c.id = b.case_id JOIN bench_place p ON p.k = n * 31 %% {places}"
    )
    written = ", ".join(other.get(column, f"c.{column}") for column in columns)
    run(f"INSERT INTO cases_case ({', '.join(columns)}) SELECT {written} {source}".replace("%%", "%"))
    words = (
        f"INSERT INTO kernel_searchentry (kind, key, tokens) SELECT 'case', {base} + n, e.tokens"
        f" FROM {series(count)} JOIN bench_template b ON b.is_open = {is_open} AND b.t = n % {templates_}"
        " JOIN kernel_searchentry e ON e.kind = 'case' AND e.key = b.case_id"
    )
    run(words)


def series(count: int) -> str:
    """A table `s` of n = 1 ... count."""
    if connection.vendor == "postgresql":
        return f"generate_series(1, {count}) s(n)"
    return f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s) s"


def later(instant: str, seconds: str) -> str:
    if connection.vendor == "postgresql":
        return f"{instant} + ({seconds}) * interval '1 second'"
    return f"strftime('%Y-%m-%d %H:%M:%S', {instant}, '+' || ({seconds}) || ' seconds')"


@contextmanager
def bulk_writing() -> Iterator[None]:
    """Without checking what was checked in the templates, and with the index of words built once at the end."""
    if connection.vendor == "postgresql":
        run("SET session_replication_role = replica")
        made = value("SELECT indexdef FROM pg_indexes WHERE indexname = 'kernel_search'")
        run("DROP INDEX kernel_search")
        yield
        run("SET maintenance_work_mem = '512MB'")
        run(made)
        run("SET session_replication_role = DEFAULT")
        return
    run("PRAGMA foreign_keys=OFF")
    run("PRAGMA synchronous=OFF")
    made = value("SELECT sql FROM sqlite_master WHERE name = 'kernel_search_insert'")
    run("DROP TRIGGER kernel_search_insert")
    yield
    run("INSERT INTO kernel_search(kernel_search) VALUES ('rebuild')")
    run(made)


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def value(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        row = cursor.fetchone()
    assert row is not None
    return row[0]
