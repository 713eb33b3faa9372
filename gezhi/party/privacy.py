"""What the party's part keeps of people, and why. See `gezhi.kernel.privacy`: of a member a number, a name, a branch and a grid, and nothing else."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

WHILE_MEMBER = Keep(None, _("组织关系在本支部期间；转出即删"))
UNTIL_EXPIRY = Keep(None, _("名册规定的保存期内；到期、移出或撤回同意即删"))

declare(
    "party.Member",
    number=Personal(_("把社区自管党员分配到网格；支部自编的编号，不是身份证号码"), Basis.DUTY, WHILE_MEMBER),
    name=Personal(_("把社区自管党员分配到网格时认得是谁"), Basis.DUTY, WHILE_MEMBER),
)
declare(
    "party.Activity",
    minutes=Personal(
        _("组织生活的会议记录，会写到参加的人"), Basis.DUTY, Keep(None, _("随党组织的档案保存")), "confidential"
    ),
)
declare(
    "party.PointClaim",
    evidence=Personal(_("积分的依据，供支部核对"), Basis.CONSENT, WHILE_MEMBER, "confidential"),
)
declare(
    "party.GuardedPaper",
    text=Personal(
        _("培养发展和后备人才：姓名和每一步的情况；凭专门权限写明理由查看"), Basis.CONSENT, UNTIL_EXPIRY, "confidential"
    ),
)
impersonal("party.PartyOrg", "name")
impersonal("party.Activity", "title", "place")
impersonal("party.ActivityRule", "basis")
impersonal("party.PointDecision", "basis")
impersonal("party.PointRule", "code", "title", "evidence")
impersonal("party.StageRule", "stage", "basis")
