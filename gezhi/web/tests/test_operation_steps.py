"""Steps on the desk: once however often sent, never on a stale page, nothing typed lost, and on to the next case."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gezhi.cases.models import Attachment, Case
from gezhi.kernel.events import timeline
from gezhi.kernel.models import StoredFile
from gezhi.testing import Town
from gezhi.web.tests.desk import HTMX, moved, seal_in, send_step, url_of, words
from gezhi.web.tests.resident import photo

Browser = Callable[[str], Client]
Report = Callable[..., Case]


@pytest.fixture
def accepted(reported: Report, town: Town) -> Case:
    return moved(town, reported(), "accept", "clerk", matter_id=town.matter("lamp").id)


@pytest.fixture
def finished(accepted: Case, town: Town) -> Case:
    moved(town, accepted, "claim", "worker")
    return moved(town, accepted, "finish", "worker", result="换了灯泡。")


def names(case: Case) -> list[str]:
    return [event.name for event in timeline(case)]


def test_the_whole_loop_on_pages(client_as: Browser, reported: Report, town: Town) -> None:
    case = reported()
    lamp = town.matter("lamp").id
    for who, step, inputs, stage in (
        ("clerk", "accept", {"matter_id": lamp}, "waiting"),
        ("worker", "finish", {"result": "换了灯泡。"}, "finished"),
        ("clerk", "verify", {}, "finished"),
        ("clerk", "answer", {"answer": "路灯已修好。"}, "answered"),
    ):
        if step == "finish":
            case = moved(town, case, "claim", "worker")
        answer = send_step(client_as(who), case, step, **inputs)
        assert answer.status_code == 302, (step, words(answer))
        case.refresh_from_db()
        assert case.stage == stage


def test_accepting_says_where_it_goes_before(client_as: Browser, reported: Report, town: Town) -> None:
    case = reported()
    form = words(client_as("clerk").get(url_of(case, "accept")))
    assert f"将交 {town.desk(town.grid).name} 办理" in form
    assert "路灯" in form
    other = client_as("clerk").get(f"{url_of(case)}destination/?matter_id={town.matter('wages').id}")
    assert town.desk("human_resources").name in words(other)
    assert client_as("clerk").get(f"{url_of(case)}destination/?matter_id=999999").status_code == 200


def test_on_to_the_next_case(client_as: Browser, reported: Report, town: Town) -> None:
    """What no longer needs this person makes room for the next one; with htmx in the same answer."""
    first, second = reported(text="先来的"), reported(text="后来的")
    clerk = client_as("clerk")
    answer = send_step(clerk, first, "accept", matter_id=town.matter("lamp").id, htmx=True, query="?stage=received")
    assert answer.status_code == 200
    assert answer["HX-Push-Url"] == f"{url_of(second)}?stage=received"
    page = answer.content.decode()
    assert f'data-case="{second.number}"' in page
    assert 'id="list" hx-swap-oob' in page
    assert f"已受理，交{town.desk(town.grid).name}办理。" in words(answer)
    last = send_step(clerk, second, "accept", matter_id=town.matter("lamp").id, htmx=True, query="?stage=received")
    assert last["HX-Push-Url"] == "/operation/?stage=received"
    assert "这个列表办完了" in words(last)


def test_what_stays_mine_stays_open(client_as: Browser, accepted: Case, reported: Report) -> None:
    answer = client_as("worker").post(url_of(accepted, "claim"), {"seen": accepted.version}, headers=HTMX)
    assert answer["HX-Push-Url"] == url_of(accepted)
    assert "办结 f" in words(answer)


# --- twice ----------------------------------------------------------------------------------------------------------


def test_sent_twice_done_once(client_as: Browser, accepted: Case) -> None:
    worker = client_as("worker")
    data = {"seal": "ab" * 16, "seen": accepted.version}
    first, second = (worker.post(url_of(accepted, "claim"), data) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == url_of(accepted)
    assert names(accepted).count("case.claimed") == 1


def test_the_same_seal_for_other_words_is_a_conflict(client_as: Browser, finished: Case) -> None:
    clerk = client_as("clerk")
    data = {"seal": "cd" * 16, "seen": finished.version, "note": "第一次"}
    assert clerk.post(url_of(finished, "note"), data).status_code == 302
    again = clerk.post(url_of(finished, "note"), data | {"note": "第二次"})
    assert again.status_code == 409
    assert "第二次" in again.content.decode()
    assert names(finished).count("case.noted") == 1


# --- stale ----------------------------------------------------------------------------------------------------------


def test_a_stale_form_keeps_what_was_typed(client_as: Browser, accepted: Case, town: Town) -> None:
    """Somebody assigned it elsewhere while the clerk was writing: 409, the news above the form, the words still in it."""
    clerk = client_as("clerk")
    seen = accepted.version
    moved(town, accepted, "claim", "worker")
    typed = "请转给第二网格，那里有登高车。"
    answer = clerk.post(
        url_of(accepted, "assign"),
        {"seal": "0" * 32, "seen": seen, "desk_id": town.desk(town.next_grid).id, "note": typed},
        headers=HTMX,
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert typed in page
    assert "王专职已先一步认领" in words(answer)
    assert "办理中" in words(answer)
    accepted.refresh_from_db()
    assert accepted.desk_id == town.desk(town.grid).id
    # Having seen the news, the clerk may decide anew: the form now knows the latest state.
    fresh = {"seal": seal_in(page[page.index('class="step ') :]), "seen": accepted.version, "note": typed}
    again = clerk.post(url_of(accepted, "assign"), fresh | {"desk_id": town.desk(town.next_grid).id})
    assert again.status_code == 302


def test_a_note_in_between_harms_nobody(client_as: Browser, accepted: Case, town: Town) -> None:
    seen = accepted.version
    moved(town, accepted, "note", "adviser", note="灯杆在东侧。")
    answer = client_as("worker").post(url_of(accepted, "claim"), {"seen": seen})
    assert answer.status_code == 302


def test_the_slower_of_two_is_told_who_has_it(client_as: Browser, accepted: Case) -> None:
    data = {"seen": accepted.version}
    assert client_as("worker").post(url_of(accepted, "claim"), data).status_code == 302
    slower = client_as("worker2").post(url_of(accepted, "claim"), data, headers=HTMX)
    assert slower.status_code == 409
    assert "王专职已先一步认领" in words(slower)


# --- refused --------------------------------------------------------------------------------------------------------


def test_what_is_missing_is_said_beside_the_field(client_as: Browser, accepted: Case, town: Town) -> None:
    moved(town, accepted, "claim", "worker")
    accepted.refresh_from_db()
    answer = send_step(client_as("worker"), accepted, "finish", result="  ")
    assert answer.status_code == 422
    assert names(accepted)[-1] == "case.claimed"


def test_a_template_with_gaps_reaches_nobody(client_as: Browser, finished: Case, town: Town) -> None:
    case = moved(town, finished, "verify", "clerk")
    template = town.matter("lamp").answer_template
    assert "【" in template
    form = client_as("clerk").get(url_of(case, "answer")).content.decode()
    assert template[:20] in form
    answer = send_step(client_as("clerk"), case, "answer", answer=template)
    assert answer.status_code == 422
    assert "模板里还有没填的地方" in words(answer)
    case.refresh_from_db()
    assert case.stage == "finished"


def test_the_resident_s_view_before_it_is_sent(client_as: Browser, finished: Case) -> None:
    form = client_as("clerk").get(url_of(finished, "verify"))
    assert "诉求人将看到" in words(form)
    assert 'data-preview="step-answer"' in form.content.decode()


def test_a_step_that_is_not_possible_says_why(client_as: Browser, accepted: Case) -> None:
    page = client_as("clerk").get(url_of(accepted, "accept"))
    assert page.status_code == 200
    assert "现在不在能做这一步的阶段" in words(page)
    assert client_as("clerk").get(url_of(accepted, "nonsense")).status_code == 404
    assert client_as("clerk").get(url_of(accepted, "expire")).status_code == 404


def test_a_step_without_the_right(client_as: Browser, reported: Report, town: Town) -> None:
    case = reported()
    data = {"seen": case.version, "matter_id": town.matter("lamp").id}
    answer = client_as("worker").post(url_of(case, "accept"), data)
    assert answer.status_code == 403
    assert "您的岗位没有“受理、不予受理”的权限" in words(answer)


def test_only_desks_within_reach_are_offered(client_as: Browser, accepted: Case, town: Town) -> None:
    form = words(client_as("clerk").get(url_of(accepted, "assign")))
    assert town.desk(town.next_grid).name in form
    assert town.desk("human_resources").name not in form
    assert town.desk(town.other_grid).name not in form


# --- files ----------------------------------------------------------------------------------------------------------


def test_files_survive_a_refusal(client_as: Browser, accepted: Case, town: Town) -> None:
    """Chosen files can't be put back into a form, so they are kept, signed for this person, until the form passes."""
    worker = client_as("worker")
    moved(town, accepted, "claim", "worker")
    accepted.refresh_from_db()
    stale = {"seal": "1" * 32, "seen": accepted.version - 1, "result": "换了灯泡。", "files": photo()}
    refused = worker.post(url_of(accepted, "finish"), stale)
    assert refused.status_code == 409
    assert StoredFile.objects.count() == 1
    page = refused.content.decode()
    token = page.split('name="kept" value="', 1)[1].split('"', 1)[0]
    assert token
    sent = {"seal": "2" * 32, "seen": accepted.version, "result": "换了灯泡。", "kept": token}
    assert worker.post(url_of(accepted, "finish"), sent).status_code == 302
    assert Attachment.objects.get(case=accepted).step == "finish"


def test_a_token_of_somebody_else_opens_nothing(client_as: Browser, accepted: Case, town: Town) -> None:
    from gezhi.kernel.files import keep
    from gezhi.web.operation.forms import token_of

    stolen = token_of([keep(photo(), at=timezone.now())], town.user("clerk").pk)
    moved(town, accepted, "claim", "worker")
    accepted.refresh_from_db()
    sent: dict[str, Any] = {"seen": accepted.version, "result": "换了灯泡。", "kept": stolen}
    assert client_as("worker").post(url_of(accepted, "finish"), sent).status_code == 302
    assert not Attachment.objects.exists()


def test_a_zip_named_jpg_is_refused_in_words(client_as: Browser, accepted: Case, town: Town) -> None:
    moved(town, accepted, "claim", "worker")
    accepted.refresh_from_db()
    fake = photo(name="photo.jpg")
    fake.seek(0)
    fake.truncate()
    fake.write(b"PK\x03\x04" + b"0" * 100)
    fake.seek(0)
    answer = send_step(client_as("worker"), accepted, "finish", result="换了灯泡。", files=fake)
    assert answer.status_code == 422
    assert "换了灯泡。" in answer.content.decode()
    assert "只收照片" in words(answer)


def test_the_action_itself_stays_cheap(client_as: Browser, accepted: Case) -> None:
    """Request, action, the next case and the list together: bounded, so that a page that grows shows here."""
    worker = client_as("worker")
    worker.get(url_of(accepted))
    with CaptureQueriesContext(connection) as captured:
        worker.post(url_of(accepted, "claim"), {"seal": "3" * 32, "seen": accepted.version}, headers=HTMX)
    assert len(captured) <= 22, [query["sql"][:90] for query in captured]


@pytest.mark.parametrize("seen", ["9" * 5000, "²", "-1", "x"])
def test_a_version_that_is_no_number(client_as: Browser, accepted: Case, seen: str) -> None:
    """Taken as not said: the page of somebody who tampers may not break the server."""
    answer = client_as("worker").post(url_of(accepted, "note"), {"seal": "4" * 32, "seen": seen, "note": "到了现场"})
    assert answer.status_code == 302


@pytest.mark.parametrize("matter", ["9" * 5000, "²", "0"])
def test_a_matter_that_is_no_number(client_as: Browser, reported: Report, matter: str) -> None:
    answer = client_as("clerk").get(url_of(reported()) + f"destination/?matter_id={matter}")
    assert answer.status_code == 200
    assert "将交" not in answer.content.decode()


def test_a_seal_that_can_not_be_stored(client_as: Browser, accepted: Case) -> None:
    answer = client_as("worker").post(url_of(accepted, "note"), {"seal": "a\x00b", "note": "到了现场"})
    assert answer.status_code == 422


def test_without_a_likely_matter_the_cursor_waits_where_one_is_found(client_as: Browser, reported: Report) -> None:
    """One types a few letters of the matter; a list of eighty is not walked through."""
    form = client_as("clerk").get(url_of(reported(text="……"), "accept")).content.decode()
    focused = [tag for tag in re.findall(r"<(?:input|select|button)[^>]*>", form) if "autofocus" in tag]
    assert len(focused) == 1
    assert "picker-search" in focused[0]


def test_who_verifies_writes_the_answer_first(client_as: Browser, finished: Case) -> None:
    form = client_as("clerk").get(url_of(finished, "verify")).content.decode()
    focused = [tag for tag in re.findall(r"<(?:input|select|button|textarea)[^>]*>", form) if "autofocus" in tag]
    assert ['name="answer"' in tag for tag in focused] == [True]


def test_what_is_missing_is_called_by_its_name(client_as: Browser, reported: Report) -> None:
    answer = send_step(client_as("clerk"), reported(text="……"), "accept", matter_id="")
    assert answer.status_code == 422
    assert "请选择事项。" in words(answer)
    assert "必填项" not in words(answer)


def test_only_an_emergency_is_asked_how_far_up(client_as: Browser, town: Town, reported: Report) -> None:
    calm, urgent = (
        moved(
            town,
            moved(town, reported(is_emergency=flag), "accept", "clerk", matter_id=town.matter("lamp").id),
            "claim",
            "worker",
        )
        for flag in (False, True)
    )
    worker = client_as("worker")
    assert 'name="desk_id"' not in worker.get(url_of(calm, "escalate")).content.decode()
    form = worker.get(url_of(urgent, "escalate")).content.decode()
    field = form[form.index('name="desk_id"') :]
    offered = re.findall(r'<option value="(\d*)"', field[: field.index("</select>")])
    assert offered == ["", str(town.desk(town.street).pk), str(town.desk(town.district).pk)]
    answer = send_step(worker, urgent, "escalate", reason="燃气泄漏，要街道拉警戒。", desk_id=offered[1])
    assert answer.status_code == 302
    urgent.refresh_from_db()
    assert urgent.desk_id == town.desk(town.street).pk
