"""Asking a bank for records that a case's ends rest on: exactly those accounts, once, by two officers, and followed when they come."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.requests.conftest import Desk
from warroom.cases.decisions.cases import seal_case, state_purpose
from warroom.cases.decisions.holds import decline_proposals
from warroom.cases.views import WhyUnreached
from warroom.errors import NotAllowed, NotPossible
from warroom.orders.order_content import OrderFacts
from warroom.requests.asked_records import list_cases_to_follow
from warroom.requests.decisions.course import withdraw_request
from warroom.requests.decisions.drafts import approve_request, draft_request
from warroom.requests.decisions.late_records import WANTED_WITHIN, ask_for_records
from warroom.requests.late_records import list_late
from warroom.requests.views import LateBank, RequestView


def late(desk: Desk) -> dict[str, LateBank]:
    return {one.bank: one for one in list_late(desk.ledger, desk.lake, desk.sup, "C-1", now=desk.now)}


def ask(desk: Desk, bank: str = "B02", key: str = "") -> RequestView:
    return ask_for_records(desk.ledger, desk.lake, desk.ines, "C-1", bank, key or desk.key(), now=desk.now)


def comes(desk: Desk, bank: str, time: datetime, payer: str = "2002", **more: Any) -> None:
    """A record of a bank comes a moment before now."""
    desk.now += timedelta(minutes=2)
    with desk.home.turn_clock(lambda: desk.now - timedelta(minutes=1)):
        given = {"payer_bank": bank, "payer": payer, "payee_bank": "B05", "payee": "5005"} | more
        desk.transfer(f"{bank}-{time.timestamp():.0f}-{payer}", source=bank, time=time, **given)


def sent(desk: Desk, bank: str = "B02") -> RequestView:
    made = ask(desk, bank)
    approve_request(desk.ledger, desk.sup, made.id, desk.key(), now=desk.now)
    desk.deliver()
    return desk.read(made.id)


def whys(desk: Desk) -> dict[str, WhyUnreached]:
    return {bank: one.why for bank, one in late(desk).items()}


def test_a_case_says_which_of_its_ends_rest_on_records_not_here_and_why(desk: Desk) -> None:
    came = desk.now - timedelta(hours=2)
    comes(desk, "B02", came - timedelta(minutes=15))
    assert whys(desk) == {"B02": "behind", "B03": "never"}
    found = late(desk)["B02"]
    assert found.ends == came - timedelta(minutes=15)
    assert found.is_partner
    assert (found.amount, found.to_ask, found.asked) == (30_000_00, 1, ())
    comes(desk, "B02", came + timedelta(minutes=30), payer="7007")
    assert whys(desk) == {"B03": "never"}


def test_one_action_drafts_a_request_for_exactly_those_accounts_from_when_the_money_came(desk: Desk) -> None:
    comes(desk, "B02", desk.now - timedelta(hours=3))
    made = ask(desk)
    assert (made.kind, made.partner.code, made.case, made.state) == ("records", "B02", "C-1", "drafted")
    assert made.subject == "B02 2002"
    assert len(made.items) == 1
    assert "2002" in made.items[0]
    assert "30,000.00" in made.items[0]
    assert "บัญชี 2002" in made.items[0]
    assert "the bank's records received so far end at" in made.purpose
    assert made.wanted_by == desk.now + WANTED_WITHIN
    first = desk.page().trail
    assert first is not None
    since = first["accounts"][0]["first_arrival"]
    rows = desk.sql("SELECT account, since FROM request_records")
    assert [(one.account, one.since) for one in rows] == [("2002", datetime.fromisoformat(since))]


def test_nobody_asks_twice_for_the_same_and_the_same_click_is_one_request(desk: Desk) -> None:
    comes(desk, "B02", desk.now - timedelta(hours=3))
    made = ask(desk, key="one-click-1")
    assert ask(desk, key="one-click-1").id == made.id
    with pytest.raises(NotPossible, match=made.number):
        ask(desk)
    asked = late(desk)["B02"]
    assert [one.number for one in asked.asked] == [made.number]
    assert (asked.to_ask, asked.places[0].asked, asked.places[0].waits) == (0, made.number, True)
    withdraw_request(desk.ledger, desk.ines, made.id, "Not needed", desk.key(), now=desk.now)
    assert late(desk)["B02"].to_ask == 1
    assert ask(desk).number != made.number


def test_a_draft_whose_hour_is_over_keeps_nobody_from_asking(desk: Desk) -> None:
    comes(desk, "B02", desk.now - timedelta(hours=3))
    ask(desk)
    desk.now += WANTED_WITHIN
    assert late(desk)["B02"].to_ask == 1


def test_a_request_that_an_officer_worded_for_the_same_account_counts(desk: Desk) -> None:
    comes(desk, "B02", desk.now - timedelta(hours=3))
    words = {"partner": "B02", "kind": "records", "case": "C-1", "items": ("All of 2002 since noon",)}
    by_hand = draft_request(desk.ledger, desk.ines, desk.asking(**words), desk.key(), now=desk.now)
    with pytest.raises(NotPossible, match=by_hand.number):
        ask(desk)


def test_a_request_in_a_case_sealed_to_others_is_not_told_of(desk: Desk) -> None:
    comes(desk, "B02", desk.now - timedelta(hours=3))
    ask(desk)
    desk.transfer("T2")
    desk.report("R2", ["T2"])
    desk.sync()
    assert other(desk).asked
    police = desk.officer("police", "supervisor", agency="POLICE")
    seal_case(desk.ledger, police, "C-1", ["POLICE"], "A source is at risk")
    assert (other(desk).asked, other(desk).to_ask) == ((), 1)


def other(desk: Desk) -> LateBank:
    """What C-2 says of the same bank."""
    found = list_late(desk.ledger, desk.lake, desk.sup, "C-2", now=desk.now)
    return next(one for one in found if one.bank == "B02")


def test_only_who_may_draft_asks_and_only_of_a_bank_that_is_late(desk: Desk) -> None:
    comes(desk, "B02", desk.now - timedelta(hours=1))
    with pytest.raises(NotPossible, match="Nothing in this case"):
        ask(desk, "B02")
    with pytest.raises(NotAllowed):
        ask_for_records(desk.ledger, desk.lake, desk.chai, "C-1", "B03", desk.key(), now=desk.now)


def test_another_officer_approves_and_the_bank_is_told_item_by_item(desk: Desk) -> None:
    comes(desk, "B02", desk.now - timedelta(hours=3))
    both = desk.officer("both", "investigator", "supervisor")
    made = ask_for_records(desk.ledger, desk.lake, both, "C-1", "B02", desk.key(), now=desk.now)
    with pytest.raises(NotPossible, match="another officer"):
        approve_request(desk.ledger, both, made.id, desk.key(), now=desk.now)
    approve_request(desk.ledger, desk.sup, made.id, desk.key(), now=desk.now)
    facts = OrderFacts.from_json(desk.waiting()[0].facts)
    assert "2002" in facts.details[0].value
    assert facts.deadline == desk.now + WANTED_WITHIN


def to_follow(desk: Desk) -> list[str]:
    with desk.ledger.open_session() as session:
        return list_cases_to_follow(session, desk.lake, desk.now)


def test_when_the_banks_file_has_come_the_money_is_followed_again_by_itself(desk: Desk) -> None:
    comes(desk, "B02", desk.now - timedelta(hours=3))
    sent(desk)
    # What is decided is followed for no other reason.
    page = desk.page()
    decline_proposals(
        desk.ledger,
        desk.anna,
        "C-1",
        [one.id for one in page.proposals if one.state == "open"],
        "No",
        now=desk.now,
    )
    desk.now += timedelta(minutes=6)
    assert to_follow(desk) == [], "nothing has come"
    comes(desk, "B02", desk.now - timedelta(minutes=30))
    assert to_follow(desk) == ["C-1"]
    desk.money.amounts = {("B03", "3003"): 15_000_00, ("B05", "5005"): 30_000_00}
    looks = len(desk.money.seen)
    desk.run(0)
    assert len(desk.money.seen) == looks + 1
    assert [one.account for one in desk.page().proposals if one.state == "open"] == ["5005"]
    comes(desk, "B02", desk.now - timedelta(minutes=20))
    assert to_follow(desk) == [], "not again within five minutes"
    desk.now += timedelta(minutes=4)
    assert to_follow(desk) == ["C-1"]


def test_an_extract_of_the_asked_account_does_not_make_the_banks_other_records_reach(desk: Desk) -> None:
    comes(desk, "B02", desk.now - timedelta(hours=3), payer="7007")
    sent(desk)
    comes(desk, "B02", desk.now - timedelta(minutes=30), payer="2002")
    assert late(desk)["B02"].ends == desk.now - timedelta(hours=3, minutes=4)


def test_account_numbers_are_masked_for_who_does_not_need_them(desk: Desk) -> None:
    lek = desk.officer("lek", "lawyer")
    state_purpose(desk.ledger, lek, "C-1", "supervision", "To see the law kept")
    found = list_late(desk.ledger, desk.lake, lek, "C-1", now=desk.now)
    assert all("•" in each.account for one in found for each in one.places)
