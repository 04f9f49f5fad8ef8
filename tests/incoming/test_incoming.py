"""What comes in to a flagged account waits: by an officer, for its bank to decide, until its payer was asked."""

from datetime import timedelta

import pytest

from tests.cases.due import run_due
from tests.cases.scenes import Scene
from tests.incoming.waiting import (
    MULE,
    answer_order,
    begun,
    in_effect,
    later,
    pay_in,
    sent_orders,
    shown,
    signalled,
)
from warroom import keys
from warroom.errors import NotAllowed, NotBelieved, NotFound, NotPossible
from warroom.exchange import deliver, inbox
from warroom.incoming import decisions, queries, ranking
from warroom.money.trail import BankAccount
from warroom.orders.events import record_answer
from warroom.orders.views import PartnerAnswer
from warroom.public import held, objections
from warroom.public import incoming as public
from warroom.public.keys import CODES
from warroom.public.outside.codes import digest_of
from warroom.public.schema import PublishedReceipt
from warroom.reasons.reason import Reason
from warroom.runtime.handlers import ORDER_HANDLERS
from warroom_lab.demo.incoming import answer_incoming_orders


def call(scene: Scene, payment: int, answer: str, text: str = "A policeman told me to.", key: str = "call"):  # type: ignore[no-untyped-def]
    return decisions.record_call(
        scene.ledger,
        scene.lake,
        scene.anna,
        payment,
        answer,  # type: ignore[arg-type]
        text,
        f"{key}-{payment}-{answer}",
        now=scene.now,
    )


def test_a_flag_money_comes_in_the_payer_was_cheated_and_it_goes_back(scene: Scene) -> None:
    hold = in_effect(scene)
    assert hold.until is not None
    assert hold.approved_at is not None
    assert hold.until - hold.approved_at == timedelta(days=7)
    assert pay_in(scene, hold) == 1
    assert pay_in(scene, hold) == 0, "the same record twice is one payment"
    (payment,) = queries.list_incoming(scene.ledger, scene.anna, now=scene.now).payments
    assert (payment.amount, payment.state, payment.payer_bank) == (40_000_00, "waiting", "B01")
    scene.transfers({"T-W1": 40_000_00}, "bank-one", payee_bank="B05", payee="5005", payer="91")
    back = call(scene, payment.id, "cheated")
    assert (back.state, back.cause) == ("sending-back", "cheated")
    scene.sync()
    assert shown(scene, hold).payments[0].case == "C-1"
    assert scene.sql("SELECT record_id FROM claims") == [("T-W1",)]
    orders = {order.kind: order for order in sent_orders(scene)}
    assert orders.keys() == {"notify", "send-back"}
    order = orders["send-back"]
    assert (order.bank, order.amount) == ("B05", 40_000_00)
    assert answer_order(scene, order) == "returned"
    assert shown(scene, hold).payments[0].state == "sent-back"
    assert shown(scene, hold).state == "in_effect", "what others pay still waits"


def test_who_meant_it_is_let_through_at_once_and_the_others_wait_on(scene: Scene) -> None:
    hold = in_effect(scene)
    pay_in(scene, hold, "W1")
    pay_in(scene, hold, "W2", 5_000_00)
    meant = shown(scene, hold).payments[0]
    call(scene, meant.id, "meant", "Rent for November, he knows the landlord.")
    states = {payment.id: payment.state for payment in shown(scene, hold).payments}
    assert sorted(states.values()) == ["letting-through", "waiting"]
    (order,) = [order for order in sent_orders(scene) if order.kind == "let-through"]
    assert order.amount == meant.amount
    assert answer_order(scene, order) == "lifted"
    assert {payment.state for payment in shown(scene, hold).payments} == {"let-through", "waiting"}
    with pytest.raises(NotPossible, match="no longer waits"):
        call(scene, meant.id, "cheated", key="again")


def test_without_an_answer_it_goes_through_when_the_seven_days_are_over(scene: Scene) -> None:
    hold = in_effect(scene)
    pay_in(scene, hold)
    (payment,) = shown(scene, hold).payments
    missed = call(scene, payment.id, "missed", "")
    assert missed.state == "waiting"
    assert missed.ask_by == scene.now + timedelta(hours=1)
    assert missed.per_minute < payment.per_minute
    run_due(scene.ledger, scene.lake, scene.now + timedelta(days=7, seconds=1))
    over = shown(scene, hold)
    assert (over.state, over.ended_cause) == ("ended", "expiry")
    assert (over.payments[0].state, over.payments[0].cause) == ("letting-through", "expiry")
    later(scene, days=7, seconds=2)
    orders = {order.kind: order for order in sent_orders(scene)}
    assert answer_order(scene, orders["lift"]) == "lifted"
    assert shown(scene, hold).payments[0].state == "let-through"


def test_the_bank_decides_and_only_its_own_word_counts(scene: Scene) -> None:
    hold = begun(scene)
    (order,) = sent_orders(scene)
    assert (order.kind, order.amount, order.until) == ("incoming-hold", 0, hold.until)
    stranger = PartnerAnswer(order.order_id, "B01", scene.now, "done")
    with pytest.raises(NotBelieved):
        record_answer(scene.ledger, ORDER_HANDLERS, stranger, now=scene.now)
    assert shown(scene, hold).state == "sent"
    assert answer_order(scene, order, "refused") == "refused"
    over = shown(scene, hold)
    assert (over.state, over.ended_cause) == ("refused", "bank")
    assert pay_in(scene, hold) == 0, "a bank that refused makes nothing wait"


def test_a_bank_makes_nothing_wait_that_nobody_asked_for(scene: Scene) -> None:
    hold = in_effect(scene)
    assert pay_in(scene, hold, "W1", reference="AAAA-AAAA-AAAA") == 0
    assert pay_in(scene, hold, "W2", payee="6006") == 0
    assert pay_in(scene, hold, "W3", time=scene.now - timedelta(days=1)) == 0, "the balance is not touched"
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'incoming.payment-refused'") == [(3,)]
    assert shown(scene, hold).payments == ()


def test_the_holder_hears_nothing_before_a_payment_waits_and_then_everything(scene: Scene) -> None:
    hold = in_effect(scene)
    assert (hold.told_at, hold.notice.en) == (None, "")
    with pytest.raises(NotFound):
        public.load_public_incoming(scene.ledger, hold.reference, now=scene.now)
    with pytest.raises(NotFound):
        public.appeal_incoming(scene.ledger, hold.reference, "Somsri", "Mine.", now=scene.now)
    pay_in(scene, hold)
    (notice,) = sent_orders(scene)
    assert notice.kind == "notify"
    for words in ("40,000.00 baht", "not blocked", "not accused", hold.reference, "4 hours"):
        assert words in notice.notice.en
    told = public.load_public_incoming(scene.ledger, hold.reference, now=scene.now)
    assert (told.active, told.waiting, told.waiting_sum) == (True, 1, 40_000_00)


def test_an_appeal_that_is_granted_lets_everything_through_and_another_officer_answers(scene: Scene) -> None:
    hold = in_effect(scene)
    pay_in(scene, hold)
    public.appeal_incoming(scene.ledger, hold.reference, "Somsri, 081", "I sell cakes.", now=scene.now)
    with pytest.raises(NotPossible, match="appeal"):
        public.appeal_incoming(scene.ledger, hold.reference, "Somsri", "Again.", now=scene.now)
    appeal = shown(scene, hold).appeals[0]
    assert appeal.due_at - appeal.filed_at == timedelta(hours=4)
    assert appeal.limit_at - appeal.filed_at == timedelta(hours=12)
    both = scene.officer("both", "officer", "appeals")
    second = in_effect(scene, BankAccount("B05", "7007"), officer=both, key="second")
    pay_in(scene, second, "W9")
    public.appeal_incoming(scene.ledger, second.reference, "Malee", "Rent.", now=scene.now)
    with pytest.raises(NotAllowed):
        decisions.answer_incoming_appeal(
            scene.ledger, both, shown(scene, second).appeals[0].id, False, "Mine.", now=scene.now
        )
    decisions.answer_incoming_appeal(scene.ledger, scene.chai, appeal.id, False, "Cakes.", now=scene.now)
    over = shown(scene, hold)
    assert (over.state, over.ended_cause, over.payments[0].cause) == ("ended", "appeal", "appeal")
    seen = public.load_public_incoming(scene.ledger, hold.reference, now=scene.now)
    assert (seen.active, seen.appeal_state, seen.appeal_reason) == (False, "granted", "Cakes.")


def test_calls_go_first_to_where_a_minute_saves_most(scene: Scene) -> None:
    hold = in_effect(scene)
    pay_in(scene, hold, "W1", 10_000_00)
    pay_in(scene, hold, "W2", 90_000_00)
    pay_in(scene, hold, "W3", 90_000_00, paid_before=True)
    listed = queries.list_incoming(scene.ledger, scene.anna, now=scene.now).payments
    assert [payment.amount for payment in listed] == [90_000_00, 90_000_00, 10_000_00]
    assert [payment.paid_before for payment in listed] == [False, True, False]
    chance = listed[0].chance
    assert chance == pytest.approx(0.8)
    call(scene, listed[0].id, "meant", "A car.")
    again = queries.list_incoming(scene.ledger, scene.anna, now=scene.now).payments
    assert again[-1].chance == pytest.approx(2 * 0.8 / 3), "one honest payer speaks for the others"
    assert ranking.compute_saved_per_minute(6_00, 1.0, 1.0) == 1_00


# Bad input.


def pays_in_from(scene: Scene, payers: int, account: BankAccount = MULE, **more: str) -> None:
    for payer in range(payers):
        scene.transfer(
            f"P{payer}", 100_00, payee_bank=account.bank, payee=account.number, payer=f"77{payer}", **more
        )


def test_a_shop_by_its_payers_is_refused_with_how_many_would_wait(scene: Scene) -> None:
    pays_in_from(scene, 140)
    with pytest.raises(NotPossible, match=r"would wait: 20\.0"):
        begun(scene)
    estimate = queries.load_estimate(scene.ledger, scene.lake, scene.anna, MULE, now=scene.now)
    assert (estimate.payers_a_day, estimate.bars) == (20.0, ("shop",))
    assert estimate.honest_waiting == pytest.approx(140)


def test_a_shop_by_its_register_is_refused(scene: Scene) -> None:
    scene._write("holders", [{"record_id": "H1", "kind": "shop"}], "register")
    scene._write(
        "accounts", [{"record_id": "A1", "bank": "B05", "account": "5005", "holder_id": "H1"}], "register"
    )
    with pytest.raises(NotPossible, match="shop's or company's"):
        begun(scene)


@pytest.mark.parametrize(
    ("doubt", "payers", "channel", "innocent"),
    [
        ("many-payers", 40, "transfer", ()),
        ("wages", 4, "batch", ()),
        ("wages", 0, "transfer", (Reason("regular_income", {"months": 3}),)),
    ],
)
def test_an_account_with_many_payers_or_wages_needs_a_second_officer(
    scene: Scene, doubt: str, payers: int, channel: str, innocent: tuple[Reason, ...]
) -> None:
    pays_in_from(scene, payers, channel=channel)
    hold = begun(scene, signal_id=signalled(scene, innocent=innocent))
    assert (hold.state, hold.doubts) == ("proposed", (doubt,))
    assert sent_orders(scene) == []
    with pytest.raises(NotAllowed):
        decisions.approve_hold(scene.ledger, scene.anna, hold.id, "same", now=scene.now)
    approved = decisions.approve_hold(scene.ledger, scene.boon, hold.id, "second", now=scene.now)
    assert (approved.state, approved.approved_by) == ("approved", "Boon")
    with pytest.raises(Exception, match="two_officers"):
        scene.sql("UPDATE incoming_holds SET approved_by = proposed_by")


def test_what_nobody_approves_in_a_day_is_over_and_what_is_declined_asks_nothing(scene: Scene) -> None:
    hold = begun(scene, signal_id="")
    assert hold.doubts == ("no-signal",)
    run_due(scene.ledger, scene.lake, scene.now + timedelta(days=1, seconds=1))
    assert shown(scene, hold).ended_cause == "undecided"
    other = begun(scene, BankAccount("B05", "6006"), signal_id="", key="other")
    declined = decisions.decline_hold(scene.ledger, scene.boon, other.id, "A student.", "no", now=scene.now)
    assert (declined.state, declined.ended_reason) == ("declined", "A student.")
    assert sent_orders(scene) == []


def test_a_victims_own_account_is_refused(scene: Scene) -> None:
    scene.case()
    with pytest.raises(NotPossible, match="cheated"):
        begun(scene, BankAccount("B01", "1001"))


def test_an_account_that_only_nameless_reports_name_needs_a_second_officer(scene: Scene) -> None:
    scene.transfer("T9", payee_bank="B05", payee="5005")
    scene.report("R9", ["T9"], source="public")
    scene.sync()
    assert begun(scene).doubts == ("anonymous-reports",)


def test_an_officer_who_flags_everything_needs_a_second_one_from_the_eleventh_on(scene: Scene) -> None:
    holds = [begun(scene, BankAccount("B05", f"80{place}"), key=f"k{place}") for place in range(11)]
    assert [hold.state for hold in holds] == ["approved"] * 10 + ["proposed"]
    assert holds[-1].doubts == ("quota",)


def test_nobody_is_held_again_so_soon_unless_a_payer_was_cheated(scene: Scene) -> None:
    hold = in_effect(scene)
    pay_in(scene, hold)
    call(scene, shown(scene, hold).payments[0].id, "meant", "Rent.")
    decisions.end_hold(scene.ledger, scene.anna, hold.id, "Honest.", "end", now=scene.now)
    with pytest.raises(NotPossible, match="30 days"):
        begun(scene, key="again")
    later(scene, days=31)
    assert begun(scene, key="later").state == "approved"


def test_two_at_once_on_one_account_are_one(scene: Scene) -> None:
    begun(scene)
    with pytest.raises(NotPossible, match="waits already"):
        begun(scene, key="twice")
    assert begun(scene, signal_id=signalled(scene)).id == 1, "the same key decides once"


def test_a_signal_of_another_account_begins_nothing(scene: Scene) -> None:
    with pytest.raises(NotFound):
        begun(scene, signal_id=signalled(scene, BankAccount("B05", "9999")))


def test_nothing_of_it_is_deleted_and_no_call_is_rewritten(scene: Scene) -> None:
    hold = in_effect(scene)
    pay_in(scene, hold)
    call(scene, shown(scene, hold).payments[0].id, "missed", "")
    for words in (
        "DELETE FROM incoming_holds",
        "DELETE FROM waiting_payments",
        "UPDATE payer_calls SET text = 'x'",
    ):
        with pytest.raises(Exception, match=r"may not do this|permission denied"):
            scene.sql(words)


def test_the_holders_page_outside_is_published_once_a_payment_waits_and_an_appeal_from_there_is_filed(
    scene: Scene,
) -> None:
    hold = in_effect(scene)
    key = keys.load_secret(scene.home, CODES)
    digest = digest_of(f"hold:{hold.reference}", key)

    def published() -> dict[str, object] | None:
        scene.ledger.number_committed_rows()
        held.publish_held(scene.ledger, scene.now)
        with scene.ledger.open_session() as session:
            page = session.get(PublishedReceipt, digest)
            return page.body if page else None

    assert published() is None
    pay_in(scene, hold)
    body = published()
    assert body is not None
    assert (body["kind"], body["waiting"], body["held"], body["appeal"]) == ("incoming", 1, "40,000", "")
    assert "B01" not in str(body), "nothing of the payer"
    objections.file_appeal(scene.ledger, 1, {"code": hold.reference, "text": "I sell cakes."}, b"", scene.now)
    body = published()
    assert body is not None
    assert (body["appeal"], bool(body["due"])) == ("open", True)
    assert scene.sql("SELECT count(*) FROM incoming_appeals") == [(1,)]


def test_the_exercises_banks_answer_and_tell_what_waits(scene: Scene) -> None:
    hold = begun(scene)
    deliver.deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now)
    answer_incoming_orders(scene.home, scene.now)
    answer_incoming_orders(scene.home, scene.now)
    assert len(list(scene.home.inbox.glob("*.json"))) == 1
    report = inbox.read_answers(scene.ledger, ORDER_HANDLERS, scene.lake, scene.home, scene.now)
    assert (report.refused, shown(scene, hold).state) == ((), "in_effect")
