"""Make the generated pages of docs/ anew."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from gezhi.ops.pages import made_pages


class Command(BaseCommand):
    help = "Make the generated pages of docs/ anew; --check only says whether they are true."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a page is out of date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        stale = []
        for path, text in made_pages().items():
            file = settings.BASE_DIR / "docs" / path
            if file.exists() and file.read_text(encoding="utf-8") == text:
                continue
            stale.append(path)
            if not check:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        for path in stale:
            self.stdout.write(f"docs/{path} {'is out of date' if check else 'made'}")
        if check and stale:
            raise SystemExit(1)
