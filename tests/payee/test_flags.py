"""Flags on payees: who decides them, when they end, who hears of them, and what nobody finds out by asking."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cases.due import run_due
from tests.cases.scenes import Scene
from tests.payee.paying import asked, pending
from warroom.access.views import Partner
from warroom.cases.decisions.holds import decline_proposals
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.money.trail import BankAccount
from warroom.payee import decisions, limits, measuring, proposing, queries
from warroom.payee.desk import PayeeDesk
from warroom.payee.journal import iter_lines, list_open_files
from warroom.payee.look_back import SPAN
from warroom.payee.proposing import Proposed
from warroom.payee.views import FlagView, PaymentReport
from warroom.public.flags import appeal_flag, load_public_flag
from warroom.reasons.reason import Reason, render
from warroom.signals import store
from warroom.signals.signal import Signal
from warroom.subjects.subject import Subject

B01 = Partner("B01", "abcd2345")
B02 = Partner("B02", "bcde2345")
MULE = BankAccount("B02", "2002")


@pytest.fixture
def desk(scene: Scene) -> Iterator[PayeeDesk]:
    opened = PayeeDesk(scene.home, scene.ledger)
    opened.open()
    yield opened
    opened.close()


def proposed(scene: Scene, account: BankAccount = MULE, scam_type: str = "job", **more: Any) -> int:
    """A proposal from a victim's report; its number."""
    reasons = (Reason("named_in_reports", {"count": 1}),)
    found = Proposed(account, "report", reasons, more.pop("at", scene.now), scam_type, **more)
    with scene.ledger.open_session() as session:
        proposing._add_proposals(session, [found], scene.now)
    rows = scene.sql("SELECT max(id) FROM flags WHERE account = :a", a=account.number)
    return int(rows[0][0])


def flagged(
    scene: Scene, account: BankAccount = MULE, scam_type: str = "job", now: datetime | None = None
) -> FlagView:
    number = proposed(scene, account, scam_type)
    (flag,) = decisions.flag_many(
        scene.ledger, scene.anna, [number], "Two victims paid here.", f"k-{number}-flag", now=now
    )
    return flag


def answer(desk: PayeeDesk, name: str, **more: Any) -> str:
    return asked(desk, B01, pending(name, **({"amount": 1_000_00} | more))).outcome


def test_a_proposal_warns_nobody_and_an_officers_decision_does(scene: Scene, desk: PayeeDesk) -> None:
    number = proposed(scene)
    desk.run_turn()
    assert answer(desk, "P-1", payer="1") == "no_concern"
    decisions.flag_many(scene.ledger, scene.anna, [number], "Two victims paid here.", "key-12345")
    desk.run_turn()
    assert answer(desk, "P-2", payer="2") == "warn"
    assert answer(desk, "P-3", payer="3", amount=30_000_00) == "ask_human"
    assert answer(desk, "P-4", payer="4", payee="9") == "no_concern"
    flag = queries.load_flag(scene.ledger, scene.anna, number)
    assert (flag.state, flag.decided_by, flag.reason) == ("in_effect", "Anna", "Two victims paid here.")


def test_an_account_written_another_way_is_the_same(scene: Scene, desk: PayeeDesk) -> None:
    flagged(scene)
    desk.run_turn()
    assert answer(desk, "P-1", payee="20-02") == "warn"


def test_a_warning_has_the_words_of_its_kind_of_deceit_and_never_speaks_of_the_payee(
    scene: Scene, desk: PayeeDesk
) -> None:
    flagged(scene, scam_type="lottery")
    flagged(scene, BankAccount("B02", "3003"), "something of a source")
    desk.run_turn()
    said = asked(desk, B01, pending("P-1", amount=1_000_00))
    other = asked(desk, B01, pending("P-2", amount=1_000_00, payee="3003"))
    assert [one.reasons[0].code for one in (said, other)] == ["scam_prize", "scam_unknown"]
    words = " ".join(
        render(one, language) for one in (*said.reasons, *other.reasons) for language in ("th", "en")
    )
    assert not [word for word in ("2002", "mule", "criminal", "บัญชีม้า", "มิจฉาชีพ") if word in words]


def test_a_flag_ends_by_itself_after_fourteen_days_to_the_second(
    scene: Scene, desk: PayeeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = flagged(scene)
    assert flag.until is not None
    assert flag.decided_at is not None
    assert flag.until - flag.decided_at == timedelta(days=14)
    desk.run_turn()
    end = flag.until
    with monkeypatch.context() as patch:
        patch.setattr("warroom.payee.desk.clock.get_now", lambda: end - timedelta(seconds=1))
        assert answer(desk, "P-1", payer="1") == "warn"
        patch.setattr("warroom.payee.desk.clock.get_now", lambda: end)
        assert answer(desk, "P-2", payer="2") == "no_concern"
    run_due(scene.ledger, scene.lake, end + timedelta(seconds=1))
    over = queries.load_flag(scene.ledger, scene.anna, flag.id)
    assert (over.state, over.ended_cause) == ("ended", "expiry")
    assert "has ended" in over.notice.en


def test_a_proposal_nobody_decides_on_is_over_after_three_days(scene: Scene) -> None:
    number = proposed(scene)
    run_due(scene.ledger, scene.lake, scene.now + timedelta(days=3, seconds=1))
    assert queries.load_flag(scene.ledger, scene.anna, number).ended_cause == "undecided"
    assert proposed(scene) == number, "the same report proposes nothing anew"


def test_a_renewal_is_a_decision_of_its_own_under_the_same_code(scene: Scene, desk: PayeeDesk) -> None:
    first = flagged(scene)
    again = decisions.renew_flag(scene.ledger, scene.boon, first.id, "A third victim paid here.", "key-renew")
    assert again.reference == first.reference
    assert (again.renewed_from, again.decided_by) == (first.id, "Boon")
    assert queries.load_flag(scene.ledger, scene.anna, first.id).ended_cause == "renewal"
    desk.run_turn()
    assert answer(desk, "P-1") == "warn"


def test_an_appeal_that_is_granted_ends_the_flag_at_once(scene: Scene, desk: PayeeDesk) -> None:
    flag = flagged(scene)
    desk.run_turn()
    assert answer(desk, "P-1", payer="1") == "warn"
    appeal_flag(
        scene.ledger, flag.reference.lower().replace("-", " "), "Somsri, 081 234 5678", "I sell cakes."
    )
    shown = load_public_flag(scene.ledger, flag.reference)
    assert (shown.active, shown.appeal_state) == (True, "open")
    with pytest.raises(NotPossible, match="appeal"):
        appeal_flag(scene.ledger, flag.reference, "Somsri", "Again.")
    with pytest.raises(NotPossible, match="waits for an answer"):
        decisions.renew_flag(scene.ledger, scene.boon, flag.id, "Still.", "key-renew")
    appeal = queries.load_flag(scene.ledger, scene.chai, flag.id).appeals[0]
    decisions.answer_flag_appeal(scene.ledger, scene.chai, appeal.id, False, "The cakes were delivered.")
    desk.run_turn()
    # Anyone who was warned is not warned again either: the flag is gone everywhere.
    assert [answer(desk, f"P-{payer}-2", payer=payer) for payer in ("1", "2")] == ["no_concern"] * 2
    shown = load_public_flag(scene.ledger, flag.reference)
    assert (shown.active, shown.appeal_state, shown.appeal_reason) == (
        False,
        "granted",
        "The cakes were delivered.",
    )
    with pytest.raises(NotPossible, match="no longer shown"):
        appeal_flag(scene.ledger, flag.reference, "Somsri", "Again.")


def test_who_decided_a_flag_does_not_answer_the_appeal_against_it(scene: Scene) -> None:
    both = scene.officer("both", "officer", "appeals")
    number = proposed(scene)
    (flag,) = decisions.flag_many(scene.ledger, both, [number], "Paid.", "key-12345")
    appeal_flag(scene.ledger, flag.reference, "Somsri", "I sell cakes.")
    appeal = queries.load_flag(scene.ledger, both, number).appeals[0]
    with pytest.raises(NotAllowed, match="another officer"):
        decisions.answer_flag_appeal(scene.ledger, both, appeal.id, True, "No.")


def test_a_batch_has_one_reason_and_is_decided_whole_or_not_at_all(scene: Scene) -> None:
    numbers = [proposed(scene, BankAccount("B02", str(place))) for place in range(3)]
    with pytest.raises(NotPossible, match="Write the reason"):
        decisions.flag_many(scene.ledger, scene.anna, numbers, "  ", "key-12345")
    decisions.decline_many(scene.ledger, scene.boon, numbers[:1], "A shop.", "key-12346")
    with pytest.raises(NotPossible, match="decided on meanwhile"):
        decisions.flag_many(scene.ledger, scene.anna, numbers, "Paid.", "key-12347")
    assert {
        one.state for one in decisions.flag_many(scene.ledger, scene.anna, numbers[1:], "Paid.", "key-12348")
    } == {"in_effect"}
    verbs = scene.sql("SELECT verb, subject FROM audit WHERE verb LIKE 'flag.de%' ORDER BY verb, subject")
    assert [tuple(row) for row in verbs] == [
        ("flag.decided", f"flag:{numbers[1]}"),
        ("flag.decided", f"flag:{numbers[2]}"),
        ("flag.declined", f"flag:{numbers[0]}"),
    ]


def test_a_flag_is_never_deleted(scene: Scene) -> None:
    flagged(scene)
    with pytest.raises(Exception, match="may not do this"):
        scene.sql("DELETE FROM flags")


def test_the_analysis_proposes_at_lifes_own_density_and_not_what_was_set_free(scene: Scene) -> None:
    signal = Signal(
        "mules",
        Subject("account", "B02:2002"),
        0.5,
        1,
        (Reason("named_in_reports", {"count": 1}),),
        (),
        scene.now,
        "rule-1",
    )
    store.write_signals(scene.lake, [signal])
    assert proposing.propose_flags(scene.ledger, scene.lake, scene.now) == 1
    assert proposing.propose_flags(scene.ledger, scene.lake, scene.now) == 0
    (found,) = queries.list_flags(scene.ledger, scene.anna).rows
    assert (found.origin, found.signal) == ("signal", signal.record_id)
    decisions.decline_many(scene.ledger, scene.anna, [found.id], "A shop.", "key-12345")
    assert proposing.propose_flags(scene.ledger, scene.lake, scene.now + timedelta(hours=1)) == 0
    assert proposed(scene, at=scene.now + timedelta(days=1)) > found.id, "a new report does"


def test_a_victims_report_proposes_with_its_kind_of_deceit(scene: Scene) -> None:
    scene.transfer("T1")
    scene.report("R1", ["T1"], scam_type="investment")
    scene.sync()
    soon, settled = scene.now + timedelta(minutes=1), scene.now + timedelta(days=8)
    assert proposing.propose_flags(scene.ledger, scene.lake, soon) == 0, "listing comes last"
    quiet = queries.list_flags(scene.ledger, scene.anna).unlisted
    assert [(one.account, one.why) for one in quiet if one.bank == "B02"] == [("2002", "undecided")]
    page = scene.page()
    chosen = [proposal.id for proposal in page.proposals if proposal.amount]
    decline_proposals(scene.ledger, scene.anna, "C-1", chosen, "Spent.", now=scene.now)
    assert proposing.propose_flags(scene.ledger, scene.lake, soon) == 0, "more may come within seven days"
    proposing.propose_flags(scene.ledger, scene.lake, settled)
    (found,) = queries.list_flags(scene.ledger, scene.anna).rows
    assert (found.bank, found.account, found.origin, found.scam_type) == (
        "B02",
        "2002",
        "report",
        "investment",
    )


def test_a_bank_takes_the_notices_of_its_own_customers_and_loses_none(scene: Scene) -> None:
    flag = flagged(scene)
    assert queries.list_bank_notices(scene.ledger, B01) == []
    (told,) = queries.list_bank_notices(scene.ledger, B02)
    assert (told.account, told.reference, told.ended) == ("2002", flag.reference, False)
    assert flag.reference in told.text.th
    assert "not accused" in told.text.en
    assert queries.list_bank_notices(scene.ledger, B02) == [told], "an answer that was lost is given again"
    assert queries.list_bank_notices(scene.ledger, B02, told.number) == []
    decisions.end_flag(scene.ledger, scene.anna, flag.id, "A shop.", "key-12345")
    (over,) = queries.list_bank_notices(scene.ledger, B02, told.number)
    assert over.ended


def test_a_code_of_a_proposal_opens_nothing(scene: Scene) -> None:
    number = proposed(scene)
    ((code,),) = scene.sql("SELECT reference FROM flags WHERE id = :id", id=number)
    with pytest.raises(NotFound):
        load_public_flag(scene.ledger, code)


# Who is held out, and what comes of it.


def test_a_pair_falls_into_the_same_arm_each_time_and_about_as_many_as_the_share_says(
    scene: Scene, desk: PayeeDesk
) -> None:
    flagged(scene)
    decisions.set_trial(scene.ledger, scene.boon, 0.25, "To see what warnings do.", "key-trial")
    desk.run_turn()
    arms = {payer: desk._choose_arm(payer, 7, desk.flags.trial) for payer in range(4_000)}
    assert arms == {payer: desk._choose_arm(payer, 7, desk.flags.trial) for payer in range(4_000)}
    assert 900 < list(arms.values()).count("held_out") < 1_100
    again = PayeeDesk(scene.home, scene.ledger)
    again.flags.refresh_flags(scene.ledger)
    assert arms == {payer: again._choose_arm(payer, 7, again.flags.trial) for payer in range(4_000)}, (
        "a new start changes nobody's arm"
    )


def test_who_is_held_out_is_answered_as_if_there_were_no_flag_and_the_arm_tells_nothing(
    scene: Scene, desk: PayeeDesk
) -> None:
    flagged(scene)
    decisions.set_trial(scene.ledger, scene.boon, 0.5, "To see what warnings do.", "key-trial")
    desk.run_turn()
    said = [asked(desk, B01, pending(f"P-{n}", payer=f"{n}", amount=1_000_00)) for n in range(40)]
    assert {(one.arm, one.outcome) for one in said} == {("told", "warn"), ("held_out", "no_concern")}
    other = [asked(desk, B01, pending(f"Q-{n}", payer=f"{n}", payee="5", amount=1_000_00)) for n in range(40)]
    assert {(one.arm, one.outcome) for one in other} == {("told", "no_concern"), ("held_out", "no_concern")}


def test_what_became_of_payments_is_counted_by_arm_with_its_band(scene: Scene, desk: PayeeDesk) -> None:
    flagged(scene)
    decisions.set_trial(scene.ledger, scene.boon, 0.5, "To see what warnings do.", "key-trial")
    desk.run_turn()
    shop = desk._digests.digest_account("B02", "2002")
    desk._limits.paid = {shop: 1_000}
    said = [asked(desk, B01, pending(f"P-{n}", payer=f"{n}", amount=1_000_00)) for n in range(80)]
    told = [one for one in said if one.arm == "told"]
    gone = {one.payment_id for place, one in enumerate(told) if place % 2}
    reports = [
        PaymentReport(f"P-{n}", f"{n}", "B02", "2002", "abandoned" if f"P-{n}" in gone else "paid")
        for n in range(80)
    ]
    assert desk.record_reports(B01, reports) == 80
    desk.record_reports(B01, reports)
    found = queries.measure_effect(scene.ledger, scene.anna)
    arms = {one.arm: one for one in found.arms}
    assert (arms["told"].asked, arms["told"].abandoned) == (len(told), len(gone))
    assert (arms["held_out"].paid, arms["held_out"].abandoned) == (80 - len(told), 0)
    assert found.low is not None
    assert found.more is not None
    assert found.high is not None
    assert 0 < found.low < found.more < found.high < 1
    assert queries.measure_effect_at_bank(scene.ledger, B01) == found
    assert queries.measure_effect_at_bank(scene.ledger, B02).arms[0].asked == 0


def test_a_journal_that_names_flags_of_another_ledger_is_sealed_all_the_same(
    scene: Scene, desk: PayeeDesk
) -> None:
    flagged(scene)
    decisions.set_trial(scene.ledger, scene.boon, 0.5, "To see what warnings do.", "key-trial")
    desk.run_turn()
    asked(desk, B01, pending("P-1", amount=1_000_00))
    line = next(iter_lines(path) for path in list_open_files(scene.home)).__next__()
    strange = line.replace(b'"flag":1', b'"flag":99').replace(b'"P-1"', b'"P-2"')
    with scene.ledger.open_session() as session:
        measuring.note_payments(session, [strange])
    assert scene.sql("SELECT count(*) FROM flag_payments WHERE flag_id = 99") == [(0,)]


def test_without_a_trial_nothing_is_held_out_and_no_arm_is_told(scene: Scene, desk: PayeeDesk) -> None:
    flagged(scene)
    desk.run_turn()
    said = [asked(desk, B01, pending(f"P-{n}", payer=f"{n}", amount=1_000_00)) for n in range(20)]
    assert {(one.arm, one.outcome) for one in said} == {("", "warn")}
    with pytest.raises(NotPossible, match="between 0 and 50"):
        decisions.set_trial(scene.ledger, scene.boon, 0.6, "More.", "key-trial")


# What nobody finds out by asking.


def test_nobody_sees_a_flags_answer_twice(scene: Scene, desk: PayeeDesk) -> None:
    first = pending("P-1", payer="1", amount=1_000_00)
    assert asked(desk, B01, first).outcome == "no_concern"
    flagged(scene)
    desk.run_turn()
    assert asked(desk, B01, first).outcome == "no_concern", "one answer for one payment"
    assert answer(desk, "P-2", payer="1") == "no_concern", "and for one payer about one payee"
    assert answer(desk, "P-3", payer="2") == "warn"
    assert answer(desk, "P-4", payer="2") == "warn"


def test_three_hundred_payers_of_a_gang_find_out_little_however_slowly_they_ask(
    scene: Scene, desk: PayeeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = [0.0]
    for counted in (desk._limits.back, desk._limits.own):
        counted._timer = lambda: hours[0]
        counted._turned = 0.0
    flagged(scene)
    desk.run_turn()
    answers: dict[str, list[str]] = {"2002": [], "3003": []}
    for number in range(300):
        hours[0] = number * SPAN / 400
        for payee, told in answers.items():
            told.append(answer(desk, f"P-{payee}-{number}", payer=f"{payee}{number}", payee=payee))
    after = limits.PAYERS
    assert answers["2002"][:after] == ["warn"] * after
    assert answers["2002"][after:] == answers["3003"][after:] == ["ask_human"] * (300 - after)
    desk.run_turn()
    probes = scene.sql("SELECT account FROM flag_probes ORDER BY account")
    assert [account for (account,) in probes] == ["2002", "3003"]
    (seen,) = queries.list_flags(scene.ledger, scene.anna).rows
    assert (seen.account, seen.origin, seen.reasons[0].code) == ("3003", "probing", "payee_probed")
    assert queries.list_flags(scene.ledger, scene.anna, "in_effect").rows[0].probes


def test_payments_let_go_without_a_warning_are_probing_long_before_that(
    scene: Scene, desk: PayeeDesk
) -> None:
    for number in range(limits.ABANDONED + 1):
        assert answer(desk, f"P-{number}", payer=f"{number}") == "no_concern"
        desk.record_reports(B01, [PaymentReport(f"P-{number}", f"{number}", "B02", "2002", "abandoned")])
    flagged(scene)
    desk.run_turn()
    assert answer(desk, "P-99", payer="99") == "ask_human"
    reasons = asked(desk, B01, pending("P-98", payer="98", amount=1_000_00)).reasons
    assert not [one for one in reasons if one.code.startswith("scam_")], (
        "the words are those of any other payee"
    )


def test_payees_whose_payments_banks_report_are_not_taken_for_probed(desk: PayeeDesk) -> None:
    for number in range(2 * limits.PAYERS):
        assert answer(desk, f"P-{number}", payer=f"{number}") == "no_concern"
        desk.record_reports(B01, [PaymentReport(f"P-{number}", f"{number}", "B02", "2002", "paid")])


def test_what_a_payer_was_told_is_remembered_over_a_new_start(scene: Scene, desk: PayeeDesk) -> None:
    answer(desk, "P-1", payer="1")
    flagged(scene)
    desk.run_turn()
    answer(desk, "P-2", payer="2")
    desk.close()
    again = PayeeDesk(scene.home, scene.ledger)
    again.open()
    try:
        assert [answer(again, f"Q-{payer}", payer=payer) for payer in ("1", "2", "3")] == [
            "no_concern",
            "warn",
            "warn",
        ]
    finally:
        again.close()


def test_flags_and_their_changes_reach_checks_within_seconds(scene: Scene, desk: PayeeDesk) -> None:
    flag = flagged(scene)
    _answers_in_the_end(desk, "warn", payer="a", payee="2002")
    decisions.end_flag(scene.ledger, scene.anna, flag.id, "A shop.", "key-12345")
    _answers_in_the_end(desk, "no_concern", payer="b")


def _answers_in_the_end(desk: PayeeDesk, wanted: str, payer: str, **more: str) -> None:
    """Check after check by new payers until one is answered so; a desk that does not look for itself never does."""
    for number in range(200):
        if answer(desk, f"{payer}-{number}", payer=f"{payer}{number}", **more) == wanted:
            return
        time.sleep(0.1)
    pytest.fail(f"no check was answered with {wanted}")
