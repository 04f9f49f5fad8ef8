"""Wake me on a date: a reminder of a case, for its officer alone."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.cases.due import run_due
from tests.web.conftest import Night, Visitor


def test_an_officer_is_woken_for_a_case_at_the_moment_they_gave(
    anna: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    at = night.now.astimezone(ZoneInfo("Asia/Bangkok")).replace(microsecond=0) + timedelta(hours=5)
    anna.page("/cases/C-1")
    set_ = anna.post("/cases/C-1/wake", "/cases/C-1/wake", at=f"{at:%Y-%m-%dT%H:%M}", note="call B14")
    assert "You will be reminded then" in set_.text
    assert "Reminder: call B14" not in anna.page("/work")
    run_due(night.ledger, night.lake, at + timedelta(minutes=1), tracer=night.golden)
    work = anna.page("/work")
    assert "Reminder: call B14" in work
    assert 'href="/cases/C-1/wake"' in work
    assert "call B14" not in enter("boon").page("/work"), "others are not woken"
    verbs = [
        row[0] for row in night.sql("SELECT verb FROM audit WHERE case_number = 'C-1' ORDER BY sequence")
    ]
    assert "case.wake-set" in verbs
    assert "deadline.struck" in verbs
    done = anna.post("/cases/C-1/wake", "/wakes/1/done")
    assert "The reminder is done." in done.text
    assert "Reminder: call B14" not in anna.page("/work")


def test_a_moment_that_is_past_is_refused_with_an_example_and_keeps_the_note(anna: Visitor) -> None:
    anna.page("/cases/C-1")
    refused = anna.post("/cases/C-1/wake", "/cases/C-1/wake", at="2020-01-01T09:00", note="call B14")
    assert refused.status_code == 409
    assert "such as tomorrow 09:00" in refused.text
    assert 'value="call B14"' in refused.text
    unread = anna.post("/cases/C-1/wake", "/cases/C-1/wake", at="soon", note="call B14")
    assert unread.status_code == 409


def test_nobody_ends_the_reminder_of_another(
    anna: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    at = night.now.astimezone(ZoneInfo("Asia/Bangkok")) + timedelta(days=1)
    anna.page("/cases/C-1")
    anna.post("/cases/C-1/wake", "/cases/C-1/wake", at=f"{at:%Y-%m-%dT%H:%M}", note="look again")
    boon = enter("boon")
    answer = boon.post("/account", "/sign-out", to="/wakes/1/done")
    assert answer.status_code == 404
    assert night.sql("SELECT state FROM wakes")[0][0] == "waiting"
