"""Who leads an organisation: secretary, recorder, head. And telling when there is no secretary."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import first_come, unit
from gezhi.party.actions.orgs import RIGHT, require_standing
from gezhi.party.models import Member, PartyOrg, Term
from gezhi.party.rules import WITH_SECRETARY, Office, offices_of, overlaps

TAKEN = _("这个职务这段时间已经有人，一个职务只有一位。请先写明前任的离任日期。")


def appoint(
    org: PartyOrg,
    office: str,
    *,
    actor: Actor,
    at: datetime,
    from_on: date,
    until_on: date | None = None,
    user: User | None = None,
    member: Member | None = None,
) -> Term:
    """Give an office from a day until a day. The predecessor's term must have ended: there is one at a time.

    Refused: an office that this kind has not, nobody named, an officer or closed account, a member of elsewhere, a taken time.
    """
    actor.require(RIGHT, area=org.area.code)
    if office not in offices_of(org.kind):
        raise Refused("no_such_office", _("这类党组织没有这个职务。"), field="office")
    is_head = office == Office.HEAD
    if (member if is_head else user) is None:
        raise Refused("empty", _("请选择任职的人。"), field="member" if is_head else "user")
    if user is not None and not is_head and (not user.is_active or user.officer):
        raise Refused("no_such_user", _("这个账号已停用，或者是系统、安全、审计管理员，不能任职。"), field="user")
    if member is not None and is_head and (member.left_on is not None or not belongs(member, org)):
        raise Refused("member_elsewhere", _("负责人应是上级党支部的党员。"), field="member")
    if until_on is not None and until_on < from_on:
        raise Refused("ends_before_start", _("离任日期不能早于任职日期。"), field="until_on")
    if from_on < org.founded_on:
        raise Refused("before_founding", _("任职日期不能早于党组织的设立日期。"), field="from_on")
    with unit():
        # Whoever appoints here at the same time waits, so two can't slip in side by side.
        fresh = PartyOrg.objects.select_for_update().get(pk=org.pk)
        require_standing(fresh)
        for other in Term.objects.filter(org=org, office=office):
            if overlaps((from_on, until_on), (other.from_on, other.until_on)):
                raise Refused("office_taken", TAKEN, field="office")
        with first_come("office_taken", TAKEN, field="office"):
            term = Term.objects.create(
                org=org,
                office=office,
                user=None if is_head else user,
                member=member if is_head else None,
                from_on=from_on,
                until_on=until_on,
                version=1,
            )
        data = {"org": org.pk, "office": office, "from": from_on.isoformat()}
        found(term, Fact("party_term.began", data | {"user": term.user_id}), actor=actor, at=at)
        today = local_day(at)
        if office == Office.SECRETARY and from_on <= today and (until_on is None or until_on >= today):
            settle_vacancy(fresh, actor=actor, at=at)
            org.version, org.vacant_since = fresh.version, fresh.vacant_since
    return term


def belongs(member: Member, org: PartyOrg) -> bool:
    """Is the member's branch the one above this group or household?"""
    above = org.parent
    while above is not None:
        if above.pk == member.branch_id:
            return True
        above = above.parent
    return False


def end_term(term: Term, *, actor: Actor, at: datetime, until_on: date) -> None:
    """Let a term end with its last day. Where the organisation has no secretary then, its desk is told at once."""
    actor.require(RIGHT, area=term.org.area.code)
    if until_on < term.from_on:
        raise Refused("ends_before_start", _("离任日期不能早于任职日期。"), field="until_on")
    if term.until_on is not None and term.until_on <= until_on:
        raise Refused(
            "ends_before", _("这段任期到 %(day)s 已经结束。") % {"day": term.until_on.isoformat()}, field="until_on"
        )
    with unit():
        fact = Fact("party_term.ended", {"until": until_on.isoformat()})
        advance(term, fact, actor=actor, at=at, changes={"until_on": until_on})
        mark_vacancies(actor=actor, at=at, only=term.org_id)


def end_terms_of(user_id: int, *, actor: Actor, at: datetime, last: date) -> int:
    """Who has left holds no office any more."""
    ended = 0
    with unit():
        for term in Term.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=last), user_id=user_id):
            until = max(last, term.from_on)
            if term.until_on is not None and term.until_on <= until:
                continue
            fact = Fact("party_term.ended", {"until": until.isoformat()})
            advance(term, fact, actor=actor, at=at, changes={"until_on": until})
            mark_vacancies(actor=actor, at=at, only=term.org_id)
            ended += 1
    return ended


def settle_vacancy(org: PartyOrg, *, actor: Actor, at: datetime) -> None:
    if org.vacant_since is not None:
        data = {"vacant_since": org.vacant_since.isoformat()}
        advance(org, Fact("party_org.filled", data), actor=actor, at=at, changes={"vacant_since": None})


def mark_vacancies(*, actor: Actor, at: datetime, only: int | None = None) -> int:
    """Note which organisations have no secretary today, each once, and which have one again; how many are newly vacant.

    The event is what tells the desks (`reactions`). Asked once a day and whenever a term ends.
    """
    day = local_day(at)
    leads = Term.objects.holding_on(day).filter(org=OuterRef("pk"), office=Office.SECRETARY)
    rows = PartyOrg.objects.standing().filter(kind__in=WITH_SECRETARY).annotate(is_led=Exists(leads))
    if only is not None:
        rows = rows.filter(pk=only)
    vacant = 0
    with unit():
        for org in rows.filter(vacant_since__isnull=False, is_led=True):
            settle_vacancy(org, actor=actor, at=at)
        for org in rows.filter(vacant_since__isnull=True, is_led=False).select_related("area"):
            since = vacant_from(org, day)
            data = {"area": org.area.code, "kind": org.kind, "since": since.isoformat()}
            advance(org, Fact("party_org.vacant", data), actor=actor, at=at, changes={"vacant_since": since})
            vacant += 1
    return vacant


def vacant_from(org: PartyOrg, day: date) -> date:
    """The day after the last secretary's last; the founding where there was none."""
    ended = Term.objects.filter(org=org, office=Office.SECRETARY, until_on__lt=day).order_by("-until_on").first()
    return ended.until_on + timedelta(days=1) if ended is not None and ended.until_on is not None else org.founded_on
