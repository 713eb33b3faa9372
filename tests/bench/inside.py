"""Runs one function with Django set up for a place: `python -m tests.bench.inside tests.bench.town:build < arguments.json`.

Settings are read once a process, so each database is measured by processes of its own. What the function returns goes to standard output as JSON.
"""

import contextlib
import importlib
import json
import sys

import django


def main(name: str) -> None:
    module, _, function = name.partition(":")
    django.setup()
    with contextlib.redirect_stdout(sys.stderr):
        answer = getattr(importlib.import_module(module), function)(**json.load(sys.stdin))
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
