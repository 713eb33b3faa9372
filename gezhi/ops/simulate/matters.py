"""Matters of the simulated town on their way in and out, through the real actions: some in every stage, one refused by each question, one gone;
money that came and money that didn't, and work that was refused."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.transactions import unit
from gezhi.matters.actions import (
    Draft,
    ExitDraft,
    NewBatch,
    NewDemand,
    draft_admission,
    draft_exit,
    record_received,
    refuse_outside,
    take,
    take_effect,
)
from gezhi.matters.admission import CODES
from gezhi.matters.models import Application, Category, FundEntry, Matter
from gezhi.matters.models.outside_request import Channel
from gezhi.ops.simulate.cast import Cast
from gezhi.people.models import Desk, DeskKind
from gezhi.people.roles import Role
from gezhi.territory.models import Area

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NO: dict[str, bool | None] = dict.fromkeys(CODES, False)


@dataclass(frozen=True, slots=True)
class Story:
    """An application: whose, how far it comes, and what it says. Invented."""

    department: str
    until: str
    draft: Draft
    yearly_fen: int = 6_000_000
    is_wide: bool = False


def wish(name: str, category: str, content: str, **over: Any) -> Draft:
    """A whole application; the category by its code, turned into its key later."""
    facts: dict[str, Any] = {
        "legal_basis": "区委、区政府关于网格承担事项准入的规定",
        "authority": "相关信息的查询、上门核实和协调的权限下放到社区。",
        "duty": "审核、决定和执法仍由部门负责，部门负责培训网格员。",
        "default_desk": "grid",
        "handling_template": "一、上门看一看，问清楚。\n二、能当场办的当场办，办不了的三天内报社区。\n三、办完告诉当事人。",
        "answer_template": "您好！您反映的事已经【办理情况】。还有问题请找您的网格员。",
        "expected_a_week": 4,
        "answers": dict(NO),
    } | over
    return Draft(
        name, **facts | {"content": content, "words": tuple(facts.pop("words", ())), "category_id": int(category)}
    )


STORIES = (
    Story("human_resources", "in_force", wish(
        "灵活就业意愿登记", "04", "上门问灵活就业人员想找什么活，帮着登记，送到街道零工市场。",
        words=("灵活就业", "零工"), demands=(NewDemand("就业意愿表", "case", 8, 1, ("期望工种", "期望月薪")),),
    )),
    Story("civil_affairs", "approved", wish(
        "独居老人节日看望", "03", "节日前看望独居老人，问问缺什么，有需要的报社区。", words=("独居老人", "看望老人"),
        demands=(NewDemand("看望记录", "month", 20, 1, ("看望日期", "需要帮助的事")),),
    ), 9_000_000, is_wide=True),
    Story("fire", "reviewed", wish(
        "充电桩周边堆物劝导", "08", "看到充电桩旁边堆东西，劝一劝，劝不动的上报。", words=("充电桩",),
    )),
    Story("culture", "submitted", wish(
        "社区书屋开放", "02", "按时开门，登记借还。", words=("社区书屋", "借书"), default_desk="community",
    )),
    Story("health", "returned", wish("慢病小组通知", "10", "通知居民参加慢病小组活动。", words=("慢病小组",))),
    Story("veterans", "draft", wish("光荣牌悬挂", "03", "", words=("光荣牌",), authority="")),
    Story("housing", "too_specialised", wish("房屋结构安全鉴定", "06", "判断房屋裂缝是不是危险。", words=("房屋鉴定",))),
    Story("natural_resources", "beyond_autonomy", wish("宅基地权属调查", "10", "调查并确认宅基地归谁。", words=("宅基地",))),
    Story("business", "foreign_to_duty", wish("招商线索摸排", "10", "每周摸排一条招商线索。", words=("招商线索",))),
    Story("environment", "beyond_ability", wish("污水取样送检", "05", "每月取水样，送到实验室。", words=("取水样",))),
    Story("urban_management", "enforcement", wish("占道经营处罚", "05", "开罚单，收罚款。", nature="enforcement", words=("罚单",))),
    Story("market_regulation", "held", wish(
        "小餐饮台账更新", "10", "每月更新辖区小餐饮台账。", words=("小餐饮台账",),
        demands=(NewDemand("小餐饮台账", "month", 90, 1, ("所属网格", "地址", "经营品类")),),
    )),
)  # fmt: skip
# Work that somebody sent down, by department; invented.
SENT_DOWN = (
    ("market_regulation", "挨家挨户统计使用煤气罐的小餐饮，三天内报表。", Channel.MESSAGE),
    ("market_regulation", "拍每家店铺门头的照片，两张一组。", Channel.MESSAGE),
    ("health", "每天下午四点前报一次发热人数。", Channel.MESSAGE),
    ("education", "逐户登记孩子的校外补习情况。", Channel.MEETING),
    ("business", "转发招商宣传片，截图上报。", Channel.PHONE),
)
GONE, LEAVING = "0206", "0712"


class Ways:
    """Who moves applications, at their own desks."""

    def __init__(self, start: datetime, end: datetime, seed: int) -> None:
        self.cast = Cast()
        self.start, self.end = start, end
        self.random = Random(f"{seed}:matters")  # noqa: S311 - meant to be repeatable
        self.desks = {
            desk.department.code if desk.department is not None else desk.area.code: desk
            for desk in Desk.objects.select_related("area", "department")
        }
        self.streets = [
            desk.area for desk in self.desks.values() if desk.kind == DeskKind.STREET and self.cast.seats[desk.pk]
        ]
        self.streets.sort(key=lambda area: area.code)
        district = next(desk for desk in self.desks.values() if desk.kind == DeskKind.DISTRICT)
        self.district = self.seated(district, Role.DISTRICT_CLERK)

    def seated(self, desk: Desk, role: Role) -> list[Actor]:
        users = [user_id for seat, user_id in self.cast.seats[desk.pk] if seat == role]
        return [self.cast.actor(user_id, self.end) for user_id in users]

    def applicant(self, code: str) -> Actor | None:
        desk = self.desks.get(code)
        handlers = self.seated(desk, Role.DEPARTMENT_HANDLER) if desk is not None else []
        return handlers[0] if handlers else None

    def admit(self, story: Story) -> Application | None:
        """One application as far as its story goes."""
        actor = self.applicant(story.department)
        category = Category.objects.filter(code=f"{story.draft.category_id:02d}").first()
        if actor is None or category is None or len(self.district) < 2:
            return None
        at = self.start + 2 * DAY + (9 + 7 * self.random.random()) * HOUR
        first = local_day(self.start + 10 * DAY) if story.until == "in_force" else local_day(self.end + 12 * DAY)
        streets = self.streets if story.is_wide else self.streets[:1]
        batches = [
            NewBatch(area.code, first + (number > 0) * 30 * DAY, story.yearly_fen, 1 if number == 0 else 2)
            for number, area in enumerate(streets)
        ]
        answers = NO | ({story.until: True} if story.until in CODES else {})
        draft = replace(story.draft, category_id=category.pk, answers=answers, batches=batches)
        application = draft_admission(draft, actor=actor, at=at, desk_id=self.desks[story.department].pk)
        if story.until in ("draft", "held"):
            return application
        take("submit", application, actor=actor, at=at + HOUR)
        return self.judge(application, story, at + DAY)

    def judge(self, application: Application, story: Story, at: datetime) -> Application:
        """What street and district make of it."""
        if not application.is_open or story.until == "submitted":
            return application
        examiner = self.examiner(application)
        if story.until == "returned":
            return take("return", application, actor=examiner, at=at, comment="请写清楚每月几次、在哪里。")
        take("review", application, actor=examiner, at=at, comment="群众需要，网格做得了。", **NO)
        if story.until == "reviewed":
            return application
        approver = next(one for one in self.district if one.user_id != examiner.user_id)
        words = "同意。和已有事项不重复，单列便于拨付经费。"
        return take("approve", application, actor=approver, at=at + DAY, comment=words)

    def examiner(self, application: Application) -> Actor:
        desk = next(desk for desk in self.desks.values() if desk.pk == application.review_desk_id)
        if desk.kind == DeskKind.STREET:
            return self.seated(desk, Role.STREET_CLERK)[0]
        return self.district[0]

    def leave(self, code: str, reason: str, days: int) -> None:
        """A matter leaves `days` before (or, below zero, after) the end."""
        matter = Matter.objects.filter(code=code, valid_until=None).first()
        street = self.desks[self.streets[0].code]
        clerks = self.seated(street, Role.STREET_CLERK)
        if matter is None or not clerks or len(self.district) < 2:
            return
        at = self.end - 9 * DAY
        draft = ExitDraft(matter.pk, reason, local_day(self.end - days * DAY))
        application = draft_exit(draft, actor=clerks[0], at=at, desk_id=street.pk)
        take("submit", application, actor=clerks[0], at=at)
        take("review", application, actor=self.district[0], at=at + DAY, comment="情况属实。")
        take("approve", application, actor=self.district[1], at=at + 2 * DAY, comment="同意退出。")

    def pay(self) -> None:
        """Some of what was promised came."""
        for entry in FundEntry.objects.filter(kind="promised").select_related("matter", "street").order_by("pk"):
            clerks = self.seated(self.desks[entry.street.code], Role.STREET_CLERK)
            if not clerks or entry.year != local_day(self.end).year:
                continue
            record_received(
                actor=clerks[0],
                at=self.end - DAY,
                matter=entry.matter,
                street=entry.street.code,
                year=entry.year,
                amount_fen=max(entry.amount_fen // 5, 1),
                document=f"拨款通知 {entry.pk} 号",
            )

    def refuse(self) -> int:
        """Leaders of grids turn away what is not in the catalogue."""
        grids: list[tuple[Area, Actor]] = []
        for desk in self.desks.values():
            if desk.kind == DeskKind.GRID:
                grids += [(desk.area, leader) for leader in self.seated(desk, Role.GRID_LEADER)]
        grids.sort(key=lambda pair: pair[0].code)
        for number, (code, what, channel) in enumerate(SENT_DOWN if grids else ()):
            asker = self.desks.get(code)
            area, leader = grids[(number * 7) % len(grids)]
            days = self.random.randrange(1, (self.end - self.start).days - 1)
            at = self.start + days * DAY + (9 + 8 * self.random.random()) * HOUR
            refuse_outside(
                actor=leader,
                at=at,
                area_code=area.code,
                what=what,
                asked_on=local_day(at),
                channel=channel,
                department_id=asker.department_id if asker is not None else None,
                asker="" if asker is not None else "有关单位",
            )
        return len(SENT_DOWN) if grids else 0


def govern(*, seed: int, start: datetime, end: datetime) -> int:
    """Play the stories between two instants; the number of applications written."""
    ways = Ways(start, end, seed)
    if not ways.streets or end - start < 14 * DAY:
        return 0
    with unit():
        done = sum(1 for story in STORIES if ways.admit(story) is not None)
        take_effect(at=start + 10 * DAY)
        ways.leave(GONE, "红白事由村居理事会自己办，不再需要网格承担。", days=2)
        ways.leave(LEAVING, "弱电线缆由通信企业统一整治，网格只上报，不再承担。", days=-10)
        take_effect(at=end - DAY)
        ways.pay()
        ways.refuse()
    return done
