"""The HTTP server (granian), as a command line, and beside a worker in one go."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from django.db import connection

from gezhi.ops.worker import Worker

THREADS = 8
PATIENCE = 30.0


def processes() -> int:
    """How many serving processes suit the database: SQLite gains nothing from a second one and loses much."""
    return 1 if connection.vendor == "sqlite" else max(2, os.cpu_count() or 1)


def command_line(host: str, port: int, *, workers: int | None = None, threads: int = THREADS) -> list[str]:
    """granian with threads on the WSGI application: pages and API."""
    if connection.vendor == "sqlite":
        workers = 1
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers or processes()), "--blocking-threads", str(threads), "--no-ws", "--log-level", "error",
        "--respawn-failed-workers", "config.wsgi:application",
    ]  # fmt: skip


def is_taken(host: str, port: int) -> bool:
    """Does somebody listen there already? The server itself would not notice: it shares its port among processes."""
    try:
        with socket.create_connection((reachable(host), port), timeout=0.5):
            return True
    except OSError:
        return False


def reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - asks where it listens


def serve_beside(worker: Worker, host: str, port: int, *, on_ready: Callable[[], None]) -> int:
    """Serve, and run the worker in this process, until it is asked to stop or the server ends; the exit code."""
    server = subprocess.Popen(command_line(host, port))  # noqa: S603 - our own command line
    try:
        if not answers(server, host, port):
            return server.poll() or 1
        on_ready()
        threading.Thread(target=stop_with, args=(server, worker), daemon=True).start()
        worker.run()
        return server.poll() or 0
    finally:
        if server.poll() is None:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def stop_with(server: "subprocess.Popen[bytes]", worker: Worker) -> None:
    """A server that ends by itself (its port is taken, it was killed) takes the worker with it."""
    server.wait()
    worker.stop.set()


def answers(server: "subprocess.Popen[bytes]", host: str, port: int) -> bool:
    """Wait until the server answers at all; False if it ends or stays silent."""
    address = f"http://{reachable(host)}:{port}/"
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
    return False
