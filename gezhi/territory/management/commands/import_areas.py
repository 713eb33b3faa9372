"""`gezhi import-areas FILE`: districts, streets, communities and grids from a CSV file or an Excel workbook."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.kernel.access import Actor
from gezhi.kernel.registers import look
from gezhi.territory.actions import import_areas
from gezhi.territory.area_rows import UnreadableFile, read_area_rows
from gezhi.territory.spreadsheets import read_workbook

UNREADABLE = {
    "encoding": gettext_lazy("文件不是 UTF-8 也不是 GBK 编码的文本"),
    "columns": gettext_lazy("第一行缺少这些列：%(missing)s"),
    "empty": gettext_lazy("文件是空的"),
    "workbook": gettext_lazy("不是 Excel 工作簿，或者大得离谱"),
}


class Command(BaseCommand):
    help = "Import areas from a CSV or Excel file with the columns code, parent, name, level (导入区划)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check and report, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            read = read_workbook if path.suffix.lower() == ".xlsx" else read_area_rows
            rows = list(read(path.read_bytes()))
        except OSError as error:
            raise CommandError(_("读不了文件 %(file)s：%(error)s") % {"file": path, "error": error.strerror}) from error
        except UnreadableFile as error:
            raise CommandError(UNREADABLE[error.reason] % {"missing": "、".join(error.missing)}) from error
        look()
        with transaction.atomic():
            report = import_areas(rows, actor=Actor.system("import-areas"), at=timezone.now())
            if options["dry_run"]:
                transaction.set_rollback(True)
        look()
        for line, code, reason in report.refused:
            self.stderr.write(_("第 %(line)d 行 %(code)s：%(reason)s") % {"line": line, "code": code, "reason": reason})
        if options["dry_run"]:
            self.stdout.write(_("试运行，没有改动任何数据。"))
        self.stdout.write(
            _("新增 %(created)d，更改 %(changed)d，未变 %(unchanged)d，拒绝 %(refused)d")
            % {
                "created": report.created,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "refused": len(report.refused),
            }
        )
