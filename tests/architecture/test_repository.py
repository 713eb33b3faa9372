"""The repository speaks of itself alone, its pages lead somewhere, and its tables match their migrations."""

import io

import pytest
from django.core.management import call_command

from tests.architecture.source import listing
from tools import links, words


def test_no_forbidden_words() -> None:
    findings = words.findings()
    assert not findings, listing(findings)


def test_links_between_pages_lead_somewhere() -> None:
    findings = links.findings()
    assert not findings, listing(findings)


@pytest.mark.django_db
def test_migrations_are_written() -> None:
    output = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=output)
    except SystemExit:
        pytest.fail(f"run gezhi makemigrations:\n{output.getvalue()}")
