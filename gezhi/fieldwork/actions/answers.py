"""A target is worked off: one answer to the form, and a case where something was found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gezhi.fieldwork.actions.findings import Finding, Where, take_up
from gezhi.fieldwork.device_time import device_time
from gezhi.fieldwork.models import CampaignAnswer, CampaignForm, CampaignPhoto, CampaignTarget
from gezhi.fieldwork.questions import MOST_PHOTOS, answered, question_of
from gezhi.fieldwork.replays import once, uuid_of
from gezhi.fieldwork.workflow import CampaignStage
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, found
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.rows import insert

RIGHT = "campaign.work"


def answer_target(
    target: CampaignTarget,
    *,
    actor: Actor,
    at: datetime,
    key: UUID | str,
    values: Mapping[str, Any],
    photos: Mapping[str, Sequence[StoredFile]] | None = None,
    finding: Finding | None = None,
    form_number: int | None = None,
    done_at: datetime | None = None,
) -> CampaignAnswer:
    """Answer the form at a target fetched by `get_target`. Needs `campaign.work` there.

    `form_number` is the version that the device had, by default the one in use: who was offline answers what they were asked. A finding
    becomes a case in the same transaction. The same key gives the same answer; another one for a target that is done is a `Conflict` that
    says who did it. After the last day an answer is still taken, until the campaign is ended.
    """
    key, photos = uuid_of(key), photos or {}

    def make() -> CampaignAnswer:
        actor.require(RIGHT, area=target.place_code)
        form = form_for(target, form_number)
        require_room(target)
        questions = [question_of(row) for row in form.questions]
        if sum(len(files) for files in photos.values()) > MOST_PHOTOS:
            raise Refused("too_many_files", _("最多附 %(most)s 张照片。") % {"most": MOST_PHOTOS}, field="photos")
        answer = CampaignAnswer(
            key=key,
            target_id=target.pk,
            form_id=form.pk,
            values=answered(questions, values, photos),
            has_finding=finding is not None,
            by_id=actor.user_id,
            answered_at=at,
            done_at=device_time(done_at),
            version=1,
        )
        if finding is not None:
            answer.case_id = take_up(finding, where_of(target), key=key, origin="campaign", actor=actor, at=at).pk
        if not CampaignTarget.objects.filter(pk=target.pk, done_at__isnull=True).update(done_at=at):
            raise done_by(target)
        insert([answer])
        files = {code: dict.fromkeys(several) for code, several in photos.items()}
        insert([CampaignPhoto(answer=answer, question=code, file=file) for code in files for file in files[code]])
        data = {
            "campaign": target.campaign_id,
            "target": target.pk,
            "area": target.place_code,
            "form": form.number,
            "found": answer.has_finding,
        }
        found(answer, Fact("campaign.answered", data), actor=actor, at=at)
        target.done_at = at
        return answer

    return once(
        CampaignAnswer, key, make, is_same=lambda row: row.target_id == target.pk and row.by_id in (actor.user_id, None)
    )


def form_for(target: CampaignTarget, number: int | None) -> CampaignForm:
    campaign = target.campaign
    if campaign.stage == CampaignStage.DRAFT:
        raise Refused("not_started", _("这项排查还没有开始。"))
    if campaign.stage != CampaignStage.RUNNING:
        raise Refused("ended", _("这项排查已经结束，没有再收。您填的内容还在手机上；发现的问题请另外上报。"))
    form = CampaignForm.objects.filter(campaign=campaign, number=number or campaign.form_number).first()
    if form is None:
        raise Refused("no_such_form", _("没有这一版表，请更新后再填。"), field="form_number")
    return form


def require_room(target: CampaignTarget) -> None:
    """A look before the work; the update that decides comes at the end."""
    if CampaignAnswer.objects.filter(target_id=target.pk).exists():
        raise done_by(target)


def done_by(target: CampaignTarget) -> Conflict:
    standing = CampaignAnswer.objects.filter(target_id=target.pk).select_related("by").first()
    who = standing.by.name if standing is not None and standing.by is not None else _("别人")
    return Conflict("done_already", _("%(who)s已经做过这一处了。") % {"who": who}, field="target")


def where_of(target: CampaignTarget) -> Where:
    point = target.address_point
    if point is None:
        return Where(target.place_code)
    return Where(target.place_code, point.label, point.lng, point.lat)
