"""Debian's packages for the tests: installed when we are root, named when we are not."""

import os
import shutil

from tools.shell import Stop, run, say


def need(what: str, *packages: str) -> None:
    """Install `packages` for `what`; raises Stop with the command to type when we may not."""
    order = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Stop(f"Missing: {what}. On Debian: {order}")
    if os.geteuid() != 0:
        raise Stop(f"Missing: {what}. Only root can install it; once, as root: {order}")
    say(f"Installing {what} from Debian's packages ...")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    words = ("apt-get", "-qq", "-y", "install", "--no-install-recommends", *packages)
    # The list of packages may be old or empty: try, refresh, try again.
    if run(*words, env=env, quiet=True) == 0:
        return
    run("apt-get", "-qq", "update", env=env, quiet=True)
    if run(*words, env=env, quiet=True) != 0:
        raise Stop(f"Could not install {what}: {order}")
