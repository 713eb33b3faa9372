"""What happened to applications, batches and refused work, in sentences: for their own pages and for the desk's notices."""

from collections.abc import Callable
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from gezhi.matters.admission import reasons
from gezhi.matters.workflow import ApplicationKind
from gezhi.people.models import Department
from gezhi.territory.queries import area_name, name_path
from gezhi.web.operation.names import desk_name, matter_name

Data = dict[str, Any]


def plainly(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence)


def kind_of(data: Data) -> str:
    kind = data.get("kind")
    return str(ApplicationKind(kind).label) if kind in ApplicationKind.values else ""


def day(text: object) -> str:
    on = parse_date(str(text or ""))
    return date_format(on, "Y-m-d") if on is not None else ""


def drafted(data: Data) -> str:
    return str(_("起草%(kind)s申请。") % {"kind": kind_of(data)})


def submitted(data: Data) -> str:
    return str(_("提交%(kind)s申请，等%(desk)s初审。") % {"kind": kind_of(data), "desk": desk_name(data.get("to"))})


def refused(sentence: Any) -> Callable[[Data], str]:
    def told(data: Data) -> str:
        words = " ".join(str(one) for one in reasons(data.get("grounds") or []))
        return f"{sentence}{words}"

    return told


def reviewed(data: Data) -> str:
    return str(_("初审通过，等%(desk)s核准。") % {"desk": desk_name(data.get("to"))})


def approved(data: Data) -> str:
    if data.get("kind") == ApplicationKind.EXIT:
        return str(_("核准退出，清单里的最后一天是 %(day)s。") % {"day": day(data.get("until"))})
    return str(_("核准准入，列入清单：%(matter)s。") % {"matter": matter_name(data.get("matter"))})


def took_effect(data: Data) -> str:
    words = {"matter": matter_name(data.get("matter"))}
    if data.get("kind") == ApplicationKind.EXIT:
        return str(_("%(matter)s退出清单，不再受理，没有办完的改派。") % words)
    return str(_("%(matter)s进入清单。") % words)


def scheduled(data: Data) -> str:
    area = area_name(str(data.get("street", "")))
    words = {"street": area.short_name if area is not None else "", "day": day(data.get("starts_on"))}
    return str(_("%(street)s从 %(day)s 起承接。") % words)


def refused_outside(data: Data) -> str:
    department = Department.objects.filter(pk=data["department"]).first() if data.get("department") else None
    words = {"who": department.name if department is not None else _("有关单位"), "where": name_path(str(data["area"]))}
    return str(_("%(where)s拒绝了%(who)s布置的清单外任务。") % words)


MATTER_SENTENCES: dict[str, tuple[Callable[[Data], str], str]] = {
    "application.drafted": (drafted, "plain"),
    "application.revised": (plainly(_("修改了申请。")), "quiet"),
    "application.submitted": (submitted, "plain"),
    "application.turned_away": (refused(_("按禁止下放规定，不予准入。")), "bad"),
    "application.reviewed": (reviewed, "good"),
    "application.returned": (plainly(_("初审退回，请修改。")), "bad"),
    "application.objected": (refused(_("初审不同意。")), "bad"),
    "application.approved": (approved, "good"),
    "application.sent_back": (plainly(_("区里退回，请修改。")), "bad"),
    "application.rejected": (plainly(_("不予核准。")), "bad"),
    "application.withdrawn": (plainly(_("撤回了申请。")), "plain"),
    "application.took_effect": (took_effect, "good"),
    "application.batch_scheduled": (scheduled, "plain"),
    "application.regridded": (plainly(_("街道调整，由接替的街道承接。")), "quiet"),
    "application.desk_moved": (plainly(_("街道调整，改由接替的岗台初审。")), "quiet"),
    "outside.refused": (refused_outside, "bad"),
}
