"""The bench itself: a tiny run of it, and the table that it prints. Figures are not tested here; machines differ."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gezhi.territory.planner.rules import QUICK
from gezhi.testing import Town
from tests.bench import locating, planning, proving
from tests.bench.load import drive, request
from tests.bench.table import POSTGRESQL, SQLITE, Row, shown_width, table


@pytest.mark.django_db
def test_a_tiny_run_of_locate_gives_rows_of_the_table(town: Town) -> None:
    rows = locating.rows(locating.rates(points=400, rounds=1))
    assert [row.met in (True, False, None) for row in rows] == [True] * 4
    assert "12 grids" in rows[0].what
    assert rows[0].facts["singly"] > 0
    assert json.loads(json.dumps(rows[0].as_json()))["target"] == ">= 100,000/s"


def test_a_tiny_plan_and_its_rival_are_judged_alike() -> None:
    case = planning.case_of(0.04)
    ours, _ = planning.planned(case, QUICK)
    loose = planning.metis(case, planning.LOOSE)
    assert (ours.broken, ours.fitting) == (0, ours.parts)
    assert 0 < ours.cut < loose.cut
    assert "100.00% in range, 0 broken" in ours.told()


def test_a_tiny_run_of_prove_gives_rows_of_the_table() -> None:
    certificate, listing, update = proving.rows(proving.figures(12, 12, rounds=1))
    assert "144 polygons" in certificate.what
    assert certificate.facts["defects"] == 1
    assert json.loads(json.dumps(certificate.as_json()))["target"] == ">= 10x"
    assert (listing.met, update.met) == (None, None)


def test_the_table_is_aligned_and_says_what_was_missed() -> None:
    rows = [
        Row("intake", {SQLITE: "900/s", POSTGRESQL: "1,000/s"}, "pgbench: 5,000/s", "20.0%", ">= 10%", True),
        Row("search for 路灯", {SQLITE: "3 ms"}, target="<= 2 ms", met=False),
        Row("bare view", {}),
    ]
    lines = table(rows).splitlines()
    assert len({shown_width(line) for line in lines}) == 1
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == ["what", "SQLite", "PostgreSQL", "limit beside it", "ratio", "target", "met"]
    assert cells[2] == ["intake", "900/s", "1,000/s", "pgbench: 5,000/s", "20.0%", ">= 10%", "yes"]
    assert [line[-1] for line in cells[2:]] == ["yes", "NO", ""]


class Counting(BaseHTTPRequestHandler):
    """Answers 201 with what was sent, and 500 to /bad."""

    protocol_version = "HTTP/1.1"
    seen: list[bytes] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(body)
        self.send_response(500 if self.path == "/bad" else 201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[int]:
    Counting.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_load_generator_sends_every_request_once_and_counts_its_answer(server: int) -> None:
    bodies = [[f"{line}-{number}".encode() * 50 for number in range(20)] for line in range(3)]
    plans = [iter([request("POST", "/", body=body) for body in some]) for some in bodies]
    outcome = drive(server, plans, seconds=5, warm_up=0).require_success()
    assert sorted(Counting.seen) == sorted(body for some in bodies for body in some)
    assert len(outcome.took) == 60
    assert outcome.seconds < 5
    assert 0 < outcome.percentile(0.5) <= outcome.percentile(0.95)


def test_a_refusal_is_no_good_figure(server: int) -> None:
    outcome = drive(server, [iter([request("POST", "/bad", body=b"x")])], seconds=5, warm_up=0)
    with pytest.raises(AssertionError, match="500"):
        outcome.require_success()
