"""`gezhi verify-plate TEXT`: is a plate genuine, without a network."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from gezhi.people.plates import public_keys
from gezhi.people.signing import verify


class Command(BaseCommand):
    help = (
        "Verify the text of a plate's QR without a network or a database: by our own key, or by a file of public keys."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", help="what the QR says, from GZP1 on")
        parser.add_argument("--keys", type=Path, help="lines of name and hex, as /plates/keys.txt gives them")

    def handle(self, *args: Any, text: str, keys: Path | None, **options: Any) -> None:
        proof = verify(text.rpartition("?p=")[2], read_keys(keys) if keys is not None else public_keys())
        content = proof.content
        if content is None:
            raise CommandError(_("不是真的：%(fault)s") % {"fault": proof.fault})
        for words in (content.number, content.name, content.work_phone, content.services, content.place, content.grid):
            self.stdout.write(words)
        self.stdout.write(f"{content.issued_on} - {content.valid_until}")
        last = content.last_day
        if last is None or last < localdate(timezone.now()):
            raise CommandError(_("签名是真的，但已经过了有效期。"))
        self.stdout.write(_("签名是真的，在有效期内。有没有收回，要联网查。"))


def read_keys(path: Path) -> dict[str, bytes]:
    try:
        pairs = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
        return {name: bytes.fromhex(key) for name, key in pairs}
    except (OSError, ValueError) as error:
        raise CommandError(_("公钥文件读不了：%(path)s") % {"path": path}) from error
