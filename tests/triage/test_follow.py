"""Following the money of a signal: a named officer with a reason, nothing held, nobody told, and later cases say that it was seen."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cases.scenes import Scene
from tests.signals.made import signal
from warroom.cases.decisions.cases import seal_case
from warroom.cases.following import trace_money as trace_case
from warroom.cases.intake import sync_cases
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.money.index.opening import open_index
from warroom.signals import store
from warroom.signals.signal import Signal
from warroom.triage.decisions import record_signal_word
from warroom.triage.follow import follow_money, list_seen_before, list_trails, load_trail
from warroom.triage.views import SignalTrail

REASON = "Five strangers paid it within the hour."


@pytest.fixture
def told(scene: Scene) -> Signal:
    """A signal of M-1, which two people paid lately; one of them had paid it a month ago too."""
    made = signal("M-1", 1)
    store.write_signals(scene.lake, [made])
    pay(scene, "OLD", "1001", "B01", "M-1", 500_00, 24 * 30)
    pay(scene, "T1", "1001", "B01", "M-1", 50_000_00, 2)
    pay(scene, "T2", "1002", "B01", "M-1", 20_000_00, 1.9)
    pay(scene, "T3", "M-1", "B03", "N-2", 60_000_00, 1.5)
    pay(scene, "T4", "N-2", "B09", "X-9", 25_000_00, 1.2, payer_bank="B03", channel="crypto")
    return made


def pay(
    scene: Scene, name: str, payer: str, bank: str, payee: str, amount: int, hours: float, **more: Any
) -> None:
    given = {"payer_bank": "B01", "payer": payer, "payee_bank": bank, "payee": payee} | more
    scene.transfer(name, amount, time=scene.now - timedelta(hours=hours), **given)


def follow(scene: Scene, told: Signal, reason: str = REASON, key: str = "follow-key-1") -> SignalTrail:
    index = open_index(scene.home, scene.lake)
    return follow_money(
        scene.ledger, scene.lake, index, scene.anna, told.record_id, reason, key, now=scene.now
    )


def test_what_came_in_lately_is_followed_to_where_it_is(scene: Scene, told: Signal) -> None:
    found = follow(scene, told)
    assert (found.bank, found.account, found.came) == ("B01", "M-1", 70_000_00)
    assert found.came == found.still_there + found.exited + found.spent + found.beyond_horizon
    assert found.exited == 24_500_00  # the 500 that lay there before went on first
    still = {one.account: one.still_there for one in found.reached}
    assert still == {"M-1": 10_500_00, "N-2": 35_000_00}
    assert {one.account: one.hops for one in found.reached} == {"M-1": 1, "N-2": 2}
    assert [(one.account, one.kind) for one in found.ends] == [("X-9", "exited")]


def test_who_paid_is_named_without_being_called_a_victim_and_old_acquaintance_is_told(
    scene: Scene, told: Signal
) -> None:
    found = follow(scene, told)
    assert [(one.account, one.amount, one.before) for one in found.paid_in] == [
        ("1001", 50_000_00, True),
        ("1002", 20_000_00, False),
    ]
    kept = scene.sql("SELECT trail FROM signal_trails")[0][0]
    assert "victim" not in kept
    assert '"holds"' not in kept


def test_nothing_is_held_proposed_or_told_and_the_log_names_officer_and_reason(
    scene: Scene, told: Signal
) -> None:
    found = follow(scene, told)
    for table in ("holds", "proposals", "orders", "cases", "alerts"):
        assert scene.sql(f"SELECT count(*) FROM {table}") == [(0,)], table
    [(officer, leaf)] = scene.sql("SELECT officer, leaf FROM audit WHERE verb = 'signal.followed'")
    assert officer == "anna"
    assert REASON in bytes(leaf).decode()
    assert (found.officer, found.reason) == ("Anna", REASON)


def test_without_a_reason_nothing_is_followed_and_the_same_click_is_one_trail(
    scene: Scene, told: Signal
) -> None:
    with pytest.raises(NotPossible, match="write why"):
        follow(scene, told, reason=" ")
    assert follow(scene, told).id == follow(scene, told).id
    assert len(list_trails(scene.ledger, scene.anna, str(told.subject))) == 1


def test_a_word_alone_cannot_say_that_money_was_followed(scene: Scene, told: Signal) -> None:
    with pytest.raises(NotPossible):
        record_signal_word(
            scene.ledger, scene.lake, scene.anna, told.record_id, "follow", "why", "say-key-1", now=scene.now
        )


def test_an_account_that_nothing_came_to_lately_has_no_money_to_follow(scene: Scene, told: Signal) -> None:
    quiet = signal("M-7", 2)
    store.write_signals(scene.lake, [told, quiet])
    with pytest.raises(NotPossible, match="no money to follow"):
        follow(scene, quiet)


def test_a_signal_that_nobody_made_is_not_there(scene: Scene) -> None:
    with pytest.raises(NotFound):
        follow_money(scene.ledger, scene.lake, None, scene.anna, "S-none", REASON, "follow-key-2")  # type: ignore[arg-type]


def test_who_does_not_handle_signals_neither_follows_nor_reads(scene: Scene, told: Signal) -> None:
    trail = follow(scene, told)
    index = open_index(scene.home, scene.lake)
    with pytest.raises(NotAllowed):
        follow_money(
            scene.ledger, scene.lake, index, scene.chai, told.record_id, REASON, "k-chai-1", now=scene.now
        )
    with pytest.raises(NotAllowed):
        load_trail(scene.ledger, scene.chai, trail.id)
    commander = scene.officer("com", "commander")
    assert "•" in load_trail(scene.ledger, commander, trail.id).account


def opened(scene: Scene, transfer: str) -> None:
    """A report that names a transfer opens a case, its money followed in earnest."""
    scene.report("R1", [transfer])
    index = open_index(scene.home, scene.lake)
    sync_cases(scene.ledger, scene.lake, index, now=scene.now, tracer=trace_case)


def test_a_case_that_a_later_report_opens_says_that_its_trail_was_seen_before(
    scene: Scene, told: Signal
) -> None:
    trail = follow(scene, told)
    scene.now += timedelta(minutes=5)
    opened(scene, "T1")
    [seen] = list_seen_before(scene.ledger, scene.anna, "C-1")
    assert (seen.trail, seen.account, seen.itself, seen.officer) == (trail.id, "M-1", True, "Anna")
    assert seen.payments == 3
    assert seen.signalled == told.as_of
    assert seen.at < scene.page().row.opened_at
    assert load_trail(scene.ledger, scene.anna, trail.id).cases == ("C-1",)


def test_a_case_that_shares_an_account_alone_does_not_say_so(scene: Scene, told: Signal) -> None:
    follow(scene, told)
    pay(scene, "T8", "7007", "B03", "N-2", 9_000_00, 0.2)
    scene.now += timedelta(minutes=5)
    opened(scene, "T8")
    assert [one.account for one in scene.page().proposals] == ["N-2"]
    assert list_seen_before(scene.ledger, scene.anna, "C-1") == ()


def test_a_sealed_case_is_not_named_on_the_trail(scene: Scene, told: Signal) -> None:
    trail = follow(scene, told)
    opened(scene, "T1")
    other = scene.officer("dsi", "supervisor", agency="DSI")
    seal_case(scene.ledger, other, "C-1", ["DSI"], "A source is at risk")
    assert load_trail(scene.ledger, scene.anna, trail.id).cases == ()
    assert load_trail(scene.ledger, other, trail.id).cases == ("C-1",)
