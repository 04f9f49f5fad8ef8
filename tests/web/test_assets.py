"""The pages of assets, proceedings and pay-outs: from tracing to the last satang, as officers do it with forms."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.assets.conftest import Vault
from tests.web.conftest import Night, Visitor
from tests.web.leftovers import says_why, text, whole_in_both
from warroom.access.agencies import seed_exercise

Enter = Callable[..., Visitor]
PAPER = {"number": "90/2026", "authority": "MONEY"}


@pytest.fixture
def vault(night: Night) -> Vault:
    """A case, partners, and the people of assets; what is done behind the pages was done an hour ago."""
    seed_exercise(night.ledger)
    night.case()
    earlier = night.now - timedelta(hours=1)
    vault = Vault(night.home, night.ledger, night.lake, now=earlier, people=night.people)
    assert all((vault.ines, vault.kim, vault.pros, vault.com))
    return vault


def test_an_asset_goes_from_tracing_into_custody_and_its_book_adds_up(vault: Vault, enter: Enter) -> None:
    ines, kim = enter("ines"), says_why(enter("kim"))
    made = ines.post(
        "/assets/new?kind=gold",
        "/assets/new",
        case="c-1",
        title="Two bars",
        **{"p-form": "bar", "p-weight_g": "1000", "p-fineness": "965"},
    ).text
    assert "The asset is registered" in made
    assert "1000 grams" in text(made)
    assert "/assets/1/seize" not in made, "nothing is seized before it is valued"
    worth = {"amount": "2,500,000.25", "valuer": "Kim", "method": "weighed"}
    assert "The valuation is recorded" in ines.post("/assets/1", "/assets/1/value", **worth).text
    seized = ines.post("/assets/1", "/assets/1/seize", **PAPER, place="Room 4", seal="S-1").text
    assert "to court within" in seized
    assert "order 90/2026 of Invented Money Office" in text(seized)
    kim.post("/assets/1", "/assets/1/move", place="Vault 2", seal="S-1", reason="To the vault.")
    page = kim.post("/assets/1", "/assets/1/cost", amount="100.25", what="Transport").text
    book = text(page).split("Book, baht")[1].split("Valuations")[0].split()
    assert "2,500,000.25" in book
    assert "−100.25" in book
    assert book[-1] == "2,499,900.00"


def test_a_refused_asset_keeps_what_was_typed(vault: Vault, enter: Enter) -> None:
    typed = {"p-plate": "EX 1", "p-chassis": "no!", "p-model": "Invented 4"}
    answer = enter("ines").post(
        "/assets/new?kind=car", "/assets/new", case="C-1", title="A white car", **typed
    )
    assert answer.status_code == 409
    assert "is not in the right form" in text(answer.text)
    assert 'value="A white car"' in answer.text
    assert 'value="no!"' in answer.text


def test_an_owner_s_claim_stands_beside_the_asset_until_a_court_has_decided(
    vault: Vault, enter: Enter
) -> None:
    vault.seized()
    vault.officer("chai", "appeals")
    ines, chai = says_why(enter("ines"), "investigation"), enter("chai")
    pros = says_why(enter("pros"), "prosecution")
    ines.post("/assets/1", "/assets/1/claim", who="A shop", grounds="It was sold to me.")
    assert "/assets/1/forfeit" not in pros.page("/assets/1")
    given = {"number": "7/2026", "authority": "COURT", "reason": "No proof of the sale."}
    decided = chai.post("/assets/1", "/assets/1/claims/1/decide", decision="rejected", **given)
    assert "rejected" in text(decided.text)
    assert "/assets/1/forfeit" in pros.page("/assets/1")


def test_the_register_shows_class_state_value_and_clock(vault: Vault, enter: Enter) -> None:
    vault.seized(123_45)
    vault.traced("car")
    anna = enter("anna")
    page = anna.page("/assets?state=seized")
    assert "123.45" in page
    assert 'class="clock calm"' in page
    assert "A-2" not in page
    assert "A-2" in anna.page("/assets?kind=car&case=C-1")


def test_victims_are_paid_from_what_was_forfeited_to_the_last_satang(vault: Vault, enter: Enter) -> None:
    vault.now -= timedelta(days=400)
    asset = vault.forfeited(90_000_01)
    pros, anna, kim, com = enter("pros"), enter("anna"), enter("kim"), enter("com")
    opened = pros.post(
        "/proceedings",
        "/proceedings",
        title="Exercise",
        cases="C-1",
        assets=asset.number,
        court="COURT",
        fund="TREASURY",
    )
    assert "next comes the notice" in opened.text
    pros.post("/proceedings/1", "/proceedings/1/notice")
    loss = {"report": "R1", "source": "hotline", "pay_bank": "B01", "pay_account": "1001"}
    anna.post("/proceedings/1", "/proceedings/1/losses", claimed="50000", **loss)
    waits = kim.post("/proceedings/1", "/proceedings/1/losses/1/decide", accepted="49,999.99", reason=" ")
    assert waits.status_code == 409
    assert 'value="49,999.99"' in waits.text
    kim.post("/proceedings/1", "/proceedings/1/losses/1/decide", accepted="50,000")
    back = {"payer": "B02", "reference": "RETURN-1"}
    told = anna.post("/proceedings/1", "/proceedings/1/losses/1/recovered", amount="10,000", **back).text
    assert "no longer owed" in told
    assert "came back 10,000" in text(told)
    vault.sql("UPDATE proceedings SET register_until = now() - interval '1 minute'")
    drafted = kim.post("/proceedings/1", "/proceedings/1/plan").text
    said = text(drafted)
    assert "To the victims 40,000" in " ".join(said.split())
    assert "Left for the fund Invented State Fund (TREASURY) 50,000.01" in " ".join(said.split())
    assert "All forfeited money 90,000.01" in " ".join(said.split())
    pros.post("/proceedings/1", "/proceedings/1/plans/1/approve")
    com.post("/proceedings/1", "/proceedings/1/plans/1/approve")
    paid = kim.post("/proceedings/1", "/proceedings/1/plans/1/payments", **{"paid-1": "BANK-77"}).text
    assert "BANK-77" in paid
    assert "/plans/1/payments" not in paid, "nothing is left to pay"
    assert "40,000" in kim.page("/proceedings")


def test_a_plan_seen_differently_is_not_approved(vault: Vault, enter: Enter) -> None:
    vault.now -= timedelta(days=400)
    vault.victims([50_000_00])
    found = vault.proceeding(["C-1"], [vault.forfeited(10_000_00).id])
    vault.notice(found.id)
    vault.accepts(vault.registers(found.id, "R1", 50_000_00))
    vault.after(200)
    vault.draft(found.id)
    pros = enter("pros")
    answer = pros.post("/proceedings/1", "/proceedings/1/plans/1/approve", digest="0" * 64)
    assert answer.status_code == 409
    assert "This is not the plan you saw" in answer.text


def test_the_pages_are_whole_in_thai_and_in_english(vault: Vault, enter: Enter) -> None:
    vault.seized()
    vault.forfeited()
    ines, kim = says_why(enter("ines"), "investigation"), says_why(enter("kim"))
    forms = [f"/assets/new?kind={kind}" for kind in ("cash", "crypto", "gold", "land", "other")]
    wrote = ("Found in a safe", "Two officers", "Room", "counted", "Exercise")
    vault.proceeding(["C-1"], [1, 2])
    whole_in_both(
        ines, ("/assets", *forms, "/assets/1", "/assets/2", "/proceedings", "/proceedings/1"), *wrote
    )
    whole_in_both(kim, ("/assets/1", "/assets/2"), *wrote)
