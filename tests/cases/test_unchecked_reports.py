"""A case that anonymous public reports alone made: a hold waits for a call-back, a proven payer, or an officer's reason."""

import pytest

from tests.cases.scenes import Scene, hour
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.decisions.report_checks import record_check
from warroom.cases.queries.case_list import read_board
from warroom.cases.report_checks import ANONYMOUS_SOURCE
from warroom.cases.views import CHECKS, HoldView
from warroom.errors import NotAllowed, NotPossible
from warroom.public.taking_in import SOURCE
from warroom.room.queue.queries import read_queue, small_cases


def anonymous(scene: Scene) -> None:
    scene.transfer("T1")
    scene.report("P-1", ["T1"], source=ANONYMOUS_SOURCE, channel="web")
    scene.sync()


def approve(scene: Scene, key: str = "k", reason: str = "") -> HoldView:
    page = scene.page()
    [hold] = approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, key, unchecked_reason=reason, now=scene.now
    )  # fmt: skip
    return hold


def test_what_people_send_without_a_name_stands_under_this_source() -> None:
    assert SOURCE == ANONYMOUS_SOURCE


def test_no_hold_is_approved_before_somebody_called_back(scene: Scene) -> None:
    anonymous(scene)
    assert scene.page().row.unchecked
    with pytest.raises(NotPossible, match="anonymously on the public page, and nobody has called back") as no:
        approve(scene)
    assert "ไม่ระบุชื่อ" in no.value.render_in("th")
    assert scene.sql("SELECT count(*) FROM holds") == [(0,)]


@pytest.mark.parametrize("how", ["called-back", "payer-proven"])
def test_a_recorded_check_lets_holds_be_approved_and_is_shown_and_logged(scene: Scene, how: str) -> None:
    anonymous(scene)
    record_check(scene.ledger, scene.boon, "C-1", how, "She read the sum from her slip", "c", now=scene.now)
    page = scene.page()
    assert not page.row.unchecked
    assert [(one.officer, one.how, one.text) for one in page.checks] == [
        ("Boon", how, "She read the sum from her slip")
    ]
    assert approve(scene).state == "approved"
    assert (f"case.{how}", "boon") in scene.sql("SELECT verb, officer FROM audit")


def test_the_same_check_sent_twice_is_one(scene: Scene) -> None:
    anonymous(scene)
    for _ in range(2):
        record_check(scene.ledger, scene.boon, "C-1", "called-back", "Reached her", "c", now=scene.now)
    assert len(scene.page().checks) == 1


def test_a_check_says_what_was_found_and_is_the_desks(scene: Scene) -> None:
    anonymous(scene)
    with pytest.raises(NotPossible, match="Write what the reporter said"):
        record_check(scene.ledger, scene.boon, "C-1", "called-back", "  ", "c", now=scene.now)
    with pytest.raises(NotPossible):
        record_check(scene.ledger, scene.boon, "C-1", "held-unchecked", "x", "d", now=scene.now)
    with pytest.raises(NotAllowed):
        record_check(
            scene.ledger, scene.officer("olga", "investigator"), "C-1", "called-back", "x", "e", now=scene.now
        )


def test_who_may_not_wait_holds_with_a_reason_which_is_shown_and_logged_and_covers_this_hold_alone(
    scene: Scene,
) -> None:
    anonymous(scene)
    assert approve(scene, reason="She cannot be called and the money leaves").state == "approved"
    page = scene.page()
    assert [(one.officer, one.how, one.text) for one in page.checks] == [
        ("Anna", "held-unchecked", "She cannot be called and the money leaves")
    ]
    assert ("case.held-unchecked", "anna") in scene.sql("SELECT verb, officer FROM audit")
    assert page.row.unchecked
    other = next(one for one in page.proposals if one.state == "open")
    with pytest.raises(NotPossible, match="nobody has called back"):
        approve_holds(scene.ledger, scene.boon, "C-1", [other.id], page.snapshot, "k2", now=scene.now)


def test_a_double_click_keeps_one_reason(scene: Scene) -> None:
    anonymous(scene)
    approve(scene, reason="The money leaves")
    assert approve(scene, reason="The money leaves").state == "approved"
    assert len(scene.page().checks) == 1


def test_a_report_with_a_name_ends_it(scene: Scene) -> None:
    anonymous(scene)
    scene.report("R1", ["T1"])
    scene.sync()
    assert not scene.page().row.unchecked
    assert approve(scene).state == "approved"


def test_it_is_kept_out_of_the_small_cases_and_said_in_the_queue_and_the_list(scene: Scene) -> None:
    scene.money.amounts = {("B02", "2002"): 1_000_00}
    anonymous(scene)
    assert small_cases(scene.ledger, scene.anna, limit=9, now=scene.now) == ()
    [row] = read_queue(scene.ledger, scene.anna, now=scene.now).rows
    assert row.unchecked
    assert row.step.code not in ("hold", "hold_call")
    assert read_board(scene.ledger, scene.anna, now=scene.now).rows[0].unchecked
    record_check(scene.ledger, scene.boon, "C-1", "called-back", "Reached her", "c", now=scene.now)
    scene.now += hour(0.01)
    assert small_cases(scene.ledger, scene.anna, limit=9, now=scene.now) == ("C-1",)


def test_every_kind_of_check_has_its_words_in_the_log() -> None:
    from warroom.sentences.catalogue import list_words

    assert {f"case.{how}" for how in CHECKS} <= list_words("log.verb").keys()
