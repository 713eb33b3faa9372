"""What no file of the house may contain: places of one machine, hosts of package registries, keys.

The patterns are put together from pieces, so that this file passes its own check.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools.shell import ROOT

_REGISTRIES = (
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
    "npm" + r"js\.(org|com)",
    "npm" + r"mirror\.com",
    "deb" + r"\.debian\.org",
)
FORBIDDEN = {
    "a path of one machine": re.compile("/" + r"(work|root)/[a-z]|/home/[a-z]+/"),
    "the host of a package registry": re.compile("|".join(_REGISTRIES), re.IGNORECASE),
    "a private key": re.compile("BEGIN [A-Z ]*" + "PRIVATE KEY"),
}
# Folders that are made, not written; looked at only where git can't tell.
MADE = {".git", ".venv", "node_modules", "var", "build", "dist", "__pycache__", "vendor", "staticfiles"}
MADE_ENDINGS = ("_cache", ".egg-info", ".hypothesis")


def files(root: Path = ROOT) -> Iterator[Path]:
    """Every file that is or may be committed."""
    words = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    try:
        listed = subprocess.run(words, cwd=root, capture_output=True, check=True).stdout.decode().split("\0")
        yield from (root / name for name in sorted(listed) if name and (root / name).is_file())
    except (OSError, subprocess.CalledProcessError):
        yield from _walk(root)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in MADE or path.name.endswith(MADE_ENDINGS):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.suffix not in {".pyc", ".mo"}:
            yield path


def findings(root: Path = ROOT) -> list[str]:
    """One line for each place where something forbidden stands."""
    found = []
    for path in files(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a font
        for number, line in enumerate(text.splitlines(), 1):
            found += [
                f"{path.relative_to(root)}:{number}: {what}: {match.group()}"
                for what, pattern in FORBIDDEN.items()
                if (match := pattern.search(line))
            ]
    return found
