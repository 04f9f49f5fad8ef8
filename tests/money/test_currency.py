"""An amount is said, held and added up in its own currency and in no other."""

from decimal import Decimal

from tests.money.lakes import a_lake, put, transfer
from tests.money.test_trace import on, traced
from warroom.home import Home
from warroom.money.trace.as_json import trail_as_json
from warroom.reasons.reason import render

UETR = "8a562c67-ca16-48ba-b074-65581be6f001"


def test_a_trail_of_dollars_says_dollars_everywhere_and_proposes_no_hold(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "B/M", 5000, currency="USD"))
    trail = traced(lake, "T1")
    told = trail_as_json(trail)
    assert (told["currency"], told["still_there"], told["holds"]) == ("USD", "5000.00", [])
    assert {one["currency"] for one in (*told["accounts"], *told["not_held"])} == {"USD"}
    sentences = [render(reason, "en") for reason in trail.not_held[0].reasons]
    assert sentences[0].startswith("No hold on 5,000.00 USD: an order states baht alone")
    assert "Received 5,000.00 USD of the victim's money" in sentences[1]
    assert not any("บาทของ" in render(reason, "th") for reason in on(trail, "M").reasons)


def test_a_trail_of_baht_says_so_and_its_sentences_stay(home: Home) -> None:
    trail = traced(a_lake(home, transfer("T1", 0, "A/V", "B/M", 5000)), "T1")
    told = trail_as_json(trail)
    assert (told["currency"], told["holds"][0]["currency"], told["accounts"][0]["currency"]) == 3 * ("THB",)
    assert "Received 5,000.00 baht of the victim's money" in render(trail.holds[0].reasons[0], "en")


def test_a_payment_that_changes_currency_stays_in_its_pot_and_says_the_rate(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "B/M", 5000, currency="USD", uetr=UETR))
    put(lake, "transfers", [transfer("X1", 1, "A/V", "B/M", 172_500, uetr=UETR)], "S2")
    trail = traced(lake, "T1")
    assert (trail.loss, on(trail, "M").still_there) == (500_000, 500_000)
    assert [render(note, "en") for note in trail.notes] == [
        "This payment is also recorded in another currency, as 172,500.00 baht (rate used: 1 USD = 34.5000 baht); "
        "this trail does not follow it there"
    ]
    assert Decimal(trail_as_json(trail)["loss"]) == 5000
