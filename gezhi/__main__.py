"""The `gezhi` command: `gezhi work`, `gezhi import-areas FILE` and the rest; `gezhi help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # People type import-areas, Python modules are called import_areas.
    argv = [sys.argv[0], *(word.replace("-", "_") if i == 0 else word for i, word in enumerate(sys.argv[1:]))]
    if len(argv) > 2 and argv[1] == "help":
        argv[2] = argv[2].replace("-", "_")
    execute_from_command_line(argv)


if __name__ == "__main__":
    main()
