"""Assets from tracing to sale: papers, the law's clock, honest owners, and a book that adds up."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.assets.conftest import PARTICULARS, Vault
from warroom.assets import queries
from warroom.assets.decisions import owners, steps, values
from warroom.assets.views import ASSET_CLASSES
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.postgres import PostgresServer


@pytest.fixture(autouse=True)
def one_case(vault: Vault) -> None:
    vault.case()


@pytest.mark.parametrize("kind", ASSET_CLASSES)
def test_an_asset_of_every_class_keeps_its_particulars(vault: Vault, kind: str) -> None:
    asset = vault.traced(kind)
    assert asset.particulars == PARTICULARS[kind]
    assert (asset.state, asset.case) == ("traced", "C-1")


@pytest.mark.parametrize(
    ("kind", "change", "sentence"),
    [
        ("car", {"plate": ""}, r"needs 'plate' \(Plate\)"),
        ("car", {"chassis": "with spaces"}, r"'chassis' \(Chassis number\) is not in the right form"),
        ("gold", {"weight_g": "1e9"}, r"'weight_g' \(Weight\) is not in the right form"),
        ("land", {"owner_nationality": "x"}, "has no 'owner_nationality'"),
    ],
)
def test_missing_unfit_and_unknown_particulars_are_refused(
    vault: Vault, kind: str, change: dict[str, str], sentence: str
) -> None:
    with pytest.raises(NotPossible, match=sentence):
        steps.trace_asset(
            vault.ledger,
            vault.ines,
            "C-1",
            kind,  # type: ignore[arg-type]
            "Found",
            PARTICULARS[kind] | change,
            vault.key(),
            now=vault.now,
        )


def test_cash_goes_from_trace_to_forfeiture_and_every_step_is_on_record(vault: Vault) -> None:
    asset = vault.frozen()
    vault.valued(asset.id, 100_000_00)
    vault.after(10)
    steps.seize_asset(
        vault.ledger,
        vault.ines,
        asset.id,
        vault.paper(),
        vault.now,
        "Room 4",
        "S-1",
        vault.key(),
        now=vault.now,
    )
    steps.move_asset(
        vault.ledger,
        vault.kim,
        asset.id,
        "Vault 2",
        "S-2",
        vault.now,
        "Taken in.",
        vault.key(),
        now=vault.now,
    )
    steps.keep_for_judgment(
        vault.ledger, vault.pros, asset.id, vault.paper("COURT"), vault.key(), now=vault.now
    )
    vault.forfeit(asset.id)
    asset = vault.read(asset.id)
    assert [one.kind for one in asset.events] == [
        "traced",
        "frozen",
        "seized",
        "moved",
        "kept",
        "forfeited",
    ]
    assert (asset.state, asset.place, asset.seal) == ("forfeited", "Vault 2", "S-2")
    assert (asset.book.seized, asset.book.custody) == (100_000_00, 100_000_00)
    assert {one.state for one in asset.deadlines if one.kind == "freeze-ends"} == {"met"}


def test_ninety_days_after_the_freeze_the_asset_must_go_back(vault: Vault) -> None:
    asset = vault.frozen()
    assert [one.due_at - vault.now for one in asset.deadlines if one.kind == "freeze-ends"] == [
        timedelta(days=90)
    ]
    vault.run(hours=24 * 77)
    assert vault.alerts() == ["asset_warning"]
    vault.run(hours=24 * 90 + 1)
    assert "asset_lapsed" in vault.alerts()
    vault.after(91)
    assert vault.read(asset.id).state == "lapsed"
    with pytest.raises(NotPossible, match="is lapsed"):
        vault.forfeit(asset.id)
    back = steps.give_back(
        vault.ledger, vault.ines, asset.id, "Its time ran out.", vault.now, vault.key(), now=vault.now
    )
    assert back.state == "returned"


def test_seizing_what_was_frozen_does_not_start_the_clock_anew(vault: Vault) -> None:
    asset = vault.frozen()
    vault.valued(asset.id, 5_00)
    vault.after(80)
    steps.seize_asset(
        vault.ledger, vault.ines, asset.id, vault.paper(), vault.now, "Room 4", "", vault.key(), now=vault.now
    )
    vault.run(hours=24 * 10 + 1)
    assert vault.read(asset.id).state == "lapsed"


def test_a_courts_order_in_time_stops_the_clock_and_one_too_late_keeps_nothing(vault: Vault) -> None:
    kept, late = vault.frozen(), vault.frozen()
    start = vault.now
    vault.after(89)
    steps.keep_for_judgment(
        vault.ledger, vault.pros, kept.id, vault.paper("COURT"), vault.key(), now=vault.now
    )
    vault.after(2)
    with pytest.raises(NotPossible, match="time was over"):
        steps.keep_for_judgment(
            vault.ledger,
            vault.pros,
            late.id,
            vault.paper("COURT", at=start + timedelta(days=90, hours=1)),
            vault.key(),
            now=vault.now,
        )
    vault.run(hours=1)
    assert vault.read(kept.id).state == "frozen"
    assert vault.read(late.id).state == "lapsed"


def test_the_clock_goes_by_the_law_of_the_day_of_the_freeze(vault: Vault) -> None:
    asset = vault.traced()
    before_the_law = datetime(1999, 1, 1, tzinfo=UTC)
    with pytest.raises(NotPossible):
        steps.freeze_asset(
            vault.ledger, vault.ines, asset.id, vault.paper(), before_the_law, vault.key(), now=vault.now
        )


def test_a_freeze_needs_a_numbered_paper_of_somebody_who_may_give_it(vault: Vault) -> None:
    asset = vault.traced()
    for paper, sentence in (
        (vault.paper(number=" "), "needs its number"),
        (vault.paper("SHELTER"), "cannot be sent to an agency"),
        (vault.paper(at=vault.now + timedelta(days=1)), "in the future"),
    ):
        with pytest.raises(NotPossible, match=sentence):
            steps.freeze_asset(
                vault.ledger, vault.ines, asset.id, paper, vault.now, vault.key(), now=vault.now
            )
    with pytest.raises(NotAllowed):
        steps.freeze_asset(
            vault.ledger, vault.anna, asset.id, vault.paper(), vault.now, vault.key(), now=vault.now
        )


def test_nothing_is_seized_unvalued_and_a_double_click_books_once(vault: Vault) -> None:
    asset = vault.traced()
    given = (vault.ledger, vault.ines, asset.id, vault.paper(), vault.now, "Room 4", "S-1")
    with pytest.raises(NotPossible, match="valued before"):
        steps.seize_asset(*given, vault.key(), now=vault.now)
    vault.valued(asset.id, 7_00)
    for _ in range(2):
        steps.seize_asset(*given, "seized-twice", now=vault.now)
    assert vault.read(asset.id).book.seized == 7_00


def test_a_car_is_valued_kept_and_sold_and_the_book_adds_up(vault: Vault) -> None:
    asset = vault.seized(500_000_00, kind="car")
    vault.valued(asset.id, 450_000_00)
    values.record_cost(
        vault.ledger, vault.kim, asset.id, 5_000_00, "Garage", vault.now, vault.key(), now=vault.now
    )
    vault.forfeit(asset.id)
    sold = steps.realise_asset(
        vault.ledger,
        vault.kim,
        asset.id,
        430_000_00,
        "Public auction",
        "cd" * 32,
        vault.now,
        vault.key(),
        now=vault.now,
    )
    book = sold.book
    assert (book.seized, book.revalued, book.costs, book.custody) == (
        500_000_00,
        -70_000_00,
        5_000_00,
        425_000_00,
    )
    assert book.custody == book.seized + book.revalued - book.costs - book.returned - book.pooled
    assert vault.book_adds_up()
    assert [one.valuer for one in sold.valuations] == ["Kim", "Kim", "sale"]


def test_money_is_given_back_in_part_but_a_car_is_not_cut_in_two(vault: Vault) -> None:
    cash, car = vault.seized(100_00), vault.seized(100_00, kind="car")
    part = steps.give_back(
        vault.ledger, vault.kim, cash.id, "Wages.", vault.now, vault.key(), amount=30_00, now=vault.now
    )
    assert (part.state, part.book.custody, part.book.returned) == ("seized", 70_00, 30_00)
    with pytest.raises(NotPossible, match="Only money goes back in part"):
        steps.give_back(
            vault.ledger, vault.kim, car.id, "Half.", vault.now, vault.key(), amount=50_00, now=vault.now
        )
    with pytest.raises(NotPossible, match="no more than is there"):
        steps.give_back(
            vault.ledger, vault.kim, cash.id, "Too much.", vault.now, vault.key(), amount=70_01, now=vault.now
        )


def test_costs_above_what_is_there_are_refused_by_the_book(vault: Vault) -> None:
    asset = vault.seized(10_00)
    with pytest.raises(NotPossible, match="More would leave custody"):
        values.record_cost(
            vault.ledger, vault.kim, asset.id, 10_01, "Guard", vault.now, vault.key(), now=vault.now
        )
    assert vault.read(asset.id).book.custody == 10_00


def test_an_honest_owners_claim_stops_forfeiture_until_it_is_decided(vault: Vault) -> None:
    asset = vault.seized(kind="car")
    claimed = owners.file_claim(
        vault.ledger, vault.anna, asset.id, "The lender", "A lease of last year.", vault.key(), now=vault.now
    )
    with pytest.raises(NotPossible, match="must be decided first"):
        vault.forfeit(asset.id)
    decide = (vault.ledger, vault.chai, asset.id, claimed.claims[0].id)
    owners.decide_claim(
        *decide, "rejected", "The lease is a sham.", vault.paper("COURT"), vault.key(), now=vault.now
    )
    with pytest.raises(NotPossible, match="decided already"):
        owners.decide_claim(
            *decide, "upheld", "No, honest.", vault.paper("COURT"), vault.key(), now=vault.now
        )
    assert vault.forfeit(asset.id).state == "forfeited"


def test_what_an_owner_was_given_is_never_forfeited_and_may_only_go_back(vault: Vault) -> None:
    asset = vault.seized(kind="car")
    claimed = owners.file_claim(
        vault.ledger, vault.anna, asset.id, "The lender", "A lease.", vault.key(), now=vault.now
    )
    owners.decide_claim(
        vault.ledger,
        vault.chai,
        asset.id,
        claimed.claims[0].id,
        "upheld",
        "Honest.",
        vault.paper("COURT"),
        vault.key(),
        now=vault.now,
    )
    with pytest.raises(NotPossible, match="goes back"):
        vault.forfeit(asset.id)
    back = steps.give_back(
        vault.ledger, vault.kim, asset.id, "Upheld.", vault.now, vault.key(), now=vault.now
    )
    assert (back.state, back.book.custody) == ("returned", 0)


def test_who_took_an_asset_does_not_decide_on_its_owners_claim(vault: Vault) -> None:
    taker = vault.officer("taker", "investigator", "prosecutor", "officer")
    asset = vault.traced()
    steps.freeze_asset(vault.ledger, taker, asset.id, vault.paper(), vault.now, vault.key(), now=vault.now)
    claimed = owners.file_claim(
        vault.ledger, vault.anna, asset.id, "A shop", "Its till.", vault.key(), now=vault.now
    )
    with pytest.raises(NotPossible, match="another officer"):
        owners.decide_claim(
            vault.ledger,
            taker,
            asset.id,
            claimed.claims[0].id,
            "rejected",
            "No.",
            vault.paper("COURT"),
            vault.key(),
            now=vault.now,
        )


def test_the_database_refuses_a_booking_that_does_not_add_up_and_any_rewriting(
    vault: Vault, ledger_server: PostgresServer, database: str
) -> None:
    asset = vault.seized(100_00)
    entry = (
        "INSERT INTO asset_entries (kind, at, recorded_at, text, document)"
        " VALUES ('cost', now(), now(), '', '') RETURNING id"
    )
    posting = (
        "INSERT INTO asset_postings (entry_id, account, amount, asset_id) VALUES (%s, 'custody', -5, %s)"
    )
    with psycopg.connect(ledger_server.make_url("postgres", database)) as connection:
        number = connection.execute(entry).fetchone()
        assert number
        connection.execute(posting, (number[0], asset.id))
        with pytest.raises(psycopg.Error, match="does not add up"):
            connection.commit()
    with psycopg.connect(ledger_server.make_url("postgres", database), autocommit=True) as connection:
        for change in (
            "UPDATE asset_postings SET amount = amount * 2",
            "DELETE FROM asset_entries",
            "UPDATE asset_valuations SET amount = 1",
            "UPDATE asset_events SET at = now()",
            "UPDATE assets SET particulars = '{}'",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(change)
    assert vault.book_adds_up()


def test_an_asset_is_in_no_state_that_its_history_does_not_tell(vault: Vault) -> None:
    asset = vault.seized()
    for state in ("forfeited", "in-custody", "traced"):
        with pytest.raises(NotPossible, match="missing from its history"):
            vault.sql(f"UPDATE assets SET state = '{state}'")
    assert vault.read(asset.id).state == "seized"


def test_no_asset_by_a_guessed_number(vault: Vault) -> None:
    with pytest.raises(NotFound, match="no such asset"):
        vault.read(77)


def test_lists_are_filtered_and_counted(vault: Vault) -> None:
    vault.traced()
    vault.frozen(kind="car")
    rows, total = queries.list_assets(vault.ledger, vault.anna, queries.AssetFilter(state="frozen"))
    assert (total, [row.kind for row in rows]) == (1, ["car"])
    assert queries.list_assets(vault.ledger, vault.anna)[1] == 2
