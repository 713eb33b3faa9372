"""The commands of `./dev`."""

import argparse
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import browser_libraries, environment, links, open_data, postgres
from tools.lint import lint
from tools.serving import GEZHI, serve
from tools.shell import DEMO_VAR, PYTHON, ROOT, Stop, run, say, stop_politely_when_terminated, warn
from tools.testing import test

CATALOGUE = ROOT / "gezhi" / "locale" / "en" / "LC_MESSAGES" / "django.po"


@dataclass(frozen=True)
class Command:
    usage: str
    purpose: str
    do: Callable[[list[str]], int]


def main(words: list[str]) -> int:
    """Carry out one command; without a word, list them."""
    if not words or words[0] in {"help", "--help", "-h"}:
        print(listing())
        return 0
    command = COMMANDS.get(words[0])
    if command is None:
        say(f"./dev knows no command {words[0]}.\n\n{listing()}")
        return 2
    if words[1:] and words[1] in {"--help", "-h"} and words[0] not in PASS_HELP_ON:
        print(f"./dev {command.usage}\n  {command.purpose}")
        return 0
    stop_politely_when_terminated()
    try:
        return command.do(words[1:])
    except Stop as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130


def listing() -> str:
    width = max(len(command.usage) for command in COMMANDS.values())
    lines = [f"  ./dev {command.usage:<{width}}  {command.purpose}" for command in COMMANDS.values()]
    return "\n".join(["Gezhi 格治. Commands:", "", *lines])


def set_up(*, dev: bool) -> None:
    """Environment, browser libraries, open data, English texts: each only when it is missing or out of date."""
    with _alone():
        environment.prepare(dev=dev)
        browser_libraries.prepare(dev=dev)
        open_data.prepare()
        compiled = CATALOGUE.with_suffix(".mo")
        stale = CATALOGUE.exists() and not _newer(compiled, CATALOGUE)
        if stale and run(PYTHON, "-m", "tools.messages", "compile", quiet=True) != 0:
            warn("The English texts could not be compiled; the program speaks Chinese only.")


def _newer(one: Path, other: Path) -> bool:
    return one.exists() and one.stat().st_mtime >= other.stat().st_mtime


@contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups at once would break each other's environment: the second one waits."""
    folder = ROOT / "var"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is running here; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _setup(words: list[str]) -> int:
    set_up(dev="--without-dev" not in words)
    return 0


def _demo(words: list[str]) -> int:
    """The demo has its own folder and database, whatever the environment says of a real one; each scale its own town."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--scale", default="small")
    scale = parser.parse_known_args(words)[0].scale
    set_up(dev=False)
    kept = ("GEZHI_DISTRICT", "GEZHI_TILES", "GEZHI_TIANDITU")
    env: dict[str, str | None] = dict.fromkeys(
        name for name in os.environ if name.startswith("GEZHI_") and not name.startswith(kept)
    )
    env |= {
        "GEZHI_VAR": str(DEMO_VAR),
        "GEZHI_DEMO": "1",
        "GEZHI_DATABASE_URL": f"sqlite:///{DEMO_VAR / f'{scale}.sqlite3'}",
    }
    return run(GEZHI, "demo", *words, env=env)


def _test(words: list[str]) -> int:
    set_up(dev=True)
    return test(words)


def _lint(words: list[str]) -> int:
    set_up(dev=True)
    return lint()


def _run(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev run")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(words)
    set_up(dev=True)
    return serve(options.port)


def _bench(words: list[str]) -> int:
    """The bench finds PostgreSQL's address and programs (pgbench) in two variables, or neither."""
    set_up(dev=True)
    if "plan" in words or not any(word.isalpha() for word in words):
        environment.install_group("bench")
    with ExitStack() as stack:
        env: dict[str, str | None] = {"GEZHI_BENCH_POSTGRES_URL": os.environ.get("GEZHI_BENCH_POSTGRES_URL")}
        try:
            if not env["GEZHI_BENCH_POSTGRES_URL"]:
                env["GEZHI_BENCH_POSTGRES_URL"] = stack.enter_context(postgres.cluster(durable=True))
        except Stop as reason:
            warn(f"Measuring without PostgreSQL. {reason}")
        env["GEZHI_BENCH_POSTGRES_PROGRAMS"] = str(postgres.binaries() or "")
        return run(PYTHON, "-m", "tests.bench", *words, env=env)


def _docs(words: list[str]) -> int:
    set_up(dev=False)
    code = run(GEZHI, "docs", *words)
    broken = links.findings()
    for line in broken:
        say(f"broken link: {line}")
    return 1 if code or broken else 0


def _messages(words: list[str]) -> int:
    set_up(dev=False)
    return run(PYTHON, "-m", "tools.messages", *words)


COMMANDS = {
    "demo": Command(
        "demo [--scale full] [--port N] [--days N]", "draw the demo town, fill it with life and serve it", _demo
    ),
    "test": Command("test [quick|sqlite|postgres|browser] [pytest words]", "all tests, or one group of them", _test),
    "lint": Command("lint", "style, types, layers, scripts, links, words that must not stand in files", _lint),
    "run": Command("run [--port N]", "serve your own database with the worker, for development", _run),
    "bench": Command("bench [names]", "measure on both databases, beside the limits of the machine", _bench),
    "docs": Command("docs [words]", "make the generated pages of docs/ anew and check all links", _docs),
    "messages": Command("messages", "collect the screen texts into the English catalogue, compile it", _messages),
    "setup": Command("setup [--without-dev]", "only what every other command does first", _setup),
}
PASS_HELP_ON = {"demo", "docs", "bench", "run"}
