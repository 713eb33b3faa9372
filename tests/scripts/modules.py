"""Our own browser modules that know no page, run by Node: what they are given and what they answer is JSON."""

import json
import subprocess
from typing import Any

import pytest

from tools.browser_libraries import node
from tools.shell import ROOT

STATIC = ROOT / "gezhi" / "web" / "static"


def run(script: str, data: Any = None) -> Any:
    """The value of `answer` after a script; `data` is what it is given. Paths of imports begin with `$/`."""
    program = node()
    if program is None:
        pytest.skip("needs Node.js: ./dev setup fetches it with the browser libraries")
    source = f"""
        import {{ readFileSync }} from "node:fs";
        const data = JSON.parse(readFileSync(0, "utf8"));
        let answer;
        {script.replace('"$/', f'"file://{STATIC}/')}
        console.log(JSON.stringify(answer ?? null));
    """
    # Our modules end in .js as browsers like it; that they are modules is said here.
    arguments = [
        program,
        "--experimental-default-type=module",
        "--no-warnings",
        "--input-type=module",
        "-e",
        hoisted(source),
    ]
    done = subprocess.run(arguments, input=json.dumps(data), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def hoisted(source: str) -> str:
    """Imports first, as a module wants them."""
    lines = [line.strip() for line in source.splitlines()]
    imports = [line for line in lines if line.startswith("import ")]
    return "\n".join([*imports, *(line for line in lines if not line.startswith("import "))])
