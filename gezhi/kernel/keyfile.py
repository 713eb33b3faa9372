"""Keys that an installation makes for itself at first start. No Django here: the settings need it before Django stands."""

import os
import secrets
from pathlib import Path


def own_key(var: Path, name: str) -> str:
    """The installation's own key `name`: 64 hex digits (32 bytes), made once under `var/keys`, readable by its owner alone.

    Two processes that start at the same instant get the same key: the file is created exclusively, the loser reads.
    """
    path = var / "keys" / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    try:
        # link, unlike rename, refuses to replace: whoever comes first wins, and nobody reads half a key.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()
