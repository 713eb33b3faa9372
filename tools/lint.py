"""What `./dev lint` looks at. All checks run, so that one sees everything that is wrong at once."""

import time
from collections.abc import Callable

from tools import browser_libraries, links, words
from tools.shell import ROOT, VENV, run, say, warn

CODE = ("gezhi", "config", "tests", "tools", "dev", "conftest.py")


def lint() -> int:
    """Run every check; 0 when all are content."""
    checks: dict[str, Callable[[], bool]] = {
        "ruff": lambda: _run("ruff", "check", "--quiet", *_present()),
        "format": lambda: _run("ruff", "format", "--check", "--quiet", *_present()),
        "types": lambda: _run("mypy", "--no-error-summary"),
        "layers": lambda: _run("lint-imports", "--no-logo"),
        "javascript": _javascript,
        "words": lambda: _none("forbidden words", words.findings()),
        "links": lambda: _none("broken links", links.findings()),
    }
    failed = []
    for name, check in checks.items():
        started = time.monotonic()
        content = check()
        say(f"{'ok  ' if content else 'FAIL'} {name:<12}{time.monotonic() - started:6.1f} s")
        if not content:
            failed.append(name)
    if failed:
        say(f"Not content: {', '.join(failed)}")
    return 1 if failed else 0


def _run(tool: str, *arguments: str) -> bool:
    return run(VENV / "bin" / tool, *arguments, quiet=True) == 0


def _present() -> list[str]:
    return [name for name in CODE if (ROOT / name).exists()]


def _javascript() -> bool:
    """Types of our own scripts, by the JSDoc comments in them; settings in tsconfig.json."""
    scripts = [path for path in (ROOT / "gezhi").rglob("static/**/*.js") if "vendor" not in path.parts]
    if not scripts:
        return True
    compiler, node = browser_libraries.typescript(), browser_libraries.node()
    if not (compiler and node):
        warn("TypeScript is not here (npm or the network was missing at set-up): scripts not checked.")
        return True
    return run(node, compiler, "--project", "tsconfig.json", quiet=True) == 0


def _none(what: str, findings: list[str]) -> bool:
    for line in findings:
        say(f"{what}: {line}")
    return not findings
