"""300 phones synchronise at once: the first contact, then a day's commands, while a clerk goes on working on the same server."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.bench.load import Outcome, drive, request
from tests.bench.place import Place
from tests.bench.run import Bench
from tests.bench.table import Row, all_met, both

ABOUT = "300 phones synchronise at once, a clerk works beside them"
PHONES = 300
AT_A_DESK, WORKED_ON, REPORTED = 10, 2, 2
# A minute until the last of them is done is no stall; that a clerk waits for a page would be one.
LONGEST_WAIT, LONGEST_PAGE, MOST_BYTES = 60.0, 1.0, 200_000


def measure(bench: Bench) -> list[Row]:
    found: dict[str, dict[str, Any]] = {}
    with bench.copies("phones") as places:
        for place in places:
            found[place.vendor] = measure_one(place)
    worst = {vendor: one["slowest"] for vendor, one in found.items()}
    page = {vendor: one["page"] for vendor, one in found.items()}
    size = {vendor: one["bytes"] for vendor, one in found.items()}
    return [
        Row(
            f"{PHONES} phones at once, a day's commands each",
            {
                vendor: f"{one['phones']:,.0f} phones/s, {one['commands']:,.0f} commands/s"
                for vendor, one in found.items()
            },
            "the slowest phone",
            both(worst, "{:.1f}") + " s",
            f"<= {LONGEST_WAIT:.0f} s",
            all_met(one <= LONGEST_WAIT for one in worst.values()),
            found,
        ),
        Row(
            "  their first contact",
            {vendor: f"{one['first']:,.0f} phones/s" for vendor, one in found.items()},
            "bytes a phone, the day included",
            both(size, "{:,.0f}"),
            f"<= {MOST_BYTES:,}",
            all_met(one <= MOST_BYTES for one in size.values()),
        ),
        Row(
            "  a clerk's worklist meanwhile, p95",
            {vendor: f"{one * 1000:,.0f} ms" for vendor, one in page.items()},
            target=f"<= {LONGEST_PAGE:.0f} s",
            met=all_met(one <= LONGEST_PAGE for one in page.values()),
        ),
    ]


def measure_one(place: Place) -> dict[str, Any]:
    ready = place.call(
        "tests.bench.phones_inside:prepare", phones=PHONES, waiting=AT_A_DESK, worked_on=WORKED_ON, reported=REPORTED
    )
    phones = ready["phones"]
    before = place.call("tests.bench.phones_inside:arrived")
    with place.served() as port:
        first = all_at_once(port, [(one["token"], []) for one in phones])
        pages: list[Outcome] = []
        clerk = threading.Thread(
            target=lambda: pages.append(drive(port, [worklist(ready["clerk"])], seconds=8, warm_up=0, least=5))
        )
        clerk.start()
        day = all_at_once(port, [(one["token"], one["commands"]) for one in phones])
        clerk.join()
        # Sent once more, as after lost answers: nothing is done twice.
        all_at_once(port, [(one["token"], one["commands"]) for one in phones])
    after = place.call("tests.bench.phones_inside:arrived")
    done = len(phones)
    assert after["finished"] - before["finished"] == done * WORKED_ON, (before, after)
    assert after["cases"] - before["cases"] == done * REPORTED, (before, after)
    slowest = max(one.seconds for one in day)
    return {
        "phones": done / slowest,
        "commands": sum(len(one["commands"]) for one in phones) / slowest,
        "slowest": slowest,
        "turns": sum(one.turns for one in day) / done,
        "first": done / max(one.seconds for one in first),
        "bytes": max(one.size for one in first) + max(one.size for one in day),
        "page": pages[0].require_success().percentile(0.95) / 1000,
    }


@dataclass(frozen=True)
class Synchronised:
    """How long a phone took until it was done, how often it came, how much it was given."""

    seconds: float
    turns: int
    size: int


def all_at_once(port: int, phones: list[tuple[str, list[dict[str, Any]]]]) -> list[Synchronised]:
    start = threading.Barrier(len(phones))

    def one(phone: tuple[str, list[dict[str, Any]]]) -> Synchronised:
        token, commands = phone
        body = json.dumps({"commands": commands, "have": {"stamps": {}, "cases": {}}}, ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        start.wait()
        begun = time.perf_counter()
        for turn in count(1):
            asking = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_WAIT * 2)
            asking.request("POST", "/api/v1/field/sync", body, headers)
            answer = asking.getresponse()
            said = answer.read()
            asking.close()
            if answer.status == 200:
                return Synchronised(time.perf_counter() - begun, turn, len(said))
            if answer.status != 503:
                raise AssertionError(f"{answer.status}: {said[:300]!r}")
            time.sleep(int(answer.headers["Retry-After"]))
        raise AssertionError("never")

    with ThreadPoolExecutor(len(phones)) as pool:
        return list(pool.map(one, phones))


def worklist(session: str) -> Iterator[bytes]:
    while True:
        yield request("GET", "/operation/", headers={"Cookie": f"sessionid={session}", "Accept": "text/html"})
