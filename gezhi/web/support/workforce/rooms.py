"""What the room 选育管用 shows in the bar and on the landing page."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.calendar import local_day
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.room import Card, Leaf, Room
from gezhi.workforce.models import Candidate, Exemption, Promotion, Tenure
from gezhi.workforce.places import areas_within
from gezhi.workforce.queries import waiting_posts
from gezhi.workforce.workflow import CandidateStage, PromotionStage, RoundStage


def cards(request: DeskRequest) -> Sequence[Card]:
    """What waits for this person: candidates, applications, newcomers without their training, tenures. At most eight statements."""
    actor, found = request.actor, []
    if actor.has("recruit.run"):
        rows = Candidate.objects.filter(areas_within("round__area", *actor.areas("recruit.run")))
        waiting = rows.filter(stage=CandidateStage.PROPOSED, round__stage=RoundStage.OPEN).count()
        found.append(card(_("人选待审核"), _("各单位、社区推荐上来的"), waiting, "rounds", "?stage=open"))
    if actor.has("career.review"):
        promotions = Promotion.objects.filter(areas_within("area", *actor.areas("career.review")))
        asked = promotions.filter(stage=PromotionStage.ASKED).count()
        found.append(card(_("晋升待审核"), _("本街道网格员的申请"), asked, "promotions", "?stage=asked"))
    if actor.has("training.edit"):
        waiting = len(waiting_posts(actor, on=local_day(request.at)))
        found.append(card(_("在等岗前培训"), _("岗位还没有生效的人"), waiting, "gate"))
    if actor.has("training.require"):
        there = areas_within("post__desk__area", *actor.areas("training.require"))
        asked = Exemption.objects.filter(there, is_granted__isnull=True).count()
        found.append(card(_("先上岗待答复"), _("申请先上岗后补训的"), asked, "gate"))
    if actor.has("tenure.edit"):
        there = areas_within("desk__area", *actor.areas("tenure.edit"))
        open_ones = Tenure.objects.filter(there, ended_on__isnull=True, reminded_at__isnull=False).count()
        found.append(card(_("基层任职快满"), _("期满的要办结"), open_ones, "tenures"))
    return found


def card(label: object, hint: object, number: int, name: str, query: str = "") -> Card:
    href = reverse(f"support:workforce:{name}") + query
    return Card(label, hint, str(number), href, "soon" if number else "", is_none=not number)


SEE = ("workforce.see",)
WORKFORCE = Room(
    "workforce",
    _("选育管用"),
    "star",
    (
        Leaf(_("我的"), "support:workforce:me", SEE),
        Leaf(_("选聘"), "support:workforce:rounds", ("recruit.run", "recruit.recommend", "workforce.see")),
        Leaf(_("培训"), "support:workforce:courses", SEE),
        Leaf(_("岗前培训"), "support:workforce:gate", SEE),
        Leaf(_("全科技能"), "support:workforce:skills", SEE),
        Leaf(_("装备"), "support:workforce:stocks", SEE),
        Leaf(_("工作手机"), "support:workforce:devices", SEE),
        Leaf(_("值班"), "support:workforce:roster", SEE),
        Leaf(_("荣誉"), "support:workforce:honours", SEE),
        Leaf(_("晋升"), "support:workforce:promotions", ("workforce.see", "career.review")),
        Leaf(_("基层任职"), "support:workforce:tenures", SEE),
        Leaf(_("指导员评价"), "support:workforce:advisers", ("adviser.evaluate", "adviser.summarise")),
        Leaf(_("人员档案"), "support:workforce:people", SEE),
        Leaf(_("口径"), "support:workforce:policies", SEE),
    ),
    cards,
)
