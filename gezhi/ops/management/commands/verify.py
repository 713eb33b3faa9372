"""`gezhi verify`: walks every chain of the event log and says what is wrong with it."""

from typing import Any

from django.core.management.base import BaseCommand

from gezhi.ops.verify import verify


class Command(BaseCommand):
    help = "Verify the chains of all events against their rows. Exit code 1 if anything is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        checked = verify(on_fault=lambda fault: self.stderr.write(f"{fault.kind} {fault.subject}: {fault.text}"))
        self.stdout.write(f"{checked.chains:,} chains, {checked.events:,} events: {checked.faults or 'no'} faults")
        if checked.faults:
            raise SystemExit(1)
