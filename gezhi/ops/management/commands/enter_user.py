"""`gezhi enter-user`: an account from the command line, for the first people of an installation."""

import getpass
import secrets
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.accounts.actions import enter_user, set_officer
from gezhi.accounts.models import Officer, User
from gezhi.kernel import registers
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.people.actions import seat
from gezhi.people.models import Desk
from gezhi.people.roles import Role

BY_HAND = Actor.system("命令行")


class Command(BaseCommand):
    help = "Open an account and, if wanted, give it a duty or a post. The password is asked for, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="as colleagues call the person")
        parser.add_argument("--generate", action="store_true", help="make a password and show it once")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--officer", choices=[duty.value for duty in Officer if duty], help="one of the three duties")
        what.add_argument("--role", choices=Role.values, help="a post, together with --desk")
        parser.add_argument("--desk", default="", help="code of an area, or of a department")

    def handle(self, *args: Any, username: str, name: str, **options: Any) -> None:
        password = secrets.token_urlsafe(12) if options["generate"] else self.asked_password()
        at = timezone.now()
        try:
            with unit():
                registers.look()
                user = enter_user(username=username, name=name, password=password, actor=BY_HAND, at=at)
                if options["officer"]:
                    set_officer(user, options["officer"], actor=BY_HAND, at=at)
                if options["role"]:
                    self.seat(user, Role(options["role"]), options["desk"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("账号 %(username)s 已开设。") % {"username": username})
        if options["generate"]:
            self.stdout.write(_("密码（只显示这一次）：%(password)s") % {"password": password})

    def seat(self, user: User, role: Role, code: str) -> None:
        desks = Desk.objects.select_related("area", "department")
        desk = desks.filter(department__code=code).first() or desks.filter(area__code=code, department=None).first()
        if desk is None:
            raise Refused("no_such_desk", _("没有这个岗台：%(code)s。") % {"code": code or "—"})
        at = timezone.now()
        seat(user, desk, role, actor=BY_HAND, at=at, from_on=timezone.localdate(at))

    @staticmethod
    def asked_password() -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        password = getpass.getpass(_("密码："))
        if password != getpass.getpass(_("再输一次：")):
            raise CommandError(_("两次输入的密码不一样。"))
        return password
