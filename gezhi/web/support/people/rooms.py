"""What the rooms 组织 and 队伍 show in the bar and on the landing page."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.people.coverage import matrix
from gezhi.people.models import MeetingTask, Recommendation
from gezhi.people.plates import standings_of, with_posts
from gezhi.people.roles import Role
from gezhi.people.teams import ending_soon, first_persons, gap_report
from gezhi.people.workflow import Outcome
from gezhi.territory.models import GridKind
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.room import Card, Leaf, Room


def card(label: str, hint: str, number: int, href: str, state: str = "") -> Card:
    return Card(label, hint, f"{number:,}", href, state if number else "", is_none=not number)


def organisation_cards(request: DeskRequest) -> Sequence[Card]:
    """Four statements at most."""
    return list(of_organisation(request))


def of_organisation(request: DeskRequest) -> Iterator[Card]:
    actor, on = request.actor, localdate(request.at)
    here = reverse("support:people:meetings")
    mine = MeetingTask.objects.visible_to(actor)
    late = mine.overdue_on(on).count()
    yield card(_("超期的会议任务"), _("过了期限还没有报送完成"), late, f"{here}?which=late", "overdue")
    if actor.has("committee.edit"):
        reported = mine.filter(stage="reported").count()
        yield card(_("等确认的会议任务"), _("办的岗台说办完了，等您确认"), reported, here)
    else:
        yield card(_("在办的会议任务"), _("会议议定、交给您的岗台"), mine.running().count(), here)
    if actor.has("staff.see"):
        levels = ("district", "street", "community")
        vacant = sum(one.is_vacant for one in first_persons(actor.areas("staff.see"), on=on, levels=levels))
        href = reverse("support:people:firsts") + "?vacant=1"
        yield card(_("第一负责人空缺"), _("区、街道、社区里还没有人负责的"), vacant, href, "overdue")


def staff_cards(request: DeskRequest) -> Sequence[Card]:
    """About fourteen statements, whatever the district."""
    return list(of_staff(request))


def of_staff(request: DeskRequest) -> Iterator[Card]:
    actor, on = request.actor, localdate(request.at)
    areas = actor.areas("staff.see")
    if actor.has("staff.see"):
        report = gap_report(areas, on=on)
        full = report.of(GridKind.RESIDENTIAL, Role.GRID_WORKER)
        gaps = reverse("support:people:gaps")
        hint = _("居民区网格 %(needed)s 个，在岗 %(present)s 人") % {
            "needed": full.needed if full else 0,
            "present": full.present if full else 0,
        }
        yield card(_("专职网格员还缺"), hint, full.missing if full else 0, gaps, "soon")
        leaders = sum(one.empty for one in report.total if one.place.role == Role.GRID_LEADER)
        yield card(_("没有网格长的网格"), _("网格长一格一位"), leaders, gaps, "overdue")
        ending = reverse("support:people:staff") + "?state=ending"
        yield card(_("三十天内到期的岗位"), _("续任或者换人"), ending_soon(actor, on=on), ending, "soon")
    if actor.has("staff.approve") or actor.has("staff.recommend"):
        waiting = Recommendation.objects.visible_to(actor).filter(stage=Outcome.WAITING).count()
        yield card(_("等审核的推荐"), _("单位推荐的兼职网格员"), waiting, reverse("support:people:recommendations"))
    if actor.has("staff.edit"):
        seen = matrix(areas, on=on)
        hint = _("7 类 × %(grids)s 个网格") % {"grids": f"{len(seen.rows):,}"}
        yield card(_("专业力量缺口"), hint, seen.gaps, reverse("support:people:forces"), "soon")
        plates = [one for code in areas for one in standings_of(with_posts(code), on=on)]
        stale = sum(bool(one.stale) for one in plates)
        yield card(
            _("要收回或重做的管家牌"),
            _("岗位、电话、服务项目有变"),
            stale,
            reverse("support:people:publications"),
            "soon",
        )


ORGANISATION = Room(
    "organisation",
    gettext_lazy("组织"),
    "desk",
    (
        Leaf(gettext_lazy("组织体系"), "support:people:structure", ("committee.see",)),
        Leaf(gettext_lazy("第一负责人"), "support:people:firsts", ("staff.see",)),
        Leaf(gettext_lazy("专班和试点"), "support:people:pilots", ("committee.see",)),
        Leaf(gettext_lazy("政策文件"), "support:people:policies", ("committee.see",)),
        Leaf(gettext_lazy("会议和任务"), "support:people:meetings", ("committee.see", "task.report")),
    ),
    organisation_cards,
)
STAFF = Room(
    "staff",
    gettext_lazy("队伍"),
    "person",
    (
        Leaf(gettext_lazy("配备和缺口"), "support:people:gaps", ("staff.see",)),
        Leaf(gettext_lazy("人员"), "support:people:staff", ("staff.see",)),
        Leaf(gettext_lazy("推荐"), "support:people:recommendations", ("staff.see", "staff.recommend", "staff.approve")),
        Leaf(gettext_lazy("专业力量"), "support:people:forces", ("staff.see",)),
        Leaf(gettext_lazy("公示和管家牌"), "support:people:publications", ("staff.see",)),
        Leaf(gettext_lazy("标准和规则"), "support:people:standards", ("staff.see",)),
        Leaf(gettext_lazy("经费台账"), "support:people:budget", ("budget.see",)),
    ),
    staff_cards,
)
