"""The generated pages of docs/ say what the program's tables say."""

from pathlib import Path

import pytest

from gezhi.ops.pages import made_pages

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("path", made_pages())
def test_page_is_up_to_date(path: str) -> None:
    file = DOCS / path
    assert file.exists(), f"docs/{path} is missing: ./dev docs makes it"
    assert file.read_text(encoding="utf-8") == made_pages()[path], f"docs/{path} is out of date: ./dev docs"
