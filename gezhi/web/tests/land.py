"""Somebody at the pages of the land: what a browser sends, files as they are uploaded, plans of today."""

import json
from datetime import timedelta
from typing import Any

import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gezhi.territory.actions import WantedChange, take_plan_step
from gezhi.territory.geojson import write_features
from gezhi.territory.models import Plan, PlanningRun
from gezhi.territory.tests.planning import draft
from gezhi.testing import HIGH, WIDE, Town, corner_of
from gezhi.web.tests.desk import seal_in
from gezhi.web.tests.resident import words

HOME = "/operation/land/"


def in_days(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def drafted(town: Town, *changes: WantedChange, by: str = "clerk", scope: str = "", days: int = 3) -> Plan:
    """Pages live in the present, and so does this plan."""
    return draft(town, *changes, scope=scope, by=by, at=timezone.now(), day=in_days(days))


def walked(town: Town, plan: Plan, *steps: tuple[str, str]) -> Plan:
    """The plan after (who, step) one after another, now."""
    at = timezone.now()
    for who, step in steps:
        take_plan_step(step, plan, actor=town.actor(who, at=at), at=at, comment="理由如下。")
    return plan


def page_of(client: Client, path: str) -> str:
    answer = client.get(HOME + path)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.content.decode())


def send(client: Client, path: str, *, form: str = "", **inputs: Any) -> Any:
    """Open a page, fill its form in, send it to `path` (of the page `form`, by default the same)."""
    page = client.get(HOME + (form or path)).content.decode()
    sealed = {"seal": seal_in(page)} if 'name="seal"' in page else {}
    return client.post(HOME + path, {**sealed, **inputs})


def geojson(*shapes: tuple[Any, dict[str, Any]], name: str = "layer.geojson") -> SimpleUploadedFile:
    """Outlines with their properties as a file that was chosen."""
    names = sorted({key for _shape, values in shapes for key in values})
    rows = [{key: values.get(key) for key in names} for _shape, values in shapes]
    text = write_features(rows, [shape for shape, _values in shapes], decimals=9)
    assert json.loads(text)
    return SimpleUploadedFile(name, text.encode())


# --- the planner ----------------------------------------------------------------------------------------------------


def lots(community: str, columns: int = 6, households: int = 40) -> list[tuple[Any, dict[str, Any]]]:
    """Each of the three grids of a community as `columns` strips of lots, three high."""
    found = []
    for number in range(1, 4):
        lng, lat = corner_of(f"{community}{number:03d}")
        for x in range(columns):
            for y in range(3):
                west, south = lng + WIDE * x / columns, lat + HIGH * y / 3
                lot = shapely.box(west, south, lng + WIDE * (x + 1) / columns, lat + HIGH * (y + 1) / 3)
                found.append((lot, {"户数": households, "小区": f"{number}-{x}"}))
    return found


def inputs_for(town: Town) -> dict[str, Any]:
    return {
        "scope": town.community, "title": "柳巷重划", "kind": "draft", "crs": "cgcs2000", "least": "300", "most": "500",
        "counts": "households", "is_quick": "on", "seed": "1", "minutes": "",
    }  # fmt: skip


def ask(client: Client, town: Town, **over: Any) -> PlanningRun:
    answer = send(client, "planner/new/", **(inputs_for(town) | over))
    assert answer.status_code == 302, words(answer)
    return PlanningRun.objects.get(pk=int(answer["Location"].rstrip("/").rpartition("/")[2]))
