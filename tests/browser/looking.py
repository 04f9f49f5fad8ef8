"""What is looked at on any page once it is there: nothing cut, nothing hidden behind an edge, every control shown when
the keyboard stands on it, and no serious fault that axe-core knows.
"""

from pathlib import Path

from playwright.sync_api import CDPSession, Page

from tests.web.test_look import FRONTEND

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
VIEWS = {1440: 900, 390: 844}
ROWS = "[data-queue] ol > li"
"""What is decided next, on whichever page it stands."""
NUMBERS = "[data-queue] a.number[href^='/cases/C-']"
"""The cases among them: the small ones together are a row and no case."""
USUAL, LARGE = 16, 32
"""Pixels of a letter as the reader chose them: as most, and twice as large."""
# A rule's own impact is that of all it finds: the lighter ones, a quarter of the work, would find nothing that counts here.
RUN = """async () => {
  const light = axe._audit.rules.filter(one => ['minor', 'moderate'].includes(one.impact));
  const rules = Object.fromEntries(light.map(one => [one.id, {enabled: false}]));
  return (await axe.run(document, {resultTypes: ['violations'], preload: false, rules})).violations
    .map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`);
}"""
TOO_WIDE = "document.scrollingElement.scrollWidth - window.innerWidth"
# What lies in a box that scrolls by itself makes no page wider.
WIDEST = """() => [...document.body.querySelectorAll('*')].filter(one => one.checkVisibility() && one.getBoundingClientRect().right > window.innerWidth + 1)
  .filter(one => { for (let box = one.parentElement; box !== document.body; box = box.parentElement)
    if (getComputedStyle(box).overflowX !== 'visible') return false; return true; })
  .pop()?.outerHTML.slice(0, 160)"""
# Words that end at the edge of their own box: the box hides what is over, and no one can scroll to it.
CUT = """() => [...document.body.querySelectorAll('*')].filter(one => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const hides = ['hidden', 'clip'].includes(style.overflowX);
  const seen = box.width > 2 && box.height > 2 && style.visibility !== 'hidden';
  const drawn = one.querySelector('canvas, :scope > svg[data-core]');  // what moves beneath its frame is no line of words
  return hides && seen && !drawn && !(one instanceof SVGElement) && one.innerText?.trim() && one.scrollWidth > one.clientWidth + 1;
}).map(one => one.outerHTML.slice(0, 160))"""
# A control without a ring when the keyboard stands on it. The ring may be its own or that of what surrounds it.
UNSEEN = """() => {
  const open = one => one.checkVisibility({checkVisibilityCSS: true}) && !one.disabled;
  const ring = one => getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) > 0;
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')];
  // Each as it is when the keyboard comes to it: a row that is stood on shows its own column and hides the last one's.
  const wrong = all.filter(one => {
    if (!open(one)) return false;
    one.focus({preventScroll: true});
    if (document.activeElement !== one) return true;
    return !ring(one) && !ring(one.parentElement);
  });
  document.activeElement.blur();
  return wrong.map(one => one.outerHTML.slice(0, 160));
}"""


def axe_faults(page: Page) -> list[str]:
    """Serious and critical faults that axe-core finds on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    return list(page.evaluate(RUN))


def axe_faults_in_the_dark(page: Page) -> list[str]:
    """The same for people whose telephone asks for dark pages; the page is left in the light."""
    page.emulate_media(color_scheme="dark")
    found = [f"in the dark: {one}" for one in axe_faults(page)]
    page.emulate_media(color_scheme="light")
    return found


def edges(page: Page, said: str) -> list[str]:
    """What does not fit the window as it is now."""
    over = page.evaluate(TOO_WIDE)
    wide = [f"{said}: {over} pixels too wide by {page.evaluate(WIDEST)}"] if over > 0 else []
    return wide + [f"{said}: words are cut in {one}" for one in page.evaluate(CUT)]


def fits(page: Page, letters: CDPSession) -> list[str]:
    """What does not fit at a desk, on a telephone, between them, and with letters of twice the size. The page is left
    on a telephone.
    """
    found = []
    for width, size in ((1440, LARGE), (390, LARGE), (800, USUAL), (390, USUAL)):
        page.set_viewport_size({"width": width, "height": VIEWS.get(width, 900)})
        letters.send("Page.setFontSizes", {"fontSizes": {"standard": size}})
        found += edges(page, f"{width} pixels, letters of {size}")
    return found


def hidden_controls(page: Page) -> list[str]:
    """Controls that cannot be stood on, or show nothing when the keyboard stands on them."""
    return [f"no ring: {one}" for one in page.evaluate(UNSEEN)]
