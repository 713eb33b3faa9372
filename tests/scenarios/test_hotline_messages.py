"""2,816 real messages of residents, in the real streets and communities: each taken in once, worked through the loop, answered.

Needs the real data, which are no part of the repository; skipped without them.
"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from gezhi.cases.actions import sound_alarms, take
from gezhi.cases.models import Case
from gezhi.kernel import events, registers
from gezhi.kernel.access import Actor
from gezhi.kernel.actions import load_calendars
from gezhi.matters.actions import load_catalogue
from gezhi.matters.catalogue_files import read_catalogue
from gezhi.matters.queries import catalogue
from gezhi.ops.demo.people import open_town_desks, populate
from gezhi.ops.messages.importing import Importing, MessageFile
from gezhi.ops.messages.mapping import Message, mapping_named
from gezhi.ops.messages.reading import decode
from gezhi.ops.simulate.cast import Cast
from gezhi.ops.verify import verify
from gezhi.people.actions import load_standards
from gezhi.territory.actions import NewBoundary, draw_town, import_areas, set_boundaries
from gezhi.territory.area_rows import read_area_rows
from gezhi.territory.crs import Crs
from gezhi.territory.geojson import read_features
from gezhi.territory.models import Area
from gezhi.testing import NOON

pytestmark = pytest.mark.slow
FOUNDER = Actor.system("scenario")
RESIDENT = Actor.resident()
MESSAGES = 2816


@pytest.fixture
def messages(shared_data: Path) -> Path:
    path = shared_data / "hotline" / "messages_with_replies.csv"
    if not path.exists():
        pytest.skip(f"needs {path}")
    return path


@pytest.fixture
def district(db: None, shared_data: Path) -> None:
    """The real district: its outline, streets and communities; grids drawn as a sketch; invented people at every desk."""
    registers.look()
    load_calendars(actor=FOUNDER, at=NOON)
    rows = read_area_rows((shared_data / "shizhong" / "areas.csv").read_bytes())
    assert not import_areas(rows, actor=FOUNDER, at=NOON).refused
    outline = next(iter(read_features((shared_data / "shizhong" / "district_gcj02.geojson").read_bytes())))
    assert outline.geometry is not None
    whole = Area.objects.get(code=settings.DISTRICT)
    report = set_boundaries(
        [NewBoundary(whole, outline.geometry)], crs=Crs.GCJ02, source="test", actor=FOUNDER, at=NOON
    )
    assert not report.refused
    town = draw_town(actor=FOUNDER, at=NOON)
    assert (town.streets, town.communities) == (17, 206)
    load_catalogue(read_catalogue(), actor=FOUNDER, at=NOON)
    load_standards(actor=FOUNDER, at=NOON)
    populate(open_town_desks(actor=FOUNDER, at=NOON), seed=1, actor=FOUNDER, at=NOON, on=NOON.date())
    with connection.cursor() as cursor:
        # In one transaction no autovacuum counts these thousands of rows, and PostgreSQL would plan as if the tables were empty.
        cursor.execute("ANALYZE")


def importing(content: bytes) -> Importing:
    mapping = mapping_named("leader-messages")
    return Importing(MessageFile.of(content, mapping), mapping, "hotline", scatter=7, now=lambda: NOON)


class Killed(BaseException):
    """Not an error that anybody catches."""


def taken_until_killed(run: Importing) -> int:
    """Run until half of the messages are in, then end in the middle of a transaction; how many rows stand."""
    batches = run.run()
    for outcome in batches:
        if outcome.taken > MESSAGES / 2:
            break
    stands = run.outcome.taken
    try:
        with transaction.atomic():
            next(batches)
            raise Killed
    except Killed:
        return stands


def test_every_message_gets_its_answer(district: None, messages: Path) -> None:
    content = messages.read_bytes()
    stands = taken_until_killed(importing(content))
    assert Case.objects.count() == stands < MESSAGES
    second = importing(content)
    for outcome in second.run():
        assert not outcome.refusals
    assert (second.outcome.known, second.outcome.taken) == (stands, MESSAGES - stands)
    assert Case.objects.count() == MESSAGES
    assert not Case.objects.filter(grid_code="").exists()

    loop, answers = Loop(), official_answers(second.file)
    for case in Case.objects.order_by("pk"):
        loop.bring_to_answer(case, answers[str(case.external_key)])
    while sound_alarms(at=NOON + timedelta(days=60), limit=500):
        pass
    while events.dispatch(at=NOON + timedelta(days=60), limit=1000):
        pass

    assert set(Case.objects.values_list("stage", flat=True)) == {"closed"}
    assert not Case.objects.filter(answer="").exists()
    assert Case.objects.filter(ratings__isnull=False).count() == loop.rated > 0
    checked = verify(on_fault=lambda fault: pytest.fail(str(fault)))
    assert checked.chains > MESSAGES


def official_answers(file: MessageFile) -> dict[str, str]:
    """By the key under which the message was taken in."""
    found = {}
    for message in file.messages():
        assert isinstance(message, Message)
        found[f"hotline:{message.number}"] = message.answer
    return found


class Loop:
    """Takes one case after the other through the steps, by whoever may do each; a minute goes by with every step."""

    def __init__(self) -> None:
        self.cast = Cast()
        self.fallback = catalogue().by_code("1010")
        self.rated = 0

    def bring_to_answer(self, case: Case, answer: str) -> None:
        at = NOON
        case = self.step("accept", case, at, matter_id=self.matter_of(case))
        verb = "claim" if case.desk.kind == "grid" else "sign"
        case = self.step(verb, case, at + timedelta(minutes=1))
        case = self.step("finish", case, at + timedelta(minutes=2), result="已按答复内容办理。")
        case = self.step("verify", case, at + timedelta(minutes=3))
        case = self.step("answer", case, at + timedelta(minutes=4), answer=answer)
        assert case.answer == answer
        if case.pk % 3:
            case = self.step("rate", case, at + timedelta(minutes=5), service=5, outcome=4)
            self.rated += 1

    def matter_of(self, case: Case) -> int:
        found = catalogue().suggest(f"{case.title}\n{case.text}", limit=1)
        assert self.fallback is not None
        return found[0].matter_id if found else self.fallback.id

    def step(self, name: str, case: Case, at: datetime, **inputs: object) -> Case:
        self.cast.dress(case)
        case = take(name, case, actor=self.somebody(name, case, at), at=at, **inputs)
        self.cast.dress(case)
        return case

    def somebody(self, name: str, case: Case, at: datetime) -> Actor:
        if name == "rate":
            return RESIDENT
        if name == "finish":
            assert case.holder_id is not None
            return self.cast.actor(case.holder_id, at)
        right = f"case.{name}"
        # In the order of the roster: who does it does not matter here.
        actor = (
            self.cast.someone([case.desk_id], right, case, at)
            if name in ("claim", "sign")
            else self.cast.someone(self.cast.upwards(case.desk_id), right, case, at, but=case.finished_by_id)
        )
        assert actor is not None, f"nobody can {name} at {case.desk}"
        return actor


@pytest.mark.parametrize("quote", [0, 1])
def test_a_broken_line_costs_one_message(district: None, messages: Path, quote: int) -> None:
    """Row 1,900 loses its first or its second quotation mark."""
    text = "".join(decode(messages.read_bytes()).lines)
    number = list(official_answers(importing(text.encode()).file))[1899].removeprefix("hotline:")
    start = text.index(f"\n{number},") + 1
    at = text.index('"', start)
    if quote:
        at = text.index('"', at + 1)
    run = importing((text[:at] + text[at + 1 :]).encode())
    refusals = [refusal for outcome in run.run() for refusal in outcome.refusals]
    assert run.outcome.taken == MESSAGES - 1
    assert [refusal.line for refusal in refusals] == [text[:start].count("\n") + 1]
    assert not Case.objects.filter(external_key=f"hotline:{number}").exists()
