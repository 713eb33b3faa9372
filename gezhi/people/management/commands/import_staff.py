"""`gezhi import-staff FILE`: people from an Excel list, appointed at their grids."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.kernel import registers
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.people.actions import import_staff
from gezhi.people.staff_files import read_staff


class Command(BaseCommand):
    help = "Read a list of people (Excel) and appoint them; rows that are wrong are listed. The same list again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="an .xlsx with the headings of the template")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and keep nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        registers.look()
        try:
            data = file.read_bytes()
            report = import_staff(
                read_staff(data),
                actor=Actor.system("import-staff"),
                at=timezone.now(),
                is_dry=dry_run,
                digest=hashlib.sha256(data).hexdigest(),
            )
        except OSError as error:
            raise CommandError(_("读不了文件 %(file)s：%(error)s") % {"file": file, "error": error.strerror}) from error
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for row in report.refused:
            self.stderr.write(
                _("第 %(line)s 行，%(field)s：%(why)s") % {"line": row.line, "field": row.field, "why": row.message}
            )
        words = _("%(rows)s 行：安排 %(entered)s，已在岗 %(known)s，有问题 %(refused)s，新开账号 %(accounts)s。")
        named = {
            "rows": report.rows,
            "entered": report.entered,
            "known": report.known,
            "refused": len(report.refused),
            "accounts": report.accounts,
        }
        self.stdout.write(words % named + (_("只是试算，没有保存。") if report.is_dry else ""))
