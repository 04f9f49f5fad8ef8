"""Requests, assets and pay-outs over HTTP: the right codes, nothing twice, exact money as text."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.web.conftest import Night
from tests.web.program import Program, programs
from warroom import clock
from warroom.orders import outbox
from warroom.orders.events import record_answer
from warroom.orders.views import PartnerAnswer
from warroom.runtime.handlers import ORDER_HANDLERS


@pytest.fixture
def call(night: Night, address: str) -> Iterator[Callable[..., Program]]:
    night.officer("first", "admin")
    night.case()
    with programs(night, address) as one:
        assert one("root", "admin").done("/agencies/invented")["added"] > 30
        yield one


def ago(hours: float) -> str:
    return (clock.get_now() - timedelta(hours=hours)).isoformat()


def asked(**more: Any) -> dict[str, Any]:
    return {
        "partner": "T1",
        "kind": "identification",
        "purpose": "To find who called the victim.",
        "subject": "number 0800000001",
        "items": ["Who held the number on the day"],
        "keep_until": ago(-24 * 90),
        "case": "C-1",
    } | more


def test_a_request_is_asked_approved_sent_and_answered(call: Callable[..., Program], night: Night) -> None:
    ines, sup = call("ines", "investigator"), call("sup", "supervisor")
    drafted = ines.post("/requests", **asked())
    assert drafted.status_code == 201, drafted.text
    number = drafted.json()["id"]
    assert ines.post(f"/requests/{number}/approve").status_code == 403
    assert sup.done(f"/requests/{number}/approve")["state"] == "approved"
    now = clock.get_now()
    with night.ledger.open_session() as session:
        order = outbox.claim_next(session, now)
        assert order is not None
        outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, now)
    record_answer(
        night.ledger, ORDER_HANDLERS, PartnerAnswer(order.order_id, "T1", now, "done", None, "A name.")
    )
    ines.done(f"/requests/{number}/documents", sha256="ab" * 32, name="holder.pdf")
    found = ines.get("/requests?partner=T1&state=answered")
    assert (found["total"], found["rows"][0]["number"]) == (1, f"Q-{number}")
    (row,) = ines.get("/partner-times?scope=request")["rows"]
    assert (row["partner"], row["told"], row["few"]) == ("T1", 1, True)
    assert [one["id"] for one in ines.get("/request-kinds")][:2] == ["information", "preservation"]


def test_what_cannot_be_sent_is_one_sentence(call: Callable[..., Program]) -> None:
    ines = call("ines", "investigator")
    assert ines.post("/requests", **asked(partner="NOBODY")).status_code == 404
    assert ines.post("/requests", **asked(items=[])).status_code == 422
    assert ines.post("/requests", **asked(keep_until="9999-12-31T23:59:59-12:00")).status_code == 422
    refused = ines.post("/requests", **asked(case="C-77"))
    assert (refused.status_code, list(refused.json())) == (404, ["error", "code", "params"])
    assert ines.post("/agencies", code="T9", name_th="ก", name_en="x", kind="telecom").status_code == 403


def test_an_administrator_adds_and_ends_agencies(call: Callable[..., Program]) -> None:
    root = call("root", "admin")
    added = root.post("/agencies", code="T9", name_th="เครือข่าย", name_en="Network", kind="telecom")
    assert (added.status_code, added.json()["active"]) == (201, True)
    assert root.done("/agencies/T9/end")["active"] is False
    assert "T9" in [one["code"] for one in root.get("/agencies?kind=telecom")["rows"]]


def test_cash_is_seized_forfeited_and_paid_back_to_the_satang(
    call: Callable[..., Program], night: Night
) -> None:
    ines, kim = call("ines", "investigator"), call("kim", "custodian")
    pros, com, anna = call("pros", "prosecutor"), call("com", "commander"), call("anna", "officer")
    cash = {"currency": "THB", "counted_by": "Two officers"}
    asset = ines.done("/assets", case="C-1", kind="cash", title="Cash in a safe", particulars=cash)
    path = f"/assets/{asset['id']}"
    paper = {"number": "90/2026", "authority": "MONEY", "at": ago(3)}
    court = {"number": "12/2026", "authority": "COURT", "at": ago(1)}
    kim.done(f"{path}/valuations", amount="1000.05", valuer="Kim", method="counted", at=ago(3))
    ines.done(f"{path}/seize", order=paper, at=ago(3), place="Room 4", seal="S-1")
    kim.done(f"{path}/costs", amount="0.04", what="A box", at=ago(1))
    assert ines.post(f"{path}/forfeit", order=court).status_code == 403
    assert pros.done(f"{path}/forfeit", order=court)["book"]["custody"] == "1000.01"
    row = pros.done(
        "/proceedings", title="Exercise", cases=["C-1"], assets=[asset["id"]], court="COURT", fund="TREASURY"
    )
    place = f"/proceedings/{row['id']}"
    pros.done(f"{place}/notice", at=ago(24 * 89))
    loss = anna.done(
        f"{place}/losses", source="hotline", report="R1", claimed="50000", pay_bank="B01", pay_account="1001"
    )
    assert anna.post(f"/losses/{loss['id']}/decide", accepted="50000").status_code == 403
    pros.done(f"/losses/{loss['id']}/decide", accepted="600.00", reason="Part was returned.")
    early = ines.post(f"{place}/payouts")
    assert (early.status_code, "may still register" in early.json()["error"]) == (409, True)
    night.sql("UPDATE proceedings SET register_until = now() - interval '1 minute'")
    plan = ines.done(f"{place}/payouts")
    assert (plan["pot"], plan["remainder"]) == ("1000.01", "400.01")
    for person in (pros, com):
        plan = person.done(f"/payouts/{plan['id']}/approve", digest=plan["digest"])
    line = {"registration": plan["lines"][0]["registration"], "reference": "BANK-1"}
    twice = kim.post(f"/payouts/{plan['id']}/payments", payments=[line, line | {"reference": "BANK-2"}])
    assert twice.status_code == 422
    for _ in range(2):
        kim.done(f"/payouts/{plan['id']}/payments", payments=[line])
    book = anna.get(place)["book"]
    assert (book["paid"], book["remainder"], book["custody"], book["pot"]) == (
        "600.00",
        "400.01",
        "0.00",
        "0.00",
    )
    assert anna.get("/assets?state=pooled")["total"] == 1
    assert len(anna.get("/asset-classes")) == 7


def test_an_asset_of_a_sealed_case_is_not_there_for_another_agency(
    call: Callable[..., Program], night: Night
) -> None:
    ines, other = call("ines", "investigator"), call("other", "officer")
    asset = ines.done(
        "/assets",
        case="C-1",
        kind="other",
        title="Telephones",
        particulars={"description": "A crate of telephones"},
    )
    request = ines.done("/requests", **asked())
    night.sql("UPDATE officers SET agency = 'Elsewhere' WHERE username = 'other'")
    night.sql("INSERT INTO case_access VALUES (1, 'Police', 1, now())")
    for path in (f"/assets/{asset['id']}", f"/requests/{request['id']}"):
        hidden = other.client.get(f"/api/v1{path}")
        unknown = other.client.get(f"/api/v1{path.rsplit('/', 1)[0]}/999")
        assert (hidden.status_code, hidden.json()) == (404, unknown.json())
    assert other.get("/assets")["total"] == other.get("/requests")["total"] == 0


def test_a_program_reads_which_ends_rest_on_late_records_and_asks_once(call: Callable[..., Program]) -> None:
    ines = call("ines", "investigator")
    ines.done("/cases/C-1/purpose", purpose="investigation", text="To find where it went")
    late = ines.get("/cases/C-1/late-records")
    assert late
    assert {one["why"] for one in late} <= {"never", "behind"}
    first = late[0]
    assert first["to_ask"] == len(first["places"])
    made = ines.post("/cases/C-1/late-records", bank=first["bank"])
    assert made.status_code == 201, made.text
    assert made.json()["kind"] == "records"
    assert ines.get("/cases/C-1/late-records")[0]["asked"][0]["number"] == made.json()["number"]
    again = ines.post("/cases/C-1/late-records", bank=first["bank"])
    assert (again.status_code, again.json()["code"]) == (409, "requests.records-asked-already")
