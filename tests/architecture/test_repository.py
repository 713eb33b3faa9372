"""The repository speaks of itself alone, and its pages lead somewhere."""

from tests.architecture.source import listing
from tools import links, words


def test_no_forbidden_words() -> None:
    findings = words.findings()
    assert not findings, listing(findings)


def test_links_between_pages_lead_somewhere() -> None:
    findings = links.findings()
    assert not findings, listing(findings)
