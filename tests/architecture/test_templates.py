"""Templates keep to the strict Content-Security-Policy, and every text in them can be translated."""

import ast
import re

from tests.architecture.source import GEZHI, dotted, listing, modules
from tools.messages import KEYWORDS
from tools.shell import ROOT

TEMPLATES = sorted(path for path in GEZHI.rglob("templates/**/*") if path.suffix in {".html", ".txt"})
BREAKS_POLICY = {
    "inline style": re.compile(r"\sstyle\s*=|<style\b"),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>"),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']|\shx-on\b|hx-vals\s*=\s*[\"']js:|javascript:"),
    "another host": re.compile(r"\ssrc\s*=\s*[\"']https?://|<link[^>]*\shref\s*=\s*[\"']https?://"),
}
TRANSLATED = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->"
    r"|{%\s*trans(?:late)?\s.*?%}|_\(\s*(?:\"[^\"]*\"|'[^']*')\s*\)"
    r"|<(\w+)[^>]*\slang=\"zh[^\"]*\"[^>]*>[^<]*</\1>",
    re.DOTALL,
)
CHINESE = re.compile(r"[㐀-鿿]+")


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def test_templates_keep_the_content_security_policy() -> None:
    findings = []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for what, pattern in BREAKS_POLICY.items():
            findings += [
                f"{path.relative_to(ROOT)}:{line_of(text, match.start())}: {what}: {match.group().strip()}"
                for match in pattern.finditer(text)
            ]
    assert not findings, listing(findings)


def test_every_text_can_be_translated() -> None:
    findings = []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        plain = TRANSLATED.sub(lambda match: "\n" * match.group().count("\n"), text)
        findings += [
            f"{path.relative_to(ROOT)}:{line_of(plain, match.start())}: {match.group()}"
            for match in CHINESE.finditer(plain)
        ]
    assert not findings, "put these into {% translate %}:" + listing(findings)


def test_every_text_in_the_code_of_pages_can_be_translated() -> None:
    """Chinese outside gettext would stand in the midst of an English page."""
    findings = [
        f"{module.at(node)}: {node.value}"
        for module in modules()
        if module.app == "web" or module.is_any_of("forms", "api")
        for node in untranslated(module.tree)
    ]
    assert not findings, listing(findings)


def test_the_check_sees_an_untranslated_text() -> None:
    code = '"""说明"""\na = _("一")\nb = ngettext("二", "三", 1)\nc = "四"'
    assert [node.value for node in untranslated(ast.parse(code))] == ["四"]


def untranslated(tree: ast.Module) -> list[ast.Constant]:
    """Chinese literals that are neither arguments of gettext nor docstrings."""
    spared = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in KEYWORDS:
            spared |= {id(part) for part in ast.walk(node)}
    literals = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [node for node in literals if CHINESE.search(str(node.value)) and id(node) not in spared]
