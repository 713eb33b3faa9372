"""One write path: rows change in actions, and nothing happens behind their back."""

import ast
import re

from tests.architecture.source import Module, listing, modules

# On any receiver these can only mean the database.
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "raw"}
# These are also methods of dictionaries and digests: they count where the receiver is a queryset.
QUERYSET = re.compile(
    r"\b(objects|_default_manager|_base_manager)\b|\.(filter|exclude|all|visible_to|select_for_update)\(\)"
)
# Pictures, workbooks, archives and sessions are saved too, and are no rows of ours.
HARMLESS = re.compile(r"^(workbook|image|picture|copy|canvas|request\.session|storage|cache)\b")


def may_write(module: Module) -> bool:
    """Actions, the kernel beneath them, and the cast of the tests."""
    return module.app in {"kernel", "testing"} or module.is_any_of("actions")


def writes(module: Module) -> list[str]:
    found = []
    for call, name in module.calls():
        receiver, _, method = name.rpartition(".")
        if not receiver or HARMLESS.match(receiver):
            continue
        if method in WRITES or (method == "update" and QUERYSET.search(receiver)):
            found.append(f"{module.at(call)}: {name}()")
    return found


def test_rows_are_written_in_actions_only() -> None:
    findings = [line for module in modules() if not may_write(module) for line in writes(module)]
    assert not findings, "move these into an action:" + listing(findings)


def test_the_check_sees_a_write() -> None:
    """The test above is worth something only if it can fail."""
    code = "Case.objects.filter(pk=1).update(stage='x')\ncase.save()\ntotals.update(a=1)\nimage.save(file)"
    module = Module(modules()[0].path, ast.parse(code))
    assert [line.rpartition(" ")[2] for line in writes(module)] == ["Case.objects.filter().update()", "case.save()"]


def test_no_signals() -> None:
    findings = [
        f"{module.at(node)}: {name}"
        for module in modules()
        for node, name in module.imports()
        if ".signals." in f"{name}." or name.startswith("django.dispatch")
    ]
    assert not findings, "an event and a reaction say the same thing where it can be seen:" + listing(findings)


def test_models_do_not_override_save_or_delete() -> None:
    findings = [
        f"{module.at(node)}: {owner.name}.{node.name}"
        for module in modules()
        if module.is_any_of("models")
        for owner in module.classes()
        for node in owner.body
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "full_clean"}
    ]
    assert not findings, listing(findings)
