"""Four eyes: who brought a file does not approve the hold that follows from it, nor carry it on."""

from decimal import Decimal

import pytest

from tests.cases.scenes import Scene, hour
from tests.cases.test_currency import freeze_as
from warroom.cases.decisions.hold_extension import extend_hold
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.following import refresh_case
from warroom.cases.resting import FINDERS, PLACES
from warroom.cases.views import HoldView
from warroom.deliveries import uploads
from warroom.deliveries.corrections import approve_correction
from warroom.deliveries.decisions import ingest_uploaded_file
from warroom.deliveries.queries import list_waiting_corrections
from warroom.errors import NotPossible
from warroom.ledger.officers import Officer
from warroom.money.index.registers import MADE_OF
from warroom.money.trace.inputs import TRAIL_INPUTS
from warroom.records.guess.guess import guess_mapping
from warroom.records.mapping import DeliveryTerms

TERMS = DeliveryTerms(legal_basis="section 4", purpose="following reports")
TRANSFER = """record_id,time,payer_bank,payer,payee_bank,payee,amount,currency,channel
{name},{time},B01,1001,B02,2002,50000.00,THB,transfer
"""
REPORT = """record_id,time,scam_type,transfer_ids,loss,channel
R1,{time},investment,T1,50000.00,1441
"""
ACCOUNT = """record_id,bank,account,holder_id,opened_at,type
A1,{bank},{account},H1,2020-01-01T00:00:00+00:00,merchant
"""


def bring(scene: Scene, officer: Officer, table: str, text: str, source: str) -> str:
    """An officer brings a file of one row by the page's way; the delivery that it became, empty where it waits."""
    with uploads.UploadDraft(scene.home, officer, table, "night.csv") as draft:
        draft.write(text.encode())
        draft.finish()
        found = uploads.load_uploaded_file(scene.home, officer, draft.save())
    tree = guess_mapping(found.path, table, found.name).tree
    taken = ingest_uploaded_file(scene.ledger, scene.lake, officer, found, tree, source, TERMS, found.token)
    assert (taken.accepted + taken.withheld, taken.corrections, taken.quarantined) == (1, 0, 0)
    scene.now += hour(0.02)
    return taken.delivery_id


def bring_in(scene: Scene, officer: Officer, table: str, text: str, source: str) -> str:
    """The same; where the row waits, olga approves it."""
    delivery = bring(scene, officer, table, text, source)
    for waiting in list_waiting_corrections(scene.ledger, officer):
        olga = scene.officer("olga", "officer")
        delivery = approve_correction(scene.ledger, scene.lake, olga, waiting.id, now=scene.now)
        scene.now += hour(0.02)
    return delivery


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
    assert delivery in no.value.render_in("th")
    assert scene.sql("SELECT count(*) FROM holds") == [(0,)]
    assert approve(scene, scene.boon).state == "approved"


def test_who_brought_the_report_does_not_approve_either(scene: Scene) -> None:
    scene.transfer("T1")
    bring(scene, scene.anna, "reports", REPORT.format(time=(scene.now - hour(1)).isoformat()), "hotline")
    scene.sync()
    with pytest.raises(NotPossible, match="You brought a file that this trail rests on"):
        approve(scene, scene.anna)


def test_who_brought_another_file_approves(scene: Scene) -> None:
    bring(scene, scene.anna, "accounts", ACCOUNT.format(bank="B08", account="8008"), "register")
    scene.case()
    assert approve(scene, scene.anna).state == "approved"


def test_a_hold_is_carried_on_by_nobody_who_brought_what_it_rests_on(scene: Scene) -> None:
    boon = scene.boon
    transfer(scene, boon)
    scene.report("R1", ["T1"])
    scene.sync()
    hold = approve(scene, scene.anna)
    scene.sql("UPDATE holds SET state = 'sent'")
    extend_hold(scene.ledger, scene.anna, hold.id, "PC-1", "x", now=scene.now + hour(1))
    with pytest.raises(NotPossible, match="You brought a file that this trail rests on"):
        extend_hold(scene.ledger, boon, hold.id, "PC-1", "y", now=scene.now + hour(1))


def test_a_file_that_comes_after_the_trail_was_frozen_is_noticed(scene: Scene) -> None:
    scene.case()
    delivery = transfer(scene, scene.anna, "T9")
    assert refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now, tracer=scene.money.trace)
    trail = scene.page().trail
    assert trail is not None
    assert delivery in trail["deliveries"]


def test_a_trail_of_before_is_followed_anew_before_a_bringer_approves(scene: Scene) -> None:
    bring_in(scene, scene.anna, "accounts", ACCOUNT.format(bank="B08", account="8008"), "register")
    scene.case()
    before = freeze_as(scene, "THB", without="deliveries")
    assert before == scene.page().snapshot
    with pytest.raises(NotPossible, match="stored before trails listed their files"):
        approve(scene, scene.anna)
    assert refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now, tracer=scene.money.trace)
    assert approve(scene, scene.anna, "k2").state == "approved"


def brought_files(scene: Scene) -> dict[str, str]:
    """By table that a trail reads, a file of one row about an account or a payment on it."""
    then, later = ((scene.now - hour(hours)).isoformat() for hours in (2, 1))
    return {
        "transfers": TRANSFER.format(name="T9", time=then).replace("50000.00", "77.00"),
        "returns": f"record_id,time,kind,transfer_id,amount,currency\nX1,{later},returned,T1,10.00,THB\n",
        "accounts": ACCOUNT.format(bank="B02", account="2002"),
        "holders": "record_id,kind,known_since\nH7,shop,2020-01-01T00:00:00+00:00\n",
        "balances": f"record_id,bank,account,time,amount,available\nL1,B02,2002,{then},90000.00,90000.00\n",
        "reports": REPORT.format(time=later).replace("R1", "R9"),
    }


@pytest.mark.parametrize("table", TRAIL_INPUTS)
def test_who_brought_a_row_of_any_table_that_the_trail_reads_does_not_approve_alone(
    scene: Scene, table: str
) -> None:
    scene._write(
        "accounts", [{"record_id": "K3", "bank": "B03", "account": "3003", "holder_id": "H7"}], "register"
    )
    scene.case()
    assert approve_is_open(scene)
    delivery = bring_in(scene, scene.anna, table, brought_files(scene)[table], "somebody")
    assert refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now, tracer=scene.money.trace)
    trail = scene.page().trail
    assert trail is not None
    assert delivery in trail["deliveries"]
    told = [one for one in trail["brought"] if one["delivery"] == delivery]
    assert {one["table"] for one in told} == {table}
    assert all(one["officers"][0] == "Anna" for one in told)
    assert {one["file"] for one in told} == {"night.csv"}
    with pytest.raises(NotPossible, match=rf"You brought a file that this trail rests on \({delivery}\)"):
        approve(scene, scene.anna)
    assert approve(scene, scene.boon).state == "approved"


def approve_is_open(scene: Scene) -> bool:
    return bool(scene.page().proposals[0].state == "open")


def test_every_table_that_a_trail_reads_is_looked_at_for_its_bringers() -> None:
    assert FINDERS.keys() == PLACES.keys() == set(TRAIL_INPUTS)
    assert {"transfers", "returns"} | {table for tables in MADE_OF.values() for table in tables} == set(
        TRAIL_INPUTS
    )


def test_a_row_that_came_by_the_command_line_is_listed_and_stops_nobody(scene: Scene) -> None:
    scene._write(
        "accounts", [{"record_id": "K2", "bank": "B02", "account": "2002", "type": "savings"}], "register"
    )
    scene.case()
    [delivery] = [one.delivery_id for one in scene.lake.list_deliveries() if one.table == "accounts"]
    trail = scene.page().trail
    assert trail is not None
    assert delivery in trail["deliveries"]
    assert trail["brought"] == []
    assert approve(scene, scene.anna).state == "approved"


def test_what_banks_send_on_is_no_reason_to_look_again(scene: Scene) -> None:
    scene.case()
    row = {
        "record_id": "L1",
        "bank": "B02",
        "account": "2002",
        "time": scene.now,
        "amount": Decimal(9),
        "available": Decimal(9),
    }
    scene._write("balances", [row], "B02")
    assert not refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now, tracer=scene.money.trace)
