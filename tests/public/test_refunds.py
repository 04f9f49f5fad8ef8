"""A victim follows a refund by the code of their letter, and nobody else sees anything of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from httpx import Client

from tests.assets.refunds.conftest import RefundRoom
from tests.public.test_report import read, turn
from tests.web.conftest import Night
from warroom.access.agencies import seed_exercise
from warroom.assets.refunds import decisions
from warroom.assets.refunds.views import RefundClaimView, RefundView
from warroom.public.claims import file_public_claim
from warroom.public.outside.urgency import DISTRESS
from warroom.public.refunds import publish_refunds


@pytest.fixture
def room(night: Night) -> RefundRoom:
    seed_exercise(night.ledger)
    room = RefundRoom(night.home, night.ledger, night.lake, now=night.now, people=night.people)
    room.money.own_accounts = True
    return room


def notice(room: RefundRoom, pot: int, losses: list[int]) -> tuple[RefundView, list[RefundClaimView]]:
    """A refund whose notice was published an hour ago, with its pages."""
    refund = room.opened(pot, losses)
    at = room.now - timedelta(hours=1)
    refund = decisions.give_notice(
        room.ledger, room.pros, refund.id, "Gazette 143/1", at, room.key(), now=room.now
    )
    publish(room)
    return refund, room.lines(refund)


def publish(room: RefundRoom) -> None:
    room.ledger.number_committed_rows()
    publish_refunds(room.ledger, room.now)


def claim(outside: Client, code: str, **more: Any) -> str:
    given = {"notice": code, "amount": "1,000.50", "bank": "Bank One", "account": "123-4"}
    return read(outside.post("/refund/claim?l=en", data=given | more).text)


def look(outside: Client, code: str, language: str = "en") -> str:
    return read(outside.post(f"/refund?l={language}", data={"notice": code}).text)


def test_a_victim_sees_case_sum_and_dates_of_their_own_and_nothing_of_others(
    room: RefundRoom, outside: Client
) -> None:
    _, [first, second] = notice(room, 1_234_567_89, [100_00, 77_777_00])
    page = look(outside, first.code.lower().replace("-", " "))
    assert "You may claim until" in page
    for own in ("C-1", "100 baht", "1,234,567.89 baht", "Gazette 143/1"):
        assert own in page
    for others in ("C-2", "77,777", second.code, "R2"):
        assert others not in page
    assert "คุณยื่นคำขอได้ถึง" in look(outside, first.code, "th")


def test_a_claim_is_filed_as_of_when_it_was_sent_and_shown(room: RefundRoom, outside: Client) -> None:
    refund, [first, second] = notice(room, 2_000_00, [2_000_00, 50_00])
    assert "Your claim is here" in claim(outside, first.code, text="The slip is lost.")
    assert turn(room) == 1
    publish(room)
    line, other = room.lines(refund)
    assert (line.state, line.claimed, line.pay_account) == ("filed", 1_000_50, "123-4")
    assert other.state == "invited"
    assert "1,000.50 baht" in look(outside, first.code)
    assert "1,000.50" not in look(outside, second.code)
    # A second claim of the same code goes nowhere.
    claim(outside, first.code, amount="2000")
    assert turn(room) == 0


def test_a_claim_that_waited_past_the_window_counts_from_when_it_was_sent(
    room: RefundRoom, outside: Client
) -> None:
    refund, [first] = notice(room, 2_000_00, [2_000_00])
    claim(outside, first.code)
    room.after(200)
    assert turn(room) == 1
    assert room.lines(refund)[0].state == "filed"


@pytest.mark.parametrize(
    ("field", "value", "answer"),
    [
        ("amount", "0", "Write one sum above zero"),
        ("amount", "", "Write one sum above zero"),
        ("amount", "some", "Write one sum above zero"),
        ("amount", "-5", "Write one sum above zero"),
        ("bank", " ", "Write the bank"),
        ("account", "", "Write the account"),
    ],
)
def test_an_unfit_claim_says_what_is_wrong_and_keeps_the_rest(
    room: RefundRoom, outside: Client, field: str, value: str, answer: str
) -> None:
    _, [first] = notice(room, 2_000_00, [2_000_00])
    page = claim(outside, first.code, text="The slip is lost.", **{field: value})
    assert answer in page
    assert "The slip is lost." in page
    assert turn(room) == 0


def test_unknown_malformed_and_other_codes_get_one_answer_and_guessing_ends(
    room: RefundRoom, outside: Client
) -> None:
    hold = room.hold()
    answers = [
        outside.post("/refund?l=en", data={"notice": code})
        for code in ("0000-0000-0000", "nonsense", hold.reference, "")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    for _ in range(3):
        last = outside.post("/refund?l=en", data={"notice": "0000-0000-0000"})
    assert last.status_code == 429


def test_a_cry_in_a_claim_is_heard_and_filed_first(room: RefundRoom, outside: Client) -> None:
    _, [first] = notice(room, 2_000_00, [2_000_00])
    page = claim(outside, first.code, text="They locked me in and took my phone, help me")
    main = page.partition('<main id="m">')[2]
    assert main.index("tel:1300") < main.index("tel:1441")
    assert room.sql("SELECT kind, urgency FROM outside_submissions") == [("refund", DISTRESS)]


def test_what_a_stolen_public_process_sends_is_refused_and_logged(room: RefundRoom) -> None:
    refund, [first] = notice(room, 2_000_00, [2_000_00])
    good = {"code": first.code, "amount": "10", "bank": "B", "account": "1"}
    for changed in (
        {"amount": "NaN"},
        {"amount": "1e400"},
        {"amount": "-1"},
        {"amount": "0.001"},
        {"amount": ["1"]},
        {"code": None},
        {"bank": ""},
    ):
        file_public_claim(room.ledger, 10**6, good | changed, room.now)
    assert room.lines(refund)[0].state == "invited"
    room.ledger.number_committed_rows()
    assert room.sql("SELECT count(*) FROM audit WHERE verb = 'refund.claim-not-filed'") == [(7,)]


def test_a_proposal_is_not_shown_before_two_officers_approved_it(room: RefundRoom, outside: Client) -> None:
    refund, [first] = notice(room, 2_000_00, [2_000_00])
    claim(outside, first.code)
    turn(room)
    room.decide(replace(first, claimed=1_000_50), 900_25, "As the slip says.")
    room.after(91)
    proposed = room.propose(refund, "exact")
    room.approve_shares(proposed, room.pros)
    publish(room)
    assert "You get" not in look(outside, first.code)
    room.approve_shares(proposed, room.com)
    publish(room)
    assert "You get 900.25 baht" in look(outside, first.code)
    assert "As the slip says." in look(outside, first.code)
