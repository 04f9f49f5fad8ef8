"""Every page under a hand: what is pressed is 44 pixels on a telephone, `?` lists what the keys do and they do it, the focus
is seen and is not the tint of one's own rows, an exercise is one line, and no Thai word is parted at the end of a line.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.browser.desk import open_page
from tests.browser.pages import PAGES, Place
from tests.browser.rooms import Room, walked
from tests.browser.test_pages import SEEN_FIRST, reading
from warroom.ledger.postgres import PostgresServer
from warroom.web.kit.thai import keep_words_whole

SMALL = """() => {
  const all = 'a[href], button, input:not([type=hidden], [type=file]), select, textarea, summary, [role=button]';
  const grown = (one, size, edges) => Math.max(size, ...['::before', '::after'].map(name => {
    const style = getComputedStyle(one, name);
    if (style.content === 'none' || style.position !== 'absolute') return 0;
    return size - edges.reduce((sum, edge) => sum + (parseFloat(style[edge]) || 0), 0);
  }));
  return [...document.querySelectorAll(all)].filter(one => {
    if (!one.checkVisibility({opacityProperty: true, visibilityProperty: true}) || one.closest('svg, .maplibregl-map, .skip')) return false;
    const box = one.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) return false;
    // A link in a sentence has the sentence's line; a box to tick with words beside it is pressed by them.
    const around = [...one.parentElement.childNodes].filter(node => node !== one).map(node => node.textContent.trim()).join('');
    if (getComputedStyle(one).display === 'inline' && around) return false;
    const pressed = one.matches('[type=checkbox], [type=radio]') && one.closest('label') || one;
    const area = pressed.getBoundingClientRect();
    return grown(pressed, area.width, ['left', 'right']) < 43.5 || grown(pressed, area.height, ['top', 'bottom']) < 43.5;
  }).map(one => `${Math.round(one.getBoundingClientRect().width)} x ${Math.round(one.getBoundingClientRect().height)}: ${one.outerHTML.slice(0, 120)}`);
}"""
# Words whose letters stand on more than one line, each with the line before and after.
PARTED = """words => {
  const wanted = new RegExp(words.join('|'), 'g'), parted = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.checkVisibility() || node.parentElement.closest('svg, select, textarea')) continue;
    for (const found of node.data.matchAll(wanted)) {
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      if (new Set([...range.getClientRects()].filter(box => box.width > 1).map(box => Math.round(box.top))).size > 1) parted.push(found[0]);
    }
  }
  return parted;
}"""
WORDS = [
    "ผู้เสียหาย",
    "ผู้บัญชาการ",
    "ผู้คัดกรอง",
    "ผู้ดูแลระบบ",
    "เจ้าหน้าที่",
    "คำสั่ง",
    "คำตอบ",
    "คำอุทธรณ์",
    "หน่วยงาน",
    "หลักฐาน",
    "พยานหลักฐาน",
    "ปฏิบัติการ",
    "ความเชื่อมโยง",
    "เส้นทางเงิน",
    "หยุดพัก",
    "สิ้นสุด",
    "นักกฎหมาย",
    "ศูนย์ปฏิบัติการ",
    "โรงพยาบาล",
    "ตรวจสอบ",
    "ตัดสินใจ",
]
LONG = "พ.ต.อ. พงศ์พัฒน์ธนโชติ ตั้งวรรณวิบูลย์กิจ"
# What shows where the keyboard stands: the ring of the element itself, of its label or of the row around it.
RINGS = """() => {
  const luminance = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = one => { for (let box = one; box; box = box.parentElement) {
    const colour = getComputedStyle(box).backgroundColor;
    if (!/, 0\\)$|transparent/.test(colour) && /^rgb/.test(colour)) return colour;
  } return 'rgb(255, 255, 255)'; };
  const contrast = (one, other) => { const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b); return (high + 0.05) / (low + 0.05); };
  const all = [...document.querySelectorAll('main a[href], main button, main input:not([type=hidden]), main select, main summary, header a[href], header button, header input')];
  return all.filter(one => one.checkVisibility() && !one.disabled && !one.closest('svg, .maplibregl-map') && one.getBoundingClientRect().width > 2).filter(one => {
    one.focus({focusVisible: true});
    if (document.activeElement !== one) return false;
    const style = getComputedStyle(one);
    return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 || contrast(style.outlineColor, ground(one.parentElement)) < 3;
  }).map(one => one.outerHTML.slice(0, 120));
}"""
LISTED = """() => [...document.querySelectorAll('[data-keys] [data-listed]')].map(one =>
  ({key: one.dataset.listed, words: one.textContent, inRow: 'inRow' in one.dataset}))"""
# Everything that a key may change on a page, in one string.
STATE = """() => JSON.stringify([location.href, document.activeElement?.outerHTML,
  // Two rows may lead to one place in the same words.
  [...document.querySelectorAll('*')].indexOf(document.activeElement), document.querySelectorAll('dialog[open]').length,
  [...document.querySelectorAll('input[type=checkbox]')].map(one => one.checked), [...document.querySelectorAll('details')].map(one => one.open),
  document.querySelector('main')?.innerText])"""


HELD_BACK = """addEventListener('submit', event => {
  event.preventDefault();
  document.querySelector('main').append('sent');
})"""
KEYED = tuple(
    place for place in PAGES if place.address in ("/work", "/matches", "/cases/C-1/chart", "/map", "/flags")
)
"""Pages with keys of their own."""


@pytest.fixture(scope="module")
def room(ledger_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with walked(tmp_path_factory.mktemp("hand"), ledger_server) as one:
        yield one


def _go(page: Page, room: Room, place: Place) -> None:
    open_page(page, room.address + place.address.replace("{code}", room.code))


@pytest.mark.parametrize("tongue", ["en", pytest.param("th", marks=pytest.mark.looks)])
@pytest.mark.timeout(900)
def test_what_is_pressed_on_a_telephone_is_44_pixels_and_an_exercise_one_line(
    chromium: Browser, room: Room, tongue: str
) -> None:
    faults: list[str] = []
    with reading(chromium, room, tongue, faults, 390) as sit:
        for place in PAGES:
            page = sit(place.who).page
            _go(page, room, place)
            faults += [f"{place.address} as {place.who}: {small}" for small in page.evaluate(SMALL)]
            band = page.evaluate("document.querySelector('.exercise')?.getBoundingClientRect().height ?? 0")
            faults += [f"{place.address}: the exercise is {band} pixels"] if band > 48 else []
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.timeout(900)
def test_no_thai_word_is_parted_and_no_unseen_sign_is_in_a_page(
    chromium: Browser, room: Room, width: int
) -> None:
    faults: list[str] = []
    with reading(chromium, room, "th", faults, width) as sit:
        for place in PAGES if width == 390 else SEEN_FIRST:
            page = sit(place.who).page
            _go(page, room, place)
            parted = page.evaluate(PARTED, sorted(WORDS, key=len, reverse=True))
            faults += [f"{place.address}: {word} is parted" for word in parted]
            faults += [f"{place.address}: U+2060"] if "\u2060" in page.content() else []
    assert not faults, "\n".join(faults)


def test_words_and_long_names_stay_whole_at_any_width(chromium: Browser, room: Room) -> None:
    page = chromium.new_page()
    page.goto(f"{room.address}/sign-in")
    said = " ".join(f"แจ้ง{word}ของ{LONG} แล้ว{word}" for word in WORDS)
    names = list(LONG.split()[1:])
    for width in range(170, 400, 7):
        page.evaluate(
            "([said, width]) => (document.body.innerHTML = `<p style='width: ${width}px'>${said}</p>`)",
            [keep_words_whole(said), width],
        )
        assert page.evaluate(PARTED, [*sorted(WORDS, key=len, reverse=True), *names]) == [], width
    assert page.evaluate("getSelection().selectAllChildren(document.body), getSelection().toString()") == said
    assert page.evaluate("find('ผู้เสียหาย', false, false, true)"), "the browser's own search finds it"


@pytest.mark.parametrize("times", [1, pytest.param(1000, marks=pytest.mark.looks)])
@pytest.mark.timeout(1_800)
def test_every_key_that_a_page_lists_does_something_there(chromium: Browser, room: Room, times: int) -> None:
    """Each key is pressed on the first `times` pages that list it; every page is looked at for what it lists."""
    faults: list[str] = []
    pressed: Counter[str] = Counter()
    with reading(chromium, room, "en", faults) as sit:
        for place in PAGES if times > 1 else (*SEEN_FIRST, *KEYED):
            page = sit(place.who).page
            _go(page, room, place)
            if not place.who or not page.locator("[data-keys]").count():
                continue
            page.keyboard.press("?")
            keys = page.evaluate(LISTED)
            foot = page.evaluate(
                "[...document.querySelectorAll('[data-keys-foot] [data-listed]')].map(one => one.dataset.listed)"
            )
            faults += (
                []
                if "?" in foot and set(foot) == {key["key"] for key in keys}
                else [f"{place.address}: {foot}"]
            )
            page.keyboard.press("Escape")
            faults += (
                [] if page.locator("dialog[open]").count() == 0 else [f"{place.address}: Esc closes nothing"]
            )
            for key in keys:
                if pressed[key["key"]] < times:
                    pressed[key["key"]] += 1
                    faults += _press(page, room, place, key)
    assert set(pressed) >= {"/", "?", "j", "k", "x", "e", "t", "Enter", "a", "d"}, pressed
    assert not faults, "\n".join(faults)


def _press(page: Page, room: Room, place: Place, key: dict[str, str]) -> list[str]:
    """What is wrong with a key that the page lists."""
    _go(page, room, place)
    # Nothing is sent for good: what would be sent is held back, and counts as an effect.
    page.evaluate(HELD_BACK)
    # No key but letters while somebody writes in a field, as where a page begins in one.
    page.evaluate("document.activeElement?.blur()")
    if not re.search(r"\S\s+\S", key["words"]):
        return [f"{place.address}: {key['key']} has no words"]
    # A key of a row is pressed in one row after the other until one has it.
    for _ in range(40 if key["inRow"] else 2):
        if key["inRow"] or key["key"] == "k":
            page.keyboard.press("j")
        before = _read_state(page)
        page.keyboard.press(key["key"])
        for _ in range(4 if key["inRow"] else 40):
            page.wait_for_timeout(50)
            if before is None or _read_state(page) != before:
                return []
    return [f"{place.address}: {key['key']} does nothing"]


def _read_state(page: Page) -> str | None:
    """All that a key may change, None while the page moves on."""
    try:
        return str(page.evaluate(STATE))
    except Error:
        return None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.timeout(600)
def test_the_focus_is_a_ring_that_is_seen(chromium: Browser, room: Room, scheme: str) -> None:
    faults: list[str] = []
    with reading(chromium, room, "en", faults, scheme=scheme) as sit:
        for place in SEEN_FIRST:
            page = sit(place.who).page
            _go(page, room, place)
            faults += [f"{place.address} in {scheme}: {one}" for one in page.evaluate(RINGS)]
    assert not faults, "\n".join(faults)
