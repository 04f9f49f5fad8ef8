"""The public pages in Chromium: how much a first visit weighs on the wire, that everybody can read them, and that a report is
sent and found again on a telephone, with scripts and without.
"""

import re
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from tests.browser import looking
from tests.browser.desk import watched
from tests.public.conftest import card, night, public_address
from tests.web.conftest import Night
from warroom import clock
from warroom.ledger.ledger import Ledger
from warroom.public.published import publish_page
from warroom.public.schema import Submission
from warroom.web.public import places

__all__ = ["card", "night", "public_address"]  # fixtures of the public side

PHONE = {"width": 390, "height": 844}
KILOBYTE = 1024
LIGHT, JOINED = 40 * KILOBYTE, 60 * KILOBYTE
"""Most bytes of a first visit: of Thai and English, and of scripts whose letters join into many shapes."""
BANKS = (
    ("กรุงเทพ", "Bangkok Bank"), ("กสิกรไทย", "Kasikornbank"), ("กรุงไทย", "Krungthai Bank"), ("ไทยพาณิชย์", "Siam Commercial Bank"),
    ("กรุงศรีอยุธยา", "Bank of Ayudhya"), ("ทหารไทยธนชาต", "TMBThanachart Bank"), ("เกียรตินาคินภัทร", "Kiatnakin Phatra Bank"),
    ("ซีไอเอ็มบี ไทย", "CIMB Thai Bank"), ("ทิสโก้", "Tisco Bank"), ("ยูโอบี", "United Overseas Bank (Thai)"),
    ("แลนด์ แอนด์ เฮ้าส์", "Land and Houses Bank"), ("ไอซีบีซี (ไทย)", "ICBC (Thai)"), ("ไทยเครดิต", "Thai Credit Bank"),
    ("แห่งประเทศจีน (ไทย)", "Bank of China (Thai)"), ("ซูมิโตโม มิตซุย ทรัสต์ (ไทย)", "Sumitomo Mitsui Trust Bank (Thai)"),
    ("ออมสิน", "Government Savings Bank"), ("อาคารสงเคราะห์", "Government Housing Bank"), ("อิสลามแห่งประเทศไทย", "Islamic Bank of Thailand"),
    ("เพื่อการเกษตรและสหกรณ์การเกษตร", "Bank for Agriculture and Agricultural Cooperatives"),
    ("พัฒนาวิสาหกิจขนาดกลางและขนาดย่อม", "SME Development Bank"), ("เพื่อการส่งออกและนำเข้า", "Export-Import Bank of Thailand"),
    ("ซิตี้แบงก์", "Citibank"), ("ฮ่องกงและเซี่ยงไฮ้แบงกิ้งคอร์ปอเรชั่น", "HSBC"), ("สแตนดาร์ดชาร์เตอร์ด (ไทย)", "Standard Chartered (Thai)"),
)  # fmt: skip
"""As many banks as a country lists where somebody says from which one money left."""
VISITED = [path for place in places.PLACES for path in place.weighed]
PLACES = [path for place in places.PLACES for path in place.pages] + ["/nowhere"]
WAYS = [
    "answered",
    "wrong check",
    "wrong money",
    "wrong tip",
    "wrong code",
    "wrong hold",
    "real",
    "not ours",
    "feedback",
    "code",
    "code back",
    "found",
    "job",
]
"""Pages that are reached by a form alone."""
ZOOMED = 640
"""CSS pixels of a window of 1280 at 200 %."""
SPACED = """() => { const sheet = new CSSStyleSheet(); document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }'); }"""
# Each field that is said to be wrong is described by words that can be seen (ACT 36b590), and what describes a field is there.
UNTOLD = """() => { const seen = id => { const one = document.getElementById(id); return one && one.checkVisibility() && one.innerText.trim(); };
  const wrong = [...document.querySelectorAll('[aria-invalid=true]')].filter(one => !(one.getAttribute('aria-describedby') ?? '').split(' ').some(seen));
  const astray = [...document.querySelectorAll('[aria-describedby], [aria-labelledby]')].filter(one =>
    `${one.getAttribute('aria-describedby') ?? ''} ${one.getAttribute('aria-labelledby') ?? ''}`.trim().split(/ +/).some(id => !document.getElementById(id)));
  return [...wrong, ...astray].map(one => 'not told what is wrong: ' + one.outerHTML.slice(0, 160)); }"""
# A name that is said begins with the words that are seen (ACT 2ee8b8); no order but that of the page (no positive tabindex); a page
# changes by itself neither its place nor its words (ACT bc659a, bisz58); what is hidden from readers takes no focus (ACT 6cfa84).
UNFIT = """() => [
  ...[...document.querySelectorAll('[aria-label]')].filter(one => one.innerText?.trim() && !one.matches('ul, section, nav, svg, table, select')
    && !one.getAttribute('aria-label').toLowerCase().includes(one.innerText.trim().toLowerCase())),
  ...[...document.querySelectorAll('[tabindex]')].filter(one => one.tabIndex > 0),
  ...document.querySelectorAll('meta[http-equiv=refresh], marquee, blink, [autoplay]'),
  ...document.querySelectorAll('[aria-hidden=true] :is(a[href], button, input, select, textarea)'),
].map(one => 'ACT: ' + one.outerHTML.slice(0, 160))"""
needs_axe = pytest.mark.skipif(
    not looking.AXE.exists(), reason=f"needs {looking.AXE}, which 'make web' installs"
)


def visitor(browser: Browser, language: str, **more: Any) -> BrowserContext:
    """A browser that was never here and asks for a language."""
    return browser.new_context(viewport=PHONE, locale=language, **more)  # type: ignore[arg-type]


def weight(page: Page, address: str) -> dict[str, int]:
    """What a visit brings: address of each file -> bytes on the wire, headers included."""
    wire = page.context.new_cdp_session(page)
    named: dict[str, str] = {}
    brought: Counter[str] = (
        Counter()
    )  # added up: a file that is asked for again, by a page that keeps itself, counts again
    wire.on("Network.requestWillBeSent", lambda one: named.update({one["requestId"]: one["request"]["url"]}))
    wire.on(
        "Network.loadingFinished",
        lambda one: brought.update({named[one["requestId"]]: int(one["encodedDataLength"])}),
    )
    wire.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => document.fonts.size)")
    return brought


@pytest.mark.parametrize(
    ("language", "most"),
    [
        ("th", LIGHT),
        ("my", JOINED),
        *(pytest.param(language, LIGHT, marks=pytest.mark.looks) for language in ("en", "vi", "zh")),
        *(pytest.param(language, JOINED, marks=pytest.mark.looks) for language in ("km", "lo")),
    ],
)
def test_a_first_visit_is_light_with_its_letters(
    chromium: Browser, public_address: str, ledger: Ledger, language: str, most: int
) -> None:
    listed = [{"code": f"B{at:02d}", "th": f"ธนาคาร{th}", "en": en} for at, (th, en) in enumerate(BANKS, 1)]
    with ledger.open_session() as session:
        publish_page(session, "banks", {"banks": listed}, clock.get_now())
    for path in VISITED:
        context = visitor(chromium, language)
        brought = weight(context.new_page(), public_address + path)
        context.close()
        told = f"{language} {path}: {sum(brought.values())} bytes of {most}: {brought}"
        assert any("outside-latin" in one for one in brought), told
        assert sum(brought.values()) <= most, told
        assert len(brought) <= 14, told


@needs_axe
@pytest.mark.parametrize(
    "language", ["th", *(pytest.param(more, marks=pytest.mark.looks) for more in ("en", "my"))]
)
@pytest.mark.timeout(600)
def test_every_public_page_can_be_read_by_everybody(
    chromium: Browser, public_address: str, language: str
) -> None:
    faults: list[str] = []
    context = visitor(chromium, language)
    page = watched(context.new_page(), public_address, faults)
    for path in PLACES:
        told = len(faults)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(public_address + path)
        faults += looking.hidden_controls(page) + looking.axe_faults(page)
        faults += page.evaluate(UNTOLD) + page.evaluate(UNFIT)
        faults += looking.fits(page, context.new_cdp_session(page)) + looking.axe_faults(page)
        faults += looking.axe_faults_in_the_dark(page)
        page.set_viewport_size({"width": 320, "height": 640})
        faults += looking.edges(page, "320 pixels")
        faults[told:] = [f"{path}: {one}" for one in faults[told:]]
    context.close()
    assert faults == [], faults


def reached(page: Page, address: str, way: str) -> None:
    """The page at the end of a way that goes by a form."""
    if way in ("answered", "wrong check"):
        page.goto(f"{address}/check")
        page.fill("[name=q]", SCAM if way == "answered" else "")
    elif way == "wrong tip":
        page.goto(f"{address}/report/tip")
    elif way == "wrong code":
        page.goto(f"{address}/receipt")
        page.fill("[name=code]", "0" * 20)
    elif way == "wrong hold":
        page.goto(f"{address}/appeal")
    elif way in ("real", "not ours"):
        page.goto(f"{address}/real")
        page.fill("main form input, main form textarea", "1441" if way == "real" else "am1o.go.th")
    elif way == "feedback":
        page.goto(f"{address}/learn/marketplace")
    elif way == "job":
        page.goto(f"{address}/report/job")
    else:
        page.goto(f"{address}/report/money")
        if way != "wrong money":
            page.check("[name=when][value='15']")
            page.fill("[name=amount]", "100")
    page.locator("main form button").last.click()
    if way == "found":
        code = page.locator("[name=code]").first.get_attribute("value") or ""
        page.goto(f"{address}/receipt")
        page.fill("[name=code]", code)
        page.locator("main form button").last.click()
    if way == "code back":
        page.locator("main form button").first.click()


SCAM = "ธนาคาร: บัญชีของคุณจะถูกระงับ กดยืนยันที่ http://b05-secure.example/th ภายใน 30 นาที โทร 081 555 0199"


@needs_axe
@pytest.mark.parametrize(
    "language", ["th", *(pytest.param(more, marks=pytest.mark.looks) for more in ("en", "my"))]
)
@pytest.mark.timeout(600)
def test_every_page_behind_a_form_can_be_read_by_everybody(
    chromium: Browser, public_address: str, language: str
) -> None:
    faults: list[str] = []
    context = visitor(chromium, language)
    page = context.new_page()
    for way in WAYS:
        told = len(faults)
        page.set_viewport_size({"width": 390, "height": 844})
        reached(page, public_address, way)
        faults += looking.hidden_controls(page) + looking.axe_faults(page)
        faults += looking.axe_faults_in_the_dark(page)
        faults += page.evaluate(UNTOLD) + page.evaluate(UNFIT)
        faults += looking.edges(page, "390 pixels")
        page.set_viewport_size({"width": 320, "height": 640})
        faults += looking.edges(page, "320 pixels")
        faults[told:] = [f"{way}: {one}" for one in faults[told:]]
    context.close()
    assert faults == [], faults


@pytest.mark.parametrize(
    "language", ["th", *(pytest.param(more, marks=pytest.mark.looks) for more in ("en", "km"))]
)
@pytest.mark.timeout(300)
def test_every_public_page_can_be_used_at_twice_its_size(
    chromium: Browser, public_address: str, language: str
) -> None:
    faults: list[str] = []
    context = chromium.new_context(
        viewport={"width": ZOOMED, "height": 512}, device_scale_factor=2, locale=language
    )
    page = context.new_page()
    for path in PLACES:
        page.goto(public_address + path)
        found = looking.edges(page, "200 %") + looking.hidden_controls(page)
        # What somebody reads with wider letters and lines (WCAG 1.4.12) is not cut either.
        page.evaluate(SPACED)
        found += looking.edges(page, "200 %, spaced")
        faults += [f"{path}: {one}" for one in found]
    context.close()
    assert faults == [], faults


@pytest.mark.parametrize("path", ["/", "/report/money", "/check", "/learn/message", "/real", "/appeal"])
def test_the_keyboard_goes_through_a_page_in_its_order_and_out_again(
    chromium: Browser, public_address: str, path: str
) -> None:
    page = visitor(chromium, "en").new_page()
    page.goto(public_address + path)
    page.evaluate(
        """() => { window.all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
             .filter(one => one.checkVisibility({checkVisibilityCSS: true}) && !one.disabled); }"""
    )
    # Of radio buttons of one name the keyboard meets one.
    places: list[int] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        at = page.evaluate("window.all.indexOf(document.activeElement)")
        if at < 0 or (places and at <= places[0]):
            break
        places.append(at)
    assert places == sorted(set(places)), "in the order in which it is read"
    met = page.evaluate(
        "places => window.all.filter((one, at) => !places.includes(at) && one.type !== 'radio').map(one => one.outerHTML.slice(0, 120))",
        places,
    )
    assert met == [], "everything can be reached, and nothing holds the keyboard"
    page.keyboard.press("Shift+Tab")
    page.context.close()


@needs_axe
@pytest.mark.parametrize(
    ("scripts", "language"),
    [
        pytest.param(True, "th", id="with scripts"),
        pytest.param(False, "th", id="without scripts"),
        pytest.param(True, "en", id="in English", marks=pytest.mark.looks),
        pytest.param(False, "en", id="in English without scripts", marks=pytest.mark.looks),
    ],
)
@pytest.mark.timeout(300)
def test_money_that_left_is_told_on_a_telephone_and_its_receipt_found_again(
    chromium: Browser, public_address: str, language: str, scripts: bool
) -> None:
    context = visitor(chromium, language, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(public_address + "/report/money")
    page.locator("form.stack button").last.click()
    expect(page.locator("[role=alert]").first).to_be_visible()
    expect(page.locator("[name=when][value='15']")).to_be_focused()
    page.check("[name=when][value='15']")
    page.fill("[name=amount]", "77,000")
    page.locator("form.stack button").last.click()
    groups = page.locator(".code:not(.seal) span").all_inner_texts()
    code = "".join(re.findall(r"[0-9A-Z]{4}", " ".join(groups)))
    assert len(code) == 20
    page.goto(public_address + "/receipt")
    page.fill("[name=code]", code.lower())
    page.locator("main form button").last.click()
    expect(page.locator("h1")).not_to_be_empty()
    expect(page.locator(".code.seal")).to_be_visible()
    assert code not in page.url
    context.close()


AGAIN = 45_000
"""Milliseconds: a signal may be told before there is a way, and what found none is tried again after half a minute."""


def typing(browser: Browser, address: str) -> Page:
    """A telephone on which the money form has been begun and kept."""
    page = visitor(browser, "en").new_page()
    page.goto(f"{address}/report/money")
    page.check("[name=when][value='60']")
    page.fill("[name=amount]", "4,321")
    expect(page.locator("[data-saved]")).to_contain_text("Kept on this device at")
    return page


def test_what_was_typed_is_kept_on_the_telephone_until_its_owner_deletes_it(
    chromium: Browser, public_address: str
) -> None:
    page = typing(chromium, public_address)
    page.reload()
    expect(page.locator("[name=amount]")).to_have_value("4,321")
    expect(page.locator("[name=when][value='60']")).to_be_checked()
    page.get_by_role("button", name="Delete from this device").click()
    expect(page.locator("[data-saved]")).to_have_text("Deleted from this device.")
    page.reload()
    expect(page.locator("[name=amount]")).to_have_value("")
    page.context.close()


def test_nobody_who_opens_the_telephones_storage_reads_what_was_typed(
    chromium: Browser, public_address: str
) -> None:
    page = typing(chromium, public_address)
    kept = page.evaluate(
        """() => new Promise(yes => { const opening = indexedDB.open('outside'); opening.onsuccess = () => {
          const all = opening.result.transaction('kept').objectStore('kept');
          const key = all.get('key'), draft = all.get('draft:money');
          draft.onsuccess = () => yes([key.result.extractable, new TextDecoder().decode(draft.result.data)]); } })"""
    )
    assert kept[0] is False
    assert "4,321" not in kept[1]
    page.context.close()


def test_a_report_without_a_signal_is_sent_once_there_is_one_and_its_draft_is_gone(
    chromium: Browser, public_address: str
) -> None:
    page = typing(chromium, public_address)
    page.context.set_offline(True)
    page.locator("form.stack button").last.click()
    expect(page.locator("[data-saved]")).to_contain_text("No signal")
    page.context.set_offline(False)
    expect(page.locator("h1[data-sent]")).to_be_visible(timeout=AGAIN)
    page.goto(f"{public_address}/report/money")
    expect(page.locator("[name=amount]")).to_have_value("")
    page.context.close()


def opened_before(browser: Browser, address: str) -> Page:
    """A telephone that has been on the money form once, a signal there, and whose browser kept it."""
    page = visitor(browser, "en").new_page()
    page.goto(f"{address}/report/money")
    page.evaluate(
        """async () => { await navigator.serviceWorker.ready;
          while (!navigator.serviceWorker.controller || !await caches.match('/report/money')) await new Promise(yes => setTimeout(yes, 50)); }"""
    )
    return page


def test_a_lesson_that_was_opened_goes_on_without_a_signal_and_nobodys_answers_are_kept(
    chromium: Browser, public_address: str
) -> None:
    page = visitor(chromium, "en").new_page()
    page.goto(f"{public_address}/learn/message")
    page.evaluate(
        """async () => { await navigator.serviceWorker.ready;
          while (!navigator.serviceWorker.controller || !await caches.match('/learn/message/whole')) await new Promise(yes => setTimeout(yes, 50)); }"""
    )
    page.locator("main form button").first.click()
    expect(page.locator("main form[action='/learn/next']")).to_be_visible()
    page.context.set_offline(True)
    page.locator("main form button").first.click()
    expect(page).to_have_url(f"{public_address}/learn/message/whole")
    expect(page.locator("main details")).to_have_count(16)
    page.locator("main summary").first.click()
    expect(page.locator("main details ol.why").first).to_be_visible()
    page.goto(f"{public_address}/learn")
    page.locator("a[href='/learn/message']").click()
    expect(page.locator("main details")).to_have_count(16)
    kept = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async name => (await (await caches.open(name)).keys()).map(one => new URL(one.url).pathname)))).flat()"""
    )
    assert {path for path in kept if not path.startswith("/static/")} == {"/learn", "/learn/message/whole"}
    page.context.close()


def sent(night: Night) -> list[str]:
    """The kinds of what came in."""
    with night.ledger.open_session() as session:
        return list(session.scalars(select(Submission.kind).order_by(Submission.id)))


def test_a_form_opens_without_a_signal_and_what_is_typed_into_it_is_sent_once_there_is_one(
    night: Night, chromium: Browser, public_address: str
) -> None:
    page = opened_before(chromium, public_address)
    page.context.set_offline(True)
    page.goto("about:blank")
    page.goto(f"{public_address}/report/money")
    expect(page.locator("h1")).to_contain_text("Money has just left")
    page.check("[name=when][value='15']")
    page.fill("[name=amount]", "5,150")
    page.locator("form.stack button").last.click()
    expect(page.locator("[data-saved]")).to_contain_text("No signal")
    assert sent(night) == []
    page.reload()
    expect(page.locator("[name=amount]")).to_have_value("5,150")
    page.context.set_offline(False)
    expect(page.locator("h1[data-sent]")).to_be_visible(timeout=AGAIN)
    assert sent(night) == ["money_left"]
    page.context.close()


def test_a_report_whose_answer_was_lost_is_sent_again_and_is_one_report_with_one_code(
    night: Night, chromium: Browser, public_address: str
) -> None:
    page = opened_before(chromium, public_address)
    page.check("[name=when][value='15']")
    page.fill("[name=amount]", "6,200")
    # It arrives and the answer does not: the worst moment at which a signal can go.
    lost: list[str] = []

    def lose(route: Route) -> None:
        answer = route.fetch()
        lost.append("".join(re.findall(r'name="code" value="([0-9A-Z]{20})"', answer.text())[:1]))
        route.abort("connectionreset")

    page.context.route(
        "**/report/money",
        lambda route: lose(route) if route.request.method == "POST" and not lost else route.fallback(),
    )
    page.locator("form.stack button").last.click()
    expect(page.locator("[data-saved]")).to_contain_text("No signal")
    expect(page.locator("[name=amount]")).to_have_value("6,200")
    assert sent(night) == ["money_left"]
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("h1[data-sent]")).to_be_visible()
    assert sent(night) == ["money_left"], "sent twice, it is one"
    assert page.locator("[name=code]").first.get_attribute("value") == lost[0] != ""
    page.context.close()


def test_a_link_of_another_site_sends_no_draft_that_its_owner_never_sent(
    night: Night, chromium: Browser, public_address: str
) -> None:
    page = opened_before(chromium, public_address)
    page.check("[name=when][value='15']")
    page.fill("[name=amount]", "6,300")
    expect(page.locator("[data-saved]")).to_contain_text("Kept on this device at")
    page.goto("about:blank")
    page.goto(f"{public_address}/report/money#waits")
    expect(page.locator("[name=amount]")).to_have_value("6,300")
    expect(page.locator("[data-saved]")).to_contain_text("Kept on this device at")
    # As after the half minute, or whenever a signal comes back.
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1_500)
    expect(page.locator("[name=amount]")).to_have_value("6,300")
    assert sent(night) == []
    page.context.close()


def test_what_is_kept_of_a_form_holds_nothing_that_was_typed_and_goes_with_the_draft(
    chromium: Browser, public_address: str
) -> None:
    page = opened_before(chromium, public_address)
    page.fill("[name=amount]", "7,777")
    expect(page.locator("[data-saved]")).to_contain_text("Kept on this device at")
    page.reload()
    page.wait_for_timeout(800)
    kept = page.evaluate(
        """async () => { let all = ''; for (const name of await caches.keys()) { const cache = await caches.open(name);
          for (const one of await cache.keys()) all += one.url + ' ' + await (await cache.match(one)).text(); } return all; }"""
    )
    assert "/report/money" in kept
    assert "7,777" not in kept
    assert {one.split("/")[2] for one in re.findall(r"https?://[^ \"'<]+", kept) if "127.0.0.1" in one} == {
        public_address.split("/")[2]
    }
    page.get_by_role("button", name="Delete from this device").click()
    expect(page.locator("[data-saved]")).to_have_text("Deleted from this device.")
    assert page.evaluate("caches.keys()") == []
    page.context.close()
