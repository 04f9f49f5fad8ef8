"""Every page of a room with something of everything, once in each language: by keyboard and by mouse, at a desk and on a
telephone, in the light and in the dark; axe-core finds no serious fault, nothing is cut, nothing is asked of another
machine, and no page is left out. In Thai, where nothing has changed that draws pages: those that are seen first.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import pytest
from httpx import Client
from lxml import html
from playwright.sync_api import Browser, Page, expect
from starlette.routing import compile_path

from tests.browser import looking
from tests.browser.desk import Desk, put, unfold, watched
from tests.browser.pages import ELSEWHERE, NO_PAGES, PAGES, REFUSED, Place, Refused
from tests.browser.rooms import Room, walked
from tests.web.conftest import Visitor
from warroom.bilingual.texts import Texts
from warroom.law.kinds.declarations import load_kinds
from warroom.ledger.officers import ROLES, Officer
from warroom.ledger.postgres import PostgresServer
from warroom.web.doors import access_table
from warroom.web.kit import language
from warroom.web.kit.navigation import AFTER, PLACES, NavigationPlace, list_entries

# English in the light at a desk, Thai in the dark on a telephone: both dresses, both languages, both sizes.
DRESSES = {"en": ("light", 1440), "th": ("dark", 390)}
# What stands at the bottom of some role's telephone.
ON_TELEPHONES = {
    place.path.partition("?")[0]
    for role in ROLES
    for place in list_entries(Officer(1, role, role, "Police", frozenset({role})))[:3]
}
SEEN_FIRST = tuple(
    place for place in PAGES if not place.who or place.address in {*ON_TELEPHONES, "/cases/C-1"}
)
"""What citizens see, the first places of each role, and a case."""
HOLES = re.compile(r"%\\?\(\w+\\?\)s")
needs_axe = pytest.mark.skipif(
    not looking.AXE.exists(), reason=f"needs {looking.AXE}, which 'make web' installs"
)
SKIP = ".skip:focus"
# On how many lines each cell's words stand.
LINES = """all => all.map(one => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
})"""


@pytest.fixture(scope="module")
def room(ledger_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with walked(tmp_path_factory.mktemp("walked"), ledger_server) as one:
        yield one


Sit = Callable[[str], Desk]


@contextmanager
def reading(
    browser: Browser, room: Room, tongue: str, faults: list[str], width: int = 1440, scheme: str = "light"
) -> Iterator[Sit]:
    """`sit("siri")` is a page of siri's, "" one of a stranger's, in a language, a dress and a width."""
    made: dict[str, Desk] = {}

    def sit(who: str) -> Desk:
        if who not in made:
            size = {"width": width, "height": looking.VIEWS[width]}
            context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
            context.add_cookies([{"name": "warroom_language", "value": tongue, "url": room.address}])
            made[who] = Desk(watched(context.new_page(), room.address, faults), room.address)
            if who:
                made[who].sign_in(who)
        return made[who]

    yield sit
    for desk in made.values():
        desk.page.context.close()


def test_every_page_of_the_table_of_access_is_walked_or_named_with_its_reason() -> None:
    served = {endpoint for endpoint in access_table.build_access_table() if endpoint.startswith("GET ")}
    # Programs alone read these.
    served = {endpoint for endpoint in served if not endpoint.startswith(("GET /api/", "GET /taxii2"))}
    walked = {place.endpoint for place in PAGES}
    assert served - walked - set(NO_PAGES) - set(ELSEWHERE) == set()
    assert (walked | set(NO_PAGES) | set(ELSEWHERE)) - served == set(), "no longer served"
    assert walked & set(NO_PAGES) == set()


@needs_axe
@pytest.mark.parametrize(
    ("tongue", "places"),
    [
        pytest.param("en", PAGES, id="en"),
        pytest.param("th", SEEN_FIRST, id="th-first"),
        pytest.param("th", PAGES, id="th", marks=pytest.mark.looks),
    ],
)
@pytest.mark.timeout(900)
def test_every_page_can_be_read_by_everybody(
    chromium: Browser, room: Room, tongue: str, places: tuple[Place, ...]
) -> None:
    faults: list[str] = []
    scheme, width = DRESSES[tongue]
    with reading(chromium, room, tongue, faults, scheme=scheme) as sit:
        for place in places:
            told = len(faults)
            found = _looked(sit(place.who).page, room, place, tongue, width)
            faults[told:] = [f"{place.address} as {place.who}: {one}" for one in (*faults[told:], *found)]
    assert not faults, "\n".join(faults)


def _looked(page: Page, room: Room, place: Place, tongue: str, axe_at: int) -> list[str]:
    """What is wrong with a page, in one visit."""
    page.set_viewport_size({"width": 1440, "height": 900})
    answer = page.goto(room.address + place.address.replace("{code}", room.code))
    assert answer is not None
    found = [] if answer.status == place.status else [f"answers {answer.status}"]
    found += _headed(page, place, tongue) + _by_keys(page)
    found += looking.hidden_controls(page) if axe_at == 1440 else []
    found += looking.edges(page, "1440 pixels")
    found += looking.axe_faults(page) if axe_at == 1440 else []
    found += looking.fits(page, page.context.new_cdp_session(page))
    if axe_at == 390:
        page.evaluate("document.querySelectorAll('main details').forEach(one => (one.open = true))")
        found += looking.edges(page, "390 pixels, unfolded") + looking.axe_faults(page)
    return found


@needs_axe
@pytest.mark.parametrize("tongue", ["en", pytest.param("th", marks=pytest.mark.looks)])
@pytest.mark.timeout(300)
def test_a_form_that_was_refused_can_be_read_by_everybody(chromium: Browser, room: Room, tongue: str) -> None:
    faults: list[str] = []
    scheme, width = DRESSES[tongue]
    with reading(chromium, room, tongue, faults, width, scheme) as sit:
        for form in REFUSED:
            told, desk = len(faults), sit(form.who).open(form.address)
            found = _by_the_browser(desk, form) + _by_the_server(desk, form)
            faults[told:] = [f"{form.action} as {form.who}: {one}" for one in (*faults[told:], *found)]
    assert not faults, "\n".join(faults)


def list_addresses_with_files(desk: Desk) -> list[str]:
    """Every page of an officer of all roles that has a field for a file."""
    documented = [
        kind.id
        for kind in load_kinds().values()
        if kind.engine == "measure" and any(field.kind == "digest" for field in kind.inputs)
    ]
    asked = [place.address for place in PAGES if place.who == "all" and place.status == 200]
    asked += [f"/actions/new?kind={kind}" for kind in documented]
    asked += [f"/operations/plans/1/more?kind={kind}" for kind in documented]
    return [at for at in asked if 'type="file"' in desk.page.request.get(desk.address + at).text()]


@pytest.mark.timeout(900)
def test_a_file_can_be_chosen_on_every_page_that_asks_for_one_and_arrives(
    chromium: Browser, room: Room
) -> None:
    faults: list[str] = []
    sent: set[str] = set()
    with reading(chromium, room, "en", faults) as sit:
        desk = sit("all")
        for address in list_addresses_with_files(desk):
            forms = desk.open(address).page.locator("main form:has(input[type=file])")
            sent |= {_send_file(desk, address, number) for number in range(forms.count())}
    assert not faults, "\n".join(faults)
    assert {"/files", "/cases/C-1/evidence/file", "/actions/new", "/operations/2/documents"} <= sent


def _send_file(desk: Desk, address: str, number: int) -> str:
    """Choose a file in a form and send it, its other fields as they come; the address of the form."""
    form = desk.open(address).page.locator("main form:has(input[type=file])").nth(number)
    field, action = form.locator("input[type=file]").first, form.get_attribute("action") or ""
    content, name = f"content of {address} {number}".encode(), field.get_attribute("name") or ""
    unfold(field)
    field.set_input_files({"name": "paper.pdf", "mimeType": "application/pdf", "buffer": content})
    expect(form.locator("[data-chosen]").first).to_have_text("paper.pdf")
    form.evaluate("one => (one.noValidate = true)")
    with desk.page.expect_request(lambda request: request.method == "POST") as sent:
        desk.moved(form.locator("button").last)
    kind = sent.value.headers["content-type"]
    assert kind.startswith("multipart/form-data"), f"{address}: {action} was sent as {kind}"
    assert desk.page.locator(".chooser [aria-invalid=true]").count() == 0, f"{address}: {action} had no file"
    # Refused for its empty fields, a form holds the file already: nobody chooses it twice.
    if name.endswith(".file") and desk.page.locator("main [role=alert]").count():
        kept = desk.page.locator(f"[name='{name.removesuffix('.file')}']").evaluate_all(
            "all => all.map(one => one.value)"
        )
        assert hashlib.sha256(content).hexdigest() in kept, f"{address}: {action} forgot the file"
    return action


def _by_the_browser(desk: Desk, form: Refused) -> list[str]:
    """What is wrong once the form was sent with its fields empty, where the browser holds it back."""
    button = desk.form(form.action, form.holding).locator("button").last
    unfold(button)
    button.click()
    expect(desk.page.locator("main [aria-invalid=true]").first).to_be_focused()
    return looking.axe_faults(desk.page) + looking.edges(desk.page, "held back")


def _by_the_server(desk: Desk, form: Refused) -> list[str]:
    """What is wrong on the page that answers a form which only the server can refuse."""
    found = desk.form(form.action, form.holding)
    for name, value in form.fields.items():
        put(found, name, value)
    found.evaluate("one => (one.noValidate = true)")
    desk.moved(found.locator("button").last)
    alert = desk.page.locator("main [role=alert], main [aria-invalid=true]")
    expect(alert.first).to_be_visible()
    desk.page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    return looking.axe_faults(desk.page) + looking.edges(desk.page, "refused")


@pytest.mark.parametrize("tongue", ["en", "th"])
def test_the_head_of_a_page_is_one_line_from_a_small_desk_on(
    chromium: Browser, room: Room, tongue: str
) -> None:
    faults: list[str] = []
    with reading(chromium, room, tongue, faults) as sit:
        page = sit("all").open("/law").page
        for width in (1024, 1200, 1439, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            tops = page.evaluate(
                "[...document.querySelectorAll('header.bar > *')].map(one => one.getBoundingClientRect()).map(one => (one.top + one.bottom) / 2)"
            )
            assert max(tops) - min(tops) < 4, f"{width} pixels"
    assert faults == []


def test_user_names_stand_whole_in_the_list_of_officers(chromium: Browser, room: Room) -> None:
    faults: list[str] = []
    with reading(chromium, room, "en", faults) as sit:
        page = sit("first").open("/officers").page
        names = page.locator("tbody td:nth-child(2)")
        assert names.count() > 10
        assert names.evaluate_all(LINES) == [1] * names.count()
    assert faults == []


def _headed(page: Page, place: Place, tongue: str) -> list[str]:
    """The one main heading, in the reader's language."""
    # What keeps a Thai word in one piece at the end of a line is no letter of it.
    said = " ".join(page.locator("h1").all_inner_texts())
    wanted = _words(place.heading, tongue)
    fits = page.locator("h1").count() == 1 and wanted.search(" ".join(said.split()))
    right = page.locator("html").get_attribute("lang") == tongue
    return ([] if fits else [f"its heading is '{said}', not '{wanted.pattern}'"]) + (
        [] if right else ["does not say which language it is in"]
    )


def _words(heading: str | Texts, tongue: str) -> re.Pattern[str]:
    """A heading as a language says it, whatever fills its holes."""
    if isinstance(heading, Texts):
        return re.compile(re.escape(heading.th if tongue == "th" else heading.en))
    said = language.load_catalog(tongue).gettext(heading)
    return re.compile(HOLES.sub(".+", re.escape(said)))


def _by_keys(page: Page) -> list[str]:
    """The first key leads past the top of the page, where it does not begin in a field; j stands on the first row of a
    list.
    """
    begins = page.locator("[autofocus]").count() or not page.locator(".skip").count()
    page.keyboard.press("Tab")
    found = [] if begins or page.locator(SKIP).count() else ["no way past its top"]
    if page.locator("[data-rows] [data-open]").count():
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("j")
        stands = page.evaluate("document.activeElement.matches('[data-open]')")
        found += [] if stands else ["its list is not walked by j"]
    return found


def test_every_page_is_reached_from_the_places_at_the_top_by_links(room: Room) -> None:
    reached = {place.path for place in PLACES}
    for who in sorted({place.who for place in PAGES}):
        with Client(base_url=room.address, timeout=60) as client:
            if who:
                Visitor(client).sign_in(who)
            for place in PAGES:
                if place.who == who:
                    address = place.address.replace("{code}", room.code)
                    reached |= _links(client.get(address).text, address)
    missing = [place.address for place in PAGES if not place.why_not and not _leads(place, reached)]
    assert missing == []


def _links(text: str, address: str) -> set[str]:
    """The addresses that a page's links and questions lead to."""
    tree = html.fromstring(text)
    hrefs = [*tree.xpath("//a[@href]/@href"), *tree.xpath("//form[@method='get']/@action")]
    return {urlsplit(urljoin(address, href)).path for href in map(str, hrefs)}


def _leads(place: Place, reached: set[str]) -> bool:
    pattern, _, _ = compile_path(place.endpoint.removeprefix("GET "))
    return any(pattern.fullmatch(path) for path in reached)


@pytest.mark.parametrize(("tongue", "width"), [("en", 1440), ("th", 390)])
def test_the_keyboard_alone_reaches_every_place(
    chromium: Browser, room: Room, tongue: str, width: int
) -> None:
    faults: list[str] = []
    with reading(chromium, room, tongue, faults, width) as sit:
        page = sit("all").page
        for place in list_entries(_everybody()):
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            assert page.evaluate("location.hash") == "#main", "the first key leads past the top"
            page.evaluate("document.querySelector('.skip').focus()")
            if width == 390:
                # Under the thumb is the way to one's own page, which has all of them.
                _tab_until(page, "nav.tabs a[href='/account']", "Shift+Tab")
                page.keyboard.press("Enter")
                page.wait_for_url(f"{room.address}/account", wait_until="domcontentloaded")
            _tab_until(page, f"{'.mine-alone nav' if width == 390 else 'nav.places'} a[href='{place.path}']")
            page.keyboard.press("Enter")
            _stands_at(page, room, place, tongue)
        for place in set(PLACES) - {*list_entries(_everybody()), AFTER}:
            page.goto(f"{room.address}/law")
            # What is typed is the whole name, so that it is the first line.
            page.keyboard.press("/")
            page.keyboard.type(f">{language.load_catalog(tongue).gettext(place.name)}")
            line = page.locator(f"dialog .hit[href='{place.path}']")
            expect(line).to_be_visible()
            line.press("Enter")
            page.wait_for_url(f"{room.address}{place.path}", wait_until="domcontentloaded")
    assert faults == []


def _everybody() -> Officer:
    return Officer(1, "all", "All", "Police", frozenset(ROLES))


def _stands_at(page: Page, room: Room, place: NavigationPlace, tongue: str) -> None:
    """The page of a place, which is marked at the top; the screen on the wall has no top, and one goes back from it."""
    page.wait_for_url(f"{room.address}{place.path}", wait_until="domcontentloaded")
    if place.path == "/wall":
        page.go_back(wait_until="domcontentloaded")
        return
    here = page.locator("nav.places [aria-current=page]")
    expect(here).to_have_attribute("href", place.path)
    expect(here).to_have_text(language.load_catalog(tongue).gettext(place.name))


def _tab_until(page: Page, wanted: str, key: str = "Tab") -> None:
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("one => document.activeElement.matches(one)", wanted):
            return
    raise AssertionError(f"the keyboard never came to {wanted}")


@pytest.mark.parametrize(
    ("tongue", "width"), [pytest.param("th", 1440, marks=pytest.mark.looks), ("en", 390)]
)
def test_the_mouse_reaches_every_place(chromium: Browser, room: Room, tongue: str, width: int) -> None:
    faults: list[str] = []
    with reading(chromium, room, tongue, faults, width) as sit:
        page = sit("all").page
        for place in list_entries(_everybody()):
            if width == 390:
                # On a telephone the first three stand at the bottom, and all of them on one's own page.
                page.click("nav.tabs a[href='/account']")
                page.click(f".mine-alone nav a[href='{place.path}']")
            else:
                page.click(f"nav.places a[href='{place.path}']")
            _stands_at(page, room, place, tongue)
    assert faults == []
