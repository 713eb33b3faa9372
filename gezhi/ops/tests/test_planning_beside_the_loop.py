"""Drafts of a division are worked out by the worker: at once when it drains, beside its loop when it runs."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from gezhi.ops.worker import Worker
from gezhi.territory.models import RunState
from gezhi.testing import Town
from gezhi.web.tests.land import ask

Browser = Callable[[str], Client]


def test_the_worker_works_it_out(town: Town, client_as: Browser) -> None:
    run = ask(client_as("clerk"), town)
    Worker().drain()
    run.refresh_from_db()
    assert run.state == RunState.DONE


@pytest.mark.django_db(transaction=True)
def test_beside_the_loop_a_thread_works_it_out(client_as: Browser, town: Town) -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("a thread needs a database that it can open")
    run = ask(client_as("clerk"), town)
    worker = Worker()
    assert worker.planning() == 1
    assert worker.planner.thread is not None
    worker.planner.thread.join(60)
    run.refresh_from_db()
    assert run.state == RunState.DONE, run.problem
