"""One case through all five pillars, by the interface alone: from the report to the victims' money. What it leaves in
the ledger is a room with something of everything, for anyone who tests what the room shows.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.actions.forms import document
from tests.actions.joint.raid import places, searches
from tests.actions.room import CUT, PAGE, statement
from tests.web.conftest import Night
from tests.web.program import Program
from warroom import clock
from warroom.exchange import deliver, inbox
from warroom.ledger.canonical_json import to_json_value
from warroom.runtime.handlers import ORDER_HANDLERS

Call = Callable[..., Program]
ACT = "online_fraud"
STATEMENT = "The act was done for own profit months before and has nothing to do with any trafficking."


def ago(hours: float) -> str:
    return (clock.get_now() - timedelta(hours=hours)).isoformat()


def partners_answer(night: Night, status: str = "done", text: str = "") -> list[dict[str, Any]]:
    """Everything that waits leaves as real messages, and each partner's answer comes back by its folder."""
    now = clock.get_now()
    known = {path.name for path in night.home.outbox.glob("*")}
    deliver.deliver_orders(night.ledger, ORDER_HANDLERS, night.home, now)
    orders = [
        json.loads(path.read_text()) for path in night.home.outbox.glob("*.json") if path.name not in known
    ]
    for order in orders:
        said = {
            "order_id": order["order_id"],
            "partner": order["partner"],
            "time": clock.get_now().isoformat(),
            "status": status,
            "text": text,
        }
        (night.home.inbox / f"{order['order_id']}.jsonl").write_text(json.dumps(said) + "\n")
    report = inbox.read_answers(night.ledger, ORDER_HANDLERS, night.lake, night.home)
    assert not report.refused, report.refused
    return orders


def walk(call: Call, night: Night) -> None:
    """From the report to the money that victims get back; each step is checked on the way."""
    night.case()
    anna, sup, com = call("anna", "officer"), call("sup", "supervisor"), call("com", "commander")
    pros, kim = call("pros", "prosecutor"), call("kim", "custodian")
    ines = call("ines", "investigator", "logistics", "infrastructure")
    _hold(anna)
    for one in (com, pros):
        one.done("/cases/C-1/purpose", purpose="investigation", text="to decide on its actions")
    _takedown(ines, sup, night)
    _cut(ines, sup, com, night)
    operation = _raid(call, ines, sup, com, pros, night)
    people = _people(call, com)
    for place, number in enumerate(people, 1):
        ines.done(f"{operation}/results", place=place, kind="person", count=1, references=[number])
    ines.done(f"{operation}/results", place=1, kind="cash", count=1, amount="90000.01")
    com.done(f"{operation}/finish", report="Twenty houses searched, three people found and looked after.")
    assert com.get(operation)["state"] == "ended"
    _request(ines, sup, night)
    _assets(ines, kim, pros, com, anna, night)
    _told(anna, people)


def _hold(anna: Program) -> None:
    """The report is a case, its trail is shown, and an exact amount is held."""
    anna.done("/cases/C-1/take")
    page = anna.get("/cases/C-1")
    assert page["trail"]["loss"] > 0
    (best, *_) = page["proposals"]
    (hold, *_) = anna.done("/cases/C-1/holds", proposals=[best["id"]], snapshot=page["snapshot"])
    assert (hold["amount"], hold["state"]) == (best["amount"], "approved")


def _takedown(ines: Program, sup: Program, night: Night) -> None:
    made = ines.done(
        "/measures",
        kind="page-takedown",
        subjects=[{"kind": "page", "id": "page-1"}],
        details=PAGE,
        reason="It offers work that does not exist.",
        partner="PLATFORM",
        case="C-1",
    )
    path = f"/measures/{made['id']}"
    sup.approve(path)
    assert sup.get(path)["state"] == "approved"
    assert [one["kind"] for one in partners_answer(night)] == ["measure"]
    assert sup.get(path)["state"] == "in_effect"


def _cut(ines: Program, sup: Program, com: Program, night: Night) -> None:
    """The cut is refused while a clinic has no backup, then approved by two who did not propose it."""
    made = ines.done(
        "/measures",
        kind="power-cut",
        subjects=[{"kind": "supply", "id": "feeder-1"}],
        details=CUT,
        reason="It feeds the site.",
        partner="POWER",
        case="C-1",
    )
    path = f"/measures/{made['id']}"
    ines.done(f"{path}/documents", prerequisite="collateral-statement", content=statement(2, backup=1))
    refused = sup.post(f"{path}/approve", digest=sup.get(path)["digest"])
    assert (refused.status_code, "backup" in refused.text) == (409, True), refused.text
    ines.done(f"{path}/documents", prerequisite="collateral-statement", content=statement(2, backup=2))
    sup.approve(path)
    assert sup.post(f"{path}/approve", digest=sup.get(path)["digest"]).status_code == 409
    com.approve(path)
    partners_answer(night)
    assert com.get(path)["state"] == "in_effect"


def _raid(call: Call, ines: Program, sup: Program, com: Program, pros: Program, night: Night) -> str:
    """Twenty places in three provinces at one hour: no go without a screening plan and shelter."""
    drafts = [
        {
            "kind": one.kind,
            "subjects": [{"kind": "place", "id": one.subjects[0].id}],
            "details": to_json_value(one.details),
            "reason": one.reason,
            "partner": one.partner,
        }
        for one in searches(20)
    ]
    agencies = ["POLICE", "SHELTER"]
    made = ines.done(
        "/operations",
        title="Twenty houses",
        hour=ago(-5),
        raid=True,
        places=to_json_value(places(20)),
        agencies=agencies,
        measures=drafts,
        case="C-1",
    )
    path = f"/operations/{made['id']}"
    assert len({one["province"] for one in com.get(path)["places"]}) == 3
    for name in ("warrant", "rights-notice"):
        com.done(f"{path}/documents", prerequisite=name, content=document(name))
    refused = sup.post(f"{path}/approve", digest=sup.get(path)["table"])
    assert (refused.status_code, "screening plan" in refused.text.lower()) == (409, True), refused.text
    for name in ("screening-plan", "shelter"):
        com.done(f"{path}/documents", prerequisite=name, content=document(name))
    for officer in (sup, pros):
        officer.done(f"{path}/approve", digest=officer.get(path)["table"])
    for agency in agencies:
        there = call(f"of-{agency.lower()}", "investigator", agency=agency)
        there.done(f"{path}/readiness", readiness="ready")
    for officer in (com, sup):
        officer.done(f"{path}/go", digest=officer.get(path)["board"])
    assert com.get(path)["state"] == "go"
    assert len(partners_answer(night)) == 20
    assert com.get(path)["counts"] == {"in_effect": 20}
    com.done(f"{path}/timeline", text="All teams inside.")
    return path


def _people(call: Call, com: Program) -> list[str]:
    """Three people found: all presumed victims, screened with consent, one referred to a shelter."""
    siri = call("siri", "screener")
    numbers = []
    for _ in range(3):
        number = com.done(
            "/people",
            found="raid",
            found_at=ago(0.1),
            age_band="25-34",
            age_basis="stated",
            case="C-1",
            name="Somebody Invented",
        )["number"]
        numbers.append(number)
        com.done(f"/people/{number}/team", username="siri")
        assert siri.get(f"/people/{number}")["line"]["victim"] == "presumed"
        siri.done(f"/people/{number}/screening", consent=True, rights_told=True, counsel="wanted")
        forced = number == numbers[0]
        asked = [one["id"] for one in siri.get("/screening-form")["questions"]]
        told = {"recruited", "papers_taken", "forced_crime"}
        answers = {name: {"mark": "yes" if forced and name in told else "no"} for name in asked}
        siri.done(
            f"/people/{number}/screening/complete",
            answers=answers,
            reasons="As told and seen in the interview.",
            identify=forced,
        )
    siri.done(f"/people/{numbers[0]}/referrals", kind="shelter", to="SHELTER", wished=True)
    pim = call("pim", "prosecutor")
    refused = pim.post(f"/people/{numbers[0]}/charges", act=ACT, statement=STATEMENT)
    assert (refused.status_code, "days of rest" in refused.text) == (409, True), refused.text
    return numbers


def _request(ines: Program, sup: Program, night: Night) -> None:
    drafted = ines.done(
        "/requests",
        partner="ABROAD",
        kind="information",
        purpose="To find who rents the site.",
        subject="company 0105",
        items=["Who signed the lease"],
        keep_until=ago(-24 * 90),
        case="C-1",
    )
    path = f"/requests/{drafted['id']}"
    sup.done(f"{path}/approve")
    partners_answer(night, text="The lease is signed by the company's director.")
    found = ines.get(path)
    assert (found["state"], found["answered_at"] is not None) == ("answered", True)
    assert [one["partner"] for one in ines.get("/partner-times?scope=request")["rows"]] == ["ABROAD"]


def _assets(ines: Program, kim: Program, pros: Program, com: Program, anna: Program, night: Night) -> None:
    """Cash from the raid goes from seizure to two victims, in proportion and to the satang."""
    night.transfer("T2", 20_000_00)
    night.report("R2", ["T2"], loss=20_000_00)
    night.sync()
    particulars = {"currency": "THB", "counted_by": "Two officers"}
    asset = ines.done("/assets", case="C-1", kind="cash", title="A safe", particulars=particulars)
    path = f"/assets/{asset['id']}"
    paper = {"number": "90/2026", "authority": "MONEY", "at": ago(3)}
    court = {"number": "12/2026", "authority": "COURT", "at": ago(1)}
    kim.done(f"{path}/valuations", amount="10000.01", valuer="Kim", method="counted", at=ago(3))
    ines.done(f"{path}/seize", order=paper, at=ago(3), place="Room 4", seal="S-1")
    pros.done(f"{path}/forfeit", order=court)
    ines.client.get("/api/v1/cases/C-2")
    row = pros.done(
        "/proceedings",
        title="Safe",
        cases=["C-1", "C-2"],
        assets=[asset["id"]],
        court="COURT",
        fund="TREASURY",
    )
    place = f"/proceedings/{row['id']}"
    pros.done(f"{place}/notice", at=ago(24 * 89))
    for report, loss in (("R1", "50000.00"), ("R2", "20000.00")):
        filed = anna.done(
            f"{place}/losses",
            source="hotline",
            report=report,
            claimed=loss,
            pay_bank="B01",
            pay_account=f"1001-{report}",
        )
        pros.done(f"/losses/{filed['id']}/decide", accepted=loss)
    night.sql("UPDATE proceedings SET register_until = now() - interval '1 minute'")
    plan = ines.done(f"{place}/payouts")
    # 10,000.01 baht over losses of 50,000 and 20,000: 7,142.864... and 2,857.145...; the larger rest gets the satang.
    assert [line["amount"] for line in plan["lines"]] == ["7142.86", "2857.15"]
    for officer in (pros, com):
        plan = officer.done(f"/payouts/{plan['id']}/approve", digest=plan["digest"])
    payments = [
        {"registration": line["registration"], "reference": f"PAY-{at}"}
        for at, line in enumerate(plan["lines"])
    ]
    kim.done(f"/payouts/{plan['id']}/payments", payments=payments)
    book = anna.get(place)["book"]
    assert (book["paid"], book["remainder"], book["custody"], book["pot"]) == (
        "10000.01",
        "0.00",
        "0.00",
        "0.00",
    )


def _told(anna: Program, people: list[str]) -> None:
    """The case tells of all of it, and of nobody found more than their numbers."""
    history = json.dumps(anna.get("/cases/C-1")["history"])
    for word in ("hold.approved", "measure.approved", "asset.seized"):
        assert word in history, word
    assert "Somebody Invented" not in history
