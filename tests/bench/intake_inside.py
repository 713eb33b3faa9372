"""What the bench of intake does with Django at hand: counts statements, writes the script for pgbench, runs the action alone."""

import time
import uuid
from random import Random
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from gezhi.cases.actions import report
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from tests.bench.statements import statements_of
from tests.bench.texts import finding

CONNECTOR = Actor.system("bench")


def statements(cast: dict[str, Any]) -> list[str]:
    """Of a warm intake."""
    client = Client()
    for _warming in range(3):
        found = one_more(client, cast)
    return found


def one_more(client: Client, cast: dict[str, Any], key: str = "") -> list[str]:
    headers = {"Authorization": f"Bearer {cast['token']}", "Idempotency-Key": key or uuid.uuid4().hex}
    return statements_of(client, "POST", "/api/v1/cases", finding(Random(), cast), **headers)


def action_rate(cast: dict[str, Any], seconds: float) -> float:
    """Reports a second in one thread, without HTTP, rights and receipts."""
    random = Random()
    drafts = [finding(random, cast) for _draft in range(200)]
    report(actor=CONNECTOR, at=timezone.now(), source="worker", **drafts[0])
    done, started = 0, time.perf_counter()
    while (now := time.perf_counter()) < started + seconds:
        report(actor=CONNECTOR, at=timezone.now(), source="worker", **drafts[done % len(drafts)])
        done += 1
    return done / (now - started)


# --- the same rows by pgbench ---------------------------------------------------------------------------------------


def pgbench_script(cast: dict[str, Any]) -> str:
    """One transaction that writes what one intake writes: the rows of a real one, with fresh keys."""
    key = uuid.uuid4().hex
    one_more(Client(), cast, key)
    case = Case.objects.latest("pk")
    draw = "\\set a random(0, 2000000000)\n\\set b random(0, 2000000000)"
    case_row = insert("cases_case", f"id = {case.pk}", receipt_code="left(:a || '-' || :b, 20)")
    events = insert("kernel_event", f"subject_kind = 'case' AND subject_id = {case.pk}", subject_id=":case_id")
    reporter = insert("cases_reporter", f"case_id = {case.pk}", case_id=":case_id")
    receipt = insert("kernel_receipt", f"key = '{key}'", key=":a || '-' || :b")
    return "\n".join(
        [
            draw,
            "BEGIN;",
            f"{case_row} RETURNING id AS case_id \\gset",
            f"{events};",
            f"{reporter};",
            f"{receipt};",
            "COMMIT;",
        ]
    )


def insert(table: str, where: str, **instead: str) -> str:
    """An INSERT of the rows found, values written out; `id` is left to the database, `instead` gives expressions for columns."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        columns = [column.name for column in cursor.description if column.name != "id"]
        written = ", ".join(f"quote_nullable({column}::text)" for column in columns)
        cursor.execute(f"SELECT {written} FROM {table} WHERE {where} ORDER BY 1")
        found = cursor.fetchall()
    rows = [", ".join(instead.get(column, value) for column, value in zip(columns, row, strict=True)) for row in found]
    assert rows, f"nothing found in {table}"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES " + ", ".join(f"({row})" for row in rows)
