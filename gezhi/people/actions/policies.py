"""Writes to the policy library: documents and their editions, articles, and what rests on them."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.actions.organisation import EDIT, require_order
from gezhi.people.citations import knows_rule
from gezhi.people.models import Article, Citation, Policy, PolicyKind


def issue_policy(
    kind: str,
    title: str,
    *,
    actor: Actor,
    at: datetime,
    effective_from: date,
    issued_on: date | None = None,
    effective_until: date | None = None,
    number: str = "",
    file: StoredFile | None = None,
    replaces: Policy | None = None,
) -> Policy:
    """Enter a document; with `replaces` as the next edition of it, which then ends with the day before.

    Refused: empty, too_long, bad_kind, ends_before_start, starts_too_early, edition_there.
    """
    actor.require(EDIT, area=settings.DISTRICT)
    if kind not in PolicyKind.values:
        raise Refused("bad_kind", _("没有这种文件。"), field="kind")
    title = typed(title, field="title", longest=120, empty=_("请填写文件名称"))
    number = typed(number, field="number", longest=40)
    require_order(effective_from, effective_until)
    if replaces is not None and effective_from <= replaces.effective_from:
        raise Refused("starts_too_early", _("新版要晚于现行版本生效。"), field="effective_from")
    with unit():
        if replaces is not None:
            last = effective_from - timedelta(days=1)
            if replaces.effective_until is None or replaces.effective_until > last:
                end_policy(replaces, last, actor=actor, at=at)
        with first_come("edition_there", _("同名的文件已经有了，请作为它的新版录入。"), field="title"):
            policy = Policy.objects.create(
                kind=kind,
                title=title,
                number=number,
                edition=replaces.edition + 1 if replaces is not None else 1,
                issued_on=issued_on or effective_from,
                effective_from=effective_from,
                effective_until=effective_until,
                file=file,
                version=1,
            )
        data = {"kind": kind, "edition": policy.edition, "from": effective_from.isoformat()}
        found(policy, Fact("policy.issued", data), actor=actor, at=at)
    return policy


def end_policy(policy: Policy, effective_until: date, *, actor: Actor, at: datetime) -> None:
    """The last day of a document: afterwards it is offered no more. Refused: ends_before_start."""
    actor.require(EDIT, area=settings.DISTRICT)
    require_order(policy.effective_from, effective_until)
    with unit():
        fact = Fact("policy.ended", {"until": effective_until.isoformat()})
        advance(policy, fact, actor=actor, at=at, changes={"effective_until": effective_until})


def attach(policy: Policy, file: StoredFile, *, actor: Actor, at: datetime) -> None:
    """The text of a document as a file; another one takes its place."""
    actor.require(EDIT, area=settings.DISTRICT)
    with unit():
        advance(policy, Fact("policy.attached"), actor=actor, at=at, changes={"file": file})


def add_article(policy: Policy, label: str, gist: str = "", *, actor: Actor, at: datetime) -> Article:
    """An article of a document, so that rules can rest on it. Refused: empty, too_long, article_there."""
    actor.require(EDIT, area=settings.DISTRICT)
    label = typed(label, field="label", longest=20, empty=_("请填写条款，如第三条。"))
    gist = typed(gist, field="gist", longest=200)
    with unit():
        with first_come("article_there", _("这一条已经录入。"), field="label"):
            article = Article.objects.create(policy=policy, label=label, gist=gist)
        advance(policy, Fact("policy.article_added", {"article": article.pk}), actor=actor, at=at)
    return article


def cite(kind: str, key: str, article: Article, *, actor: Actor, at: datetime) -> Citation:
    """Say that a rule rests on an article. Missing: no_such_rule. Refused: expired (the document holds no more), cited_already."""
    actor.require(EDIT, area=settings.DISTRICT)
    if not knows_rule(kind, key, on=local_day(at)):
        raise Missing("no_such_rule", _("没有这条规则。"), field="key")
    if not Policy.objects.in_force_on(local_day(at)).filter(pk=article.policy_id).exists():
        raise Refused("expired", _("这份文件今天不在有效期内，不能作为依据。"), field="article")
    with unit():
        with first_come("cited_already", _("已经引用过这一条。"), field="article"):
            citation = Citation.objects.create(kind=kind, key=key, article=article, version=1)
        found(citation, Fact("citation.made", {"kind": kind, "article": article.pk}), actor=actor, at=at)
    return citation


def lift_citation(citation: Citation, *, actor: Actor, at: datetime) -> None:
    """A rule no longer rests on an article; that it did stays in the log."""
    actor.require(EDIT, area=settings.DISTRICT)
    if citation.is_lifted:
        return
    with unit():
        advance(citation, Fact("citation.lifted"), actor=actor, at=at, changes={"is_lifted": True})


__all__ = ["add_article", "attach", "cite", "end_policy", "issue_policy", "lift_citation"]
