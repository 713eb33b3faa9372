"""`gezhi export-areas grids.xlsx --within 370103001`: areas of a level as Excel, GeoPackage or GeoJSON."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from gezhi.kernel.registers import look
from gezhi.territory.exchange import MEDIA_TYPES, export
from gezhi.territory.models import Level


class Command(BaseCommand):
    help = "Export areas of a level to .xlsx, .gpkg or .geojson (导出区划)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--within", default=settings.DISTRICT, help="code of the area; the district by default")
        parser.add_argument("--level", choices=Level.values, default="grid")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        form = path.suffix.lower().lstrip(".")
        if form not in MEDIA_TYPES:
            raise CommandError(_("文件名要以 .xlsx、.gpkg 或 .geojson 结尾。"))
        look()
        content = export(options["within"], options["level"], form)
        try:
            path.write_bytes(content)
        except OSError as error:
            raise CommandError(_("写不了文件 %(file)s：%(error)s") % {"file": path, "error": error.strerror}) from error
        self.stdout.write(_("已写入 %(file)s（%(size)d 字节）") % {"file": path, "size": len(content)})
