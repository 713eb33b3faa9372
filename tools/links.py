"""Links between our own Markdown pages: each must lead to a file that exists and to a heading that is there."""

import re
import unicodedata
from pathlib import Path

from tools.shell import ROOT
from tools.words import files

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
ELSEWHERE = ("http:", "https:", "mailto:")


def findings(root: Path = ROOT) -> list[str]:
    """One line for each link that leads nowhere."""
    return [
        f"{page.relative_to(root)}: {target}: {reason}"
        for page in files(root)
        if page.suffix == ".md"
        for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
        if not target.startswith(ELSEWHERE) and (reason := _trouble(page, target, root))
    ]


def _trouble(page: Path, target: str, root: Path) -> str | None:
    name, _, anchor = target.partition("#")
    goal = page if not name else (root / name[1:] if name.startswith("/") else page.parent / name)
    if not goal.exists():
        return "no such file"
    if anchor and goal.suffix == ".md" and anchor not in anchors(goal.read_text(encoding="utf-8")):
        return "no such heading"
    return None


def anchors(text: str) -> set[str]:
    """The names that headings get on the usual forges: lower case, spaces to hyphens, punctuation gone."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = "".join(c for c in plain if c in "-_ " or unicodedata.category(c)[0] in "LN").replace(" ", "-")
        repeated = next(i for i in range(1000) if (f"{name}-{i}" if i else name) not in found)
        found.add(f"{name}-{repeated}" if repeated else name)
    return found
