"""What was changed, and which tests are near to it."""

import subprocess
from pathlib import Path

from tools.shell import ROOT

# Folders of pages that say nothing about what a page is about.
GENERIC = {
    "views", "templates", "static", "web", "tests", "operation", "support", "portal", "urls", "forms", "wording", "api",
}  # fmt: skip


def changed() -> list[str]:
    """The paths that differ from the last commit; in a clean tree those of the last commit. None where git can't say."""
    for words in (
        ("status", "--porcelain", "--no-renames", "--untracked-files=all"),
        ("show", "--name-only", "--format=", "HEAD"),
    ):
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        paths = [line[3:] if words[0] == "status" else line for line in done.stdout.splitlines() if line.strip()]
        if paths:
            return paths
    return []


def near_tests(paths: list[str]) -> list[str]:
    """Of an app its folder of tests, of a page the tests in whose name a word of its path is, of a test itself; always those of the architecture."""
    near = {"tests/architecture"}
    for path in paths:
        parts = Path(path).parts
        if parts[:1] == ("tests",) or "tests" in parts[2:3]:
            near |= {path} if path.endswith(".py") and Path(path).name.startswith("test_") else set()
        elif parts[:2] == ("gezhi", "web"):
            words = {Path(part).stem for part in parts[2:]} - GENERIC
            found = (ROOT / "gezhi" / "web" / "tests").glob("test_*.py")
            near |= {
                str(test.relative_to(ROOT))
                for test in found
                if any(len(word) > 3 and word in test.stem for word in words)
            }
        elif parts[:1] == ("gezhi",) and len(parts) > 2:
            near.add(f"gezhi/{parts[1]}/tests")
    return sorted(test for test in near if (ROOT / test).exists() and "browser" not in test)
