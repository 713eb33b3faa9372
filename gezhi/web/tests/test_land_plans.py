"""Pages of re-division plans: the whole way by clicks, what each role may see and do, corrections that begin filled in."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from gezhi.accounts.actions import NewUser, enter_users
from gezhi.kernel.events import dispatch
from gezhi.people.actions import Seat, seat_many
from gezhi.people.models import Notice
from gezhi.people.roles import Role
from gezhi.territory.actions import effect_due_plans
from gezhi.territory.models import Area, Plan, PlanArea
from gezhi.territory.tests.planning import leaving_a_gap, merging, part, splitting, together
from gezhi.testing import SYSTEM, Town
from gezhi.web.tests.land import HOME, drafted, geojson, in_days, page_of, send, walked
from gezhi.web.tests.resident import words

Browser = Callable[[str], Client]
# Frame, list, counts: whatever stands in the list.
LIST_STATEMENTS, PLAN_STATEMENTS = 11, 42


def headings(**over: Any) -> dict[str, str]:
    return {"title": "柳巷网格合并", "reason": "两个网格都太小。", "takes_effect_on": in_days(3).isoformat()} | over


def begun(town: Town, client: Client, **over: Any) -> Plan:
    answer = send(client, "plans/new/", scope=town.community, **headings(**over))
    assert answer.status_code == 302, words(answer)
    return Plan.objects.get(pk=int(answer["Location"].rstrip("/").rpartition("/")[2]))


def add(client: Client, plan: Plan, kind: str, **inputs: Any) -> Any:
    plan.refresh_from_db()
    return send(client, f"plans/{plan.pk}/changes/{kind}/", seen=plan.version, **inputs)


def step(client: Client, plan: Plan, name: str, comment: str = "") -> Any:
    page = page_of(client, f"plans/{plan.pk}/")
    form = re.search(rf'action="[^"]*/steps/{name}/">(.*?)</form>', page, re.DOTALL)
    assert form, name
    values = dict(re.findall(r'name="(seal|seen)" value="([^"]*)"', form[1]))
    return client.post(f"{HOME}plans/{plan.pk}/steps/{name}/", {**values, "comment": comment})


# --- the whole way --------------------------------------------------------------------------------------------------


def test_a_plan_from_its_headings_to_its_effect(town: Town, client_as: Browser) -> None:
    clerk, street, district = client_as("clerk"), client_as("street_clerk"), client_as("district_clerk")
    plan = begun(town, clerk)
    assert "还没有任何调整" in page_of(clerk, f"plans/{plan.pk}/")
    answer = add(clerk, plan, "merge", areas=[town.grid, town.next_grid], name="")
    assert answer.status_code == 302, words(answer)
    page = words(clerk.get(f"{HOME}plans/{plan.pk}/"))
    new = f"{town.community}004"
    for shown in (f"{new}（拟）", "柳巷社区第4网格", "800 户", "证明成立", "停用岗台", "调整前", "调整后"):
        assert shown in page, shown
    assert step(clerk, plan, "submit", "请街道初审").status_code == 302
    assert "等街道初审：西关街道" in words(clerk.get(f"{HOME}plans/"))
    assert "初审通过" in page_of(street, f"plans/{plan.pk}/")
    assert step(street, plan, "review").status_code == 302
    assert "等区级核准" in words(street.get(f"{HOME}plans/{plan.pk}/"))
    assert step(district, plan, "approve", "同意").status_code == 302
    assert effect_due_plans(at=timezone.now() + timedelta(days=4)) == 1
    page = words(clerk.get(f"{HOME}plans/{plan.pk}/"))
    for shown in ("已生效", "生效结果", town.grid, new, "请街道初审", "西关街道初审通过", "同意"):
        assert shown in page, shown
    area = words(clerk.get(f"{HOME}areas/{town.grid}/"))
    assert "这个编码已停用，由这些区域接替" in area
    assert new in area
    assert "接替了这些旧编码" in words(clerk.get(f"{HOME}areas/{new}/"))


def test_sent_back_with_words_it_comes_again(town: Town, client_as: Browser) -> None:
    plan = walked(town, drafted(town, merging(town.grid, town.next_grid)), ("clerk", "submit"))
    street, clerk = client_as("street_clerk"), client_as("clerk")
    refused = step(street, plan, "return", "  ")
    assert refused.status_code == 422
    assert "请写明理由" in words(refused)
    assert step(street, plan, "return", "四至没有写。").status_code == 302
    page = words(clerk.get(f"{HOME}plans/{plan.pk}/"))
    assert "已退回" in page
    assert "四至没有写。" in page
    assert "提报" in page
    key = PlanArea.objects.get().key
    plan.refresh_from_db()
    answer = send(
        clerk, f"plans/{plan.pk}/areas/{key}/", seen=plan.version, name="柳巷中心网格", kind="residential", subtype="",
        households="790", population="", bounds_east="解放路", bounds_south="", bounds_west="", bounds_north="",
    )  # fmt: skip
    assert answer.status_code == 302, words(answer)
    page = words(clerk.get(f"{HOME}plans/{plan.pk}/"))
    assert "柳巷中心网格" in page
    assert "东解放路" in page
    assert "790 户" in page
    assert step(clerk, plan, "submit").status_code == 302


def test_a_gap_is_shown_with_its_place_and_can_not_be_submitted(town: Town, client_as: Browser) -> None:
    plan = drafted(town, leaving_a_gap(town.grid))
    clerk = client_as("clerk")
    page = page_of(clerk, f"plans/{plan.pk}/")
    assert "证明不成立：共 1 处" in page
    assert "缝隙" in page
    assert '<circle class="mark"' in page
    refused = step(clerk, plan, "submit")
    assert refused.status_code == 422
    assert "共 1 处缝隙" in words(refused)
    plan.refresh_from_db()
    assert plan.stage == "draft"


@pytest.mark.parametrize(
    ("kind", "inputs", "codes"),
    [
        ("retire", {"area": "370103001001001"}, ["370103001001001"]),
        ("merge", {"areas": ["370103001001001", "370103001001002"], "name": "中心网格"}, ["370103001001001", "370103001001002"]),
    ],
)  # fmt: skip
def test_changes_without_a_file(town: Town, client_as: Browser, kind: str, inputs: Any, codes: list[str]) -> None:
    clerk = client_as("clerk")
    plan = begun(town, clerk)
    assert add(clerk, plan, kind, **inputs).status_code == 302
    change = plan.changes.get()
    assert (change.kind, change.sources) == (kind, codes)
    plan.refresh_from_db()
    dropped = clerk.post(f"{HOME}plans/{plan.pk}/changes/1/drop/", {"seen": plan.version})
    assert dropped.status_code == 302
    assert not plan.changes.exists()


def test_outlines_come_from_files(town: Town, client_as: Browser) -> None:
    clerk = client_as("clerk")
    plan = begun(town, clerk)
    west, east = part(town.grid, east=0.4), part(town.grid, west=0.4)
    file = geojson((west, {"name": "西网格", "households": 160}), (east, {"name": "", "households": 240}))
    assert add(clerk, plan, "split", area=town.grid, file=file, crs="cgcs2000").status_code == 302
    third = f"{town.community}003"
    wider = geojson(
        (together(third), {"编码": third, "户数": 410}), (together(town.next_grid), {"编码": town.next_grid})
    )
    assert add(clerk, plan, "redraw", file=wider, crs="cgcs2000").status_code == 302
    page = words(clerk.get(f"{HOME}plans/{plan.pk}/"))
    for shown in ("西网格", "160 户", "410 户", "拆分", "调整边界", "证明成立"):
        assert shown in page, shown
    layer = clerk.get(f"{HOME}plans/{plan.pk}/areas.geojson")
    assert len(layer.json()["features"]) == 4
    wrong = add(clerk, plan, "create", parent="", file=geojson((together("370103002001001"), {})), crs="cgcs2000")
    assert wrong.status_code == 422, "another street's land"


def test_a_whole_division_is_compared_with_what_stands(town: Town, client_as: Browser) -> None:
    """One grid is cut in two, one stays, one is a little narrower: it goes on under its code."""
    clerk = client_as("clerk")
    plan = begun(town, clerk)
    third = f"{town.community}003"
    file = geojson(
        (part(town.grid, east=0.9), {"households": 380}),
        (together(town.next_grid).union(part(town.grid, west=0.9)), {"households": 420}),
        (together(third), {}),
    )
    assert add(clerk, plan, "whole", file=file, crs="cgcs2000").status_code == 302
    change = plan.changes.get()
    assert (change.kind, change.sources) == ("redraw", [town.grid, town.next_grid])
    assert "证明成立" in page_of(clerk, f"plans/{plan.pk}/")
    same = geojson(*((together(code), {}) for code in (town.grid, town.next_grid, third)))
    assert "没有要调整的" in words(add(clerk, begun(town, clerk), "whole", file=same, crs="cgcs2000"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.geojson", b"not json", "不是能读的"), ("a.txt", b"x", "不是能读的"), ("a.zip", b"x", "压缩包里没有"),
     ("a.geojson", b'{"type":"FeatureCollection","features":[]}', "没有要素")],
)  # fmt: skip
def test_a_file_that_can_not_be_read_is_told_so(
    town: Town, client_as: Browser, name: str, content: bytes, said: str
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    clerk = client_as("clerk")
    answer = add(clerk, begun(town, clerk), "redraw", file=SimpleUploadedFile(name, content), crs="cgcs2000")
    assert answer.status_code == 422
    assert said in words(answer)


# --- who ------------------------------------------------------------------------------------------------------------


def test_the_buttons_are_those_of_the_table(town: Town, client_as: Browser) -> None:
    plan = drafted(town, merging(town.grid, town.next_grid))

    def buttons(who: str) -> set[str]:
        return set(re.findall(rf"plans/{plan.pk}/steps/(\w+)/", page_of(client_as(who), f"plans/{plan.pk}/")))

    assert buttons("clerk") == {"submit", "withdraw"}
    assert buttons("street_clerk") == buttons("district_clerk") == set()
    walked(town, plan, ("clerk", "submit"))
    assert buttons("clerk") == {"withdraw"}
    assert buttons("street_clerk") == {"review", "return"}
    assert buttons("district_clerk") == set()
    walked(town, plan, ("street_clerk", "review"))
    assert buttons("district_clerk") == {"approve", "reject"}
    assert buttons("street_clerk") == set()


def test_a_step_of_another_level_is_forbidden(town: Town, client_as: Browser) -> None:
    plan = drafted(town, merging(town.grid, town.next_grid))
    for who, name in (("street_clerk", "submit"), ("district_clerk", "submit"), ("clerk", "approve")):
        answer = client_as(who).post(f"{HOME}plans/{plan.pk}/steps/{name}/", {"comment": "x"})
        assert answer.status_code == 403, (who, name)
    assert client_as("clerk").get(f"{HOME}plans/{plan.pk}/steps/nothing/").status_code == 405
    assert client_as("clerk").post(f"{HOME}plans/{plan.pk}/steps/take_effect/", {}).status_code == 404
    plan.refresh_from_db()
    assert plan.stage == "draft"


@pytest.mark.parametrize("who", ["stranger", "other_clerk"])
def test_of_another_place_looks_like_missing(town: Town, client_as: Browser, who: str) -> None:
    plan, client = drafted(town, merging(town.grid, town.next_grid)), client_as(who)
    paths = ("", "areas.geojson", "headings/", "changes/merge/", "areas/1.1/")
    for path in paths:
        assert client.get(f"{HOME}plans/{plan.pk}/{path}").status_code == 404, path
    for path in ("steps/submit/", "changes/1/drop/", "changes/merge/", "headings/"):
        assert client.post(f"{HOME}plans/{plan.pk}/{path}", {"comment": "x"}).status_code == 404, path
    assert "柳巷网格合并" not in page_of(client, "plans/?stage=all")
    assert client.get(f"{HOME}plans/new/?about={plan.pk}&way=undo").status_code == 404


@pytest.mark.parametrize("who", ["handler", "officer_audit", "nobody", "party_affairs"])
def test_who_serves_no_land_has_no_such_pages(town: Town, client_as: Browser, who: str) -> None:
    for path in (
        "",
        "plans/",
        "plans/new/",
        "areas/",
        f"areas/{town.grid}/",
        "sizes/",
        "legacy/",
        "units/",
        "planner/",
    ):
        answer = client_as(who).get(HOME + path)
        assert (answer.status_code, answer["Location"]) == (302, "/desk/"), path


def test_without_an_account_the_way_to_sign_in(town: Town, client: Client) -> None:
    assert client.get(f"{HOME}plans/")["Location"].startswith("/account/login/?next=/operation/land/plans/")


def test_who_wrote_a_plan_does_not_examine_it(town: Town, client_as: Browser) -> None:
    """A street's plan that one clerk writes and another submits: neither of them reviews it, a third does."""
    at = timezone.now()
    people = [NewUser("second", "二坐席", work_phone="1"), NewUser("third", "三坐席", work_phone="2")]
    second, third = enter_users(people, actor=SYSTEM, at=at)
    seats = [Seat(user, town.desk(town.street), Role.STREET_CLERK, timezone.localdate()) for user in (second, third)]
    seat_many(seats, actor=SYSTEM, at=at)
    town.users |= {"second": second, "third": third}
    plan = drafted(town, merging(town.grid, town.next_grid), by="street_clerk", scope=town.street)
    walked(town, plan, ("second", "submit"))
    for who in ("street_clerk", "second"):
        client = client_as(who)
        assert "后面的步骤要由别人办理" in page_of(client, f"plans/{plan.pk}/")
        answer = client.post(f"{HOME}plans/{plan.pk}/steps/review/", {"seen": plan.version})
        assert answer.status_code == 422
        assert "要由不同的人办理" in words(answer)
    assert step(client_as("third"), plan, "review").status_code == 302


def test_a_stale_page_is_told_so(town: Town, client_as: Browser) -> None:
    plan, clerk = drafted(town, merging(town.grid, town.next_grid)), client_as("clerk")
    seen = plan.version
    send(clerk, f"plans/{plan.pk}/headings/", seen=seen, **headings(title="另一个名称"))
    answer = clerk.post(f"{HOME}plans/{plan.pk}/steps/submit/", {"seen": seen, "comment": "我的意见"})
    assert answer.status_code == 409
    assert "刚刚被别人办过" in words(answer)
    assert "我的意见" in answer.content.decode()


def test_sent_twice_it_is_one_plan(town: Town, client_as: Browser) -> None:
    clerk = client_as("clerk")
    page = page_of(clerk, "plans/new/")
    seal = re.search(r'name="seal" value="(\w+)"', page)
    assert seal
    data = {"scope": town.community, "seal": seal[1], **headings()}
    first, again = (clerk.post(f"{HOME}plans/new/", data) for _time in range(2))
    assert first["Location"] == again["Location"]
    assert Plan.objects.count() == 1


# --- lists ----------------------------------------------------------------------------------------------------------


def shown(client: Client, query: str) -> list[int]:
    page = page_of(client, f"plans/?{query}")
    return [int(pk) for pk in re.findall(r'class="go" href="/operation/land/plans/(\d+)/"', page)]


def test_lists_by_stage_scope_and_turn(town: Town, client_as: Browser) -> None:
    first = walked(town, drafted(town, merging(town.grid, town.next_grid)), ("clerk", "submit"))
    other = drafted(town, splitting("370103001002001"), by="other_clerk", scope=town.next_community)
    far = drafted(town, splitting(town.other_grid), by="stranger", scope=town.other_community)
    street, district = client_as("street_clerk"), client_as("district_clerk")
    assert shown(street, "") == [other.pk, first.pk]
    assert shown(street, "turn=mine") == [first.pk]
    assert shown(client_as("clerk"), "turn=mine") == []
    assert shown(client_as("other_clerk"), "turn=mine") == [other.pk]
    assert shown(district, "") == [far.pk, other.pk, first.pk]
    assert shown(district, "turn=mine") == []
    assert shown(district, "turn=street") == [first.pk]
    assert shown(district, f"scope={town.other_street}") == [far.pk]
    walked(town, first, ("street_clerk", "review"))
    assert shown(district, "turn=mine") == [first.pk]
    walked(town, other, ("other_clerk", "withdraw"))
    assert shown(street, "") == [first.pk]
    assert shown(street, "stage=withdrawn") == [other.pk]
    assert shown(street, "stage=all&scope=370103001002") == [other.pk]
    assert shown(street, "stage=nonsense&scope=x&turn=y&before=z") == [first.pk]


def test_the_list_is_a_workbook_too(town: Town, client_as: Browser) -> None:
    plan = drafted(town, merging(town.grid, town.next_grid))
    answer = client_as("street_clerk").get(f"{HOME}plans/plans.xlsx?stage=draft")
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [plan.pk]
    assert rows[1][1] == "网格优化"


def test_statements_do_not_grow_with_the_list(town: Town, client_as: Browser) -> None:
    street = client_as("street_clerk")
    walked(town, drafted(town, merging(town.grid, town.next_grid)), ("clerk", "submit"))
    page_of(street, "plans/")
    with CaptureQueriesContext(connection) as few:
        page_of(street, "plans/?turn=mine")
    for _plan in range(4):
        walked(town, drafted(town, merging(town.grid, town.next_grid)), ("clerk", "submit"))
    with CaptureQueriesContext(connection) as many:
        page_of(street, "plans/?turn=mine")
    assert len(many) == len(few) <= LIST_STATEMENTS
    plan = Plan.objects.first()
    assert plan is not None
    with CaptureQueriesContext(connection) as queries:
        page_of(street, f"plans/{plan.pk}/")
    assert len(queries) <= PLAN_STATEMENTS, len(queries)


# --- corrections and withdrawals ------------------------------------------------------------------------------------


def in_force(town: Town, *changes: Any) -> Plan:
    """A plan that took effect today; it was approved some days ago."""
    from gezhi.territory.tests.planning import approve, draft

    at = timezone.now() - timedelta(days=5)
    plan = approve(town, draft(town, *changes, at=at, day=in_days(-2)), at=at)
    assert effect_due_plans(at=timezone.now() - timedelta(days=2)) == 1
    plan.refresh_from_db()
    return plan


def test_a_plan_in_force_is_undone_by_one_that_begins_filled_in(town: Town, client_as: Browser) -> None:
    plan, clerk = in_force(town, merging(town.grid, town.next_grid)), client_as("clerk")
    page = page_of(clerk, f"plans/{plan.pk}/")
    assert "恢复到调整前" in page
    answer = send(
        clerk, f"plans/new/?about={plan.pk}&way=undo", title="恢复", reason="群众反映太大。", takes_effect_on=in_days(2)
    )
    assert answer.status_code == 302, words(answer)
    back = Plan.objects.get(about=plan)
    change = back.changes.get()
    assert (change.kind, change.sources) == ("split", [f"{town.community}004"])
    assert sorted(area.name for area in change.results.all()) == ["第1网格", "第2网格"]
    assert "证明成立" in page_of(clerk, f"plans/{back.pk}/")
    walked(town, back, ("clerk", "submit"), ("street_clerk", "review"), ("district_clerk", "approve"))
    assert effect_due_plans(at=timezone.now() + timedelta(days=3)) == 1
    standing = Area.objects.filter(parent__code=town.community, is_active=True).values_list("code", flat=True)
    assert sorted(standing) == [f"{town.community}{number}" for number in ("003", "005", "006")]
    assert "更正本方案：恢复" in words(clerk.get(f"{HOME}plans/{plan.pk}/"))


@pytest.mark.parametrize("kind", ["split", "redraw"])
def test_what_was_drawn_is_drawn_further(town: Town, client_as: Browser, kind: str) -> None:
    from gezhi.territory.actions import WantedArea, WantedChange

    wider = [
        WantedArea(part(town.grid, east=0.8), code=town.grid),
        WantedArea(together(town.next_grid).union(part(town.grid, west=0.8)), code=town.next_grid),
    ]
    done = splitting(town.grid) if kind == "split" else WantedChange("redraw", [town.grid, town.next_grid], wider)
    plan, clerk = in_force(town, done), client_as("clerk")
    answer = send(
        clerk, f"plans/new/?about={plan.pk}&way=go-on", title="更正", reason="边界不顺。", takes_effect_on=in_days(2)
    )
    assert answer.status_code == 302, words(answer)
    change = Plan.objects.get(about=plan).changes.get()
    made = [f"{town.community}004", f"{town.community}005"] if kind == "split" else [town.grid, town.next_grid]
    assert (change.kind, sorted(change.sources)) == ("redraw", made)
    answer = send(
        clerk, f"plans/new/?about={plan.pk}&way=undo", title="恢复", reason="不改了。", takes_effect_on=in_days(2)
    )
    undone = Plan.objects.filter(about=plan, title="恢复").get().changes.get()
    assert undone.kind == ("merge" if kind == "split" else "redraw")
    if kind == "redraw":
        outlines = {area.code: area.geometry for area in undone.results.all()}
        assert outlines[town.grid].symmetric_difference(together(town.grid)).area < 1e-10


def test_an_approved_plan_is_taken_back_by_another(town: Town, client_as: Browser) -> None:
    plan = drafted(town, merging(town.grid, town.next_grid))
    walked(town, plan, ("clerk", "submit"), ("street_clerk", "review"), ("district_clerk", "approve"))
    clerk = client_as("clerk")
    assert "提撤回方案" in page_of(clerk, f"plans/{plan.pk}/")
    assert "提撤回方案" not in page_of(client_as("street_clerk"), f"plans/{plan.pk}/")
    answer = send(clerk, f"plans/new/?about={plan.pk}&way=withdraw", title="撤回", reason="居民不同意。")
    assert answer.status_code == 302, words(answer)
    back = Plan.objects.get(about=plan)
    assert "撤回的方案：网格优化" in words(clerk.get(f"{HOME}plans/{back.pk}/"))
    walked(town, back, ("clerk", "submit"), ("street_clerk", "review"), ("district_clerk", "approve"))
    plan.refresh_from_db()
    assert plan.stage == "withdrawn"


# --- notices --------------------------------------------------------------------------------------------------------


def told(town: Town, code: str) -> list[str]:
    names = Notice.objects.filter(desk=town.desk(code), subject_kind="plan").order_by("id")
    return list(names.values_list("event__name", flat=True))


def test_desks_are_told_whose_turn_it_is_and_whose_land_changes(town: Town, client_as: Browser) -> None:
    plan = drafted(town, merging(town.grid, town.next_grid))
    walked(town, plan, ("clerk", "submit"))
    dispatch(at=timezone.now(), limit=1000)
    assert told(town, town.street) == ["plan.submitted"]
    assert told(town, town.other_street) == told(town, town.district) == []
    walked(town, plan, ("street_clerk", "return"))
    dispatch(at=timezone.now(), limit=1000)
    assert told(town, town.community) == ["plan.returned"]
    walked(town, plan, ("clerk", "submit"), ("street_clerk", "review"))
    dispatch(at=timezone.now(), limit=1000)
    assert told(town, town.district) == ["plan.reviewed"]
    walked(town, plan, ("district_clerk", "approve"))
    dispatch(at=timezone.now(), limit=1000)
    assert told(town, town.grid) == told(town, town.next_grid) == ["plan.approved"]
    assert told(town, f"{town.community}003") == []
    later = timezone.now() + timedelta(days=4)
    effect_due_plans(at=later)
    while dispatch(at=later, limit=1000):
        pass
    new = Notice.objects.filter(desk__area__code=f"{town.community}004", subject_kind="plan")
    assert [one.event.name for one in new] == ["plan.took_effect"]
    page = words(client_as("street_clerk").get("/operation/notices/?all=1"))
    assert "网格优化" in page
    assert "提报，划分证明成立。" in page
    worker = words(client_as("worker").get("/operation/notices/?all=1"))
    assert "网格优化" not in worker, "who may not see plans reads only that the land changes"
