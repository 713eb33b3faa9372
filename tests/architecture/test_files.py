"""A file name says what may be found in it; a module with a name of its own says so in its first line."""

import ast

from tests.architecture.source import Module, listing, modules
from tools.shell import ROOT
from tools.words import files

# The vocabulary of ARCHITECTURE.md: these names need no explanation.
VOCABULARY = {
    "__init__", "__main__", "access", "actions", "api", "apps", "forms", "middleware", "models", "queries", "reactions",
    "rules", "urls", "views", "workflow",
}  # fmt: skip
BANNED = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "service", "services", "util", "utils"}


def test_no_file_is_a_drawer_for_odds_and_ends() -> None:
    findings = [
        str(path.relative_to(ROOT))
        for path in files()
        if path.suffix in {".py", ".js"} and BANNED & {path.stem, *path.relative_to(ROOT).parts}
    ]
    assert not findings, listing(findings)


def explained(module: Module) -> bool:
    """By the vocabulary, by lying in models/ (a file a noun), or by the help text of a command."""
    return module.parts[-1] in VOCABULARY or module.parts[-2:-1] in {("models",), ("commands",)}


def test_modules_outside_the_vocabulary_say_what_they_hold() -> None:
    findings = [
        module.at(module.tree)
        for module in modules()
        if not explained(module) and module.tree.body and not ast.get_docstring(module.tree)
    ]
    assert not findings, "give these a first line that says what they hold:" + listing(findings)


def test_python_files_have_names_in_words() -> None:
    findings = [module.at(module.tree) for module in modules() if not module.parts[-1].replace("_", "").isalnum()]
    findings += [module.at(module.tree) for module in modules() if module.parts[-1] != module.parts[-1].lower()]
    assert not findings, listing(findings)
