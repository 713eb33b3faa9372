"""Walks all chains of the event log, side by side with the rows they belong to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps

from gezhi.kernel.events import faults
from gezhi.kernel.models import Chained, Event


@dataclass(frozen=True, slots=True)
class Fault:
    """`text` says what is wrong with the chain of this subject."""

    kind: str
    subject: int
    text: str


@dataclass
class Checked:
    chains: int = 0
    events: int = 0
    faults: int = 0


def verify(*, on_fault: Callable[[Fault], Any] = lambda fault: None) -> Checked:
    """Check every chain; `on_fault` hears of each fault. Memory stays small: rows and events are read in step, by their keys.

    Meant for a quiet database or a copy of it: a row that changes between the two readings may look wrong.
    """
    checked = Checked()
    kinds = {model.subject_kind: model for model in apps.get_models() if issubclass(model, Chained)}
    for kind in Event.objects.order_by("subject_kind").values_list("subject_kind", flat=True).distinct():
        if kind not in kinds:
            checked.faults += 1
            on_fault(Fault(kind, 0, "no table keeps rows of this kind"))
    for kind, model in sorted(kinds.items()):
        for fault in check_kind(kind, model, checked):
            checked.faults += 1
            on_fault(fault)
    return checked


def check_kind(kind: str, model: type[Chained], checked: Checked) -> Iterator[Fault]:
    rows = model._default_manager.order_by("pk").values_list("pk", "version").iterator(chunk_size=2000)
    log = Event.objects.filter(subject_kind=kind).order_by("subject_id", "seq").iterator(chunk_size=2000)
    chains = groupby(log, key=lambda event: event.subject_id)
    row, chain = next(rows, None), next(chains, None)
    while row is not None or chain is not None:
        if chain is not None and (row is None or chain[0] < row[0]):
            events = list(chain[1])
            checked.events += len(events)
            yield Fault(kind, chain[0], f"{len(events)} events of a row that is not there")
            chain = next(chains, None)
            continue
        assert row is not None
        pk, version = row
        events = list(chain[1]) if chain is not None and chain[0] == pk else []
        checked.chains += 1
        checked.events += len(events)
        yield from (Fault(kind, pk, text) for text in faults(events, version=version))
        if events:
            chain = next(chains, None)
        row = next(rows, None)
