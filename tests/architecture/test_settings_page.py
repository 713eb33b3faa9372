"""docs/settings.md and config/settings.py name the same variables."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_variable_is_described_and_every_description_is_read() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config/settings.py").read_text()))
    described = set(re.findall(r"^\| `GEZHI_([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))
    assert read == described
