"""`gezhi serve`: pages and API by granian. The clock is another process: `gezhi work`."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from gezhi.ops.serving import THREADS, command_line, is_taken


class Command(BaseCommand):
    help = "Serve pages and API. On SQLite always one process with threads; on PostgreSQL one a core. Run `gezhi work` beside it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="a reverse proxy with TLS belongs in front")
        parser.add_argument("--processes", type=int, help="PostgreSQL only")
        parser.add_argument("--threads", type=int, default=THREADS, help="threads a process")

    def handle(self, *args: Any, port: int, host: str, **options: Any) -> None:
        if is_taken(host, port):
            raise CommandError(_("端口 %(port)s 已被占用，请换一个：--port") % {"port": port})
        words = command_line(host, port, workers=options["processes"], threads=options["threads"])
        connection.close()
        # The server takes our place, so that signals of the service manager reach it.
        os.execv(words[0], words)  # noqa: S606 - our own command line
