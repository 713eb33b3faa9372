"""Plans and proofs by the API: the same rules, told as JSON."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.utils import timezone

from gezhi.kernel.calendar import local_day
from gezhi.territory.actions import change_area, effect_due_plans, load_ledgers, set_boundary
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area, Plan
from gezhi.territory.tests.planning import part, together
from gezhi.testing import SYSTEM, Town
from gezhi.web.tests.conftest import Caller

Call = Callable[[str], Caller]


def drawn(shape: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return found


def body(town: Town, *changes: dict[str, Any], **over: Any) -> dict[str, Any]:
    day = local_day(timezone.now()) + timedelta(days=3)
    return {
        "scope": town.community, "title": "网格优化", "reason": "规模太小。", "takes_effect_on": day.isoformat(),
        "changes": list(changes),
    } | over  # fmt: skip


def merging(town: Town) -> dict[str, Any]:
    both = [town.grid, town.next_grid]
    return {"kind": "merge", "sources": both, "results": [{"geometry": drawn(together(*both)), "name": "柳巷中心网格"}]}


def drafted(town: Town, caller: Call, *changes: dict[str, Any], **over: Any) -> dict[str, Any]:
    answer = caller("clerk").post("/plans", body(town, *(changes or (merging(town),)), **over))
    assert answer.status == 201, answer.body
    found: dict[str, Any] = answer.body
    return found


def test_a_plan_from_draft_to_effect(town: Town, caller: Call) -> None:
    plan = drafted(town, caller)
    path = f"/plans/{plan['id']}"
    seen = caller("street_clerk").get(f"{path}/preview").body
    new = f"{town.community}004"
    assert (seen["made"], seen["retired"], seen["households"]) == ([new], [town.grid, town.next_grid], 800)
    assert seen["heirs"] == {town.grid: [new], town.next_grid: [new]}
    assert seen["moves"]["people"]["desks_closing"] == 2
    assert seen["holds"] is True
    for who, step in (("clerk", "submit"), ("street_clerk", "review"), ("district_clerk", "approve")):
        answer = caller(who).post(f"{path}/steps/{step}", {"seen": plan["version"]})
        assert answer.status == 200, answer.body
        plan = answer.body
    assert plan["stage"] == "approved"
    assert [line["event"] for line in plan["history"]][-1] == "plan.approved"
    assert effect_due_plans(at=timezone.now() + timedelta(days=4)) == 1
    assert caller("clerk").get(path).body["stage"] == "effective"
    old = caller("worker").get(f"/areas/{town.grid}").body
    assert (old["is_active"], old["successors"]) == (False, [new])
    assert caller("worker").get(f"/areas/{new}").body["name"] == "柳巷中心网格"


@pytest.mark.parametrize(
    ("who", "step", "status"),
    [
        ("street_clerk", "submit", 403), ("clerk", "review", 403), ("clerk", "approve", 403),
        ("street_clerk", "approve", 403), ("district_clerk", "review", 403), ("stranger", "review", 404),
        ("worker", "submit", 404), ("nobody", "withdraw", 404),
    ],
)  # fmt: skip
def test_a_wrong_level_is_forbidden_and_strangers_see_nothing(
    town: Town, caller: Call, who: str, step: str, status: int
) -> None:
    plan = drafted(town, caller)
    answer = caller(who).post(f"/plans/{plan['id']}/steps/{step}", {"comment": "理由"})
    assert (answer.status, Plan.objects.get().stage) == (status, "draft")


def test_a_planted_gap_is_answered_with_the_list(town: Town, caller: Call) -> None:
    halves = [{"geometry": drawn(part(town.grid, east=0.5))}, {"geometry": drawn(part(town.grid, west=0.51))}]
    plan = drafted(town, caller, {"kind": "split", "sources": [town.grid], "results": halves})
    answer = caller("clerk").post(f"/plans/{plan['id']}/steps/submit")
    assert (answer.status, answer.body["code"], answer.body["count"]) == (422, "proof_failed", 1)
    assert answer.body["defects"][0]["kind"] == "gap"
    revision = {"changes": [merging(town)], "title": "改为合并"}
    assert caller("clerk").post(f"/plans/{plan['id']}/revision", revision).body["title"] == "改为合并"
    assert caller("clerk").post(f"/plans/{plan['id']}/steps/submit").status == 200


def test_lists_show_what_concerns_one(town: Town, caller: Call) -> None:
    plan = drafted(town, caller)
    assert [row["id"] for row in caller("street_clerk").get("/plans").body["items"]] == [plan["id"]]
    assert caller("clerk").get("/plans", stage="approved").body["items"] == []
    assert caller("stranger").get("/plans").body["items"] == []
    assert caller("clerk").get("/plans", stage="x").status == 422


def test_sent_twice_it_is_drafted_once(town: Town, caller: Call) -> None:
    words = body(town, merging(town))
    first = caller("clerk").post("/plans", words, key="one-plan-0001")
    again = caller("clerk").post("/plans", words, key="one-plan-0001")
    assert (first.status, again.status, first.body["id"]) == (201, 201, again.body["id"])
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"scope": "370103001009"}, 404, "no_such_area"),
        ({"takes_effect_on": "2020-01-01"}, 422, "day_past"),
        ({"takes_effect_on": "2030-02-30"}, 404, "no_such_day"),
        ({"crs": "nowhere"}, 422, "no_such_crs"),
        ({"about": 4711}, 404, "no_plan"),
        ({"changes": []}, 422, "empty_plan"),
        ({"changes": [{"kind": "retire", "sources": ["370103001001009"]}]}, 422, "unknown_source"),
        ({"changes": [{"kind": "create", "results": [{"geometry": {"type": "Polygon"}}]}]}, 422, "bad_geometry"),
        ({"changes": [{"kind": "create", "results": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}]}, 422,
         "not_polygon"),
        ({"changes": [{"kind": "burn"}]}, 422, "invalid"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(town: Town, caller: Call, change: dict[str, Any], status: int, code: str) -> None:
    answer = caller("clerk").post("/plans", body(town, merging(town)) | change)
    assert (answer.status, answer.body["code"]) == (status, code)
    assert not Plan.objects.exists()


def test_the_withdrawal_of_an_approved_plan(town: Town, caller: Call) -> None:
    plan = drafted(town, caller)
    path = f"/plans/{plan['id']}"
    words = {"title": "撤回", "reason": "居民有不同意见。"}
    assert caller("clerk").post(f"{path}/withdrawal", words).body["code"] == "nothing_to_withdraw"
    for who, step in (("clerk", "submit"), ("street_clerk", "review"), ("district_clerk", "approve")):
        caller(who).post(f"{path}/steps/{step}")
    answer = caller("clerk").post(f"{path}/withdrawal", words)
    assert (answer.status, answer.body["is_withdrawal"], answer.body["about"]) == (201, True, plan["id"])


# --- proofs ---------------------------------------------------------------------------------------------------------


def test_the_land_of_the_town_is_proved(town: Town, caller: Call) -> None:
    worker = caller("worker")
    proof = worker.get(f"/areas/{town.community}/proof").body
    assert (proof["holds"], proof["outlines"], proof["covered"]) == (True, 3, 1.0)
    # The outline of the community lacks the corners of its grids: told, and no reason to stop anybody.
    assert {defect["kind"] for defect in proof["defects"]} == {"one_sided"}
    nesting = worker.get(f"/areas/{town.district}/nesting").body
    assert (nesting["holds"], nesting["proved"], nesting["broken"]) == (True, 7, [])
    assert worker.get("/areas/370103009/proof").status == 404


def test_a_slip_is_shown_mended_and_nothing_changes(town: Town, caller: Call) -> None:
    slip = shapely.transform(part(town.grid), lambda xy: xy - 3e-7)
    set_boundary(Area.objects.get(code=town.grid), slip, crs=Crs.WGS84, source="测绘", actor=SYSTEM, at=town.noon)
    worker = caller("worker")
    assert worker.get(f"/areas/{town.community}/proof").body["holds"] is False
    mending = worker.get(f"/areas/{town.community}/mending").body
    assert mending["proof"]["certified"] is True
    assert town.grid in {change["code"] for change in mending["changes"]}
    assert len(mending["geojson"]["features"]) == len(mending["changes"])
    assert worker.get(f"/areas/{town.community}/mending", tolerance=9).status == 422
    assert worker.get(f"/areas/{town.community}/proof").body["holds"] is False


def test_a_drawing_is_proved_while_it_is_drawn(town: Town, caller: Call) -> None:
    outlines = [
        {"code": "a", "geometry": drawn(part(town.grid))},
        {"code": "b", "geometry": drawn(part(town.next_grid, west=-0.1))},
    ]
    answer = caller("clerk").post("/proofs", {"outlines": outlines, "parent": town.community})
    kinds = [(defect["kind"], defect["areas"]) for defect in answer.body["defects"]]
    assert ("overlap", ["a", "b"]) in kinds
    assert [kind for kind, _areas in kinds].count("gap") == 1
    assert caller("clerk").post("/proofs", {"outlines": outlines[:1]}).body["certified"] is True
    assert caller("clerk").post("/proofs", {"outlines": []}).status == 422


# --- what hangs on the grids ----------------------------------------------------------------------------------------


def test_structure_sizes_resources_and_old_grids(town: Town, caller: Call) -> None:
    load_ledgers(actor=SYSTEM, at=town.noon)
    change_area(Area.objects.get(code=town.grid), households=299, actor=SYSTEM, at=town.noon)
    worker = caller("worker")
    structure = worker.get("/structure", within=town.street).body
    assert [part["count"] for part in structure["grid_levels"]] == [0, 1, 2, 6]
    assert (structure["residential"], structure["unfinished"]) == (6, [])
    sizes = worker.get("/grid-sizes", within=town.community).body
    assert [(one["code"], one["reasons"]) for one in sizes["missized"]] == [(town.grid, ["few_households"])]
    assert len(worker.get("/resources").body["categories"]) == 12
    assert worker.get("/legacy-grids").body == {"departments": []}
    assert worker.get("/legacy-grids/target", department="police", code="A").status == 404
    assert worker.get("/structure", within="370103009").status == 404


def test_an_area_is_exported(town: Town, caller: Call) -> None:
    worker = caller("worker")
    for form, start in (("xlsx", b"PK"), ("gpkg", b"SQLite format 3"), ("geojson", b"{")):
        path = f"/api/v1/areas/{town.community}/export"
        answer = worker.client.get(path, {"format": form}, headers=worker.headers)
        assert answer.content.startswith(start)
        assert answer["Content-Disposition"] == f'attachment; filename="{town.community}-grid.{form}"'
    assert worker.get(f"/areas/{town.community}/export", format="shp").status == 422
