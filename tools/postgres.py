"""A throw-away PostgreSQL: a cluster in a temporary folder, reached by a Unix socket, gone at the end.

Nothing of a PostgreSQL that the machine may run already is touched.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tools.debian import need
from tools.shell import Stop, warn

# Nothing here has to outlive a power cut.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


def binaries() -> Path | None:
    """The folder of the newest installed server's programs (initdb, pg_ctl, pgbench), or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    found = str(folders[-1]) if folders else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Run a cluster and give its URL; `durable` keeps the guarantees of production, for measuring.

    Installs Debian's package when it is missing and we are root; raises Stop otherwise.
    """
    programs = binaries()
    if programs is None:
        need("PostgreSQL", "postgresql")
        programs = binaries()
        if programs is None:
            raise Stop("PostgreSQL was installed, but its programs were not found in /usr/lib/postgresql.")
    home = Path(tempfile.mkdtemp(prefix="gezhi-pg-"))
    data = home / "data"
    owner = _owner()
    settings = SETTINGS | {"unix_socket_directories": str(home)} | ({} if durable else CARELESS)
    try:
        if owner:
            os.chown(home, owner.pw_uid, owner.pw_gid)
        words = ("--no-sync", "--auth=trust", "--username=gezhi", "--encoding=UTF8", "--locale=C.UTF-8")
        _call(owner, programs / "initdb", "-D", data, *words)
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        _call(owner, programs / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start")
        _call(owner, programs / "createdb", "-h", home, "-U", "gezhi", "gezhi")
        yield f"postgres://gezhi@{quote(str(home), safe='')}/gezhi"
    finally:
        if (data / "postmaster.pid").exists():
            try:
                _call(owner, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
            except Stop as reason:
                warn(str(reason))
        shutil.rmtree(home, ignore_errors=True)


def _owner() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root lends it to an account without rights."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Stop("PostgreSQL can't run as root, and there is neither an account postgres nor nobody.")


def _call(owner: pwd.struct_passwd | None, *words: str | Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    # Output goes to a file: the server would inherit a pipe and keep it open for ever.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [str(word) for word in words],
            check=False,
            env=env,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **who,  # type: ignore[call-overload]
        )
        if done.returncode:
            output.seek(0)
            raise Stop(f"{Path(words[0]).name} failed:\n{output.read().strip()}")
