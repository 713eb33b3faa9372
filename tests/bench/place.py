"""A database with its keys and files: made once with a whole district in it, then copied for each bench, so that none disturbs the next."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier

from tests.bench.table import POSTGRESQL, SQLITE
from tools.shell import ROOT

PATIENCE = 30.0


class Failed(Exception):
    """A part of the bench broke; the text says which and why."""


@dataclass(frozen=True)
class Place:
    """`home` holds the keys and, for SQLite, the database; `server` is the URL of a PostgreSQL cluster, `name` our database there."""

    vendor: str
    home: Path
    server: str = ""
    name: str = ""

    @property
    def url(self) -> str:
        """Where PostgreSQL keeps it."""
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name}"))

    @property
    def env(self) -> dict[str, str]:
        """A small world of its own: nothing of the installation that the developer may have here is read."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GEZHI_")}
        own = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "GEZHI_VAR": str(self.home),
            "GEZHI_PLAIN_STATIC": "1",
            "GEZHI_LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(ROOT),
        }
        return clean | own | ({"GEZHI_DATABASE_URL": self.url} if self.vendor == POSTGRESQL else {})

    def call(self, function: str, **arguments: Any) -> Any:
        """Run `module:function` in a process of its own; arguments and answer are JSON."""
        words = [sys.executable, "-m", "tests.bench.inside", function]
        done = subprocess.run(
            words, input=json.dumps(arguments), env=self.env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(f"{function} on {self.vendor}:\n{done.stderr.strip()[-4000:]}")
        return json.loads(done.stdout)

    def gezhi(self, *words: str) -> float:
        """Run a `gezhi` command; the seconds it took, its start included."""
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "gezhi", *words], env=self.env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(f"gezhi {' '.join(words)} on {self.vendor}:\n{(done.stdout + done.stderr).strip()[-4000:]}")
        return time.monotonic() - started

    def execute(self, *statements: str) -> None:
        """Plain statements on PostgreSQL, each by itself."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    @contextmanager
    def served(self) -> Iterator[int]:
        """Serve it as production does, by `gezhi serve`; gives the port."""
        port = free_port()
        words = [sys.executable, "-m", "gezhi", "serve", "--port", str(port)]
        with running(words, self.env, port):
            yield port

    @contextmanager
    def copy(self, label: str) -> Iterator["Place"]:
        """The same again under another name, gone at the end."""
        home = self.home.parent / f"{self.vendor}-{label}"
        shutil.copytree(self.home, home)
        twin = Place(self.vendor, home, self.server, f"{self.name}_{label}" if self.name else "")
        try:
            if self.vendor == POSTGRESQL:
                on_server(self.server, "CREATE DATABASE {} TEMPLATE {}", twin.name, self.name)
            yield twin
        finally:
            if self.vendor == POSTGRESQL:
                on_server(self.server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", twin.name)
            shutil.rmtree(home, ignore_errors=True)


def on_server(server: str, statement: str, *names: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL(statement).format(*map(Identifier, names)))  # type: ignore[arg-type]


@contextmanager
def founded(vendor: str, folder: Path, server: str = "") -> Iterator[Place]:
    """A place with an empty schema and the whole district (`town.build`)."""
    home = folder / vendor
    (home / "static").mkdir(parents=True)
    place = Place(vendor, home, server, f"gezhi_bench_{os.getpid()}" if server else "")
    if vendor == POSTGRESQL:
        on_server(server, "CREATE DATABASE {}", place.name)
    try:
        place.gezhi("migrate", "--verbosity", "0")
        place.call("tests.bench.town:build")
        yield place
    finally:
        if vendor == POSTGRESQL:
            on_server(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", place.name)


# --- servers --------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(words: list[str], env: Mapping[str, str], port: int) -> Iterator[None]:
    """A server in a process group of its own, so that its workers end with it."""
    server = subprocess.Popen(words, env=dict(env), cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        wait_for(server, port)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_for(server: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise Failed("the server did not answer")


@contextmanager
def hello_served(vendor: str) -> Iterator[int]:
    """The bare view of `hello.py`, by as many processes and threads as `gezhi serve` uses on this database."""
    port = free_port()
    workers = 1 if vendor == SQLITE else max(2, os.cpu_count() or 1)
    words = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "8", "--no-ws", "--log-level", "warning",
        "tests.bench.hello:application",
    ]  # fmt: skip
    with running(words, {**os.environ, "PYTHONPATH": str(ROOT)}, port):
        yield port
