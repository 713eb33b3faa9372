"""Rates of a month and of a year, the cases behind a number, and a dry run, where a district has answered 400,000 cases in the year."""

import time
from collections.abc import Callable
from typing import Any

from tests.bench.run import Bench
from tests.bench.table import Row, all_met

ABOUT = "rates and a dry run over a year of 400,000 answers"
YEAR = 400_000
# Milliseconds that a person at a desk waits without noticing, and those for what is asked for once a month.
AT_ONCE, PATIENTLY = 500.0, 5_000.0
# A dry run reads the rules anew for each of its two judgements; however many cases there are, it is as many.
MOST_STATEMENTS, MOST_OF_A_TRY = 4, 16
ASKED = {
    "rates of a month by street": AT_ONCE,
    "rates of a month by matter": AT_ONCE,
    "the five characters of a month by street": AT_ONCE,
    "the cases behind a number": AT_ONCE,
    "rates of twelve months by month": PATIENTLY,
    "dry run of a limit over a month": PATIENTLY,
    "dry run of a matter's desk over a month": PATIENTLY,
    "dry run of a share over a month": PATIENTLY,
}


def measure(bench: Bench) -> list[Row]:
    found = {}
    with bench.copies("rates") as places:
        for place in places:
            place.call("tests.bench.filling:prepare")
            place.call("tests.bench.filling:grow", size=YEAR)
            place.call("tests.bench.rates:answer_all")
            found[place.vendor] = place.call("tests.bench.rates:asked")
    return [
        Row(
            f"{what}: ms (of them of our processor)",
            {vendor: f"{one[what]['ms']:,.0f} ({one[what]['processor_ms']:,.0f})" for vendor, one in found.items()},
            limit=", ".join(sorted({one[what]["about"] for one in found.values()})),
            target=f"<= {most:,.0f} ms, {allowed(what)} statements",
            met=all_met(one[what]["ms"] <= most and one[what]["statements"] <= allowed(what) for one in found.values()),
            facts=found,
        )
        for what, most in ASKED.items()
    ]


def allowed(what: str) -> int:
    return MOST_OF_A_TRY if what.startswith("dry run") else MOST_STATEMENTS


# --- inside a place -------------------------------------------------------------------------------------------------


def answer_all() -> int:
    """Spread the cases over a year and give each an answer; a fifth was called, a third rated by link."""
    from django.db import connection

    from tests.bench.filling import run, value

    instants = ("reported_at", "accepted_at", "due_at", "answered_at", "closed_at")
    run(f"UPDATE cases_case SET {', '.join(f'{column} = {days_ago(column)}' for column in instants)}")
    run("DELETE FROM cases_answer")
    # By sixties, so that every month has some of all that depends on the number of the case.
    month = "202501 + c.id / 60 % 12"
    run(
        "INSERT INTO cases_answer (case_id, round, token, answered_at, month, desk_id, matter_id, street_code, community_code,"
        " grid_code, source, is_emergency, is_rehandled, was_suspended, accept_minutes, has_point, has_contact, has_files, drawn,"
        " follow_up_until, attempts_due, attempts, is_over, is_contacted, is_solved, follow_up_service, follow_up_outcome,"
        " link_service, link_outcome)"
        f" SELECT c.id, 1, 't' || c.id, c.reported_at, {month}, c.desk_id, c.matter_id, c.street_code, c.community_code, c.grid_code,"
        " c.source, c.is_emergency, {f}, {f}, c.id % 300, c.id % 3 > 0, c.id % 4 > 0, c.id % 5 > 0,"
        " CASE WHEN c.id % 5 = 0 THEN 'rest' ELSE '' END, CASE WHEN c.id % 5 = 0 THEN c.reported_at END, 3, 1,"
        " c.id % 5 = 0, c.id % 10 = 0, CASE WHEN c.id % 10 = 0 THEN c.id % 20 = 0 END,"
        " CASE WHEN c.id % 10 = 0 THEN c.id % 50 / 10 + 1 END, CASE WHEN c.id % 10 = 0 THEN c.id % 50 / 10 + 1 END,"
        " CASE WHEN c.id % 3 = 0 THEN c.id % 5 + 1 END, CASE WHEN c.id % 3 = 0 THEN c.id % 5 + 1 END FROM cases_case c".replace(
            "{f}", "false" if connection.vendor == "postgresql" else "0"
        )
    )
    run("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return int(value("SELECT count(*) FROM cases_answer"))


def days_ago(instant: str) -> str:
    """Up to a year earlier."""
    from django.db import connection

    if connection.vendor == "postgresql":
        return f"{instant} - (id % 360) * interval '1 day'"
    return f"strftime('%Y-%m-%d %H:%M:%S', {instant}, '-' || (id % 360) || ' days')"


def asked() -> dict[str, Any]:
    from datetime import timedelta

    from django.conf import settings
    from django.utils import timezone

    from gezhi.assessment.access import Scope
    from gezhi.assessment.actions import load_scheme
    from gezhi.assessment.queries import By, Which, behind, table
    from gezhi.cases.actions import load_follow_up_rules
    from gezhi.cases.dry_run import DeskChange, LimitChange, ShareChange
    from gezhi.cases.trials import try_rule
    from gezhi.kernel import registers
    from gezhi.kernel.worktime import Limit
    from tests.bench.town import TOWN, cast

    at = timezone.now()
    load_scheme(actor=TOWN, at=at)
    load_follow_up_rules(actor=TOWN, at=at)
    registers.look()
    whole, month = Scope(settings.DISTRICT), 202506
    span = {"first": at - timedelta(days=60), "last": at - timedelta(days=30), "at": at}
    shorter = LimitChange("handle", Limit(1, "working_days"), level="grid")
    asking: dict[str, Callable[[], Any]] = {
        "rates of a month by street": lambda: table(whole, month, month, families=("three", "calls")),
        "rates of a month by matter": lambda: table(whole, month, month, by=By.MATTER, families=("three", "calls")),
        "the five characters of a month by street": lambda: table(whole, month, month, families=("five",)),
        "the cases behind a number": lambda: behind(whole, month, month, Which("solution", "short")),
        "rates of twelve months by month": lambda: table(whole, 202501, 202512, by=By.MONTH),
        "dry run of a limit over a month": lambda: try_rule(shorter, **span),
        "dry run of a matter's desk over a month": lambda: try_rule(DeskChange(cast()["matter"], "community"), **span),
        "dry run of a share over a month": lambda: try_rule(ShareChange("rest", 40), **span),
    }
    return {what: timed(ask) for what, ask in asking.items()}


def timed(ask: Callable[[], Any]) -> dict[str, Any]:
    """The better of two, after what is kept in memory is warm, with the statements of one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as statements:
        found = ask()
    assert found, "nothing was found, so nothing is measured"
    took, worked = [], []
    for _round in range(2):
        started, begun = time.perf_counter(), time.process_time()
        ask()
        took.append(time.perf_counter() - started)
        worked.append(time.process_time() - begun)
    facts = {"ms": min(took) * 1000, "processor_ms": min(worked) * 1000}
    return {**facts, "statements": len(statements), "about": about(found)}


def about(found: Any) -> str:
    """How much was gone through."""
    if hasattr(found, "total"):
        return f"{found.total.answers:,} answers"
    if hasattr(found, "cases"):
        return f"{found.cases + sum(found.left_out.values()):,} cases"
    return f"{len(found):,} rows"
