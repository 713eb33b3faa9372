"""GeoPackage (OGC 12-128r15), out and in, with nothing but SQLite: the file that QGIS and others exchange. Pure.

One layer of polygons with columns of text and whole numbers. A geometry is a header of forty bytes, which says the coordinate system and
the box, and then WKB.
"""

import sqlite3
import struct
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.territory.crs import Crs
from gezhi.territory.geojson import Outline

APPLICATION_ID = 0x47504B47  # "GPKG"
VERSION = 10300
CGCS2000, WGS84 = 4490, 4326
SYSTEMS = {CGCS2000: Crs.CGCS2000, WGS84: Crs.WGS84}
MAGIC = b"GP"
# Bits of the flags: little-endian, and a box of four doubles.
LITTLE, BOX_XY = 0b001, 0b010
# What each kind of box takes, in bytes.
BOXES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
MOST_FEATURES = 100_000
WKT = {
    WGS84: (
        'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
        'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
    ),
    CGCS2000: (
        'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4490"]]'
    ),
}
TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


class NotGeoPackage(ValueError):
    """Something else, or in a coordinate system that we don't know."""


def write_layer(
    table: str, title: str, properties: Sequence[Mapping[str, Any]], geometries: Sequence[BaseGeometry]
) -> bytes:
    """A file with one layer in CGCS2000. All properties have the same names; values are texts, whole numbers, truth values or None."""
    assert table.isidentifier(), table
    names = list(properties[0]) if properties else []
    assert all(name.isidentifier() for name in names), names
    kinds = {name: kind_of([row[name] for row in properties]) for name in names}
    with closing(sqlite3.connect(":memory:")) as file:
        file.executescript(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};{TABLES}")
        systems: list[tuple[Any, ...]] = [
            ("Undefined Cartesian", -1, "NONE", -1, "undefined", None),
            ("Undefined geographic", 0, "NONE", 0, "undefined", None),
            ("WGS 84", WGS84, "EPSG", WGS84, WKT[WGS84], None),
            ("CGCS2000", CGCS2000, "EPSG", CGCS2000, WKT[CGCS2000], None),
        ]
        file.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", systems)
        columns = "".join(f', "{name}" {kind}' for name, kind in kinds.items())
        file.execute(f'CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY{columns})')
        box = shapely.total_bounds(list(geometries)).tolist() if len(geometries) else [None] * 4
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, min_x, min_y, max_x, max_y, srs_id)"
            " VALUES (?, 'features', ?, ?, ?, ?, ?, ?)",
            (table, title, *box, CGCS2000),
        )
        file.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', ?, 0, 0)", (table, CGCS2000))
        marks = ", ".join("?" * (len(names) + 1))
        listed = "".join(f', "{name}"' for name in names)
        file.executemany(
            f'INSERT INTO "{table}" (geom{listed}) VALUES ({marks})',  # noqa: S608 - identifiers, asserted above
            [
                (blob_of(shape), *(row[name] for name in names))
                for row, shape in zip(properties, geometries, strict=True)
            ],
        )
        file.commit()
        return bytes(file.serialize())


def kind_of(values: Sequence[Any]) -> str:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return "BOOLEAN"
    return "INTEGER" if known and all(isinstance(value, int) for value in known) else "TEXT"


def blob_of(shape: BaseGeometry) -> bytes:
    west, south, east, north = shape.bounds
    header = MAGIC + struct.pack("<BBi4d", 0, LITTLE | BOX_XY, CGCS2000, west, east, south, north)
    return header + bytes(shapely.to_wkb(shape, byte_order=1))


def read_layer(data: bytes) -> tuple[list[Outline], Crs]:
    """The features of the first layer with geometries, unreadable ones marked, and the system they are in. Raises `NotGeoPackage`."""
    with closing(sqlite3.connect(":memory:")) as file:
        try:
            # A file from outside: nothing in its schema may run.
            file.execute("PRAGMA trusted_schema = OFF")
            file.deserialize(data)
            file.execute("PRAGMA query_only = ON")
            layer = file.execute(
                "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c JOIN gpkg_geometry_columns g"
                " ON g.table_name = c.table_name WHERE c.data_type = 'features' ORDER BY c.rowid LIMIT 1"
            ).fetchone()
            if layer is None or not is_table(file, layer[0]):
                raise NotGeoPackage("no layer of features")
            table, column, system = layer
            if system not in SYSTEMS:
                raise NotGeoPackage(f"coordinate system {system}")
            cursor = file.execute(f"SELECT * FROM {quoted(table)} LIMIT {MOST_FEATURES}")  # noqa: S608 - quoted
            names = [entry[0] for entry in cursor.description]
            rows = cursor.fetchall()
        except (sqlite3.Error, OverflowError, MemoryError) as error:
            raise NotGeoPackage(str(error)) from error
    if column not in names:
        raise NotGeoPackage("no geometries")
    found = []
    for position, row in enumerate(rows, start=1):
        values = dict(zip(names, row, strict=True))
        found.append(outline_of(position, values.pop(column), values))
    return found, SYSTEMS[system]


def is_table(file: sqlite3.Connection, name: str) -> bool:
    """A view would run what somebody wrote into it."""
    return file.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)).fetchone() is not None


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def outline_of(position: int, blob: Any, properties: Mapping[str, Any]) -> Outline:
    try:
        return Outline(position, properties, shapely.from_wkb(wkb_of(blob)), "")
    except (shapely.errors.GEOSException, ValueError) as error:
        return Outline(position, properties, None, str(error))


def wkb_of(blob: Any) -> bytes:
    """What stands behind the header. Raises ValueError."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != MAGIC:
        raise ValueError("no GeoPackage geometry")
    flags = blob[3]
    size = BOXES.get(flags >> 1 & 0b111)
    if size is None or flags & 0b10000:
        raise ValueError("empty, or with an unknown box")
    return blob[8 + size :]
