"""Where things lie, how a command is run, and how we speak to the person before the screen."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "gezhi" / "web" / "static" / "vendor"
# The same default as in config/settings.py, which can't be read before Django is there.
VAR = Path(os.environ.get("GEZHI_VAR") or ROOT / "var").absolute()
# The demo lives in a folder of its own: another database, other keys, nothing shared with what may be real.
DEMO_VAR = VAR / "demo"


class Stop(Exception):
    """The command can't go on; the text tells the person what to do."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def warn(text: str) -> None:
    say(f"! {text}")


def environment(extra: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """Ours, with the virtual environment first on the path; a value of None takes a variable away."""
    values: dict[str, str | None] = {
        **os.environ,
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    values |= {"VIRTUAL_ENV": str(VENV), "PYTHONHOME": None, **(extra or {})}
    return {name: value for name, value in values.items() if value is not None}


def run(*words: str | Path, env: Mapping[str, str | None] | None = None, cwd: Path = ROOT, quiet: bool = False) -> int:
    """Run to the end and give the exit code; what was written is shown only on failure when `quiet`.

    Ctrl-C reaches the child by the terminal; it gets ten seconds to tidy up before it is ended.
    """
    stream = subprocess.PIPE if quiet else None
    child = subprocess.Popen(
        [str(word) for word in words],
        cwd=cwd,
        env=environment(env),
        stdin=subprocess.DEVNULL if quiet else None,
        stdout=stream,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
    )
    try:
        output, _ = child.communicate()
    except BaseException:
        finish(child)
        raise
    if quiet and child.returncode and output:
        say(output.rstrip())
    return child.returncode


def finish(child: "subprocess.Popen[str]", patience: float = 10) -> None:
    """Wait for a child that was asked to stop; ask again, and end it when it does not."""
    for ask in (None, child.terminate, child.kill):
        if ask:
            ask()
        try:
            child.wait(patience)
            return
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            continue


def output_of(words: Sequence[str | Path], env: Mapping[str, str | None] | None = None) -> str | None:
    """What a command prints, or None when it is missing or fails."""
    try:
        done = subprocess.run(
            [str(word) for word in words], cwd=ROOT, env=environment(env), capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout


def stop_politely_when_terminated() -> None:
    """Make SIGTERM unwind the stack like Ctrl-C, so that throw-away servers stop with us."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
