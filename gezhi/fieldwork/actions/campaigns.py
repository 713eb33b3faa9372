"""A campaign is drafted: its words, its form in versions, what has to be gone to. Its steps stand in `campaign_steps`."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.place import place_of
from gezhi.fieldwork.access import runs
from gezhi.fieldwork.models import AddressPoint, Campaign, CampaignForm, CampaignTarget, TargetKind, lying_in
from gezhi.fieldwork.questions import Question, checked
from gezhi.fieldwork.replays import once, uuid_of
from gezhi.fieldwork.workflow import ENDED, CampaignStage
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.rows import insert
from gezhi.kernel.texts import LONGEST_TITLE, typed
from gezhi.kernel.transactions import unit
from gezhi.territory.models import Area, GridKind, Level

RIGHT = "campaign.edit"
LONGEST_PURPOSE, MOST_TARGETS = 500, 20_000
ENDED_ALREADY = _("这项排查已经结束，不能再改。")


def words_of(title: str, purpose: str) -> dict[str, str]:
    return {
        "title": typed(title, field="title", longest=LONGEST_TITLE, empty=_("请写排查的名称。")),
        "purpose": typed(purpose, field="purpose", longest=LONGEST_PURPOSE),
    }


def days_of(due_on: date, remind_on: date | None, at: datetime) -> dict[str, date]:
    """The last day and the day of the reminder, by default the day before."""
    today = local_day(at)
    if not today <= due_on <= today + timedelta(days=366):
        raise Refused("no_such_day", _("截止日期要在今天到一年以内。"), field="due_on")
    remind_on = remind_on or max(today, due_on - timedelta(days=1))
    if not today <= remind_on <= due_on:
        raise Refused("no_such_day", _("提醒日期要在今天到截止日期之间。"), field="remind_on")
    return {"due_on": due_on, "remind_on": remind_on}


def draft_campaign(
    *,
    actor: Actor,
    at: datetime,
    key: UUID | str,
    title: str,
    area_code: str = "",
    due_on: date,
    remind_on: date | None = None,
    purpose: str = "",
    target_kind: str = TargetKind.GRIDS,
) -> Campaign:
    """A new campaign in an area, without a form and without targets yet. Needs `campaign.edit` there. The same key, the same campaign."""
    key = uuid_of(key)

    def make() -> Campaign:
        place = place_of(lng=None, lat=None, area_code=area_code)
        actor.require(RIGHT, area=place.code)
        if target_kind not in TargetKind.values:
            raise Refused("no_such_kind", _("请选按网格还是按地址点排查。"), field="target_kind")
        campaign = Campaign(
            key=key,
            target_kind=target_kind,
            stage=CampaignStage.DRAFT,
            made_by_id=actor.user_id,
            made_at=at,
            version=1,
            **words_of(title, purpose),
            **days_of(due_on, remind_on, at),
            **place.columns,
        )
        insert([campaign])
        data = {"area": place.code, "due": due_on.isoformat(), "targets": target_kind}
        found(campaign, Fact("campaign.drafted", data), actor=actor, at=at)
        return campaign

    return once(Campaign, key, make, is_same=lambda row: row.made_by_id == actor.user_id)


def require_open(campaign: Campaign, actor: Actor, *, draft_only: bool = False) -> None:
    if not runs(actor, campaign):
        raise Denied(RIGHT)
    if campaign.stage in ENDED:
        raise Refused("ended", ENDED_ALREADY)
    if draft_only and campaign.stage != CampaignStage.DRAFT:
        raise Refused("started", _("已经开始的排查，这些不能再改；日期用“改截止日期”。"))


def change_campaign(
    campaign: Campaign,
    *,
    actor: Actor,
    at: datetime,
    title: str,
    purpose: str = "",
    due_on: date,
    remind_on: date | None = None,
    seen: int | None = None,
) -> Campaign:
    """Other words and days for a draft. The same object comes back; `seen` is the version that the person looked at."""
    require_open(campaign, actor, draft_only=True)
    columns: dict[str, Any] = {**words_of(title, purpose), **days_of(due_on, remind_on, at)}
    changes = {name: value for name, value in columns.items() if getattr(campaign, name) != value}
    if changes:
        with unit():
            as_seen(campaign, seen)
            fact = Fact("campaign.changed", {"columns": sorted(changes)})
            advance(campaign, fact, actor=actor, at=at, changes=changes)
    return campaign


def as_seen(campaign: Campaign, seen: int | None) -> None:
    """Whoever changes what they saw earlier is told so by `advance`."""
    if seen is not None:
        campaign.version = seen


def set_questions(
    campaign: Campaign, questions: Sequence[Question], *, actor: Actor, at: datetime, seen: int | None = None
) -> Campaign:
    """The form. A draft has one version, which is replaced; once started, another form is another version, and answers keep theirs.

    Raises `Refused` for a form that may not be asked (see `gezhi.fieldwork.questions`).
    """
    require_open(campaign, actor)
    rows = [one.as_row() for one in checked(questions)]
    current = current_form(campaign)
    if current is not None and current.questions == rows:
        return campaign
    with unit():
        as_seen(campaign, seen)
        number = max(1, campaign.form_number if campaign.stage == CampaignStage.DRAFT else campaign.form_number + 1)
        fact = Fact("campaign.form_set", {"number": number, "questions": len(rows)})
        advance(campaign, fact, actor=actor, at=at, changes={"form_number": number})
        CampaignForm.objects.update_or_create(
            campaign=campaign, number=number, defaults={"questions": rows, "made_at": at}
        )
    return campaign


def current_form(campaign: Campaign) -> CampaignForm | None:
    return CampaignForm.objects.filter(campaign=campaign, number=campaign.form_number).first()


def set_targets(
    campaign: Campaign,
    *,
    actor: Actor,
    at: datetime,
    codes: Collection[str] = (),
    grid_kind: str = "",
    seen: int | None = None,
) -> Campaign:
    """What has to be gone to: every grid, or every address point, of these areas; of the whole campaign's where none is named.

    `grid_kind` takes the residential or the dedicated grids alone. A draft's targets are replaced; once started, new ones are added and
    none is taken away. Raises `Refused` for an area outside the campaign's, and where nothing would be found.
    """
    require_open(campaign, actor)
    home = campaign.place_code or settings.DISTRICT
    wanted = sorted(set(codes)) or [home]
    for code in wanted:
        if not code.startswith(home):
            raise Refused("outside", _("%(code)s 不在这项排查的范围里。") % {"code": code[:20]}, field="codes")
    rows = targets_in(campaign, wanted, grid_kind)
    if not rows:
        what = (
            _("这个范围里还没有登记地址点。") if campaign.target_kind != TargetKind.GRIDS else _("这个范围里没有网格。")
        )
        raise Refused("nothing_there", what, field="codes")
    if len(rows) > MOST_TARGETS:
        raise Refused(
            "too_many", _("一项排查最多 %(most)s 个对象，请分开布置。") % {"most": MOST_TARGETS}, field="codes"
        )
    with unit():
        as_seen(campaign, seen)
        standing = set(campaign.targets.values_list("area_id", "address_point_id"))
        new = [row for row in rows if (row.area_id, row.address_point_id) not in standing]
        if campaign.stage == CampaignStage.DRAFT:
            kept = {(row.area_id, row.address_point_id) for row in rows}
            gone = [
                pk
                for pk, *which in campaign.targets.values_list("pk", "area_id", "address_point_id")
                if tuple(which) not in kept
            ]
            if not new and not gone:
                return campaign
            for first in range(0, len(gone), 500):
                CampaignTarget.objects.filter(pk__in=gone[first : first + 500]).delete()
        elif not new:
            return campaign
        insert(new)
        fact = Fact("campaign.targeted", {"targets": campaign.targets.count(), "new": len(new)})
        advance(campaign, fact, actor=actor, at=at, changes={})
    return campaign


def targets_in(campaign: Campaign, codes: Sequence[str], grid_kind: str) -> list[CampaignTarget]:
    """Unsaved targets. One statement."""
    if grid_kind and grid_kind not in GridKind.values:
        raise Refused("no_such_kind", _("没有这种网格。"), field="grid_kind")
    if campaign.target_kind == TargetKind.ADDRESS_POINTS:
        points = AddressPoint.objects.active().filter(lying_in(*codes))
        if grid_kind:
            points = points.filter(area__kind=grid_kind)
        columns = ("pk", "area_id", "grid_code")
        return [
            target(campaign, area, code, pk)
            for pk, area, code in points.order_by("grid_code", "pk").values_list(*columns)
        ]
    grids: dict[int, str] = {}
    for code in codes:
        found_there = Area.objects.inside(code).filter(level=Level.GRID, is_active=True)
        if grid_kind:
            found_there = found_there.filter(kind=grid_kind)
        grids.update(found_there.order_by("code").values_list("pk", "code"))
    return [target(campaign, pk, code) for pk, code in grids.items()]


def target(campaign: Campaign, area_id: int, grid_code: str, address_point_id: int | None = None) -> CampaignTarget:
    return CampaignTarget(
        campaign_id=campaign.pk,
        area_id=area_id,
        address_point_id=address_point_id,
        street_code=grid_code[:9],
        community_code=grid_code[:12],
        grid_code=grid_code,
    )
