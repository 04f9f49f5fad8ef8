"""Silent by default: before any money of a trail is held, nothing of it reaches a holder, whatever the way."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from secrets import token_hex

import pytest
from sqlalchemy import select

from tests.cases.scenes import Scene
from tests.incoming.waiting import begun, sent_orders
from tests.payee.paying import asked, pending
from tests.payee.test_flags import B01, B02, flagged, proposed
from warroom import keys
from warroom.access.views import Partner
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.schema import Hold
from warroom.errors import NotFound, NotPossible
from warroom.incoming import silence
from warroom.law.kinds.declarations import load_kinds
from warroom.money.trail import BankAccount
from warroom.payee import decisions, proposing, queries, quiet
from warroom.payee.desk import PayeeDesk
from warroom.payee.schema import Flag
from warroom.public import held, reported
from warroom.public.keys import CODES, NUMBERS
from warroom.public.outside.codes import digest_of
from warroom.public.outside.identifiers import digest_of as digest_number
from warroom.public.outside.identifiers import number_of
from warroom.public.schema import PublishedReceipt, ReportedIdentifier

TRAIL = (BankAccount("B02", "2002"), BankAccount("B03", "3003"))
BANKS = tuple(Partner(account.bank, "abcd2345") for account in TRAIL)
GUARDED = {
    "account-hold": "its notice travels in the order that holds",
    "incoming-hold": "its notice is written when the first payment waits",
    "payee-warning": "it is neither proposed, decided nor told while its account must keep quiet",
}
"""Kinds of action about an account that tell a holder anything, and what keeps each silent."""


def tell_by_flag_notices(scene: Scene, desk: PayeeDesk) -> object:
    """What banks fetch for their customers."""
    del desk
    return [notice for bank in BANKS for notice in queries.list_bank_notices(scene.ledger, bank)]


def tell_by_proposed_flags(scene: Scene, desk: PayeeDesk) -> object:
    """What the analysis proposes to list."""
    del desk
    proposing.propose_flags(scene.ledger, scene.lake, scene.now)
    return [flag for flag in queries.list_flags(scene.ledger, scene.anna).rows if flag.origin == "report"]


def tell_by_payee_check(scene: Scene, desk: PayeeDesk) -> object:
    """What a payer hears, who may be the gang trying its own account."""
    desk.run_turn()
    payment = pending(f"P-{token_hex(4)}", payer="7", amount=1_000_00)
    answer = asked(desk, B01, payment)
    return [] if answer.outcome == "no_concern" else [answer]


def tell_by_holders_page(scene: Scene, desk: PayeeDesk) -> object:
    """What the public process shows for the code of a hold that is on its way, which nobody has."""
    del desk
    held.publish_held(scene.ledger, scene.now)
    key = keys.load_secret(scene.home, CODES)
    with scene.ledger.open_session() as session:
        codes = session.scalars(select(Hold.reference).where(Hold.held == 0)).all()
        digests = [digest_of(f"hold:{code}", key) for code in codes]
        pages = session.scalars(select(PublishedReceipt).where(PublishedReceipt.code_hash.in_(digests)))
        return [page.body for page in pages if page.body["held"] != "0"]


def tell_by_reported_numbers(scene: Scene, desk: PayeeDesk) -> object:
    """What anybody may look up about a number."""
    del desk
    reported.count_mentions(scene.ledger, scene.now)
    key = keys.load_secret(scene.home, NUMBERS)
    digests = [digest_number(number_of(account.number), key) for account in TRAIL]
    with scene.ledger.open_session() as session:
        query = select(ReportedIdentifier).where(ReportedIdentifier.digest.in_(digests))
        return session.scalars(query).all()


def tell_by_orders(scene: Scene, desk: PayeeDesk) -> object:
    """Notices that leave with orders, other than the one that holds."""
    del desk
    orders = [order for order in sent_orders(scene) if order.about != "hold"]
    return [order for order in orders if order.notice.en and order.kind != "incoming-hold"]


WAYS: tuple[Callable[[Scene, PayeeDesk], object], ...] = (
    tell_by_flag_notices,
    tell_by_proposed_flags,
    tell_by_payee_check,
    tell_by_holders_page,
    tell_by_reported_numbers,
    tell_by_orders,
)


@pytest.fixture
def desk(scene: Scene) -> Iterator[PayeeDesk]:
    opened = PayeeDesk(scene.home, scene.ledger)
    opened.open()
    yield opened
    opened.close()


def test_every_kind_of_action_that_tells_an_accounts_holder_is_guarded() -> None:
    telling = {
        kind.id for kind in load_kinds().values() if "notice" in kind.emits and "account" in kind.subjects
    }
    assert telling - {"lead", "watch"} == set(GUARDED)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_before_money_is_held_nothing_reaches_the_holder(
    scene: Scene, desk: PayeeDesk, way: Callable[[Scene, PayeeDesk], object]
) -> None:
    scene.case()
    early = proposed_past_the_analysis(scene)
    with pytest.raises(NotPossible, match="nothing is held yet"):
        decisions.flag_many(scene.ledger, scene.anna, [early], "Paid.", "key-early", now=scene.now)
    assert not way(scene, desk)
    approve_first(scene)
    assert not way(scene, desk), "ordered is not held"
    sent_orders(scene)
    assert not way(scene, desk)


def proposed_past_the_analysis(scene: Scene) -> int:
    """A proposal that was there before its account came on a trail."""
    with scene.ledger.open_session() as session:
        reasons = [{"code": "named_in_reports", "params": {"count": 1}, "evidence": []}]
        row = proposing._to_row(
            proposing.Proposed(TRAIL[0], "signal", (), scene.now, probability=0.5), scene.now
        ) | {"reasons": reasons}
        flag = Flag(**row)
        session.add(flag)
        session.flush()
        return int(flag.id)


def approve_first(scene: Scene) -> int:
    page = scene.page()
    (hold,) = approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "hold", now=scene.now
    )
    return hold.id


def test_a_flag_of_before_tells_its_holder_once_money_is_held(scene: Scene) -> None:
    flag = flagged(scene)
    scene.case()
    assert queries.list_bank_notices(scene.ledger, B02) == []
    assert quiet.release_notices(scene.ledger, scene.now) == 0
    hold = scene.hold_now(approve_first(scene))
    with pytest.raises(NotPossible, match="nothing is held yet"):
        decisions.renew_flag(scene.ledger, scene.boon, flag.id, "Still.", "key-renew", now=scene.now)
    sent_orders(scene)
    scene.answer(scene.hold_now(hold.id).orders[0].order_id, "done")
    assert quiet.release_notices(scene.ledger, scene.now) == 1
    (notice,) = queries.list_bank_notices(scene.ledger, B02)
    assert (notice.reference, notice.ended) == (flag.reference, False)
    assert queries.list_bank_notices(scene.ledger, B02) == [notice], "an answer that was lost is given again"


def test_an_account_whose_incoming_payments_are_to_wait_is_not_flagged_meanwhile(scene: Scene) -> None:
    account = BankAccount("B02", "2002")
    number = proposed(scene, account)
    begun(scene, account)
    with pytest.raises(NotPossible, match="nothing waits yet"):
        decisions.flag_many(scene.ledger, scene.anna, [number], "Paid.", "key-early", now=scene.now)
    other = BankAccount("B02", "4321")
    begun(scene, other, key="other")
    with pytest.raises((NotFound, TypeError)):
        proposed(scene, other)


def test_listing_is_proposed_last_and_the_reason_is_told_until_then(scene: Scene) -> None:
    scene.case()
    with scene.ledger.open_session() as session:
        assert set(silence.find_silent_accounts(session, TRAIL, scene.now)) == set(TRAIL)
        assert {one.why for one in silence.find_unlisted_accounts(session, TRAIL, scene.now).values()} == {
            "undecided"
        }
    scene.hold_now(approve_first(scene))
    sent_orders(scene)
    scene.answer(scene.page().actions[0].orders[0].order_id, "done")
    with scene.ledger.open_session() as session:
        assert silence.find_silent_accounts(session, TRAIL, scene.now) == {}
        unlisted = silence.find_unlisted_accounts(session, TRAIL, scene.now)
        assert unlisted[TRAIL[0]].why in ("held", "undecided")
        later = scene.now + timedelta(days=40)
        assert TRAIL[1] not in silence.find_unlisted_accounts(session, TRAIL, later), (
            "a case keeps nobody quiet for ever"
        )
