"""The code of the house as syntax trees, and the small questions that the tests here ask of it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.shell import ROOT

GEZHI = ROOT / "gezhi"


@dataclass(frozen=True)
class Module:
    """One Python file below gezhi/."""

    path: Path
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        """The path inside gezhi/ without the ending: ("cases", "actions", "claims")."""
        return self.path.relative_to(GEZHI).with_suffix("").parts

    @property
    def app(self) -> str:
        return self.parts[0]

    def at(self, node: ast.AST) -> str:
        """Where something stands, as editors understand it."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"

    def is_any_of(self, *names: str) -> bool:
        """Whether this is a module, or lies in a package, of one of these names."""
        return any(part in names for part in self.parts)

    def imports(self) -> Iterator[tuple[ast.AST, str]]:
        """Every imported module and every `module.name` taken from one."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with the dotted name of what is called, as `Case.objects.filter().update`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, dotted(node.func)

    def classes(self) -> Iterator[ast.ClassDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))


@cache
def modules() -> tuple[Module, ...]:
    """All code below gezhi/ that runs in service: no tests, no migrations."""
    paths = (path for path in sorted(GEZHI.rglob("*.py")) if not {"tests", "migrations"} & set(path.parts))
    return tuple(Module(path, ast.parse(path.read_text(encoding="utf-8"), str(path))) for path in paths)


def dotted(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}"
        case ast.Call(func=function):
            return f"{dotted(function)}()"
        case ast.Subscript(value=value):
            return f"{dotted(value)}[]"
        case _:
            return "?"


@cache
def layers() -> dict[str, int]:
    """App to height, from the contract in pyproject.toml: 0 is the lowest layer; neighbours share a number."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = project["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        app: height for height, line in enumerate(reversed(lines)) for app in re.findall(r"\w+", line.replace("|", " "))
    }


def listing(findings: list[str]) -> str:
    """A message for assert: one finding a line."""
    return "\n" + "\n".join(findings)
