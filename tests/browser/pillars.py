"""The walk of one case through all five pillars as officers do it: by the room's own pages, a desk each. What the
interface's walk (`tests/web/walking.py`) asserts is asserted here of what the pages show.
"""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.actions.forms import document, typed
from tests.actions.joint.raid import places
from tests.actions.room import statement
from tests.browser.desk import Desk, Sit, unfold
from tests.web.conftest import Night
from tests.web.walking import STATEMENT, partners_answer
from warroom import clock

CASE = "/cases/C-1"
BANGKOK = ZoneInfo("Asia/Bangkok")


def at(hours: float) -> str:
    """A local time so many hours from now, as a form's field takes it."""
    moment = clock.get_now() + timedelta(hours=hours)
    return moment.astimezone(BANGKOK).strftime("%Y-%m-%dT%H:%M")


def open_case(desk: Desk, number: str = "C-1") -> None:
    """Open a case, saying why, as somebody who has no part in it yet."""
    desk.open(f"/cases/{number}")
    desk.send(f"/cases/{number}/purpose", text="to decide on its actions")
    desk.shows(number, "main h1")


def hold(anna: Desk) -> None:
    """The report is a case, its trail is shown, and an exact amount is held."""
    anna.open("/cases").follow("C-1")
    anna.moved(anna.page.get_by_role("button", name="take", exact=True)).shows("yours", ".head .name")
    expect(anna.page.locator("svg.river")).to_be_visible()
    anna.page.locator("[data-all]").check()
    anna.page.locator("[data-all]").uncheck()
    anna.page.locator("[name=proposal]").first.check()
    button = anna.page.locator("[data-approve]")
    expect(button).to_have_text(re.compile("Hold 1 amount, [0-9,.]+ baht"))
    amount = button.inner_text().split()[3]
    anna.moved(button).says("when the bank answers")
    expect(anna.page.locator("li:has([id^='hold-'])")).to_have_count(1)
    expect(anna.page.locator("li:has([id^='hold-']) .am")).to_have_text(amount)


def propose(desk: Desk, kind: str, subjects: str, partner: str, reason: str, **details: str) -> str:
    """Propose an action of a kind from the case's page; its address."""
    desk.open(CASE).follow("Propose an action")
    desk.moved(desk.page.locator(f"a[href*='kind={kind}&']"))
    named = {f"d-{name}": value for name, value in details.items()}
    desk.send("/actions/new", "Propose it", subjects=subjects, partner=partner, reason=reason, **named)
    desk.says("Proposed.")
    return desk.path


def takedown(ines: Desk, sup: Desk, night: Night) -> None:
    page = propose(
        ines,
        "page-takedown",
        "page-1",
        "PLATFORM",
        "It offers work that does not exist.",
        scheme="job",
        copy_sha256="ab" * 32,
        copied_at=at(-2),
        preserve="yes",
    )
    sup.open(page).send(f"{page}/approve", "Approve and send").says("Approved under your name")
    assert [one["kind"] for one in partners_answer(night)] == ["measure"]
    sup.open(page).shows("in effect", ".title .state")


def cut(ines: Desk, sup: Desk, com: Desk, night: Night) -> None:
    """The cut is refused while a clinic has no backup, then approved by two who did not propose it."""
    page = propose(
        ines, "power-cut", "feeder-1", "POWER", "It feeds the site.", **{"from": at(24), "megawatts": "4.5"}
    )
    _lay(ines, page, "collateral-statement", statement(2, backup=1))
    sup.open(page).shows("backup", ".stops")
    expect(sup.form(f"{page}/approve").get_by_role("button", name="Approve")).to_have_count(0)
    sup.shows("Nobody may approve before this is put right", ".go")
    _lay(ines, page, "collateral-statement", statement(2, backup=2))
    sup.open(page).send(f"{page}/approve", "Approve as one of 2").says("Approved under your name")
    sup.shows("a second officer must do so now", ".go")
    com.open(page).send(f"{page}/approve", "Approve and send").says("Approved under your name")
    partners_answer(night)
    com.open(page).shows("in effect", ".title .state")


def _lay(desk: Desk, page: str, name: str, content: dict[str, object]) -> None:
    """Lay a paper on the table of an action or of an operation."""
    desk.open(page)
    form = f"#paper-{name} [name=prerequisite]"
    desk.send(f"{page}/documents", holding=f"[name=prerequisite][value={name}]", add="d-", **typed(content))
    desk.says("The document ")
    expect(desk.page.locator(form)).to_have_count(1)


def raid(sit: Sit, night: Night) -> str:
    """Twenty places in three provinces at one hour: no go without a screening plan and shelter."""
    ines, sup, com, pros = sit("ines"), sit("sup"), sit("com"), sit("pros")
    page = _planned(ines)
    com.open(page)
    expect(com.page.locator(".facts")).to_contain_text("20")
    for name in ("warrant", "rights-notice"):
        _lay(com, page, name, document(name))
    sup.open(page).send(f"{page}/approve").refuses("creening plan")
    for name in ("screening-plan", "shelter"):
        _lay(com, page, name, document(name))
    for desk in (sup, pros):
        desk.open(page).send(f"{page}/approve", "Approve all 20").says("approved under your name")
    for name in ("of-police", "of-screening", "of-shelter"):
        open_case(sit(name))
        sit(name).open(page).send(f"{page}/readiness", readiness="ready").says("Your agency's answer")
    com.open(page).send(f"{page}/go", "Go").says("Your go is recorded")
    sup.open(page).send(f"{page}/go", "Go, as the second officer").says("Your go is recorded")
    assert len(partners_answer(night)) == 20
    com.open(page).shows("20", "section[aria-labelledby=counts-title] li:has-text('in effect')")
    com.send(f"{page}/timeline", text="All teams inside.").shows(
        "All teams inside.", "section[aria-labelledby=line-title]"
    )
    return page


def _planned(ines: Desk) -> str:
    rows = [f"{one.name}, {one.province}" for one in places(20)]
    assert len({row.split(", ")[1] for row in rows}) == 3
    page = ines.open("/operations/new").page
    page.fill("[name=typing]", rows[0])
    for row in rows[1:]:
        page.click("[data-another]")
        page.keyboard.type(row)
    ines.send(
        "/operations/new",
        "Next",
        title="Twenty houses",
        hour=at(5),
        case="C-1",
        why="The trail leads here.",
    )
    plan = ines.path.removesuffix("/what")
    ines.send(f"{plan}/what", "Next", task="search", people="3")
    for _ in range(19):
        ines.shows("Filled in from the place before").send(f"{plan}/what", "Next")
    for agency in ("Invented Investigation Bureau", "Invented Screening Team", "Invented Shelter"):
        ines.shows(agency, ".why-in")
    ines.send(f"{plan}/who", "Plan it", sought="Telephones").says("The operation is planned")
    return ines.open(ines.path.removesuffix("/papers")).path


def people(sit: Sit) -> list[str]:
    """Three people found: all presumed victims, screened with consent, one referred to a shelter."""
    com, siri = sit("com"), sit("siri")
    found = []
    for _ in range(3):
        com.open("/people").send(
            "/people",
            found="raid",
            found_at=at(-0.1),
            age_band="25-34",
            age_basis="stated",
            case="C-1",
            name="Somebody Invented",
        )
        page = com.says("presumed victim").path
        com.send(f"{page}/team", username="siri").says("The screener is assigned")
        found.append(page)
    for page in found:
        siri.open(page).shows("presumed victim", ".facts")
        _screen(siri, page, forced=page == found[0])
    siri.open(found[0]).send(f"{found[0]}/referrals", kind="shelter", agency="SHELTER", wished=True)
    siri.says("Help is asked for")
    return [page.removeprefix("/people/") for page in found]


def _screen(siri: Desk, page: str, forced: bool) -> None:
    siri.send(f"{page}/screening/begin", rights=True, consent=True, counsel="wanted")
    siri.page.wait_for_url("**/screening")
    told = {"recruited", "papers_taken", "forced_crime"} if forced else set()
    for name in {one.get_attribute("name") for one in siri.page.locator("[name^=mark-]").all()}:
        mark = "yes" if str(name).removeprefix("mark-") in told else "no"
        siri.page.locator(f"[name='{name}'][value={mark}]").check()
    siri.send(
        f"{page}/screening",
        "Finish the screening",
        reasons="As told and seen in the interview.",
        identify=forced,
    )
    siri.says("The screening is complete")


def not_charged(sit: Sit, person: str) -> None:
    """Nobody is charged before the days of rest are over."""
    page = f"/people/{person}"
    pim = sit("pim").open(page)
    pim.send(f"{page}/charges", act="online_fraud", statement=STATEMENT)
    pim.refuses("The days of rest last until")


def results(sit: Sit, operation: str, found: list[str]) -> None:
    """What was found is counted by place, and the operation ends with its report."""
    ines, com = sit("ines"), sit("com")
    for place, number in enumerate(found, 1):
        ines.open(operation).send(
            f"{operation}/results", place=str(place), kind="person", count="1", references=number
        )
        ines.says("The result is counted")
    ines.send(f"{operation}/results", place="1", kind="cash", count="1", amount="90000.01")
    ines.says("The result is counted")
    com.open(operation).send(
        f"{operation}/finish", report="Twenty houses searched, three people found and looked after."
    )
    com.says("The operation has ended").shows("ended", "#live .title .state")


def request(ines: Desk, sup: Desk, night: Night) -> None:
    ines.open(CASE).follow("Requests").follow("New request")
    ines.send(
        "/requests/new",
        partner="ABROAD",
        purpose="To find who rents the site.",
        subject="company 0105",
        items="Who signed the lease",
        keep_until=at(24 * 90),
    )
    page = ines.says("The request is drafted").path
    sup.open(page).send(f"{page}/approve").says("You approved")
    partners_answer(night, text="The lease is signed by the company's director.")
    ines.open(page).shows("answered", ".facts .state").shows("The lease is signed", ".history")
    ines.open("/partners?scope=request")
    expect(ines.page.locator("main tbody tr")).to_have_count(1)


def assets(sit: Sit, night: Night, operation: str) -> None:
    """Cash from the raid goes from seizure to two victims, in proportion and to the satang."""
    ines, kim, pros, com, anna = (sit(name) for name in ("ines", "kim", "pros", "com", "anna"))
    night.transfer("T2", 20_000_00)
    night.report("R2", ["T2"], loss=20_000_00)
    night.sync()
    ines.open(operation).follow("Register it as an asset")
    ines.send("/assets/new", title="A safe", **{"p-currency": "THB", "p-counted_by": "Two officers"})
    page = ines.says("The asset is registered").path
    open_case(kim)
    kim.open(page).send(f"{page}/value", amount="10000.01", valuer="Kim", method="counted", at=at(-3))
    kim.says("The valuation is recorded")
    paper = {"number": "90/2026", "authority": "MONEY", "ordered_at": at(-3)}
    ines.open(page).send(f"{page}/seize", **paper, at=at(-3), place="Room 4", seal="S-1")
    ines.says("The seizure is noted")
    pros.open(page).send(f"{page}/forfeit", number="12/2026", authority="COURT", ordered_at=at(-1))
    pros.says("The forfeiture is noted")
    place = _proceeding(pros, ines, ines.open(page).page.locator("h1").inner_text().split()[0])
    for report, loss in (("R1", "50000.00"), ("R2", "20000.00")):
        _register(anna, pros, place, report, loss)
    night.sql("UPDATE proceedings SET register_until = now() - interval '1 minute'")
    ines.open(place).send(f"{place}/plan").says("The pay-out is drafted")
    # 10,000.01 baht over losses of 50,000 and 20,000: 7,142.864... and 2,857.145...; the larger rest gets the satang.
    expect(ines.page.locator("td[data-of='Gets, baht']")).to_have_text(["7,142.86", "2,857.15"])
    _pay(kim, (pros, com), place)
    kim.shows("0.00", "section[aria-labelledby=book-title] tfoot")
    kim.shows("10,000.01", "section[aria-labelledby=book-title] tr:has-text('Paid to victims')")
    kim.shows("0.00", "section[aria-labelledby=book-title] tr:has-text('To the fund')")
    given = {"cases": "C-1", "pot": "1000", "holder": "B02", "reference": "AMLO 7/2026"}
    refund = (
        pros.open("/refunds").send("/refunds", "Open the refund", **given).says("The refund is open").path
    )
    pros.send(f"{refund}/notice", notice="Gazette 143/1", at=at(-1)).says("every victim has a code")


def _proceeding(pros: Desk, ines: Desk, asset: str) -> str:
    for desk in (pros, ines):
        open_case(desk, "C-2")
    another = pros.open("/proceedings").form("/proceedings").locator("[data-another]").first
    unfold(another)
    another.click()
    pros.page.locator("[name=cases]").nth(1).fill("C-2")
    pros.send(
        "/proceedings",
        "Open the proceeding",
        title="Safe",
        cases="C-1",
        assets=asset,
        court="COURT",
        fund="TREASURY",
    )
    place = pros.says("The proceeding is open").path
    pros.send(f"{place}/notice", at=at(-24 * 89)).says("The notice is noted")
    return place


def _register(anna: Desk, pros: Desk, place: str, report: str, loss: str) -> None:
    anna.open(place).send(
        f"{place}/losses",
        report=report,
        source="hotline",
        claimed=loss,
        pay_bank="B01",
        pay_account=f"1001-{report}",
    )
    anna.says("The loss is registered")
    pros.open(place)
    decide = pros.page.locator("form[action$='/decide']")
    expect(decide).to_have_count(1)
    pros.send(str(decide.get_attribute("action")), accepted=loss)
    pros.says("The decision on the loss is recorded")


def _pay(kim: Desk, approvers: tuple[Desk, Desk], place: str) -> None:
    for desk in approvers:
        desk.open(place)
        desk.moved(desk.page.get_by_role("button", name="Approve this pay-out"))
        desk.says("You approved")
    kim.open(place)
    for line, field in enumerate(kim.page.locator("[name^='paid-']").all()):
        field.fill(f"PAY-{line}")
    kim.moved(kim.page.get_by_role("button", name="Note these payments"))
    kim.says("The payments are noted")


def told(anna: Desk) -> None:
    """The case tells of all of it, and of nobody found more than their numbers."""
    anna.open(CASE)
    history = anna.page.locator("#history")
    unfold(history.locator("> :not(summary)").first)
    for words in ("hold", "action", "asset"):
        expect(history).to_contain_text(re.compile(words, re.I))
    assert "Somebody Invented" not in anna.page.content()
