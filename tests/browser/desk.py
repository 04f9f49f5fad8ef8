"""An officer at a desk: pages opened, forms found by where they post to, unfolded, filled and sent as a hand does it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from tests.cases.scenes import PASSWORD
from tests.web.conftest import LIGHT

VIEW = {"width": 1440, "height": 900}
ATTEMPTS = 5


def open_page(page: Page, address: str) -> None:
    """Open an address, again where what was pressed before was still on its way to another page."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            page.goto(address)
            return
        except Error as problem:
            if "interrupted by another navigation" not in problem.message or attempt == ATTEMPTS:
                raise
            page.wait_for_timeout(500)


class Desk:
    """One officer's page of the room."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def sign_in(self, username: str, password: str = PASSWORD, to: str = LIGHT) -> "Desk":
        self.open(f"/sign-in?next={to}")
        self.send("/sign-in", username=username, password=password)
        self.page.wait_for_url(self.address + to)
        return self

    def open(self, path: str) -> "Desk":
        open_page(self.page, self.address + path)
        return self

    def follow(self, name: str, within: str = "main") -> "Desk":
        """Click the link of this name."""
        link = self.page.locator(within).get_by_role("link", name=name, include_hidden=True).first
        unfold(link)
        return self.moved(link)

    def form(self, action: str, holding: str = "") -> Locator:
        """The form that posts to an address; the one with a certain field or value, where there are several."""
        found = self.page.locator(f"form[action='{action}']")
        return found.filter(has=self.page.locator(holding)) if holding else found

    def send(
        self, action: str, button: str = "", holding: str = "", add: str = "", **given: str | bool
    ) -> "Desk":
        """Unfold the form, fill its fields by name and press its button, the first unless named; `add` stands before
        the fields' names.
        """
        form = self.form(action, holding)
        for name, value in given.items():
            put(form, add + name, value)
        pressed = form.get_by_role("button", name=button).first if button else form.locator("button").first
        unfold(pressed)
        return self.moved(pressed)

    def moved(self, pressed: Locator) -> "Desk":
        """Click, and wait for the page that answers."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            pressed.click()
        return self

    def says(self, words: str) -> "Desk":
        expect(self.page.get_by_role("status").first).to_contain_text(words)
        return self

    def refuses(self, words: str) -> "Desk":
        expect(self.page.get_by_role("alert").first).to_contain_text(words)
        return self

    def shows(self, words: str, where: str = "main") -> "Desk":
        expect(self.page.locator(where).first).to_contain_text(words)
        return self

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path


def put(form: Locator, name: str, value: str | bool) -> None:
    """Fill one field, whatever it is."""
    field = form.locator(f"[name='{name}']")
    unfold(field.first)
    sort = field.first.get_attribute("type")
    if sort == "radio":
        form.locator(f"[name='{name}'][value='{value}']").check()
    elif sort == "checkbox":
        boxes = field if isinstance(value, bool) else form.locator(f"[name='{name}'][value='{value}']")
        boxes.set_checked(value is not False)
    elif field.first.evaluate("one => one.tagName") == "SELECT":
        field.first.select_option(str(value))
    else:
        field.first.fill(str(value))


def unfold(field: Locator) -> None:
    """Open what a field is folded into, the outermost first, as a reader would."""
    folds = field.locator("xpath=ancestor::details[not(@open)]")
    while folds.count():
        folds.first.locator("xpath=./summary").click()


Sit = Callable[[str], Desk]


@contextmanager
def desks(browser: Browser, address: str, faults: list[str], password: str = PASSWORD) -> Iterator[Sit]:
    """`sit("anna")` is anna's desk, signed in once. Told as faults: what leaves this machine, and errors of scripts."""
    made: dict[str, Desk] = {}
    contexts: list[BrowserContext] = []

    def sit(username: str) -> Desk:
        if username not in made:
            context = browser.new_context(viewport=VIEW)  # type: ignore[arg-type]
            contexts.append(context)
            context.add_cookies([{"name": "warroom_language", "value": "en", "url": address}])
            made[username] = Desk(watched(context.new_page(), address, faults), address).sign_in(
                username, password
            )
        return made[username]

    yield sit
    for context in contexts:
        context.close()


def watched(page: Page, address: str, faults: list[str]) -> Page:
    """A page whose faults are kept: a request to any other host, an error of a script, one on the console."""
    host = urlsplit(address).netloc
    page.on(
        "request",
        lambda one: (
            faults.append(f"a request left this machine: {one.url}")
            if urlsplit(one.url).netloc not in (host, "")
            else None
        ),
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if is_fault(said.type, said.text) else None)
    return page


def is_fault(kind: str, text: str) -> bool:
    """Pages that answer 4xx on purpose, and connections cut on purpose, are told by Chromium as errors; everything else
    is one.
    """
    meant = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")
    return kind == "error" and not any(words in text for words in meant)
