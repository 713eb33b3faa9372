"""Time is passed in: what decides about a case never looks at the clock of the machine."""

import ast
import re

from tests.architecture.source import Module, listing, modules

CLOCKS = {
    "timezone.now", "timezone.localdate", "timezone.localtime", "datetime.now", "datetime.utcnow", "datetime.today",
    "datetime.datetime.now", "date.today", "datetime.date.today", "time.time", "now",
}  # fmt: skip
# Where a request or a command begins, its instant is read once and handed on.
BORDERS = {"web", "ops", "integrations", "api", "views", "middleware", "management", "adapter"}


def reads_clock(call: ast.Call, name: str) -> bool:
    # localtime(instant) converts; without an argument it reads.
    converts = name in {"timezone.localdate", "timezone.localtime"} and bool(call.args)
    return name in CLOCKS and not converts


def clock_readings(module: Module) -> list[str]:
    found = [f"{module.at(call)}: {name}()" for call, name in module.calls() if reads_clock(call, name)]
    found += [
        f"{module.at(node)}: {node.arg}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}
    ]
    found += [
        f"{module.at(node.value)}: default={ast.unparse(node.value)}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.keyword) and node.arg == "default" and ast.unparse(node.value) in CLOCKS
    ]
    return found


def test_the_clock_is_read_at_the_borders_only() -> None:
    findings = [line for module in modules() if not module.is_any_of(*BORDERS) for line in clock_readings(module)]
    assert not findings, "pass the instant in as at=:" + listing(findings)


def test_the_check_sees_a_reading() -> None:
    code = "a = timezone.now()\nb = timezone.localtime(at)\nc = Field(auto_now=True)\nd = Field(default=timezone.now)"
    assert len(clock_readings(Module(modules()[0].path, ast.parse(code)))) == 3


# Labels and lists of choices touch neither clock nor database.
WORDS_OF_DJANGO = ("django.utils.translation", "django.db.models.TextChoices", "django.db.models.IntegerChoices")


def test_rules_and_tables_are_pure() -> None:
    """workflow.py, rules.py and modules that say "Pure" in their first line: plain values in and out."""
    findings = [
        f"{module.at(node)}: {name}"
        for module in modules()
        if is_pure(module)
        for node, name in module.imports()
        if name.startswith("django") and not name.startswith(WORDS_OF_DJANGO)
    ]
    assert not findings, listing(findings)


def is_pure(module: Module) -> bool:
    first_line = (ast.get_docstring(module.tree) or "").split("\n")[0]
    return module.parts[-1] in {"workflow", "rules"} or bool(re.search(r"\bPure\b", first_line))
