"""Every dependency has a reason beside it and an exact version, and nothing is fetched from a place of its own."""

import json
import re
import tomllib

from tests.architecture.source import listing
from tools.browser_libraries import FILES
from tools.shell import ROOT

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PINNED = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


def plain(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements() -> list[str]:
    project = tomllib.loads(PYPROJECT)
    groups = project.get("dependency-groups", {}).values()
    return [*project["project"]["dependencies"], *(line for group in groups for line in group)]


def test_every_dependency_has_its_reason() -> None:
    lines = PYPROJECT.splitlines()
    findings = [
        requirement
        for requirement in requirements()
        if not any(re.match(rf'\s*"{re.escape(requirement)}",\s+# \S+', line) for line in lines)
    ]
    assert not findings, "write behind these why we need them:" + listing(findings)


def test_every_dependency_has_an_exact_version() -> None:
    pinned = {plain(name) for name in PINNED}
    names = [re.match(r"[\w.-]+", requirement) for requirement in requirements()]
    findings = [match.group() for match in names if match and plain(match.group()) not in pinned]
    assert not findings, "missing in constraints.txt:" + listing(findings)


def test_browser_libraries_have_exact_versions_and_no_addresses() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    asked = package["dependencies"] | package["devDependencies"]
    for name, version in asked.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)


def test_copied_files_come_from_libraries_of_the_page_not_of_the_tests() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    names = {"/".join(path.split("/")[: 2 if path.startswith("@") else 1]) for path in FILES}
    assert names <= set(package["dependencies"])
