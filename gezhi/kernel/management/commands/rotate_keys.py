from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gezhi.kernel.access import Actor
from gezhi.kernel.actions import Rotation, rotate_keys
from gezhi.kernel.secrets import sealing_key


class Command(BaseCommand):
    help = (
        "Seals all personal data anew under the first key of GEZHI_DATA_KEYS. Safe to stop and start again; the service may run. "
        "Restart every process with the new key first, otherwise old ones go on sealing with the old key."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="rows a transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        columns: dict[tuple[str, str], Rotation] = {}
        for progress in rotate_keys(actor=Actor.system("rotate-keys"), batch=options["batch"]):
            columns[progress.model, progress.column] = progress
        for progress in columns.values():
            self.stdout.write(f"{progress.model}.{progress.column}: {progress.resealed} sealed anew")
            for key, count in sorted(progress.still_used.items()):
                self.stdout.write(f"  {count} still under key {key}")
        unreadable = [progress for progress in columns.values() if progress.unreadable]
        for progress in unreadable:
            self.stderr.write(f"{progress.model}.{progress.column}: can't be opened: {progress.unreadable[:20]}")
        if unreadable:
            raise CommandError("some values could not be opened; keep the old keys")
        if any(progress.still_used for progress in columns.values()):
            raise CommandError("some values are still under an old key; run this again before dropping it")
        self.stdout.write(f"everything is under key {sealing_key()}; older keys may be dropped")
