"""`./dev run`: the server and the worker beside each other, for development."""

import subprocess
import time

from tools.shell import ROOT, VENV, Stop, environment, finish, run, say

GEZHI = VENV / "bin" / "gezhi"


def serve(port: int) -> int:
    """Bring the database up to date and serve on loopback; changed code is loaded again. Ends with either part."""
    env = {"GEZHI_DEBUG": "1"}
    if run(GEZHI, "migrate", "--verbosity", "0", env=env) != 0:
        raise Stop("The database could not be brought up to date.")
    granian = [VENV / "bin" / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    # One process with threads: a second one gains nothing on SQLite and loses much.
    granian += ["--workers", "1", "--blocking-threads", "8", "--reload", "--reload-paths", "gezhi"]
    granian += ["--reload-paths", "config", "config.wsgi:application"]
    say(f"http://127.0.0.1:{port}/  (Ctrl-C ends it)")
    parts = [_start(granian, env), _start([GEZHI, "work"], env)]
    try:
        while all(part.poll() is None for part in parts):
            time.sleep(0.3)
    except KeyboardInterrupt:
        say("")
        return 0
    finally:
        for part in parts:
            if part.poll() is None:
                part.terminate()
            finish(part)
    return max(part.returncode or 0 for part in parts) or 1


def _start(words: list[object], env: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen([str(word) for word in words], cwd=ROOT, env=environment(env), text=True)
