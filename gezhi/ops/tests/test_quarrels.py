"""Disputes of the simulated town: by the real actions, sound, and alive enough for every list to have something."""

from datetime import timedelta

from django.db import transaction

from gezhi.disputes.models import Dispute
from gezhi.kernel.events import faults, sm3, timeline
from gezhi.kernel.models import Event
from gezhi.ops.simulate.quarrels import QUARRELS, quarrel
from gezhi.testing import NOON, Town

START = NOON - timedelta(days=70)


def test_a_season_of_quarrels(town: Town) -> None:
    assert quarrel(60, seed=1, start=START, end=NOON) > 50
    disputes = list(Dispute.objects.all())
    assert {dispute.stage for dispute in disputes} == {"open", "mediating", "agreed", "kept", "referred", "withdrawn"}
    assert any(dispute.overdue_at for dispute in disputes)
    for dispute in disputes:
        chain = timeline(dispute)
        assert faults(chain, version=dispute.version) == []
        assert all(START.date() <= event.at.date() and event.at <= NOON for event in chain)


def test_the_same_seed_tells_the_same_story(town: Town) -> None:
    stories = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            quarrel(20, seed=seed, start=START, end=NOON)
            rows = Event.objects.filter(subject_kind="dispute").order_by("pk").values_list("name", "at", "actor_id")
            stories.append(sm3(str(list(rows))))
            transaction.set_rollback(True)
    assert stories[0] == stories[1] != stories[2]


def test_every_quarrel_has_a_type_of_the_dictionary(town: Town) -> None:
    from gezhi.disputes.queries import types

    assert {kind for kind, *_texts in QUARRELS} <= {one.code for one in types().values()}
