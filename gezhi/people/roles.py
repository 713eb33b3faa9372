"""Roles and the rights they give: one table. Docs, access tests and the permission page are generated from it.

Pure but for the translated names. A right holds either at the desk of the post (`AT_DESK`) or in the whole subtree of the desk's area (`BELOW`).
"""

from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    GRID_LEADER = "grid_leader", _("网格长")
    GRID_WORKER = "grid_worker", _("专职网格员")
    PART_TIME_WORKER = "part_time_worker", _("兼职网格员")
    ADVISER = "adviser", _("网格指导员")
    SPECIALIST = "specialist", _("专业力量")
    COMMUNITY_CLERK = "community_clerk", _("社区坐席")
    STREET_CLERK = "street_clerk", _("街道坐席")
    DISTRICT_CLERK = "district_clerk", _("区指挥中心坐席")
    INSPECTOR = "inspector", _("督查员")
    DEPARTMENT_HANDLER = "department_handler", _("部门经办人")
    DEPARTMENT_LEAD = "department_lead", _("部门负责人")
    ASSESSOR = "assessor", _("考核员")
    PARTY_AFFAIRS = "party_affairs", _("党务")
    SUPPORT_CLERK = "support_clerk", _("服务保障专员")
    FIRST_PERSON = "first_person", _("第一负责人")


class Reach(Enum):
    AT_DESK = "at_desk"  # cases that lie on this very desk
    BELOW = "below"  # everything in the subtree of the desk's area


AT_DESK, BELOW = Reach.AT_DESK, Reach.BELOW

# What each right allows, in the words of the permission page.
RIGHTS = {
    "case.see": _("查看事件"),
    "case.report": _("上报事件"),
    "case.solve": _("即查即办"),
    "case.claim": _("认领"),
    "case.sign": _("签收"),
    "case.work": _("办理：办结、退回待认领"),
    "case.escalate": _("上报上一级"),
    "case.return": _("退回"),
    "case.accept": _("受理、不予受理"),
    "case.assign": _("派发"),
    "case.verify": _("核查"),
    "case.answer": _("答复"),
    "case.reopen": _("重新办理"),
    "case.hand_over": _("转交同事"),
    "case.approve": _("批准延期、挂账"),
    "case.rule": _("裁定退单"),
    "case.urge": _("催办"),
    "case.supervise": _("督办：发牌、解除"),
    "case.reply": _("督办回复"),
    "case.alert": _("转紧急、解除紧急、复盘"),
    "case.merge": _("并单、撤销并单"),
    "case.call": _("呼叫区直部门、销号"),
    "call.see": _("查看街呼区应"),
    "call.dispatch": _("呼叫分办、裁定推回"),
    "call.act": _("呼叫签收、报到、办理、申诉"),
    "call.score": _("给区直部门评分、复核"),
    "call.rule": _("裁定评分申诉"),
    "case.follow_up": _("回访"),
    "case.exclude_ask": _("申请剔除"),
    "case.exclude_decide": _("决定剔除"),
    "case.note": _("补充说明"),
    "case.join": _("专业力量：参加对口的事件"),
    "reporter.see": _("查看诉求人联系方式（留痕）"),
    "dispute.see": _("查看矛盾纠纷"),
    "dispute.work": _("登记、办理矛盾纠纷，查看当事方联系方式（留痕）"),
    "dispute.mediate": _("担任调解员，看得到并办理自己调解的纠纷"),
    "dispute.approve": _("批准下级岗台的调解延期"),
    "visit.record": _("登记入户走访、地址点"),
    "visit.see": _("逐户查看入户登记"),
    "fieldwork.count": _("查看入户、巡查的统计"),
    "campaign.see": _("查看排查任务和进度"),
    "campaign.edit": _("布置排查任务：做表、选范围、开始、结束"),
    "campaign.work": _("完成排查任务"),
    "patrol.record": _("登记日常巡查"),
    "spot.edit": _("维护巡查点"),
    "suggestion.send": _("提投诉建议"),
    "suggestion.answer": _("答复网格员的投诉建议"),
    "checklist.edit": _("维护四倡导、六必访等清单"),
    "people.edit": _("维护岗位和人员"),
    "staff.see": _("查看队伍：配备、缺口、专业力量、公示"),
    "staff.edit": _("维护队伍：安排网格岗位、登记来源、专业力量和公示"),
    "staff.approve": _("审核单位推荐的兼职网格员"),
    "staff.recommend": _("推荐兼职网格员"),
    "staff.rule": _("维护配备标准和来源规则"),
    "resource.see": _("查看本级资源台账：人、专业力量、资源、经费"),
    "task.report": _("报送会议议定事项的完成情况"),
    "budget.see": _("查看队伍经费台账"),
    "budget.edit": _("登记队伍经费"),
    "committee.see": _("查看委员会、专班、政策文件和会议任务"),
    "committee.edit": _("维护委员会、专班、试点、政策文件和会议任务"),
    "territory.edit": _("维护区域和边界"),
    "plan.propose": _("提报本社区的网格调整方案"),
    "plan.propose_wide": _("提报跨社区、跨街道的区划调整方案"),
    "plan.review": _("初审区划调整方案"),
    "plan.approve": _("核准区划调整方案"),
    "matter.edit": _("维护事项清单和时限"),
    "matter.see": _("查看准入退出申请、经费台账、清单外任务"),
    "matter.apply": _("申请事项准入"),
    "matter.ask_exit": _("申请事项退出"),
    "matter.review": _("初审准入退出申请"),
    "matter.approve": _("核准准入退出申请，调整分批"),
    "matter.fund": _("登记经费到账"),
    "matter.outside": _("登记并拒绝清单外任务"),
    "calendar.publish": _("公布工作日历"),
    "workforce.see": _("查看选育管用台账"),
    "recruit.recommend": _("推荐选聘人选"),
    "recruit.run": _("组织选聘：审核人选、考评、公示、定结果"),
    "training.edit": _("维护课程、班次、技能认定"),
    "training.require": _("规定岗前培训，批准先上岗后补训"),
    "equipment.edit": _("维护装备台账和工作手机"),
    "roster.edit": _("排班，登记离岗"),
    "honour.edit": _("登记荣誉"),
    "career.apply": _("申请晋升"),
    "career.review": _("审核晋升申请"),
    "career.approve": _("核准晋升、破格"),
    "tenure.edit": _("登记、免除基层任职"),
    "adviser.evaluate": _("评价网格指导员"),
    "adviser.summarise": _("汇总指导员评价，供组织人事部门参考"),
    "party.see": _("查看党组织、覆盖情况和空缺"),
    "party.edit": _("设立、调整党组织，任免书记"),
    "party.members": _("查看、分配社区自管党员"),
    "party.activity": _("安排、记录组织生活"),
    "party.points": _("本社区党员积分：提出、审核、查看"),
    "party.decide": _("决定党员积分是否启用，维护组织生活和积分的规则"),
    "party.cultivation": _("培养发展名册（查看留痕）"),
    "party.reserve": _("后备人才名册（查看留痕）"),
    "cobuild.see": _("查看共驻共建：单位、三张清单、志愿服务、品牌站点"),
    "cobuild.edit": _("维护共驻共建：单位、三张清单、项目、志愿服务、品牌站点"),
    "topic.work": _("提出协商议题，提级，公布结果"),
    "complaint.answer": _("答复居民对服务本身的投诉建议"),
    "party.serve": _("担任党组织书记、记录人，看得到并记录自己的党组织"),
}

WORK_AT_DESK = {
    "case.see": BELOW,
    "case.report": BELOW,
    "case.solve": BELOW,
    "case.claim": AT_DESK,
    "case.work": AT_DESK,
    "case.escalate": AT_DESK,
    "case.return": AT_DESK,
    "case.reply": AT_DESK,
    "case.alert": AT_DESK,
    "case.note": BELOW,
    "reporter.see": AT_DESK,
}
CLERK = {
    "task.report": AT_DESK,
    "case.see": BELOW,
    "case.report": BELOW,
    "case.accept": BELOW,
    "case.sign": AT_DESK,
    "case.work": AT_DESK,
    "case.assign": BELOW,
    "case.escalate": AT_DESK,
    "case.return": AT_DESK,
    "case.verify": BELOW,
    "case.answer": BELOW,
    "case.hand_over": BELOW,
    "case.approve": BELOW,
    "case.urge": BELOW,
    "case.reply": AT_DESK,
    "case.alert": BELOW,
    "case.merge": BELOW,
    "case.follow_up": BELOW,
    "case.exclude_ask": BELOW,
    "case.note": BELOW,
    "reporter.see": BELOW,
}
DEPARTMENT = {
    "task.report": AT_DESK,
    "case.see": AT_DESK,
    "case.sign": AT_DESK,
    "case.work": AT_DESK,
    "case.escalate": AT_DESK,
    "case.return": AT_DESK,
    "case.reply": AT_DESK,
    "case.note": AT_DESK,
    "call.see": AT_DESK,
    "call.act": AT_DESK,
    "reporter.see": AT_DESK,
}

# Selecting, training, managing and using people (选育管用). What a person may do for oneself (one's courses, shifts, phone) takes no right.
TEAM_AT_GRID = {
    "workforce.see": AT_DESK,
    "recruit.recommend": AT_DESK,
    "roster.edit": AT_DESK,
    "adviser.evaluate": AT_DESK,
    "career.apply": AT_DESK,
}
TEAM_OF_COMMUNITY = {
    "workforce.see": BELOW,
    "recruit.recommend": BELOW,
    "training.edit": BELOW,
    "equipment.edit": BELOW,
    "roster.edit": BELOW,
    "adviser.evaluate": BELOW,
    "career.apply": AT_DESK,
}
TEAM_OF_STREET = {
    "workforce.see": BELOW,
    "recruit.recommend": BELOW,
    "recruit.run": BELOW,
    "training.edit": BELOW,
    "equipment.edit": BELOW,
    "roster.edit": BELOW,
    "honour.edit": BELOW,
    "career.review": BELOW,
    "tenure.edit": BELOW,
    "adviser.evaluate": BELOW,
}
TEAM_OF_DISTRICT = {
    "workforce.see": BELOW,
    "recruit.run": BELOW,
    "training.edit": BELOW,
    "training.require": BELOW,
    "equipment.edit": BELOW,
    "roster.edit": BELOW,
    "honour.edit": BELOW,
    "career.review": BELOW,
    "career.approve": BELOW,
    "tenure.edit": BELOW,
    "adviser.summarise": BELOW,
}
# Whoever carries a matter may ask that it leave the catalogue; only a department asks that one come in. Who asks, examines and approves are
# three people, and each right of the way holds at one desk alone.
MATTERS_HERE = {"matter.see": AT_DESK, "matter.apply": AT_DESK, "matter.ask_exit": AT_DESK}
MATTERS_CARRIED = {"matter.see": BELOW, "matter.outside": BELOW}
MATTERS_EXAMINED = {"matter.see": BELOW, "matter.ask_exit": AT_DESK, "matter.review": AT_DESK, "matter.fund": BELOW}
# Out on the land. One by one a visit is seen by who made it and who leads the team; by everybody above as a count.
ON_FOOT = {
    "visit.record": BELOW,
    "campaign.see": BELOW,
    "campaign.work": BELOW,
    "patrol.record": BELOW,
    "suggestion.send": AT_DESK,
}
FIELDWORK = {"fieldwork.count": BELOW, "campaign.see": BELOW, "campaign.edit": BELOW, "spot.edit": BELOW}

# Building together 共驻共建: who runs an area keeps its lists, the grid's leader reads them.
TOGETHER = {"cobuild.see": BELOW, "cobuild.edit": BELOW, "topic.work": BELOW}

# Disputes are confidential: who is not in this part of the table sees none of them.
MEDIATES = {"dispute.mediate": BELOW}
DISPUTES = {"dispute.see": BELOW, "dispute.work": BELOW}

# Data of party members: only who does the party's affairs, and whoever was made secretary or recorder of an organisation, for that one.
# Points are the branch's own: the community's desk keeps them, street and district see none.
SERVES = {"party.serve": BELOW}
PARTY = {
    "party.see": BELOW,
    "party.edit": BELOW,
    "party.members": BELOW,
    "party.activity": BELOW,
    "party.points": AT_DESK,
    "party.decide": BELOW,
    "party.cultivation": BELOW,
    "party.reserve": BELOW,
}

# Service support: who sees to it that grids are staffed. A street keeps its own; rules, papers and money of the district are the district's.
SUPPORT = {
    "task.report": AT_DESK,
    "staff.see": BELOW,
    "staff.edit": BELOW,
    "staff.recommend": BELOW,
    "staff.approve": BELOW,
    "resource.see": BELOW,
    "staff.rule": BELOW,
    "budget.see": BELOW,
    "budget.edit": BELOW,
    "committee.see": BELOW,
    "committee.edit": BELOW,
    "suggestion.answer": BELOW,
    "complaint.answer": BELOW,
    "checklist.edit": BELOW,
}

ROLE_RIGHTS: dict[Role, dict[str, Reach]] = {
    Role.GRID_LEADER: WORK_AT_DESK
    | {"case.hand_over": AT_DESK, "staff.see": BELOW, "cobuild.see": BELOW, "topic.work": BELOW}
    | DISPUTES
    | MEDIATES
    | SERVES
    | MATTERS_CARRIED
    | TEAM_AT_GRID
    | ON_FOOT
    | {"visit.see": BELOW, "fieldwork.count": BELOW, "spot.edit": BELOW},
    Role.GRID_WORKER: WORK_AT_DESK | ON_FOOT | {"career.apply": AT_DESK},
    Role.PART_TIME_WORKER: WORK_AT_DESK | ON_FOOT,
    Role.ADVISER: {"case.see": BELOW, "case.note": BELOW, "suggestion.send": AT_DESK},
    Role.SPECIALIST: {"case.see": BELOW, "case.note": BELOW, "case.join": BELOW, "suggestion.send": AT_DESK} | MEDIATES,
    # A plan is proposed below, examined by the street and approved by the district: no role holds the step of another level.
    Role.COMMUNITY_CLERK: CLERK
    | TOGETHER
    | DISPUTES
    | MEDIATES
    | SERVES
    | MATTERS_CARRIED
    | TEAM_OF_COMMUNITY
    | FIELDWORK
    | {"plan.propose": BELOW, "staff.see": BELOW, "staff.recommend": BELOW},
    Role.STREET_CLERK: CLERK
    | TOGETHER
    | TEAM_OF_STREET
    | FIELDWORK
    | {"case.reopen": BELOW, "case.rule": BELOW, "case.call": AT_DESK}
    | DISPUTES
    | MEDIATES
    | {
        "dispute.approve": BELOW,
        "call.see": AT_DESK,
        "call.score": AT_DESK,
        "plan.propose_wide": BELOW,
        "plan.review": BELOW,
    }
    | MATTERS_EXAMINED,
    Role.DISTRICT_CLERK: CLERK
    | TOGETHER
    | TEAM_OF_DISTRICT
    | DISPUTES
    | MATTERS_EXAMINED
    | FIELDWORK
    | {
        "matter.approve": AT_DESK,
        "dispute.approve": BELOW,
        "case.reopen": BELOW,
        "case.rule": BELOW,
        "call.see": BELOW,
        "call.dispatch": BELOW,
        "call.rule": BELOW,
        "case.exclude_decide": BELOW,
        "people.edit": BELOW,
        "staff.see": BELOW,
        "committee.see": BELOW,
        "resource.see": BELOW,
        "territory.edit": BELOW,
        "plan.propose_wide": BELOW,
        "plan.approve": BELOW,
        "matter.edit": BELOW,
        "calendar.publish": BELOW,
    },
    Role.INSPECTOR: {
        "complaint.answer": BELOW,
        "case.see": BELOW,
        "case.verify": BELOW,
        "case.reopen": BELOW,
        "case.urge": BELOW,
        "case.supervise": BELOW,
        "case.alert": BELOW,
        "case.follow_up": BELOW,
        "case.exclude_decide": BELOW,
        "case.note": BELOW,
        "dispute.see": BELOW,
        "call.see": BELOW,
        "matter.see": BELOW,
        "fieldwork.count": BELOW,
        "campaign.see": BELOW,
    },
    Role.DEPARTMENT_HANDLER: DEPARTMENT | MATTERS_HERE,
    Role.DEPARTMENT_LEAD: DEPARTMENT | MATTERS_HERE | {"case.hand_over": AT_DESK},
    Role.ASSESSOR: {"case.see": BELOW, "fieldwork.count": BELOW, "campaign.see": BELOW},
    Role.PARTY_AFFAIRS: PARTY | SERVES | TOGETHER,
    Role.SUPPORT_CLERK: SUPPORT | TEAM_OF_STREET | TEAM_OF_DISTRICT | MATTERS_EXAMINED | TOGETHER,
    # Whoever answers for a level sees what the level has; the work itself is done in other roles.
    Role.FIRST_PERSON: {"staff.see": BELOW, "committee.see": BELOW, "budget.see": BELOW, "resource.see": BELOW},
}

# Of these roles one at a time may be at a desk; others beside are deputies.
ALONE = frozenset({Role.GRID_LEADER, Role.FIRST_PERSON})
# The teams of the grids and whoever answers for a level: who staffs the grids seats these.
STAFFED = frozenset(
    {
        Role.GRID_LEADER,
        Role.GRID_WORKER,
        Role.PART_TIME_WORKER,
        Role.ADVISER,
        Role.SPECIALIST,
        Role.FIRST_PERSON,
    }
)

# At what kinds of desk (the values of `DeskKind`) a post with this role may stand.
ROLE_DESKS: dict[Role, tuple[str, ...]] = {
    Role.GRID_LEADER: ("grid",),
    Role.GRID_WORKER: ("grid",),
    Role.PART_TIME_WORKER: ("grid",),
    Role.ADVISER: ("grid",),
    Role.SPECIALIST: ("grid", "community", "street"),
    Role.COMMUNITY_CLERK: ("community",),
    Role.STREET_CLERK: ("street",),
    Role.DISTRICT_CLERK: ("district",),
    Role.INSPECTOR: ("street", "district"),
    Role.DEPARTMENT_HANDLER: ("department",),
    Role.DEPARTMENT_LEAD: ("department",),
    Role.ASSESSOR: ("community", "street"),
    Role.PARTY_AFFAIRS: ("community", "street", "district"),
    Role.SUPPORT_CLERK: ("street", "district"),
    Role.FIRST_PERSON: ("grid", "community", "street", "district"),
}
