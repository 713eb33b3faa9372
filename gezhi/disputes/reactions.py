"""What disputes do when something happened: the case learns that one was opened from it, and nothing of what it is about."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from gezhi.cases.actions import take
from gezhi.cases.models import Case
from gezhi.disputes.actions.regridding import DisputesFollow
from gezhi.kernel.access import Actor
from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event
from gezhi.territory.followers import register

MEDIATION = Actor.system("矛盾纠纷调解")
register("disputes", DisputesFollow())


@subscribe("dispute.opened", key="disputes.note_in_case")
def note_in_case(event: Event, at: datetime) -> None:
    """The case goes on as before; whoever holds it reads that mediation has begun."""
    if event.data.get("case") is None:
        return
    case = Case.objects.get(pk=event.data["case"])
    # Written into the log, so in the language of the house.
    with translation.override("zh-hans"):
        words = _("已就这一件另行登记矛盾纠纷调解。调解内容保密，不在这里显示。")
    take("note", case, actor=MEDIATION, at=at, note=words)
