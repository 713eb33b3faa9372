"""`gezhi import-boundaries FILE --crs gcj02 --code-property adcode`: outlines of areas from GeoJSON or GeoPackage."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import look
from gezhi.territory.actions import NewBoundary, set_boundaries
from gezhi.territory.actions.areas import checked_code
from gezhi.territory.codes import level_of
from gezhi.territory.crs import Crs
from gezhi.territory.geojson import NotGeoJson, Outline, read_features
from gezhi.territory.geopackage import NotGeoPackage, read_layer
from gezhi.territory.models import Area, Level


class Command(BaseCommand):
    help = "Import boundaries of areas from a GeoJSON or GeoPackage file (导入边界)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--crs",
            default="",
            help="cgcs2000, wgs84, gcj02, bd09, EPSG:4490 ...; a GeoPackage says it itself",
        )
        parser.add_argument("--code-property", default="code", help="the property that holds the code")
        parser.add_argument("--level", choices=Level.values, help="take only areas of this level")
        parser.add_argument("--source", default="", help="where the outlines come from; the file name by default")
        parser.add_argument("--sketch", action="store_true", help="mark as a sketch (示意)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        is_package = path.suffix.lower() == ".gpkg"
        crs = None if is_package and not options["crs"] else crs_of(options["crs"])
        try:
            content = path.read_bytes()
            outlines, own = read_layer(content) if is_package else (read_features(content), None)
            crs = crs or own
        except OSError as error:
            raise CommandError(_("读不了文件 %(file)s：%(error)s") % {"file": path, "error": error.strerror}) from error
        except NotGeoJson as error:
            raise CommandError(_("文件不是 GeoJSON：%(error)s") % {"error": error}) from error
        except NotGeoPackage as error:
            raise CommandError(_("文件不是能读的 GeoPackage：%(error)s") % {"error": error}) from error
        assert crs is not None, "given, or said by the package"
        look()
        items, refused = match(outlines, options["code_property"], options["level"])
        report = set_boundaries(
            items,
            crs=crs,
            source=options["source"] or path.name,
            is_sketch=options["sketch"],
            actor=Actor.system("import-boundaries"),
            at=timezone.now(),
        )
        look()
        for name, reason in refused + report.refused:
            self.stderr.write(f"{name}：{reason}")
        self.stdout.write(
            _("更新 %(done)d，未变 %(unchanged)d，拒绝 %(refused)d")
            % {"done": report.done, "unchanged": report.unchanged, "refused": len(refused) + len(report.refused)}
        )


def crs_of(text: str) -> Crs:
    if not text:
        raise CommandError(_("请用 --crs 说明坐标系。"))
    try:
        return Crs.parse(text)
    except ValueError:
        raise CommandError(_("不认识的坐标系：%(crs)s") % {"crs": text}) from None


def match(
    outlines: Sequence[Outline], code_property: str, level: str | None
) -> tuple[list[NewBoundary], list[tuple[str, str]]]:
    """Each outline to the area with its code; those of another level are passed over, the others refused with a reason."""
    items: list[NewBoundary] = []
    refused: list[tuple[str, str]] = []
    areas = {area.code: area for area in Area.objects.all()}
    for outline in outlines:
        place = _("第 %(position)d 个要素") % {"position": outline.position}
        if outline.geometry is None:
            refused.append((place, _("读不出图形：%(error)s") % {"error": outline.error}))
            continue
        if code_property not in outline.properties:
            refused.append((place, _("没有属性 %(name)s") % {"name": code_property}))
            continue
        try:
            code = checked_code(str(outline.properties[code_property]))
        except Refused as refusal:
            refused.append((place, str(refusal)))
            continue
        if level is not None and level_of(code) != level:
            continue
        if code not in areas:
            refused.append((f"{place} {code}", _("没有这个区域，请先导入区划")))
            continue
        items.append(NewBoundary(areas[code], outline.geometry))
    return items, refused
