"""On what was measured: the machine and the versions, because figures mean nothing without them."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path


def cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def facts() -> dict[str, str]:
    """What stands above the table. The load is that of the minute before: much above 0 means that others worked beside us."""
    return {
        "machine": f"{os.cpu_count()} cores, {memory_gb():.0f} GB, {cpu_model()}, {platform.system()} {platform.release()}",
        "versions": f"Python {platform.python_version()}, Django {version('django')}, granian {version('granian')}, "
        f"SQLite {sqlite3.sqlite_version}",
        "load before": f"{os.getloadavg()[0]:.1f}",
    }
