"""Four eyes: who brought a file does not approve the hold that follows from it, nor carry it on."""

import pytest

from tests.cases.scenes import Scene, hour
from tests.cases.test_currency import freeze_as
from warroom.cases.decisions.hold_extension import extend
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.following import refresh_case
from warroom.cases.views import HoldView
from warroom.deliveries import uploads
from warroom.deliveries.decisions import take_in
from warroom.errors import NotPossible
from warroom.ledger.officers import Officer
from warroom.records.guess.guess import guess
from warroom.records.mapping import Terms

TERMS = Terms(legal_basis="section 4", purpose="following reports")
TRANSFER = """record_id,time,payer_bank,payer,payee_bank,payee,amount,currency,channel
{name},{time},B01,1001,B02,2002,50000.00,THB,transfer
"""
REPORT = """record_id,time,scam_type,transfer_ids,loss,channel
R1,{time},investment,T1,50000.00,1441
"""


def bring(scene: Scene, officer: Officer, table: str, text: str, source: str) -> str:
    """An officer brings a file by the page's way; the delivery that it became."""
    with uploads.Draft(scene.home, officer, table, "night.csv") as draft:
        draft.write(text.encode())
        draft.finish()
        found = uploads.uploaded(scene.home, officer, draft.keep())
    tree = guess(found.path, table, found.name).tree
    taken = take_in(scene.ledger, scene.lake, officer, found, tree, source, TERMS, found.token)
    assert (taken.accepted + taken.corrections, taken.quarantined) == (1, 0)
    scene.now += hour(0.02)
    return taken.delivery_id


def transfer(scene: Scene, officer: Officer, name: str = "T1") -> str:
    text = TRANSFER.format(name=name, time=(scene.now - hour(2)).isoformat())
    return bring(scene, officer, "transfers", text, "bank-one")


def approve(scene: Scene, officer: Officer, key: str = "k") -> HoldView:
    page = scene.page()
    (hold,) = approve_holds(
        scene.ledger, officer, "C-1", [page.proposals[0].id], page.snapshot, key, now=scene.now
    )
    return hold


def test_who_brought_the_payments_does_not_approve_the_hold_and_another_officer_does(scene: Scene) -> None:
    delivery = transfer(scene, scene.anna)
    scene.report("R1", ["T1"])
    scene.sync()
    trail = scene.page().trail
    assert trail is not None
    assert delivery in trail["deliveries"]
    with pytest.raises(
        NotPossible, match=rf"You brought a file that this trail rests on \({delivery}\)"
    ) as no:
        approve(scene, scene.anna)
    assert delivery in no.value.told("th")
    assert scene.sql("SELECT count(*) FROM holds") == [(0,)]
    assert approve(scene, scene.boon).state == "approved"


def test_who_brought_the_report_does_not_approve_either(scene: Scene) -> None:
    scene.transfer("T1")
    bring(scene, scene.anna, "reports", REPORT.format(time=(scene.now - hour(1)).isoformat()), "hotline")
    scene.sync()
    with pytest.raises(NotPossible, match="You brought a file that this trail rests on"):
        approve(scene, scene.anna)


def test_who_brought_another_file_approves(scene: Scene) -> None:
    transfer(scene, scene.anna, "T9")
    scene.case()
    assert approve(scene, scene.anna).state == "approved"


def test_a_hold_is_carried_on_by_nobody_who_brought_what_it_rests_on(scene: Scene) -> None:
    boon = scene.boon
    transfer(scene, boon)
    scene.report("R1", ["T1"])
    scene.sync()
    hold = approve(scene, scene.anna)
    scene.sql("UPDATE holds SET state = 'sent'")
    extend(scene.ledger, scene.anna, hold.id, "PC-1", "x", now=scene.now + hour(1))
    with pytest.raises(NotPossible, match="You brought a file that this trail rests on"):
        extend(scene.ledger, boon, hold.id, "PC-1", "y", now=scene.now + hour(1))


def test_a_file_that_comes_after_the_trail_was_frozen_is_noticed(scene: Scene) -> None:
    scene.case()
    delivery = bring(
        scene, scene.anna, "transfers", TRANSFER.format(name="T1", time=(scene.now - hour(2)).isoformat())
        .replace("50000.00", "50000.50"), "bank-one",
    )  # fmt: skip
    assert refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now, tracer=scene.money.trace)
    trail = scene.page().trail
    assert trail is not None
    assert delivery in trail["deliveries"]


def test_a_trail_of_before_is_followed_anew_before_a_bringer_approves(scene: Scene) -> None:
    transfer(scene, scene.anna, "T9")
    scene.case()
    before = freeze_as(scene, "THB", without="deliveries")
    assert before == scene.page().snapshot
    with pytest.raises(NotPossible, match="frozen before trails said which files they rest on"):
        approve(scene, scene.anna)
    assert refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now, tracer=scene.money.trace)
    assert approve(scene, scene.anna, "k2").state == "approved"
