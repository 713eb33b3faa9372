"""The Python environment in .venv: uv where it is found, else venv and pip.

Set-up is skipped while a stamp in the environment matches what pyproject.toml and constraints.txt ask for. The stamp
is taken away before anything is changed and written last, so an interrupted set-up is simply done again.
"""

import hashlib
import importlib.util
import json
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

from tools.shell import PYTHON, ROOT, VENV, Stop, output_of, run, say, warn

CONSTRAINTS = ROOT / "constraints.txt"
STAMP = VENV / "gezhi-stamp.json"
NO_PIP = """\
This Python has no pip, uv is not installed, and Debian's own pip could not be fetched. One of these helps:
  as root:  apt-get install python3-venv
  or:       install uv and put it on the PATH
Then run the same command again."""


def prepare(*, dev: bool) -> None:
    """Have .venv hold what pyproject.toml asks for; with `dev` the tools for tests and lint too."""
    wanted = _fingerprint()
    found = _stamp()
    if found.get("fingerprint") == wanted and (found.get("dev") or not dev) and PYTHON.exists():
        return
    dev = dev or bool(found.get("dev"))  # never take tools away from somebody who had them
    say(f"Setting up the Python environment in {VENV.name} ({'with' if dev else 'without'} the tools for tests) ...")
    STAMP.unlink(missing_ok=True)
    packages = ["-e", str(ROOT), *(_requirements("dev") if dev else [])]
    uv = _uv()
    if not (uv and _prepare_with_uv(uv, packages)):
        if output_of([PYTHON, "-m", "pip", "--version"]) is None:
            _create()
        install(*packages)
    STAMP.write_text(json.dumps({"fingerprint": wanted, "dev": dev}))


def install(*words: str) -> None:
    """Install into .venv (or where --target says) in the versions of constraints.txt."""
    uv = _uv()
    if uv and run(*_uv_install(uv), *words, env=_constraints()) == 0:
        return
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    if run(PYTHON, "-m", "pip", "install", *quiet, "-c", CONSTRAINTS, *words, env=_constraints(), quiet=True) != 0:
        raise Stop("The packages could not be installed. Is the package index reachable? Run the same command again.")


def install_group(group: str) -> None:
    """A dependency group that only one command wants; what is there already costs a second."""
    install(*_requirements(group))


def _constraints() -> dict[str, str]:
    """The pinned versions for the tools that build our own package as well; pip 25.3 renamed the variable."""
    return dict.fromkeys(("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "UV_BUILD_CONSTRAINT"), str(CONSTRAINTS))


def _uv_install(uv: str) -> tuple[str, ...]:
    return (uv, "pip", "install", "--quiet", "--python", str(PYTHON), "-c", str(CONSTRAINTS))


def _prepare_with_uv(uv: str, packages: list[str]) -> bool:
    """False when uv can't do it, for instance because it does not trust this network's certificates."""
    if output_of([PYTHON, "-c", ""]) is None:
        shutil.rmtree(VENV, ignore_errors=True)
        if run(uv, "venv", "--quiet", "--python", sys.executable, VENV) != 0:
            return False
    if run(*_uv_install(uv), *packages, env=_constraints()) == 0:
        return True
    warn("uv could not install the packages; trying with pip.")
    return False


def _fingerprint() -> str:
    """Changes with whatever decides what has to be installed, and with nothing else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "python": sys.version_info[:2],
        "place": str(ROOT),
        "build": project["build-system"],
        "dependencies": project["project"]["dependencies"],
        "scripts": project["project"].get("scripts", {}),
        "groups": project.get("dependency-groups", {}),
        "constraints": CONSTRAINTS.read_text(encoding="utf-8"),
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _stamp() -> dict[str, object]:
    try:
        stamp: dict[str, object] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def _requirements(group: str) -> list[str]:
    """The requirements of a dependency group; read here because Debian's pip does not know groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    requirements: list[str] = project["dependency-groups"][group]
    return requirements


def _uv() -> str | None:
    return shutil.which("uv")


def _create() -> None:
    """Make .venv anew with pip in it; what stood there is an environment that does not work."""
    shutil.rmtree(VENV, ignore_errors=True)
    # Debian ships venv without the pip inside it unless python3-venv is installed.
    if importlib.util.find_spec("ensurepip"):
        if output_of([sys.executable, "-m", "venv", VENV]) is not None:
            return
        shutil.rmtree(VENV, ignore_errors=True)
    if run(sys.executable, "-m", "venv", "--without-pip", VENV, quiet=True) != 0:
        raise Stop(NO_PIP)
    _bring_pip()


def _bring_pip() -> None:
    """Put pip into an environment made without it: by the system's pip, else by the wheel in Debian's archive."""
    if output_of([sys.executable, "-m", "pip", "--version"]) is not None:
        words = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
        if run(*words, "install", "--quiet", "-c", CONSTRAINTS, "pip", quiet=True) == 0:
            return
    with tempfile.TemporaryDirectory(prefix="gezhi-pip-") as folder:
        wheel = _debian_pip(Path(folder))
        if wheel is None:
            raise Stop(NO_PIP)
        words = [str(PYTHON), "-m", "pip", "install", "--quiet", "-c", str(CONSTRAINTS), "pip"]
        if run(*words, env={"PYTHONPATH": str(wheel)}) != 0:
            raise Stop("pip could not be installed. Is the package index reachable? Run the same command again.")


def _debian_pip(folder: Path) -> Path | None:
    """Fetch Debian's package of the pip wheel and unpack it in `folder`; needs no root and installs nothing."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    say("No pip here; fetching Debian's ...")
    lists, cache = folder / "lists", folder / "cache"
    for path in (lists / "partial", cache / "archives" / "partial"):
        path.mkdir(parents=True)
    # A list of packages of our own: the system's may be empty, and only root may refresh it.
    own = ("-qq", "-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={cache}", "-o", "APT::Sandbox::User=")
    for words in (("update",), ("download", "python3-pip-whl")):
        if run("apt-get", *own, *words, cwd=folder, quiet=True) != 0:
            return None
    for package in folder.glob("*.deb"):
        run("dpkg-deb", "-x", package, folder, quiet=True)
    return next(folder.glob("usr/share/python-wheels/pip-*.whl"), None)
