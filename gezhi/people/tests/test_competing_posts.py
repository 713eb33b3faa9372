"""Two people give the same post at the same instant: exactly one of them does, the other is told."""

import threading

import pytest
from django.db import connection

from gezhi.kernel.refusals import Refused
from gezhi.people.actions import seat
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.testing import NOON, SYSTEM, Town


@pytest.mark.django_db(transaction=True)
def test_of_two_leaders_at_once_one_is_seated(town: Town) -> None:
    desk, users = town.desk(town.next_grid), [town.user("nobody"), town.user("worker"), town.user("worker2")]
    start, outcomes = threading.Barrier(len(users)), []

    def give(user: object) -> None:
        try:
            start.wait(10)
            seat(user, desk, Role.GRID_LEADER, actor=SYSTEM, at=NOON, from_on=NOON.date())  # type: ignore[arg-type]
            outcomes.append("seated")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["leader_taken", "leader_taken", "seated"]
    assert Post.objects.filter(desk=desk, role=Role.GRID_LEADER).count() == 1
