"""Reads and writes GeoJSON (RFC 7946). Pure.

Files found in the wild are FeatureCollections, bare lists of features or single features, and not always in degrees of
WGS 84: which system they use is for the caller to say.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

# A tenth of a metre: enough for any map on a screen.
DECIMALS = 6


class Outline(NamedTuple):
    """One feature: `position` counts from 1; `geometry` is None where it can't be read, and `error` says why."""

    position: int
    properties: Mapping[str, Any]
    geometry: BaseGeometry | None
    error: str


class NotGeoJson(ValueError):
    """The file as a whole is something else."""


def read_features(data: bytes) -> list[Outline]:
    """All features of a file, unreadable ones marked. Raises `NotGeoJson`."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotGeoJson(str(error)) from error
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        features = document.get("features")
    elif isinstance(document, dict) and document.get("type") == "Feature":
        features = [document]
    else:
        features = document
    if not isinstance(features, list):
        raise NotGeoJson("neither a FeatureCollection nor a Feature nor a list of features")
    return [read_feature(position, feature) for position, feature in enumerate(features, start=1)]


def read_feature(position: int, feature: Any) -> Outline:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return Outline(position, {}, None, "not a feature")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        return Outline(position, {}, None, "properties are no object")
    try:
        geometry = shapely.from_geojson(json.dumps(feature.get("geometry")))
    except (shapely.errors.GEOSException, ValueError) as error:
        return Outline(position, properties, None, str(error))
    return Outline(position, properties, geometry, "" if geometry is not None else "no geometry")


def write_features(
    properties: Iterable[Mapping[str, Any]], geometries: Iterable[BaseGeometry], decimals: int = DECIMALS
) -> str:
    """A FeatureCollection as compact text, coordinates rounded: six decimals for a screen, nine keep whole millimetres.

    Neighbours share vertices, and equal numbers are rounded equally, so no gap opens between them.
    """
    shapes = np.array(list(geometries), dtype=object)
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, decimals))
    features = ",".join(
        f'{{"type":"Feature","properties":{json.dumps(values, ensure_ascii=False, separators=(",", ":"))},"geometry":{shape}}}'
        for values, shape in zip(properties, shapely.to_geojson(rounded), strict=True)
    )
    return f'{{"type":"FeatureCollection","features":[{features}]}}'
