"""A phone synchronises: what it had kept is carried out once, what it holds becomes what it is to hold, and what can't be is said."""

import hashlib
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from gezhi.cases.models import Attachment, Case
from gezhi.cobuild.actions import enter_partner
from gezhi.fieldwork.actions import take_suggestion
from gezhi.fieldwork.models import Phone, Suggestion, SyncedCommand, Visit
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.kernel.events import timeline
from gezhi.people.actions import seat, unseat
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.territory.actions import define_resource, load_ledgers, place_resource
from gezhi.territory.models import Area, ResourceCategory
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town
from gezhi.web.field.api import PHONES
from gezhi.workforce.actions import offer_course

Body = dict[str, Any]
SINCE = date(2020, 1, 1)


def picture(color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), color).save(out, "JPEG")
    return out.getvalue()


class OnPhone:
    """The app on somebody's phone, without the app: it keeps commands and what it was given."""

    def __init__(self, town: Town, who: str) -> None:
        browser = Client()
        browser.force_login(town.user(who))
        made = browser.post("/api/v1/field/phones", {"label": "工作手机"}, content_type="application/json")
        assert made.status_code == 201, made.content
        self.id, self.token = made.json()["id"], made.json()["token"]
        self.client, self.queue = Client(), list[Body]()
        self.stamps, self.cases, self.parts = dict[str, str](), dict[int, Body](), dict[str, Any]()

    def call(self, method: str, path: str, content: Any = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        given = {} if content is None else {"data": content, "content_type": "application/json"}
        return (
            self.client.generic(method, f"/api/v1/field{path}", headers=headers, **more)
            if more
            else getattr(self.client, method.lower())(f"/api/v1/field{path}", headers=headers, **given)
        )

    def keep(
        self, name: str, *, subject: Any = None, seen: int | None = None, after: str | None = None, **data: Any
    ) -> str:
        key = str(uuid4())
        done_at = (timezone.now() - timedelta(hours=3)).isoformat()
        kept = {
            "id": key,
            "name": name,
            "subject": subject,
            "seen": seen,
            "after": after,
            "done_at": done_at,
            "data": data,
        }
        self.queue.append(kept)
        return key

    def sync(self, *, commands: list[Body] | None = None) -> Body:
        have = {"stamps": self.stamps, "cases": {str(key): case["version"] for key, case in self.cases.items()}}
        answer = self.call("POST", "/sync", {"commands": self.queue if commands is None else commands, "have": have})
        assert answer.status_code == 200, answer.content
        told: Body = answer.json()
        settled = {one["id"] for one in told["results"] if one["state"] not in ("waiting", "skipped")}
        self.queue = [kept for kept in self.queue if kept["id"] not in settled]
        for name, part in told["parts"].items():
            self.stamps[name], self.parts[name] = part["stamp"], part["content"]
        self.cases |= {case["id"]: case for case in told["cases"]}
        for key in told["gone"]:
            del self.cases[key]
        return told

    def send(self, photo: bytes, *, step: int = 3000) -> str:
        name, begin = hashlib.sha256(photo).hexdigest(), 0
        while begin < len(photo):
            piece = photo[begin : begin + step]
            path = f"/photos/{name}?offset={begin}&size={len(photo)}"
            answer = self.call("PATCH", path, data=piece, content_type="application/octet-stream")
            assert answer.status_code == 200, answer.content
            begin = answer.json()["received"]
        return name


@pytest.fixture
def phone(town: Town) -> Callable[[str], OnPhone]:
    return lambda who="worker": OnPhone(town, who)


def states(told: Body) -> list[str]:
    return [one["state"] for one in told["results"]]


def test_the_first_contact_brings_all_parts_and_the_second_none(town: Town, phone: Callable[[str], OnPhone]) -> None:
    waiting = town.report(at=timezone.now(), source="portal")
    ours = phone("worker")
    told = ours.sync()
    assert set(told["parts"]) == {
        "me",
        "steps",
        "matters",
        "land",
        "lists",
        "work",
        "duty",
        "notices",
        "partners",
        "said",
    }
    assert ours.parts["me"]["name"] == "王专职"
    assert [grid["code"] for grid in ours.parts["land"]] == [town.grid]
    assert ours.parts["land"][0]["outline"]["type"] in ("Polygon", "MultiPolygon")
    # Not accepted yet: it lies with the community.
    assert waiting.pk not in ours.cases
    # What can wait comes with the second contact.
    assert set(ours.sync()["parts"]) == {"standing"}
    again = ours.sync()
    assert (again["parts"], again["cases"], again["gone"], again["more"]) == ({}, [], [], False)


def test_reported_offline_worked_on_offline_and_arrived_once(town: Town, phone: Callable[[str], OnPhone]) -> None:
    ours = phone("worker")
    ours.sync()
    photo = picture()
    lng, lat = town.point_in()
    digest = ours.send(photo)
    made = ours.keep(
        "case.report", text="单元门口路灯不亮", matter_id=town.matter("lamp").id, lng=lng, lat=lat, photos=[digest]
    )
    claimed = ours.keep("case.claim", subject=made, after=made)
    ours.keep("case.finish", subject=made, after=claimed, result="换了灯泡", photos=[digest])
    queue = list(ours.queue)
    told = ours.sync()
    assert states(told) == ["done", "done", "done"]
    case = Case.objects.get(pk=told["results"][0]["subject"])
    assert (case.stage, case.finished_by, case.version) == (
        "finished",
        town.user("worker"),
        told["results"][2]["version"],
    )
    assert Attachment.objects.filter(case=case).count() == 2
    # What the phone's clock said is written down beside it, and the age of the report is by it.
    kept = SyncedCommand.objects.get(key=made)
    assert kept.done_at is not None
    assert case.reported_at == kept.done_at
    assert case.due_at > timezone.now()
    # The answer was lost: everything is sent again and nothing happens again.
    told = ours.sync(commands=queue)
    assert states(told) == ["already", "already", "already"]
    assert Case.objects.count() == 1
    assert Case.objects.get().version == case.version
    # A changed command under the same id is no repetition.
    told = ours.sync(commands=[{**queue[0], "data": {**queue[0]["data"], "text": "别的"}}])
    assert told["results"][0]["code"] == "key_reused"


def test_what_hangs_on_something_waits_for_it(town: Town, phone: Callable[[str], OnPhone]) -> None:
    ours = phone("worker")
    photo = picture("blue")
    digest = hashlib.sha256(photo).hexdigest()
    lng, lat = town.point_in()
    made = ours.keep(
        "case.report", text="井盖坏了", matter_id=town.matter("manhole").id, lng=lng, lat=lat, photos=[digest]
    )
    ours.keep("case.claim", subject=made, after=made)
    told = ours.sync()
    assert states(told) == ["waiting", "skipped"]
    assert len(ours.queue) == 2
    assert not Case.objects.exists()
    ours.send(photo)
    assert states(ours.sync()) == ["done", "done"]
    assert ours.queue == []
    # And a command whose forerunner is nobody's waits as well, and does no harm.
    ours.keep("case.claim", subject=str(uuid4()))
    assert states(ours.sync()) == ["waiting"]


def test_two_phones_claim_one_case_and_the_second_is_told_who(town: Town, phone: Callable[[str], OnPhone]) -> None:
    first, second = phone("worker"), phone("worker2")
    case = at_grid(town)
    first.sync()
    second.sync()
    assert case.pk in second.cases
    seen = second.cases[case.pk]["version"]
    first.keep("case.claim", subject=case.pk, seen=seen)
    second.keep("case.claim", subject=case.pk, seen=seen)
    second.keep("case.finish", subject=case.pk, after=second.queue[0]["id"], result="修好了")
    second.keep("case.note", subject=case.pk, note="另外看到井盖松动")
    assert states(first.sync()) == ["done"]
    told = second.sync()
    assert states(told) == ["conflict", "skipped", "skipped"]
    lost = told["results"][0]
    assert "王专职" in lost["message"]
    assert lost["now"]["holder"] == "王专职"
    assert Case.objects.get(pk=case.pk).holder == town.user("worker")


def test_each_refusal_stands_by_itself_with_its_reason(town: Town, phone: Callable[[str], OnPhone]) -> None:
    ours = phone("worker")
    far = town.point_outside()
    lng, lat = town.point_in()
    good = {"text": "路灯不亮", "matter_id": town.matter("lamp").id, "lng": lng, "lat": lat}
    ours.keep("case.report", **good | {"lng": far[0], "lat": far[1]})
    ours.keep("case.report", **good | {"text": ""})
    ours.keep("case.report", **good | {"colour": "red"})
    ours.keep("case.fly")
    ours.keep("case.claim")
    ours.keep("case.claim", subject=10**9)
    ours.keep("case.report", **good)
    told = ours.sync()
    assert states(told) == ["refused"] * 5 + ["conflict", "done"]
    assert all(one["message"] for one in told["results"][:6])
    assert [one["field"] for one in told["results"][1:3]] == ["text", "colour"]
    assert Case.objects.count() == 1


def test_field_work_goes_the_same_way(town: Town, phone: Callable[[str], OnPhone]) -> None:
    rounds = Rounds(town)
    spot, campaign = rounds.spot(), rounds.running()
    ours = phone("worker")
    ours.sync()
    target = next(one for one in ours.parts["work"]["targets"] if one["campaign"] == campaign.pk)
    form = next(one for one in ours.parts["work"]["campaigns"] if one["id"] == campaign.pk)
    door = ours.keep("door.add", building="5号楼", unit="1单元", door="102", area_code=town.grid)
    ours.keep("visit.record", subject=door, trigger="visit_1", need={"text": "楼道灯坏了", "kind": "problem"})
    ours.keep("patrol.look", subject=spot.pk)
    ours.keep("campaign.answer", subject=target["id"], form_number=form["form_number"], values={"blocked": True})
    ours.keep("suggestion.send", kind="suggestion", text="希望能批量上传照片")
    queue = list(ours.queue)
    told = ours.sync()
    assert states(told) == ["done"] * 5, told["results"]
    assert Visit.objects.get().case is not None
    assert target["id"] not in [one["id"] for one in ours.parts["work"]["targets"]]
    assert states(ours.sync(commands=queue)) == ["already"] * 5
    assert Visit.objects.count() == 1


def test_what_one_holds_follows_the_desks(town: Town, phone: Callable[[str], OnPhone]) -> None:
    ours, neighbour = phone("worker"), phone("neighbour")
    case = at_grid(town)
    ours.sync()
    assert ours.cases[case.pk]["steps"][0] == "claim"
    assert neighbour.sync()["cases"] == []
    ours.keep("case.claim", subject=case.pk, seen=ours.cases[case.pk]["version"])
    ours.keep("case.escalate", subject=case.pk, after=ours.queue[0]["id"], reason="需要换灯杆")
    told = ours.sync()
    assert states(told) == ["done", "done"]
    assert told["gone"] == [case.pk]


def test_a_page_holds_fifty_and_the_rest_comes_next(town: Town, phone: Callable[[str], OnPhone]) -> None:
    ours = phone("worker")
    for _number in range(53):
        at_grid(town)
    with CaptureQueriesContext(connection) as queries:
        told = ours.sync()
    assert (len(told["cases"]), told["more"]) == (50, True)
    assert len(queries) <= 30, [query["sql"][:90] for query in queries]
    with CaptureQueriesContext(connection) as queries:
        told = ours.sync()
    assert (len(told["cases"]), told["more"]) == (3, False)
    assert len(queries) <= 40, [query["sql"][:90] for query in queries]
    assert len(ours.cases) == 53


def test_a_lost_phone_is_out_at_once_and_is_to_wipe_itself(town: Town, phone: Callable[[str], OnPhone]) -> None:
    ours, other = phone("worker"), phone("worker")
    assert ours.call("GET", "/phones").json()["phones"][0]["label"] == "工作手机"
    assert other.call("POST", f"/phones/{ours.id}/end", {}).status_code == 200
    answer = ours.call("POST", "/sync", {})
    assert answer.status_code == 401
    asked = Client().post("/api/v1/field/phones/fate", {"token": ours.token}, content_type="application/json")
    assert asked.json() == {"fate": "wipe"}
    asked = Client().post("/api/v1/field/phones/fate", {"token": "gezhi_unknown"}, content_type="application/json")
    assert asked.json() == {"fate": "sign_in"}
    assert other.sync()["results"] == []
    # Somebody else's phone is not there for anybody.
    stranger = phone("stranger")
    assert stranger.call("POST", f"/phones/{other.id}/end", {}).status_code == 404
    assert Phone.objects.filter(ended_at__isnull=True).count() == 2


def test_only_who_sits_somewhere_enrols_and_only_so_many(town: Town, phone: Callable[[str], OnPhone]) -> None:
    for who, status in (("nobody", 422), ("officer_system", 422)):
        browser = Client()
        browser.force_login(town.user(who))
        made = browser.post("/api/v1/field/phones", {"label": "手机"}, content_type="application/json")
        assert made.status_code == status
    for _number in range(4):
        phone("worker")
    with pytest.raises(AssertionError, match="too_many_phones"):
        phone("worker")


def test_a_days_data_is_small(town: Town, phone: Callable[[str], OnPhone]) -> None:
    town.load_full_catalogue()
    rounds = Rounds(town)
    for number in range(60):
        rounds.door(building=f"{number}号楼")
        at_grid(town)
    rounds.running()
    ours = phone("worker")
    answer = ours.call("POST", "/sync", {})
    assert len(answer.content) < 200_000


def at_grid(town: Town) -> Case:
    """A case that waits at the grid's desk to be claimed."""
    lng, lat = town.point_in()
    actor = town.actor("part_timer")
    return town.report(
        actor=actor, at=timezone.now(), source="worker", matter_id=town.matter("lamp").id, lng=lng, lat=lat
    )


def test_one_sees_own_numbers_courses_and_what_was_answered(town: Town, phone: Callable[[str], OnPhone]) -> None:
    course(town)
    ours, case = phone("worker"), at_grid(town)
    ours.sync()
    ours.sync()
    assert [one["name"] for one in ours.parts["standing"]["courses"]] == ["岗前集中培训"]
    assert ours.parts["standing"]["months"][0]["cases_finished"] == 0
    claimed = ours.keep("case.claim", subject=case.pk, seen=ours.cases[case.pk]["version"])
    ours.keep("case.finish", subject=case.pk, after=claimed, result="换了灯泡")
    ours.keep("suggestion.send", kind="complaint", text="派单太晚", addressee="district")
    ours.sync()
    assert ours.parts["said"][0]["text"] == "派单太晚"
    seat(town.user("nobody"), town.desk(town.district), Role.SUPPORT_CLERK, actor=SYSTEM, at=FOUNDED, from_on=SINCE)
    answer = {"actor": town.actor("nobody"), "at": timezone.now(), "answer": "已调整派单时间。"}
    take_suggestion("answer", Suggestion.objects.get(), **answer)
    assert ours.sync()["parts"]["said"]["content"][0]["answer"] == "已调整派单时间。"
    # Within the hour the numbers stay; then they are counted anew.
    assert ours.parts["standing"]["months"][0]["cases_finished"] == 0
    del ours.stamps["standing"]
    ours.sync()
    assert ours.parts["standing"]["months"][0]["cases_finished"] == 1
    assert len(ours.parts["standing"]["months"]) == 2
    other = phone("worker2")
    other.sync()
    assert other.parts["said"] == []


def course(town: Town) -> None:
    area = town.desk(town.district).area
    facts = {
        "code": "start",
        "name": "岗前集中培训",
        "kind": "academy",
        "area": area,
        "pass_mark": 60,
        "most_attempts": 2,
    }
    offer_course(actor=town.actor("district_clerk"), at=NOON, **facts)


def test_a_grid_shows_what_serves_it_and_a_campaign_how_far_it_is(town: Town, phone: Callable[[str], OnPhone]) -> None:
    load_ledgers(actor=SYSTEM, at=FOUNDED)
    patrol = define_resource(ResourceCategory.objects.get(code="order"), "巡逻队", actor=SYSTEM, at=FOUNDED)
    afar = define_resource(ResourceCategory.objects.get(code="order"), "东街巡逻队", actor=SYSTEM, at=FOUNDED)
    since = {"from_on": SINCE, "actor": SYSTEM, "at": FOUNDED}
    place_resource(patrol, [town.desk(town.street).area], **since)
    place_resource(afar, [town.desk("370103002").area], **since)
    for name, code in (("示例幼儿园", town.community), ("东街幼儿园", "370103002001")):
        enter_partner(name, "enterprise", Area.objects.get(code=code), actor=SYSTEM, at=FOUNDED)
    campaign = Rounds(town).running()
    ours = phone("worker")
    ours.sync()
    assert [one["name"] for one in ours.parts["work"]["resources"]] == ["巡逻队"]
    assert [(one["name"], one["area"]) for one in ours.parts["partners"]] == [("示例幼儿园", town.community)]
    shown = next(one for one in ours.parts["work"]["campaigns"] if one["id"] == campaign.pk)
    left = [one for one in ours.parts["work"]["targets"] if one["campaign"] == campaign.pk]
    assert shown["total"] == len(left)
    ours.keep("campaign.answer", subject=left[0]["id"], form_number=shown["form_number"], values={"blocked": True})
    ours.sync()
    still = [one for one in ours.parts["work"]["campaigns"] if one["id"] == campaign.pk]
    assert [one["total"] for one in still] == [len(left)] * (len(left) > 1)


def replaced(town: Town, who: str, *, days: int) -> None:
    """Somebody's posts ended so many days ago."""
    until = timezone.localdate() - timedelta(days=days)
    for post in Post.objects.filter(user=town.user(who)):
        unseat(post, actor=SYSTEM, at=timezone.now(), until_on=until)


def test_who_was_replaced_without_a_network_hands_over(town: Town, phone: Callable[[str], OnPhone]) -> None:
    ours, case = phone("worker"), at_grid(town)
    ours.sync()
    claimed = ours.keep("case.claim", subject=case.pk, seen=ours.cases[case.pk]["version"])
    ours.keep("case.finish", subject=case.pk, after=claimed, result="灯泡已经买好，在门房")
    photo = ours.send(picture())
    lng, lat = town.point_in()
    ours.keep("case.report", text="井盖松动", lng=lng, lat=lat, photos=[photo])
    queue = list(ours.queue)
    replaced(town, "worker", days=2)
    told = ours.sync()
    assert [one["code"] for one in told["results"]] == ["handed_over", "held_up", "handed_over"]
    notes = [event.note for event in timeline(Case.objects.get(pk=case.pk)) if event.name == "case.noted"]
    assert len(notes) == 1
    report = Case.objects.get(text="井盖松动")
    assert (report.source, report.grid_code) == ("worker", town.grid)
    assert Attachment.objects.filter(case=report).count() == 1
    # What hung on the first goes over by itself, and nothing goes twice.
    ours.sync(commands=[one | {"after": None} for one in ours.queue])
    ours.sync(commands=queue)
    notes = [event.note for event in timeline(Case.objects.get(pk=case.pk)) if event.name == "case.noted"]
    assert len(notes) == 2
    assert "灯泡已经买好，在门房" in notes[1]
    assert Case.objects.count() == 2
    assert Case.objects.get(pk=case.pk).stage == "waiting", "the note decides nothing"


@pytest.mark.parametrize(("who", "days"), [("worker", 30), ("neighbour", 2)])
def test_only_what_was_ones_own_a_short_while_ago_is_handed_over(
    town: Town, phone: Callable[[str], OnPhone], who: str, days: int
) -> None:
    ours, case = phone(who), at_grid(town)
    ours.sync()
    ours.keep("case.note", subject=case.pk, seen=case.version, note="看过了")
    replaced(town, who, days=days)
    told = ours.sync()
    assert told["results"][0]["code"] != "handed_over"
    assert told["results"][0]["now"] is None
    assert not [event for event in timeline(Case.objects.get(pk=case.pk)) if event.name == "case.noted"]


def test_a_crowd_is_asked_to_come_again_and_loses_nothing(town: Town, phone: Callable[[str], OnPhone]) -> None:
    ours, case = phone("worker"), at_grid(town)
    ours.sync()
    ours.keep("case.claim", subject=case.pk, seen=ours.cases[case.pk]["version"])
    with PHONES.entered(), PHONES.entered(), PHONES.entered():
        answer = ours.call("POST", "/sync", {"commands": ours.queue, "have": {}})
        assert (answer.status_code, answer.json()["code"]) == (503, "crowded")
        assert 1 <= int(answer["Retry-After"]) <= 6
        assert ours.call("GET", "/phones").status_code == 200
    assert Case.objects.get(pk=case.pk).stage == "waiting"
    assert states(ours.sync()) == ["done"]
