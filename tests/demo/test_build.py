"""The demo shows every kind of case an officer must tell apart, and came in by the real readers."""

from datetime import UTC, datetime, timedelta

import pyarrow.compute as pc
import pytest

from tests.demo.conftest import Demo
from warroom import clock
from warroom.demo import STAFF, build, cases, clear, country, is_fresh, play_banks
from warroom.errors import HomeError
from warroom.home import Home
from warroom.operations import open_appeals, sign_in
from warroom.operations.views import CasePage

pytestmark = pytest.mark.xdist_group("demo")
NOW = datetime(2026, 11, 24, 2, 33, tzinfo=UTC)


def codes(page: CasePage, state: str) -> list[set[str]]:
    """The codes of the innocent evidence of each proposal in a state."""
    return [
        {reason["code"] for reason in proposal.innocent_evidence}
        for proposal in page.proposals
        if proposal.state == state
    ]


def test_the_fresh_big_case_has_money_to_hold_and_an_honest_seller_not_to(demo: Demo) -> None:
    page = demo.page("police-impersonation", 1_570_000)
    assert timedelta(minutes=17) < clock.now() - page.row.reported_at < timedelta(minutes=60)
    assert page.row.still_there > 500_000_00
    assert page.row.exited > 0
    assert page.row.spent > 0
    assert len(codes(page, "open")) >= 8
    assert any("shop_behaviour" in evidence for evidence in codes(page, "not_held"))


def test_every_case_adds_up(demo: Demo) -> None:
    for page in demo.pages():
        row = page.row
        if page.trail is not None:
            assert row.still_there + row.exited + row.spent + row.beyond_horizon == row.loss


def test_the_mix_is_on_the_board(demo: Demo) -> None:
    pages = demo.pages()
    assert len(pages) == 15
    assert [page.row.flag for page in pages].count("no_transfer") == 1
    kinds = {page.row.scam_type for page in pages}
    assert kinds == {"purchase", "job", "loan", "investment", "reward", "romance", "police-impersonation"}


def test_two_reports_of_one_loss_are_one_case(demo: Demo) -> None:
    assert demo.page("job", 148_000).row.reports == 2


def test_one_loss_is_wholly_gone(demo: Demo) -> None:
    row = demo.page("investment", 310_000).row
    assert (row.still_there, row.exited, row.undecided) == (0, row.loss, 0)


def test_money_paid_back_as_bait_is_no_loss(demo: Demo) -> None:
    (page,) = [page for page in demo.pages() if page.row.scam_type == "reward"]
    assert page.row.loss < 116_000_00


def test_the_honest_sellers_860_baht_is_on_hold_and_under_appeal(demo: Demo) -> None:
    page = demo.page("purchase", 860)
    (hold,) = page.actions
    assert (hold.state, hold.held) == ("in_effect", 860_00)
    (appeal,) = open_appeals(demo.ledger, demo.officer("appeals"))
    assert appeal.reference == hold.reference
    assert {"old_account", "small_part_of_turnover"} <= codes(page, "approved")[0]


def test_the_records_came_in_by_every_reader_and_none_was_refused(demo: Demo) -> None:
    files = demo.lake.rows("deliveries").to_pyarrow()["file"].to_pylist()
    assert {str(name).rsplit(".", 1)[-1] for name in files} >= {"csv", "xml", "parquet", "jsonl"}
    assert demo.lake.quarantined().num_rows == 0


def test_nothing_lies_in_the_future_and_no_account_can_exist(demo: Demo) -> None:
    transfers = demo.lake.rows("transfers").to_pyarrow()
    assert pc.max(transfers["time"]).as_py() < clock.now()
    accounts = demo.lake.rows("accounts").to_pyarrow()["account"].to_pylist()
    assert all(str(account).startswith("000-") for account in accounts)


def test_every_documented_sign_in_works(demo: Demo) -> None:
    for person in STAFF:
        officer = sign_in(demo.ledger, person.username, person.password).officer
        assert set(person.roles) <= officer.roles


def test_the_same_seed_gives_the_same_country() -> None:
    def made() -> tuple[object, object]:
        people = country.settle(NOW, 7)
        reports = cases.tell(people, 8)
        return reports, people.pile.table(9)

    first, second = made(), made()
    assert first[0] == second[0]
    assert first[1] == second[1]


def test_a_demo_grows_stale(demo: Demo) -> None:
    assert is_fresh(demo.home, clock.now())
    assert not is_fresh(demo.home, clock.now() + timedelta(hours=4))
    assert not is_fresh(demo.home, clock.now() - timedelta(hours=1))


def test_nothing_invented_gets_into_another_home(home: Home, live_home: Home) -> None:
    for other in (home, live_home):
        for work in (build, clear, play_banks):
            with pytest.raises(HomeError, match="for a demo"):
                work(other)
    assert not list(live_home.outbox.iterdir())
