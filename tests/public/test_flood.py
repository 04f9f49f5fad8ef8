"""A flood: none is lost, the true ones stand first, one sender's wordings of a text are one, and nobody is refused."""

import pytest
from benchmarks.public_flood import measured
from httpx import Client

from tests.public.test_report import MONEY, paid, turn
from tests.web.conftest import Night
from warroom.public import decisions, queries
from warroom.public.outside.card import Card
from warroom.public.ranking import FITS, LITTLE, CheckedReport, rank_of
from warroom.public.sameness import KnownReports, ReportTrace
from warroom.public.schema import PublicReport
from warroom.web.public import limits

STORY = (
    "The shop {name} at account 7000000017 cheats everyone in the street, hold its money {when}, all of it"
)


def test_of_a_flood_none_is_lost_and_the_true_ones_stand_first(night: Night, card: Card) -> None:
    found = measured(night.ledger, night.lake, card, seed=7, count=500)
    assert found.taken == 500
    assert min(found.area, found.of_urgency) > 0.85, "of 25 liars; the benchmark has thousands"


def test_most_of_a_wave_of_wordings_stands_behind_what_one_person_wrote(
    night: Night, outside: Client
) -> None:
    outside.post(
        "/report/tip", data={"text": "Behind the rice mill forty people sleep behind a locked gate, and cry."}
    )
    for name in ("Somchai", "SOMCHAI"):
        for when in ("now", "at once", "today", "please"):
            text = STORY.format(name=name, when=when)
            outside.post("/report/tip", data={"text": text, "about": "7000000017"})
    turn(night)
    with night.ledger.open_session() as session:
        rows = session.query(PublicReport).order_by(PublicReport.rank.desc()).all()
        assert len(rows) == 9
        # The first wordings came before many like them, and name an account; which are alike hangs on the home's own key.
        assert [row.submission_id for row in rows].index(1) < 4
        assert all(row.state == "waiting" for row in rows), "ordered, never dropped"


CLAIM = {"when": "60", "amount": "640000", "bank": "", "to": "7000000017"}
TIP = {"text": "Behind the rice mill forty people sleep behind a locked gate, and cry."}


def test_a_sum_that_nobody_paid_to_a_shop_that_all_know_stands_behind_a_tip_while_records_are_here() -> None:
    claim = CheckedReport(is_account_known=True, share=0.95)
    assert rank_of("money_left", CLAIM, 0, claim) < LITTLE < rank_of("tip", TIP, 0, CheckedReport())


def test_while_the_records_of_banks_are_late_nobody_is_the_less_believed_for_it() -> None:
    assert rank_of("money_left", CLAIM, 0, CheckedReport(share=0.02)) >= LITTLE


def test_who_shares_a_network_with_thousands_stands_no_lower_where_the_records_bear_them_out() -> None:
    alone = rank_of("tip", TIP, 0, CheckedReport())
    assert rank_of("tip", TIP, 0, CheckedReport(sent=3_000, borne_out=1_900)) == alone
    assert rank_of("tip", TIP, 0, CheckedReport(sent=3_000, borne_out=2)) < alone
    # Many there are deceived into one account, as everywhere.
    many = CheckedReport(
        has_payment=True, is_account_known=True, share=0.95, sent=3_000, alike_count=24, expected_alike=18
    )
    assert rank_of("money_left", CLAIM, 0, many) > 0.95 > FITS


def test_one_true_payment_told_a_hundred_times_vouches_once() -> None:
    known = KnownReports([], [])
    for _ in range(100):
        known.add_new_report(ReportTrace(0, "money_left", b"bots", b"one payment", 5, borne_out=True))
    assert (known.sent[b"bots"], known.borne_out[b"bots"]) == (100, 1)
    assert known.share < 0.5


def test_one_network_that_names_one_account_stands_out_and_one_that_is_as_all_others_does_not() -> None:
    known = KnownReports([], [])
    for number in range(300):
        # One account in three is the same, for the customers of a company as for everybody.
        sender, account = b"company" if number % 2 else b"%d" % number, 7 if number % 3 else number
        known.add_new_report(ReportTrace(0, "money_left", sender, b"%d" % number, account, borne_out=True))
    alike, usual = known.count_alike(ReportTrace(0, "money_left", b"company", b"next", 7))
    assert alike == pytest.approx(usual, rel=0.1)
    for number in range(300, 340):
        known.add_new_report(ReportTrace(0, "money_left", b"liar", b"%d" % number, 9))
    assert known.count_alike(ReportTrace(0, "money_left", b"liar", b"next", 9)) == (
        40,
        pytest.approx(0, abs=1),
    )


def lined(night: Night) -> list[int]:
    """Submissions in the order in which officers read them."""
    listed = queries.list_reports(night.ledger, night.people["anna"], limit=100, now=night.now).rows
    with night.ledger.open_session() as session:
        return [session.get_one(PublicReport, line.id).submission_id for line in listed]


def cry(outside: Client, monkeypatch: pytest.MonkeyPatch, count: int, first: int = 0) -> None:
    """Wordings of one cry for help, each from a network of its own."""
    for place in range(first, first + count):
        monkeypatch.setattr(limits, "network_address", lambda request, at=place: f"203.0.{at}.0/24")
        text = (
            "They locked me in with others, took my phone and passport, beat who will not work, and ask my family for "
            f"a ransom. I was sold from one company to another in Myawaddy. Help me, we are in building {place}."
        )
        assert outside.post("/report/job/send", data={"text": text}).status_code == 200


def test_a_wave_of_one_cry_for_help_buries_no_money_that_has_just_left_and_no_other_cry(
    night: Night, outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(night)
    outside.post("/report/tip", data=TIP | {"text": "A shop there buys accounts and cards from students."})
    cry(outside, monkeypatch, 20)
    monkeypatch.setattr(limits, "network_address", lambda request: "198.51.100.0/24")
    other = "I cannot leave, they took my passport and lock the door at night. Please help me, fourth floor."
    outside.post("/report/job/send", data={"text": other})
    outside.post("/report/money", data=MONEY)
    turn(night)
    order = lined(night)
    assert len(order) == 23, "ordered, never dropped"
    assert order.index(2) < order.index(22) < order.index(23) < 10, "a cry, another cry, and the money"
    assert order[-1] == 1, "all of them stand before a tip"


def test_a_wave_stays_one_when_its_first_reports_are_closed(
    night: Night, outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cry(outside, monkeypatch, 12)
    turn(night)
    for line in queries.list_reports(night.ledger, night.people["anna"], limit=100).rows:
        decisions.open_report(night.ledger, night.people["anna"], line.id, f"o{line.id}")
        decisions.close_report(night.ledger, night.people["anna"], line.id, "untrue", f"c{line.id}")
    cry(outside, monkeypatch, 1, first=12)
    turn(night)
    [line] = queries.list_reports(night.ledger, night.people["anna"]).rows
    assert line.rank < LITTLE
