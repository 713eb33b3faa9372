"""`gezhi verify` finds what was changed behind the back of the actions."""

import io

import pytest
from django.core.management import call_command

from gezhi.cases.models import Case
from gezhi.kernel.models import Event
from gezhi.testing import Town


def verify() -> tuple[int, str]:
    output, errors = io.StringIO(), io.StringIO()
    try:
        call_command("verify", stdout=output, stderr=errors)
    except SystemExit as end:
        return int(str(end.code)), errors.getvalue()
    return 0, output.getvalue()


def test_an_untouched_log_is_whole(town: Town) -> None:
    town.report()
    code, text = verify()
    assert code == 0
    assert "no faults" in text


@pytest.mark.parametrize("what", ["changed event", "lost event", "lost row", "changed version"])
def test_each_kind_of_damage_is_found(town: Town, what: str) -> None:
    case, other = town.report(), town.report()
    match what:
        case "changed event":
            Event.objects.filter(subject_kind="case", subject_id=case.pk).update(actor_name="别人")
        case "lost event":
            Event.objects.filter(subject_kind="case", subject_id=case.pk).delete()
        case "lost row":
            Case.objects.filter(pk=case.pk).delete()
        case "changed version":
            Case.objects.filter(pk=case.pk).update(version=5)
    code, text = verify()
    assert code == 1
    assert f"case {case.pk}:" in text
    assert f"case {other.pk}:" not in text
