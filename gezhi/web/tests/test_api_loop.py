"""The whole loop by the API alone: every step of the table once, each within its statements."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate
from PIL import Image

from gezhi.cases.models import Case
from gezhi.cases.workflow import STEPS, Who
from gezhi.testing import Town
from gezhi.web.tests.conftest import Answer, Caller

TRANSACTION = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
STAFF_STEPS = {step.name for step in STEPS.values() if Who.STAFF in step.by and not step.creates and not step.door}
# Two rows move with these, each with its own history: that of the case and that of its whole or main one.
MOVES_TWO = {"merge", "unmerge", "withdraw"}


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "JPEG")
    return out.getvalue()


def counted(call: Callable[[], Answer]) -> tuple[Answer, int, int]:
    """The answer, its statements, and how many transactions they were in."""
    with CaptureQueriesContext(connection) as queries:
        answer = call()
    texts = [query["sql"] for query in queries.captured_queries]
    statements = [text for text in texts if not text.startswith(TRANSACTION)]
    return answer, len(statements), sum(text.startswith(("SAVEPOINT", "BEGIN")) for text in texts)


class Story:
    """Takes steps and remembers which, and how many statements each cost."""

    def __init__(self, caller: Callable[[str], Caller]) -> None:
        self.make, self.callers, self.taken, self.cost = caller, dict[str, Caller](), set[str](), dict[str, int]()

    def by(self, who: str) -> Caller:
        if who not in self.callers:
            self.callers[who] = self.make(who)
            # What somebody may do is read once and then known: that is not what a step costs.
            self.callers[who].get("/me")
        return self.callers[who]

    def step(self, who: str, case: int, name: str, **inputs: Any) -> dict[str, Any]:
        key = f"{name}-{len(self.cost)}-{case}"
        program = self.by(who)
        answer, statements, transactions = counted(lambda: program.step(case, name, key=key, **inputs))
        assert answer.status == 200, (name, answer.body)
        assert transactions == 1
        assert answer.headers["ETag"] == f'"{answer.body["version"]}"'
        self.taken.add(name)
        self.cost[f"{name}-{len(self.cost)}"] = statements
        return dict(answer.body)


@pytest.fixture
def story(caller: Callable[[str], Caller]) -> Story:
    return Story(caller)


def test_every_step_once_from_report_to_rated(town: Town, resident: Caller, story: Story) -> None:
    lng, lat = town.point_in()
    sent = resident.post("/reports", {"text": "楼道灯坏了", "lng": lng, "lat": lat, "reporter_phone": "13800000000"})
    assert sent.status == 201
    code, number = sent.body["receipt_code"], sent.body["number"]
    case = story.by("clerk").get(f"/cases/{number}").body["id"]

    lamp, parking = town.matter("lamp").id, town.matter("parking").id
    community = town.desk(town.community).pk
    state = story.step("clerk", case, "accept", matter_id=lamp, note="请今天去看")
    assert (state["stage"], state["desk"]["kind"]) == ("waiting", "grid")
    assert story.step("worker", case, "claim")["holder"]["name"] == town.user("worker").name
    assert story.step("worker", case, "release", reason="今天请假")["stage"] == "waiting"
    assert story.step("worker2", case, "return", reason="不在我们网格")["desk"]["id"] == community
    assert story.step("clerk", case, "sign")["stage"] == "handling"
    assert story.step("clerk", case, "escalate", reason="要街道协调")["desk"]["kind"] == "street"
    assert story.step("street_clerk", case, "assign", desk_id=town.desk(town.grid).pk)["desk"]["kind"] == "grid"
    story.step("worker", case, "claim")
    photo = story.by("worker").send_file(picture()).body["id"]
    assert story.step("worker", case, "finish", result="换了灯泡", files=[photo])["stage"] == "finished"
    assert story.step("inspector", case, "reject", reason="还是不亮")["holder"]["name"] == town.user("worker").name
    story.step("worker", case, "finish", result="换了线路")
    assert story.step("inspector", case, "verify")["stage"] == "finished"
    assert story.step("clerk", case, "answer", answer="灯已修好，谢谢您。")["stage"] == "answered"
    story.step("adviser", case, "note", note="居民当面道谢")

    standing = resident.get(f"/reports/{code}").body
    assert (standing["answer"], standing["may_rate"]) == ("灯已修好，谢谢您。", True)
    rated = resident.post(f"/reports/{code}/rating", {"service": 5, "outcome": 4})
    assert (rated.status, rated.body["stage"]) == (201, "closed")
    assert resident.get(f"/reports/{code}").body["rating"] == {"service": 5, "outcome": 4}
    reopened = story.step("street_clerk", case, "reopen", reason="又不亮了")
    assert (reopened["stage"], reopened["round"]) == ("waiting", 2)

    other = story.by("clerk").post("/cases", {"text": "问星座", "area_code": town.community, "source": "counter"})
    assert other.status == 201
    assert other.body["receipt_code"]
    declined = story.step("clerk", other.body["id"], "decline", reason="不属受理范围", answer="这件事不归网格办。")
    assert declined["stage"] == "declined"
    assert story.step("street_clerk", other.body["id"], "reconsider", reason="应当受理")["stage"] == "received"
    assert parking != lamp
    asked_and_appealed(town, resident, story)

    watched_and_waiting(town, story)
    several_as_one(town, story)

    assert story.taken == STAFF_STEPS
    too_dear = {
        name: cost for name, cost in story.cost.items() if cost > 10 + 3 * (name.partition("-")[0] in MOVES_TWO)
    }
    assert not too_dear, too_dear

    names = [event["name"] for event in story.by("clerk").get(f"/cases/{case}/timeline").body["items"]]
    assert names[0] == "case.reported"
    assert names[-2:] == ["case.rated", "case.reopened"]
    whole = story.by("clerk").get(f"/cases/{case}").body
    assert [one["step"] for one in whole["attachments"]] == ["finish"]
    assert whole["ratings"][0]["outcome"] == 4


def asked_and_appealed(town: Town, resident: Caller, story: Story) -> None:
    """The reporter is asked to say more, twice over; and objects to a decline, rightly and wrongly."""
    for name in ("supplement", "carry_on"):
        code = resident.post("/reports", {"text": "灯坏了", "area_code": town.grid}).body["receipt_code"]
        case = Case.objects.get(receipt_code=code).pk
        assert story.step("clerk", case, "ask_reporter", question="几号楼？")["awaits_reporter"] is True
        if name == "supplement":
            assert resident.post(f"/reports/{code}/supplement", {"text": "三号楼"}).status == 201
        else:
            assert story.step("clerk", case, "carry_on")["awaits_reporter"] is False
    for name in ("admit", "dismiss"):
        code = resident.post("/reports", {"text": "灯坏了", "area_code": town.grid}).body["receipt_code"]
        case = Case.objects.get(receipt_code=code).pk
        story.step("clerk", case, "decline", reason="不归这里", answer="请找物业。")
        assert resident.post(f"/reports/{code}/appeal", {"reason": "没有物业"}).status == 201
        given = {"matter_id": town.matter("lamp").id} if name == "admit" else {"reason": "核实过"}
        state = story.step("street_clerk", case, name, answer="复核过了。", **given)
        assert state["appeal"] == ("admitted" if name == "admit" else "dismissed")


def held(town: Town, story: Story, matter: str = "lamp", who: str = "worker") -> int:
    """A case in somebody's hands."""
    sent = story.by("clerk").post("/cases", {"text": "楼道灯坏了", "area_code": town.grid, "source": "counter"})
    case = int(sent.body["id"])
    story.step("clerk", case, "accept", matter_id=town.matter(matter).id)
    story.step(who, case, "claim" if matter == "lamp" else "sign")
    return case


def watched_and_waiting(town: Town, story: Story) -> None:
    """More time, a clock that stands still, cards, an emergency, another matter and place, another pair of hands."""
    case = held(town, story)
    assert story.step("worker", case, "ask_extension", days=3, reason="等配件")["asked"] == "extension"
    story.step("clerk", case, "refuse_extension", reason="先用旧件")
    story.step("worker", case, "ask_extension", days=2, reason="旧件不行")
    assert story.step("clerk", case, "grant_extension")["asked"] == ""
    day = f"{localdate() + timedelta(days=20)}"
    story.step("worker", case, "ask_suspension", review_on=day, reason="等改造", since_on="2015-01-01")
    story.step("clerk", case, "refuse_suspension", reason="能办的先办")
    story.step("worker", case, "ask_suspension", review_on=day, reason="都办了")
    assert story.step("clerk", case, "suspend")["is_suspended"] is True
    assert story.step("worker", case, "resume", note="改造提前")["is_suspended"] is False
    story.step("inspector", case, "urge", note="群众来电")
    assert story.step("inspector", case, "supervise", card="yellow", reason="拖得久")["card"] == "yellow"
    assert story.step("worker", case, "reply", reply="今晚办好")["supervision"] == "replied"
    story.step("inspector", case, "lift", note="属实")
    assert story.step("clerk", case, "alert", reason="漏电")["is_emergency"] is True
    story.step("clerk", case, "stand_down", reason="没有漏电")
    colleague = town.user("worker2")
    assert story.step("leader", case, "hand_over", colleague_id=colleague.pk)["holder"]["name"] == colleague.name
    assert story.step("clerk", case, "relocate", area_code=town.next_grid, reason="在2网格")["stage"] == "waiting"
    story.step("clerk", case, "reclassify", matter_id=town.matter("parking").id, reason="是停车")
    other = story.by("clerk").post(
        "/cases", {"text": "着火", "area_code": town.grid, "source": "counter", "is_emergency": True}
    )
    case = other.body["id"]
    story.step("clerk", case, "accept", matter_id=town.matter("lamp").id)
    story.step("worker", case, "claim")
    story.step("worker", case, "finish", result="扑灭了")
    story.step("clerk", case, "debrief", review="十分钟扑灭。")
    story.step("clerk", case, "verify", answer="火已扑灭。")
    story.step("clerk", case, "follow_up", contacted=True, solved=True, service=5, outcome=5)


def several_as_one(town: Town, story: Story) -> None:
    """Returned twice and ruled on; split and withdrawn; merged and not."""
    sent = story.by("clerk").post("/cases", {"text": "灯坏了", "area_code": town.grid, "source": "counter"})
    case = sent.body["id"]
    story.step("clerk", case, "accept", matter_id=town.matter("lamp").id)
    story.step("worker", case, "return", reason="不是")
    story.step("clerk", case, "assign", desk_id=town.desk(town.next_grid).pk)
    assert story.step("neighbour", case, "return", reason="也不是")["ruling"] == "pending"
    ruled = story.step("street_clerk", case, "rule", desk_id=town.desk(town.grid).pk, reason="位置在1网格")
    assert ruled["ruling"] == "bound"
    whole = held(town, story, "parking", "clerk")
    parts = [{"desk_id": town.desk(place).pk, "text": "清点"} for place in (town.grid, town.next_grid)]
    assert story.step("clerk", whole, "split", parts=parts)["open_parts"] == 2
    (part, *_rest) = Case.objects.filter(part_of=whole).values_list("pk", flat=True)
    story.step("clerk", part, "withdraw", answer="一并办理")
    same = story.by("clerk").post("/cases", {"text": "灯坏了", "area_code": town.grid, "source": "counter"}).body["id"]
    assert story.step("clerk", same, "merge", main_id=str(case))["merged_into"] == case
    assert story.step("clerk", same, "unmerge", reason="不是同一盏")["stage"] == "received"


def test_possible_steps_are_those_that_work(town: Town, story: Story, reported: Callable[..., Any]) -> None:
    case = reported().pk
    found = story.by("clerk").get(f"/cases/{case}/steps").body
    assert {step["name"] for step in found["steps"]} == {
        "accept", "decline", "relocate", "merge", "urge", "alert", "note", "ask_reporter",
    }  # fmt: skip
    accept = next(step for step in found["steps"] if step["name"] == "accept")
    assert accept["href"] == f"/api/v1/cases/{case}/steps/accept"
    assert accept["needs"] == ["matter_id"]
    assert {step["name"] for step in story.by("worker").get(f"/cases/{case}/steps").body["steps"]} == {"note"}


def test_found_and_solved_is_verified_by_another(town: Town, story: Story) -> None:
    finding = {
        "text": "井盖松动",
        "area_code": town.grid,
        "matter_id": town.matter("manhole").id,
        "result": "当场垫稳",
        "answer": "已处理",
    }
    solved = story.by("worker").post("/cases/solve", finding)
    assert (solved.status, solved.body["stage"], solved.body["receipt_code"]) == (201, "finished", None)
    refused = story.by("worker").step(solved.body["id"], "verify")
    assert refused.status == 403
    assert story.step("clerk", solved.body["id"], "verify", answer="井盖已垫稳")["stage"] == "answered"


def test_a_worker_who_names_the_matter_needs_no_acceptance(town: Town, story: Story) -> None:
    finding = {"text": "路灯不亮", "area_code": town.grid, "matter_id": town.matter("lamp").id}
    taken = story.by("worker").post("/cases", finding)
    assert (taken.body["stage"], taken.body["desk"]["kind"]) == ("waiting", "grid")


def test_intake_takes_six_statements_in_one_transaction(town: Town, story: Story) -> None:
    lng, lat = town.point_in()
    draft = {"text": "路灯不亮", "lng": lng, "lat": lat, "reporter_name": "张三", "reporter_phone": "13800000000"}
    worker = story.by("worker")
    # The registers are warm in a process that serves.
    worker.post("/cases", draft)
    answer, statements, transactions = counted(lambda: worker.post("/cases", draft, key="0123456789abcdef"))
    assert (answer.status, transactions) == (201, 1)
    assert statements == 6
    answer, statements, transactions = counted(lambda: worker.post("/cases", draft, key="0123456789abcdef"))
    assert (answer.status, answer.headers["Idempotent-Replayed"]) == (201, "true")
    assert (statements, transactions) == (2, 0)
