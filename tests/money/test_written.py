"""Where a bank that sends records has none of an account, the trail asks whether the account is written otherwise."""

from tests.money.lakes import a_lake, put, transfer
from tests.money.test_trace import on, traced
from warroom.home import Home
from warroom.reasons.reason import render


def test_an_account_that_its_own_bank_never_names_is_asked_about(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "KTB/11", 1000))
    assert not [r for r in on(traced(lake, "T1"), "11").reasons if r.code == "written_otherwise"]
    put(lake, "transfers", [transfer("K1", 5, "KTB/22", "A/W", 1000)], "KTB")
    (asked,) = [r for r in traced(lake, "T1").holds[0].reasons if r.code == "written_otherwise"]
    assert render(asked, "en").startswith(
        "KTB sends records, but none of this account: is it written otherwise?"
    )
    put(lake, "transfers", [transfer("K2", 6, "KTB/11", "A/W", 1)], "KTB")
    assert not [r for r in on(traced(lake, "T1"), "11").reasons if r.code == "written_otherwise"]
