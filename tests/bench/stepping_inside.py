"""Cases on one grid's desk, and the statements of each step. Runs inside a place."""

from random import Random
from typing import Any

from django.test import Client
from django.utils import timezone

from gezhi.cases.actions import Draft, report_many
from gezhi.cases.models import Case
from gezhi.kernel.refusals import Refused
from gezhi.people.access import actor_for
from gezhi.people.models import Post
from gezhi.people.roles import Role
from tests.bench.statements import statements_of
from tests.bench.texts import name, phone, text
from tests.bench.town import cast, token_of, user_at


def prepare(count: int) -> dict[str, Any]:
    """`count` cases that wait at a desk of a grid, and the tokens of its worker and of the clerk above it."""
    at, random = timezone.now(), Random(1)
    worker = user_at("grid", Role.GRID_WORKER)
    code = Post.objects.select_related("desk__area").get(user=worker).desk.area.code
    clerk = user_at("community", Role.COMMUNITY_CLERK, area_code=code[:12])
    matter, keys = cast()["matter"], []
    for _hundred in range(0, count, 100):
        drafts = [
            Draft(
                text(random), source="worker", area_code=code, matter_id=matter, reporter_name=name(random),
                reporter_phone=phone(random),
            )
            for _draft in range(100)
        ]  # fmt: skip
        answers = report_many(drafts, actor=actor_for(worker, at=at), at=at)
        for case in answers:
            assert not isinstance(case, Refused), case
            keys.append(case.pk)
    waiting = Case.objects.get(pk=keys[0])
    assert waiting.stage == "waiting", waiting.stage
    return {"worker": token_of(worker), "clerk": token_of(clerk), "cases": keys[:count], "version": waiting.version}


def statements(ready: dict[str, Any], steps: list[tuple[str, str, dict[str, str]]]) -> dict[str, list[str]]:
    """Of every step, on the first case; requests before them warm what is kept in memory."""
    client = Client()
    key, seen = ready["cases"][0], ready["version"]
    found: dict[str, list[str]] = {}
    for who in ("worker", "clerk"):
        statements_of(client, "GET", f"/api/v1/cases/{key}/steps", Authorization=f"Bearer {ready[who]}")
    for who, step, said in steps:
        headers = {"Authorization": f"Bearer {ready[who]}", "Idempotency-Key": f"counted-{key}-{seen}"}
        path = f"/api/v1/cases/{key}/steps/{step}"
        found[step] = statements_of(client, "POST", path, {**said, "seen": seen}, **headers)
        seen += 1
    return found
