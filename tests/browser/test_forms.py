"""Forms that cannot lose work: drafts, a sign-in that ends, two tabs, a lost connection, checks beside the field."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit
from tests.browser.looking import axe_faults

FORM = "form[action='/requests/new']"
WORDS = "Who signed the lease"


def asking(page: Page, demo: Demo) -> None:
    """The form of a request, with two of its fields filled."""
    page.goto(f"{demo.address}/requests/new?kind=information")
    page.fill(f"{FORM} [name=subject]", "company 0105")
    page.fill(f"{FORM} [name=items]", WORDS)


def kept(page: Page) -> dict[str, str]:
    """The drafts in this browser."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith('draft:')))"
    )
    return found


def complete(page: Page) -> None:
    """Fill what is missing, so that the form can be sent."""
    page.select_option(f"{FORM} [name=partner]", index=1)
    page.fill(f"{FORM} [name=purpose]", "To find who rents the site.")
    page.fill(f"{FORM} [name=keep_until]", "2029-03-01T00:00:00")


def sign_in(page: Page, demo: Demo) -> None:
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", demo.password)
    page.click("form[action='/sign-in'] button")


def test_what_was_typed_is_there_again_and_can_be_discarded(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    asking(page, demo)
    page.goto(f"{demo.address}/orders")
    page.goto(f"{demo.address}/requests/new?kind=information")
    expect(page.locator(f"{FORM} [name=items]")).to_have_value(WORDS)
    expect(page.locator(".draft.restored")).to_contain_text("was restored")
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator(f"{FORM} [name=items]")).to_have_value("")
    assert kept(page) == {}


def test_a_form_that_was_taken_leaves_no_draft(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    asking(page, demo)
    complete(page)
    assert len(kept(page)) == 1
    page.click(f"{FORM} button.do")
    page.wait_for_url("**/requests/*said=drafted")
    assert kept(page) == {}


def test_a_sign_in_that_ends_in_the_middle_of_a_form_leads_back_to_it_with_everything(
    visit: Visit, demo: Demo
) -> None:
    page = visit("officer")
    asking(page, demo)
    complete(page)
    page.context.clear_cookies(name="warroom_session")
    page.click(f"{FORM} button.do")
    expect(page.get_by_role("alert")).to_contain_text("nothing was done")
    sign_in(page, demo)
    page.wait_for_url("**/requests/new?kind=information")
    expect(page.locator(f"{FORM} [name=items]")).to_have_value(WORDS)
    expect(page.locator(f"{FORM} [name=keep_until]")).to_have_value(re.compile("2029-03-01T00:00"))
    page.click(f"{FORM} button.do")
    page.wait_for_url("**/requests/*said=drafted")


def test_two_tabs_never_overwrite_one_another_unasked(visit: Visit, demo: Demo) -> None:
    one = visit("officer")
    asking(one, demo)
    two = one.context.new_page()
    two.goto(one.url)
    expect(two.locator(f"{FORM} [name=items]")).to_have_value(WORDS)
    two.fill(f"{FORM} [name=items]", "Something else")
    expect(one.locator(".draft.elsewhere")).to_be_visible()
    one.fill(f"{FORM} [name=items]", "Mine")
    assert "Something else" in "".join(kept(two).values())
    one.get_by_role("button", name="Show that version").click()
    expect(one.locator(f"{FORM} [name=items]")).to_have_value("Something else")
    one.fill(f"{FORM} [name=items]", "Agreed")
    assert "Agreed" in "".join(kept(one).values())
    one.close()


def test_without_a_connection_the_form_stays_and_is_sent_once_it_is_back(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    asking(page, demo)
    complete(page)
    page.context.set_offline(True)
    page.click(f"{FORM} button.do")
    expect(page.locator(".lost")).to_contain_text("nothing was lost")
    expect(page.locator(f"{FORM} [name=items]")).to_have_value(WORDS)
    page.context.set_offline(False)
    page.get_by_role("button", name="Send it again").dblclick()
    page.wait_for_url("**/requests/*said=drafted")


def test_signing_out_leaves_nothing_in_the_browser(visit: Visit, demo: Demo) -> None:
    page = visit("officer", alone=True)
    asking(page, demo)
    page.click("form[action='/sign-out'] button")
    page.wait_for_url("**/sign-in?said=out")
    assert kept(page) == {}


def test_another_officer_on_the_same_machine_sees_no_draft(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    asking(page, demo)
    page.context.clear_cookies(name="warroom_session")
    page.goto(f"{demo.address}/sign-in")
    page.fill("[name=username]", "officer2")
    page.fill("[name=password]", demo.password)
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(f"{demo.address}/")
    page.goto(f"{demo.address}/requests/new?kind=information")
    expect(page.locator(f"{FORM} [name=items]")).to_have_value("")
    expect(page.locator(".draft")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "field"), [("/people", "[name=name]"), ("/account", "input[type=password]")]
)
def test_what_survivors_tell_and_secrets_never_stay_on_the_device(
    visit: Visit, demo: Demo, path: str, field: str
) -> None:
    page = visit("supervisor" if path == "/people" else "officer")
    page.goto(f"{demo.address}{path}")
    expect(page.locator("main[data-no-draft]")).to_have_count(1)
    page.locator("main details").evaluate_all("all => all.forEach(one => (one.open = true))")
    page.locator(f"main {field}").first.fill("Somebody told me this")
    page.goto(f"{demo.address}/law")
    assert kept(page) == {}
    assert "Somebody" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("th", "เลือกหนึ่งข้อ เช่น "),
        pytest.param("en", "Choose one, for example: ", marks=pytest.mark.looks),
    ],
)
def test_what_is_missing_is_said_beside_its_field(visit: Visit, demo: Demo, language: str, said: str) -> None:
    page = visit("officer", language=language)
    asking(page, demo)
    page.click(f"{FORM} button.do")
    field = page.locator(f"{FORM} [name=partner]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(page.locator(f"{FORM} label:has([name=partner]) .wrong")).to_contain_text(said)
    field.select_option(index=1)
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_what_cannot_be_read_is_told_with_an_example(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    asking(page, demo)
    complete(page)
    page.fill(f"{FORM} [name=subject]", "")
    page.click(f"{FORM} button.do")
    wrong = page.locator(f"{FORM} label:has([name=subject]) .wrong")
    expect(wrong).to_have_text(re.compile("Fill this in, for example: B02:000-118-8204"))


def test_a_pair_of_radios_is_told_once_what_it_wants(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    page.goto(f"{demo.address}/actions/new?kind=page-takedown")
    page.click("form[action='/actions/new'] button.do")
    pair = page.locator("fieldset:has([name=d-preserve])")
    expect(pair.locator(".wrong")).to_have_text("Choose one, for example: yes, no")
    pair.get_by_label("no").check()
    expect(pair.locator(".wrong")).to_have_count(0)


def test_a_subject_is_picked_by_keyboard_while_one_types(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    page.goto(f"{demo.address}/cases")
    page.locator("a.number[href^='/cases/C-']").first.click()
    number = page.locator("a[href^='/subjects/account/']").first.get_attribute("href") or ""
    whole = number.removeprefix("/subjects/account/").partition("?")[0]
    page.goto(f"{demo.address}/actions/new?kind=watch")
    field = page.locator("[name=subjects]")
    field.press_sequentially(whole[-4:])
    offered = page.locator(".offers [role=option]")
    expect(offered.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("^offers-"))
    assert axe_faults(page) == []
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(f":[0-9]*{whole[-4:]}$"))
    expect(offered.first).to_be_hidden()
    page.get_by_role("button", name="Add one more").click()
    expect(page.locator("[name=subjects]").nth(1)).to_be_focused()


def test_a_list_that_is_pasted_becomes_rows_and_comes_back_with_the_draft(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    page.goto(f"{demo.address}/actions/new?kind=watch")
    page.locator("[name=subjects]").evaluate(
        """one => { const data = new DataTransfer(); data.setData('text', 'B01:1\\nB01:2\\nB01:3');
        one.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    rows = page.locator("[name=subjects]")
    expect(rows).to_have_count(3)
    page.goto(f"{demo.address}/law")
    page.goto(f"{demo.address}/actions/new?kind=watch")
    expect(rows).to_have_count(3)
    assert [one.input_value() for one in rows.all()] == ["B01:1", "B01:2", "B01:3"]
    page.get_by_role("button", name="Discard it").click()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("th", "1 มี.ค. พ.ศ. 2572 (ค.ศ. 2029)"),
        pytest.param("en", "1 Mar 2029 (B.E. 2572)", marks=pytest.mark.looks),
    ],
)
def test_a_chosen_date_is_read_back_in_both_calendars(
    visit: Visit, demo: Demo, language: str, said: str
) -> None:
    page = visit("officer", language=language)
    page.goto(f"{demo.address}/requests/new?kind=information")
    for typed in ("2029-03-01T10:00", "2572-03-01T10:00"):
        page.fill(f"{FORM} [name=keep_until]", typed)
        expect(page.locator(f"{FORM} label:has([name=keep_until]) .calendar")).to_have_text(said)


def test_a_buddhist_year_is_understood(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    asking(page, demo)
    complete(page)
    page.fill(f"{FORM} [name=keep_until]", "2572-03-01T10:00:00")
    page.click(f"{FORM} button.do")
    page.wait_for_url("**/requests/*said=drafted")
    expect(page.locator("main")).to_contain_text("1 Mar 2029")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("th", "เขียนไม่น้อยกว่า 12 ตัวอักษร"),
        pytest.param("en", "Write at least 12 letters.", marks=pytest.mark.looks),
    ],
)
def test_what_is_too_short_says_how_long_it_must_be(
    visit: Visit, demo: Demo, language: str, said: str
) -> None:
    page = visit("admin", language=language, at="/officers")
    new = page.locator("form[action='/officers']").last
    for name, value in (("name", "A"), ("username", "somebody"), ("password", "short")):
        new.locator(f"[name={name}]").press_sequentially(value)
    new.locator("button.do").click()
    expect(new.locator("label:has([name=password]) .wrong")).to_have_text(said)
    expect(new.locator("[name=password]")).to_have_attribute("aria-describedby", re.compile(r"^wrong-\d+$"))
