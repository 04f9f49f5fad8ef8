"""An exercise played as seven roles, each from the sign-in to its first decision: the presses and the words on the way."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.actions.forms import document, typed
from tests.browser.conftest import Demo, Visit, served
from tests.browser.desk import Desk, unfold
from tests.browser.looking import TOO_WIDE

pytestmark = pytest.mark.timeout(900)
MINE = "tr[id^='me-'] [data-next]"
WAITS = ", ".join(("#for-me", *(f"section[aria-labelledby={part}-title]" for part in (
    "people", "signals", "court", "custody", "openings"))))  # fmt: skip
"""The first list of a role, whichever it is."""
LONG = {
    "th": "สถานีตำรวจนครบาลพญาไทฝ่ายสืบสวนพิเศษเพื่อการฝึกซ้อมเท่านั้นจริง",
    "en": "Lieutenant-Colonel Bartholomew Featherstonehaugh-Cholmondeley",
}
"""Names of sixty letters and more."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: what is prepared in it would stand on other tests' boards."""
    with served(tmp_path_factory, "roles", speed=1) as one:
        yield one


class Way:
    """The way of one officer: what they press after the sign-in page, and the words of the pages that they see before."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.page, self.demo = page, demo
        self.presses = self.words = 0

    def sign_in(self, username: str) -> None:
        self.page.goto(f"{self.demo.address}/sign-in")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", self.demo.password)
        self.press(self.page.locator("form[action='/sign-in'] button"), turns=True)
        self.page.wait_for_url(f"{self.demo.address}/")

    def press(self, pressed: Locator, *, turns: bool = False) -> None:
        """Press; with `turns` another page comes, whose words are then read."""
        self.presses += 1
        if not turns:
            pressed.click()
            return
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            pressed.click()
        self.words += len(self.page.locator("main").inner_text().split())

    def decide(self, pressed: Locator) -> None:
        """The press that decides; what its answer says is no longer on the way."""
        self.presses += 1
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            pressed.click()


def state_purpose(way: Way) -> None:
    """An officer with no part in a case yet says first why they open it."""
    form = way.page.locator("form[action$='/purpose']")
    if form.count():
        form.locator("[name=text]").fill("to decide what waits")
        way.press(form.locator("button.do"), turns=True)


def decide_as_officer(way: Way) -> None:
    way.press(way.page.locator("[data-queue] .n a[href$='#holds']").first, turns=True)
    way.decide(way.page.locator("[data-approve]"))
    expect(way.page.get_by_role("status").first).to_contain_text("when the bank answers")


def decide_as_investigator(way: Way) -> None:
    way.press(way.page.locator(".first-signals [data-open]").first, turns=True)
    way.decide(way.page.locator("form[action$='/words'] button").first)
    assert "said=looked" in way.page.url


def decide_as_screener(way: Way) -> None:
    way.press(way.page.locator(MINE).first, turns=True)
    for name in ("rights", "consent", "given_by"):
        box = way.page.locator(f"form[action$='/screening/begin'] [name={name}]")
        unfold(box.first)
        way.press(box.first)
    way.decide(way.page.locator("form[action$='/screening/begin'] button.do"))
    assert way.page.url.endswith("/screening")


def decide_as_prosecutor(way: Way) -> None:
    way.press(way.page.get_by_role("link", name="See and approve all 3"), turns=True)
    state_purpose(way)
    way.decide(way.page.locator("main button.do"))
    expect(way.page.get_by_role("status").last).to_contain_text("3 approved under your name")


def decide_as_auditor(way: Way) -> None:
    way.decide(way.page.locator("form[action='/audit/verify'] button"))
    expect(way.page.get_by_role("status").first).to_contain_text("unchanged since")


def decide_as_custodian(way: Way) -> None:
    way.press(way.page.locator("section[aria-labelledby=custody-title] [data-open]").first, turns=True)
    state_purpose(way)
    form = way.page.locator("form[action$='/move']")
    unfold(form.locator("button").last)
    way.presses += 1
    form.locator("[name=place]").fill("Strong room 2")
    form.locator("[name=at]").fill("2026-03-09T12:00")
    form.locator("[name=reason]").fill("The room is needed for other things.")
    way.decide(form.locator("button").last)


def decide_as_commander(way: Way) -> None:
    row = way.page.locator(MINE).first
    expect(row).to_have_text("Choose a screener")
    way.press(row, turns=True)
    form = way.page.locator("form[action$='/team']")
    form.locator("[name=username]").select_option("screener")
    way.presses += 1
    way.decide(form.locator("button").last)
    expect(way.page.get_by_role("status").first).to_contain_text("The screener is assigned")


@dataclass(frozen=True)
class Bound:
    """The most presses after the sign-in page, and the most words of the pages before the decision."""

    decide: Callable[[Way], None]
    presses: int
    words: int


BAR = 250
"""Words that a tired officer should have to read before their first decision; the bounds below are what the pages reach."""
BOUNDS = {
    # The case's amounts that decide stand with their clock, reason and what speaks for the holder; its column is open.
    # It misses the bar since payees to flag wait beside the queue (one line), and `came_through` ticks two rows more.
    "officer": Bound(decide_as_officer, 3, 285),
    # Of a signal the strongest reasons, and all that speaks for the holder.
    "investigator": Bound(decide_as_investigator, 3, BAR),
    "commander": Bound(decide_as_commander, 4, BAR),
    # Rights, consent and a child's guardian are each ticked by hand.
    "screener": Bound(decide_as_screener, 6, BAR),
    # What three searches have in common is said once; their papers are folded.
    "prosecutor": Bound(decide_as_prosecutor, 4, BAR),
    "auditor": Bound(decide_as_auditor, 2, BAR),
    # The prosecutor and the custodian say first why they open the case.
    "custodian": Bound(decide_as_custodian, 5, BAR),
}


def prepare(visit: Visit, demo: Demo) -> None:
    """A child found, three searches with their papers, and a thing in custody: what waits for others' decisions."""
    desks = {who: Desk(visit(who), demo.address) for who in ("commander", "investigator", "officer")}
    desks["officer"].open("/cases")
    case = desks["officer"].page.locator("[data-queue] a.number").first.inner_text()
    register_child(desks["commander"])
    for place in ("L0286012395", "L0670073867", "L0742741793"):
        propose_search(desks["investigator"], case, place)
    seize_cash(desks["investigator"], case)


def register_child(commander: Desk) -> None:
    commander.open("/people").send("/people", found="checkpoint", age_band="child", age_basis="stated")
    commander.says("presumed victim")


def open_case(desk: Desk, case: str) -> None:
    desk.open(f"/cases/{case}")
    if desk.form(f"/cases/{case}/purpose").count():
        desk.send(f"/cases/{case}/purpose", text="to prepare what others decide")


def propose_search(desk: Desk, case: str, place: str) -> None:
    open_case(desk, case)
    desk.open(f"/actions/new?kind=search&case={case}")
    desk.send(
        "/actions/new",
        "Propose it",
        subjects=place,
        partner="POLICE",
        reason="The trail leads here.",
        **{
            "d-at": "2026-03-10T05:30",
            "d-people_expected": "15",
            "d-by_night": "no",
            "d-sought": "Telephones",
        },
    )
    page = desk.says("Proposed.").path
    for name in ("warrant", "screening-plan", "shelter", "rights-notice"):
        desk.open(page)
        holding = f"[name=prerequisite][value={name}]"
        desk.send(f"{page}/documents", holding=holding, add="d-", **typed(document(name)))


def seize_cash(desk: Desk, case: str) -> None:
    desk.open(f"/assets/new?kind=cash&case={case}")
    desk.send(
        "/assets/new", case=case, title="A safe", **{"p-currency": "THB", "p-counted_by": "Two officers"}
    )
    page = desk.says("The asset is registered").path
    desk.open(page).send(
        f"{page}/value", amount="10000.00", valuer="Kim", method="counted", at="2026-03-09T10:00"
    )
    desk.open(page).send(
        f"{page}/seize",
        number="90/2026",
        authority="MONEY",
        ordered_at="2026-03-09T09:00",
        at="2026-03-09T10:00",
        place="Room 4",
        seal="S-1",
    )
    desk.says("The seizure is noted")


def test_each_role_comes_to_its_first_decision_in_few_presses_and_words(
    visit: Visit, demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(visit, demo)
    lines = [f"role | presses | words, bar {BAR} | bound"]
    over = []
    for role, bound in BOUNDS.items():
        way = Way(visit(""), demo)
        way.sign_in(role)
        bound.decide(way)
        lines.append(f"{role} | {way.presses} | {way.words} | {bound.words}")
        if way.presses > bound.presses or way.words > bound.words:
            over.append(f"{lines[-1]}, at most {bound.presses} and {bound.words}")
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert over == []


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("role", [role for role in BOUNDS if role != "officer"])
def test_what_waits_for_a_role_is_in_its_first_screen_and_long_names_break_nothing(
    visit: Visit, demo: Demo, role: str, width: int
) -> None:
    page = visit(role, width=width, at="/")
    first = page.locator("main section").first
    assert first.bounding_box() is not None
    # The room, for who leads it, and then what waits for them; a role to whom nothing waits has its own question there.
    mine = page.locator(WAITS).first.bounding_box()
    assert mine is not None
    assert mine["y"] < 844
    assert page.locator("[data-queue]").count() == 0
    for name in LONG.values():
        page.evaluate(
            "name => document.querySelectorAll('main td.wide, main td .number, main td small, .who .name')"
            ".forEach(one => { if (!one.children.length) one.textContent = name; })",
            name,
        )
        assert page.evaluate(TOO_WIDE) <= 0


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("role", list(BOUNDS))
def test_the_exercises_band_is_one_line_while_it_runs(
    visit: Visit, demo: Demo, role: str, width: int, language: str
) -> None:
    band = visit(role, language=language, width=width, at="/account").locator(".exercise.running")
    lines = band.evaluate(
        "band => [...band.querySelectorAll(':scope > p, :scope summary, :scope button')].filter(one => one.checkVisibility())"
        ".map(one => { const box = one.getBoundingClientRect(); return [box.top, box.bottom]; })"
    )
    assert max(top for top, _ in lines) < min(bottom for _, bottom in lines), (
        "every part of it beside every other"
    )
    assert band.locator("p").first.evaluate("one => one.getClientRects().length && one.offsetHeight < 30")


def test_what_is_unfolded_on_a_board_stays_so_when_the_board_comes_anew(visit: Visit) -> None:
    page = visit("investigator", at="/")
    page.locator("#places-list > summary").click()
    made = page.locator(".asof").inner_text()
    page.evaluate("document.getElementById('board').dispatchEvent(new CustomEvent('refresh'))")
    expect(page.locator(".asof")).not_to_have_text(made, timeout=30_000)
    assert page.locator("#places-list").evaluate("fold => fold.open")


def test_no_screen_without_an_officer_shows_suspected_places(visit: Visit, demo: Demo) -> None:
    page = visit("commander", at="/")
    page.wait_for_function("document.querySelector('.places-of .suspected') !== null", timeout=60_000)
    page.goto(f"{demo.address}/walls")
    page.fill("[name=name]", "Hall")
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.locator("form[action='/walls'] button").click()
    made = page.locator("section[aria-labelledby=made-title] .num b").inner_text()
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", made)
    assert code
    screen = visit("")
    screen.goto(f"{demo.address}/wall/open?code={code[0]}")
    screen.locator("main button").click()
    screen.wait_for_url("**/wall")
    expect(screen.locator(".places-of")).to_be_visible()
    expect(screen.locator(".suspected")).to_have_count(0)
