"""Workers with phones, cases that wait at their desks, and a day's worth of what a phone had kept. Runs inside a place."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from gezhi.accounts.models import User
from gezhi.cases.actions import Draft, report_many
from gezhi.cases.models import Case
from gezhi.fieldwork.actions.phones import enrol
from gezhi.kernel import registers
from gezhi.kernel.events import dispatch
from gezhi.kernel.refusals import Refused
from gezhi.people.access import actor_for
from gezhi.people.models import Post
from gezhi.people.roles import Role
from tests.bench.texts import text
from tests.bench.town import cast, session_of, user_at


def prepare(phones: int, waiting: int, worked_on: int, reported: int) -> dict[str, Any]:
    """A token, and what is kept on it, for so many phones at grids of their own; the session of a clerk who goes on working meanwhile."""
    at, random = timezone.now(), Random(1)
    given = cast()
    posts = Post.objects.filter(role=Role.GRID_WORKER, desk__kind="grid").select_related("user", "desk__area")
    people = list(posts.order_by("desk_id")[:phones])
    ready = [
        phone(post, given["matter"], random, at, waiting=waiting, worked_on=worked_on, reported=reported)
        for post in people
    ]
    while dispatch(at=at):
        pass
    registers.look()
    return {"phones": ready, "clerk": session_of(user_at("district", Role.DISTRICT_CLERK))}


def phone(
    post: Post, matter: int, random: Random, at: datetime, *, waiting: int, worked_on: int, reported: int
) -> dict[str, Any]:
    code, actor = post.desk.area.code, actor_for(post.user, at=at)
    drafts = [Draft(text(random), source="worker", area_code=code, matter_id=matter) for _case in range(waiting)]
    cases = report_many(drafts, actor=actor, at=at)
    token = enrol(post.user, actor=actor, at=at, label="工作手机")[1]
    commands: list[dict[str, Any]] = []
    said = (at - timedelta(hours=2)).isoformat()
    for case in cases[:worked_on]:
        assert not isinstance(case, Refused), case
        claim = drawn(random)
        commands += [
            {"id": claim, "name": "case.claim", "subject": case.pk, "seen": case.version, "done_at": said, "data": {}},
            {
                "id": drawn(random), "name": "case.finish", "subject": case.pk, "after": claim, "done_at": said,
                "data": {"result": "已联系维修单位更换灯具，当晚恢复照明。"},
            },
        ]  # fmt: skip
    commands += [
        {"id": drawn(random), "name": "case.report", "done_at": said, "data": {"text": text(random), "matter_id": matter, "area_code": code}}
        for _report in range(reported)
    ]  # fmt: skip
    return {"token": token, "commands": commands}


def drawn(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def arrived() -> dict[str, int]:
    """What stands in the database afterwards."""
    finished = Case.objects.filter(stage="finished").count()
    return {"finished": finished, "cases": Case.objects.count(), "workers": User.objects.count()}
