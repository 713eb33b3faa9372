"""Which tiles lie under the maps: addresses, how they are cut, whom to credit, and which hosts a page may ask for them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

# Mercator's squares in WGS 84, the same shifted to GCJ-02, and squares of degrees (天地图's layers that end in _c).
CUTS = ("wgs84", "gcj02", "degrees")
TIANDITU = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_{grid}/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
    "&STYLE=default&TILEMATRIXSET={grid}&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
# Each ground of 天地图 with its layer of names.
NAMES_ON = {"vec": "cva", "img": "cia", "ter": "cta"}


@dataclass(frozen=True)
class Tiles:
    """`addresses` one upon another, with {z}/{x}/{y} and perhaps {s}, which stands for one of the letters of `subdomains`."""

    addresses: Sequence[str] = ()
    cut: str = "wgs84"
    credit: str = ""
    subdomains: str = "abc"

    @property
    def hosts(self) -> list[str]:
        """Every host that may be asked, as the Content-Security-Policy wants it: it knows no star within a name."""
        found: dict[str, None] = {}
        for address in self.addresses:
            for letter in self.subdomains if "{s}" in address else " ":
                parts = urlsplit(address.replace("{s}", letter))
                found[f"{parts.scheme}://{parts.netloc}"] = None
        return list(found)


def tiles_of(addresses: str, *, cut: str = "wgs84", credit: str = "", subdomains: str = "abc") -> Tiles:
    """From settings: addresses parted by spaces. Raises ValueError for what no page could show."""
    if cut not in CUTS:
        raise ValueError(f"tiles are cut as {', '.join(CUTS)}, not {cut!r}")
    for address in addresses.split():
        if urlsplit(address).scheme not in ("http", "https") or not all(
            part in address for part in ("{z}", "{x}", "{y}")
        ):
            raise ValueError(f"an address of tiles begins with https:// and holds {{z}}, {{x}} and {{y}}: {address!r}")
    return Tiles(tuple(addresses.split()), cut, credit, subdomains)


def tianditu(key: str, ground: str) -> Tiles:
    """天地图 with a key: the ground (`vec_w`, `img_c` ...) and its names upon it."""
    layer, _, grid = ground.partition("_")
    if layer not in NAMES_ON or grid not in ("w", "c"):
        raise ValueError(f"a ground of 天地图 is vec, img or ter with _w or _c, not {ground!r}")
    addresses = [TIANDITU.format(layer=one, grid=grid, key=key) for one in (layer, NAMES_ON[layer])]
    return Tiles(tuple(addresses), "degrees" if grid == "c" else "wgs84", "天地图", "01234567")
