"""The server is killed again and again in the middle of a phone's synchronising; in the end every command is there once and every chain holds."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from random import Random
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone

from gezhi.cases.models import Case
from gezhi.fieldwork.actions.phones import enrol
from gezhi.fieldwork.models import SyncedCommand
from gezhi.kernel import events
from gezhi.ops.tests.test_worker import database_url
from gezhi.testing import standing_town

KILLS, COMMANDS = 3, 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`gezhi serve` in a process group of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("GEZHI_", "DJANGO_"))}
        self.env |= {
            "GEZHI_VAR": str(settings.VAR),
            "GEZHI_DATABASE_URL": database_url(),
            "GEZHI_PLAIN_STATIC": "1",
            "GEZHI_LOG_LEVEL": "ERROR",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [sys.executable, "-m", "gezhi", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(words, env=self.env, start_new_session=True, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 40
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, token: str, commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
        channel = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            channel.request("POST", "/api/v1/field/sync", json.dumps({"commands": commands, "have": {}}), headers)
            answer = channel.getresponse()
            told = json.loads(answer.read())
        finally:
            channel.close()
        if answer.status != 200:
            raise ConnectionError(told)
        results: list[dict[str, Any]] = told["results"]
        return results


@pytest.mark.slow
def test_every_command_is_there_once(transactional_db: None) -> None:
    town, random = standing_town(), Random(7)
    worker, at = town.user("worker"), timezone.now()
    _phone, token = enrol(worker, actor=town.actor("worker", at=at), at=at, label="工作手机")
    lng, lat = town.point_in()
    matter = town.matter("lamp").id
    queue = [
        {
            "id": str(UUID(int=random.getrandbits(128), version=4)),
            "name": "case.report",
            "data": {"text": f"第{number}盏灯不亮", "matter_id": matter, "lng": lng, "lat": lat},
        }
        for number in range(COMMANDS)
    ]
    server, acknowledged, lost = Server(), set[str](), [0]

    def send_all() -> None:
        """As the app does: what was not answered is sent again, and again from the beginning."""
        while len(acknowledged) < COMMANDS:
            waiting = [one for one in queue if one["id"] not in acknowledged][:8]
            try:
                results = server.ask(token, waiting)
            except (OSError, http.client.HTTPException, ValueError):
                lost[0] += 1
                time.sleep(0.05)
                continue
            assert {one["state"] for one in results} <= {"done", "already"}, results
            acknowledged.update(one["id"] for one in results)

    server.start()
    phone = Thread(target=send_all)
    phone.start()
    try:
        for _kill in range(KILLS):
            time.sleep(random.uniform(0.05, 0.5))
            server.kill()
            server.start()
        phone.join(90)
        assert not phone.is_alive()
    finally:
        acknowledged.update(str(number) for number in range(COMMANDS))
        server.kill()
    assert lost[0] > 0, "no kill hit anything"
    assert Case.objects.count() == SyncedCommand.objects.count() == COMMANDS
    assert Case.objects.values("external_key").distinct().count() == COMMANDS
    for case in Case.objects.all():
        assert events.faults(events.timeline(case), version=case.version) == []
