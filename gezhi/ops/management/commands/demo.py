"""`gezhi demo`: an invented town, filled with life by the real actions, served on this machine."""

import signal
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gezhi.kernel.refusals import Refused
from gezhi.ops.demo.people import sign_ins
from gezhi.ops.demo.standing import refuse_unless_demo, stand
from gezhi.ops.demo.town import SCALES
from gezhi.ops.progress import Progress
from gezhi.ops.serving import is_taken, serve_beside
from gezhi.ops.worker import Worker


class Command(BaseCommand):
    help = "Draw the demo town, fill it with life and serve it. Uses a database of its own; start it by ./dev demo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale", choices=sorted(SCALES), default="small", help="two streets, or the whole district"
        )
        parser.add_argument("--days", type=int, help="how many days of life up to now")
        parser.add_argument("--seed", type=int, default=1, help="another seed is another town")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="anybody who reaches it may enter as anybody")
        parser.add_argument("--no-serve", action="store_true", help="build the database and end")
        parser.add_argument("--fresh", action="store_true", help="build anew even if the town stands")

    def handle(self, *args: Any, port: int, host: str, **options: Any) -> None:
        started = time.monotonic()
        if not options["no_serve"] and is_taken(host, port):
            raise CommandError(_("端口 %(port)s 已被占用，请换一个：--port") % {"port": port})
        scale = SCALES[options["scale"]]
        days = scale.days if options["days"] is None else max(options["days"], 0)
        progress = Progress(_("演示城区"), self.stderr)  # type: ignore[arg-type]
        try:
            refuse_unless_demo()
            tally = stand(scale, days=days, seed=options["seed"], fresh=options["fresh"], say=progress.step)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if tally is not None:
            progress.done(
                _("建成：%(days)s 天，%(cases)s 件，用时 %(seconds).0f 秒")
                % {"days": days, "cases": f"{tally.cases:,}", "seconds": time.monotonic() - started}
            )
        if options["no_serve"]:
            return
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: worker.stop.set())
        code = serve_beside(worker, host, port, on_ready=lambda: self.welcome(host, port))
        if code and not worker.stop.is_set():
            raise CommandError(_("服务没有起来，原因见上面的输出。"))
        sys.exit(0)

    def welcome(self, host: str, port: int) -> None:
        address = f"http://{host}:{port}/"
        lines = [
            "",
            _("演示城区已就绪：%(address)s （居民页面）") % {"address": address},
            _("以任何身份进入：%(address)s （不需要密码）") % {"address": f"{address}demo/"},
            "",
            *(f"  {one.username:<12}{one.what}  {one.where}" for one in sign_ins()),
            "",
            _("人员、诉求都是虚构的，网格为示意划分。按 Ctrl-C 结束，下次启动直接使用这个城区。"),
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
