"""Units in the register, what they promise, and who sees whom to call."""

import pytest

from gezhi.cobuild.access import get_partner
from gezhi.cobuild.actions import change_contact, commit, enter_partner, keep, leave, offer
from gezhi.cobuild.models import Partner
from gezhi.cobuild.tests.story import DUE, area, partner, who
from gezhi.kernel.access import Denied
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.testing import Town


def test_a_unit_is_entered_once_in_an_area(town: Town) -> None:
    found = partner(town, contact_name="张联络", contact_phone="13800001111")
    assert Partner.objects.get(pk=found.pk).contact_phone == "13800001111"
    assert "13800001111" not in str([event.data for event in timeline(found)])
    with pytest.raises(Conflict):
        partner(town)


def test_only_who_keeps_the_register_there_may_write(town: Town) -> None:
    for key in ("leader", "stranger", "other_clerk", "nobody"):
        with pytest.raises(Denied):
            enter_partner("示例银行", "enterprise", area(town.community), **who(town, key))
    with pytest.raises(Refused):
        partner(town, contact_name="37010319900101123X")


def test_a_unit_of_the_street_is_seen_below_and_not_beside(town: Town) -> None:
    found = partner(town, code=town.street, **who(town, "street_clerk"))
    assert get_partner(town.actor("leader"), found.pk) == found
    with pytest.raises(Missing):
        get_partner(town.actor("leader"), found.pk, "cobuild.edit")
    with pytest.raises(Missing):
        get_partner(town.actor("stranger"), found.pk)


def test_promises_are_kept_and_say_how(town: Town) -> None:
    found = partner(town)
    promise = commit(found, "每月一次义诊", due_on=DUE, **who(town))
    with pytest.raises(Refused):
        keep(promise, outcome=" ", **who(town))
    keep(promise, outcome="三月已来两次。", **who(town))
    with pytest.raises(Refused):
        keep(promise, outcome="又来一次。", **who(town))


def test_who_leaves_is_forgotten_and_its_resources_end(town: Town) -> None:
    found = partner(town, contact_name="张联络", contact_phone="13800001111")
    given = offer(found, "room", "会议室", **who(town))
    leave(found, reason="搬走了", **who(town))
    found.refresh_from_db()
    given.refresh_from_db()
    assert (found.contact_name, found.contact_phone) == ("", "")
    assert given.until_on is not None
    with pytest.raises(Refused):
        change_contact(found, contact_name="李", contact_phone="", **who(town))
    assert partner(town).pk != found.pk, "it may come back under its name"
