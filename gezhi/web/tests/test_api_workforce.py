"""The room 选育管用 for programs and the phone: one's own things, exams, exchanges, loss, duty."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from gezhi.kernel.calendar import local_day
from gezhi.people.actions import seat
from gezhi.testing import SYSTEM, Town
from gezhi.web.tests.conftest import Caller
from gezhi.workforce.actions import (
    Turn,
    add_question,
    enter_device,
    hand_out,
    load_items,
    move,
    offer_course,
    plan_shifts,
    require_course,
)
from gezhi.workforce.models import Item, Shift

HOUR = timedelta(hours=1)


def test_mine_the_exam_and_the_post_that_comes_alive(town: Town, caller: Callable[[str], Caller]) -> None:
    now = timezone.now()
    course = offer_course(
        actor=SYSTEM, at=now, code="start", name="岗前培训", kind="academy", area=town.desk(town.district).area
    )
    question = add_question(course, actor=SYSTEM, at=now, kind="yes_no", text="看见就报。", correct=[0])
    require_course("grid_worker", course, actor=SYSTEM, at=now, valid_from=local_day(now))
    seat(town.user("nobody"), town.desk(town.grid), "grid_worker", actor=SYSTEM, at=now, from_on=local_day(now))
    new = caller("nobody")
    (line,) = new.get("/workforce/mine").body["courses"]
    assert (line["id"], line["is_required"], line["passed_on"], line["attempts_left"]) == (course.pk, True, None, 3)
    whole = new.get(f"/workforce/courses/{course.pk}").body
    assert whole["questions"] == [{"id": question.pk, "kind": "yes_no", "text": "看见就报。", "options": ["对", "错"]}]
    assert new.get("/cases").body["items"] == []
    path = f"/workforce/courses/{course.pk}/exam"
    assert new.post(path, {"answers": [{"question_id": question.pk, "chosen": [5]}]}).body["code"] == "no_such_option"
    done = new.post(path, {"answers": [{"question_id": question.pk, "chosen": [0]}]})
    assert done.body == {"score": 100, "is_passed": True}
    assert "case.claim" in new.get("/me").body["rights"]


def test_shifts_swaps_and_duty(town: Town, caller: Callable[[str], Caller]) -> None:
    now = timezone.now()
    desk = town.desk(town.grid)
    plan_shifts(
        desk,
        [
            Turn(town.user("worker").pk, now + HOUR, now + 2 * HOUR),
            Turn(town.user("worker2").pk, now + 3 * HOUR, now + 4 * HOUR),
            Turn(town.user("leader").pk, now - HOUR, now + HOUR, "lead"),
        ],
        actor=SYSTEM,
        at=now,
    )
    mine, theirs, _lead = Shift.objects.order_by("pk")
    worker, colleague = caller("worker"), caller("worker2")
    assert [one["id"] for one in worker.get("/workforce/mine").body["shifts"]] == [mine.pk]
    asked = worker.post(
        f"/workforce/shifts/{mine.pk}/swap", {"colleague_id": town.user("worker2").pk, "in_return_id": theirs.pk}
    )
    assert (asked.status, asked.body["state"]) == (201, "asked")
    assert colleague.get("/workforce/mine").body["swaps"][0]["is_for_me"] is True
    assert caller("stranger").post(f"/workforce/swaps/{asked.body['id']}/answer", {"agrees": True}).status == 404
    assert colleague.post(f"/workforce/swaps/{asked.body['id']}/answer", {"agrees": True}).body["state"] == "agreed"
    assert [one["id"] for one in worker.get("/workforce/mine").body["shifts"]] == [theirs.pk]
    duty = caller("clerk").get("/workforce/duty", area=town.grid).body["items"]
    assert [(one["name"], one["work_phone"]) for one in duty] == [("孙网格", "0531-12345")]
    assert caller("nobody").get("/workforce/duty", area=town.grid).status == 403
    assert caller("clerk").get("/workforce/duty", area="1").status == 422


def test_things_and_a_lost_phone(town: Town, caller: Callable[[str], Caller]) -> None:
    now = timezone.now()
    load_items(actor=SYSTEM, at=now)
    item, desk = Item.objects.get(code="kit"), town.desk(town.community)
    move(item, desk, "taken_in", 2, actor=SYSTEM, at=now)
    move(item, desk, "issued", 1, actor=SYSTEM, at=now, user=town.user("worker"))
    phone = enter_device(actor=SYSTEM, at=now, desk=desk, imei="490154203237518", model="直板", number="SZ-1")
    hand_out(phone, town.user("worker"), actor=SYSTEM, at=now)
    worker = caller("worker")
    mine = worker.get("/workforce/mine").body
    assert mine["things"] == [{"name": "管家包", "unit": "个", "count": 1}]
    assert mine["phones"] == [{"id": phone.pk, "number": "SZ-1", "model": "直板"}]
    assert caller("neighbour").post(f"/workforce/devices/{phone.pk}/lost", {}).status == 404
    assert worker.post(f"/workforce/devices/{phone.pk}/lost", {"note": "丢了"}).body["state"] == "lost"


def test_files_are_for_the_person_and_those_in_charge(town: Town, caller: Callable[[str], Caller]) -> None:
    path = f"/workforce/people/{town.user('worker').pk}/file"
    assert caller("worker").get(path).body["entries"][0]["stage"] == "select"
    assert caller("clerk").get(path).status == 200
    for who in ("worker2", "stranger", "inspector", "handler"):
        assert caller(who).get(path).status == 404, who
    assert caller("clerk").get("/workforce/selections").body == {"items": [], "next": None}
