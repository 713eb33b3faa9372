"""Reads what a planner is given: GeoJSON, CSV with coordinates, and Shapefiles in a ZIP archive. Pure.

All give the same: features with a geometry in the system of the file, and their properties. What can't be read is kept with the reason.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import shapefile
import shapely
import shapely.geometry

from gezhi.territory.area_rows import UnreadableFile, decode
from gezhi.territory.geojson import NotGeoJson, Outline, read_features

# The columns of a CSV that hold the place.
LNG, LAT = ("lng", "lon", "longitude", "x", "经度"), ("lat", "latitude", "y", "纬度")
# An archive that unpacks to more than this is no map of a district.
LARGEST_MEMBER = 1_000_000_000


class NotReadable(ValueError):
    """The file as a whole. `reason`: "format", "encoding", "columns", "archive"."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail


def read_any(name: str, data: bytes) -> list[Outline]:
    """All features of a file, by the ending of its name. Raises `NotReadable`."""
    ending = name.lower().rpartition(".")[2]
    if ending == "csv":
        return list(read_points(data))
    if ending == "zip":
        return list(read_archive(data))
    if ending in {"geojson", "json"}:
        try:
            return read_features(data)
        except NotGeoJson as error:
            raise NotReadable("format", str(error)) from error
    raise NotReadable("format", ending)


def read_points(data: bytes) -> Iterator[Outline]:
    """A line a point; `position` is the line in the file."""
    try:
        text = decode(data)
    except UnreadableFile as error:
        raise NotReadable("encoding") from error
    rows = csv.reader(io.StringIO(text))
    heading = [name.strip().lower() for name in next(rows, [])]
    lng, lat = (next((heading.index(name) for name in names if name in heading), -1) for names in (LNG, LAT))
    if lng < 0 or lat < 0:
        raise NotReadable("columns", f"{LNG[0]}, {LAT[0]}")
    for cells in rows:
        if not any(cells):
            continue
        properties = {name: cell.strip() for name, cell in zip(heading, cells, strict=False)}
        try:
            point = shapely.Point(float(cells[lng]), float(cells[lat]))
        except (ValueError, IndexError):
            yield Outline(rows.line_num, properties, None, "no coordinates")
            continue
        yield Outline(rows.line_num, properties, point, "")


def read_archive(data: bytes) -> Iterator[Outline]:
    """Every Shapefile in a ZIP archive, one after the other."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise NotReadable("archive") from error
    with archive:
        members = {member.filename.lower(): member for member in archive.infolist()}
        if any(member.file_size > LARGEST_MEMBER for member in members.values()):
            raise NotReadable("archive", "too large")
        stems = sorted(name[:-4] for name in members if name.endswith(".shp"))
        if not stems:
            raise NotReadable("archive", "no .shp")
        position = 0
        for stem in stems:
            parts = {
                ending: io.BytesIO(archive.read(members[f"{stem}.{ending}"]))
                for ending in ("shp", "shx", "dbf")
                if f"{stem}.{ending}" in members
            }
            for outline in read_shapes(parts):
                position += 1
                yield outline._replace(position=position)


def read_shapes(parts: dict[str, Any]) -> Iterator[Outline]:
    """One Shapefile; its attributes in UTF-8 or GB 18030."""
    try:
        with shapefile.Reader(**parts, encoding="latin-1") as reader:
            for at in range(len(reader)):
                properties = {} if "dbf" not in parts else attributes(reader.record(at).as_dict())
                shape = reader.shape(at)
                if shape is None or shape.shapeType == shapefile.NULL:
                    yield Outline(at, properties, None, "no geometry")
                    continue
                try:
                    geometry = shapely.force_2d(shapely.geometry.shape(shape.__geo_interface__))
                except (ValueError, TypeError, shapely.errors.GEOSException) as error:
                    yield Outline(at, properties, None, str(error))
                    continue
                yield Outline(at, properties, geometry, "")
    except (shapefile.ShapefileException, OSError, ValueError, IndexError) as error:
        raise NotReadable("archive", str(error)) from error


def attributes(record: dict[str, Any]) -> dict[str, Any]:
    """Names in lower case. Texts were taken as bytes are; now they are read as what they most likely mean."""
    return {
        read_text(name).lower(): read_text(value) if isinstance(value, str) else value for name, value in record.items()
    }


def read_text(text: str) -> str:
    try:
        return decode(text.encode("latin-1"))
    except (UnreadableFile, UnicodeEncodeError):
        return text
