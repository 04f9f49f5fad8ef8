"""How pages look: colours, type, space and parts, shown live in every dress the room wears."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from warroom.law.kinds.declarations import PILLARS
from warroom.sentences.sentence import Sentence
from warroom.web.actions.words import ActionWords
from warroom.web.doors.access_table import SIGNED_IN
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import NOTHING_TYPED, FormField, FormStep, TypedForm
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.words.mark import N_

router = Router(include_in_schema=False)
COLOURS = (
    ("paper", N_("the ground of the page")),
    ("sheet", N_("what is on it")),
    ("line", N_("rules and edges")),
    ("ink", N_("text")),
    ("ink-2", N_("what explains the text")),
    ("ink-3", N_("what may be overlooked")),
    ("accent", N_("links and the one filled button")),
    ("accent-soft", N_("what is chosen")),
    ("money", N_("money still there")),
    ("money-gone", N_("money out of reach")),
    ("innocent", N_("signs of innocence, an honest shop")),
    ("late", N_("what is late, and nothing else")),
    ("due", N_("what is due soon, and exercises")),
    ("ok", N_("what is done")),
)
SPACES = ("s1", "s2", "s3", "s4", "s5", "s6")
SIZES = ("t-s", "t-m", "t-l", "t-xl")
DRESSES = (
    ("light", "", N_("Light")),
    ("dark", "", N_("Dark")),
    ("light", "more", N_("Light, high contrast")),
    ("dark", "more", N_("Dark, high contrast")),
)
SAMPLE = FormStep(
    "sample",
    N_("A form"),
    N_("Send"),
    (
        FormField("name", N_("One line")),
        FormField("at", N_("A date and a time"), "moment", required=False),
        FormField("amount", N_("An amount"), "money", unit=N_("baht")),
        FormField("text", N_("Several lines"), "area"),
    ),
)


@dataclass(frozen=True, slots=True)
class SampleMoney:
    """A bar's sums in satang, as the board has them."""

    loss: int
    still_there: int
    exited: int
    spent: int


@router.get("/design", may=SIGNED_IN)
def show_design(request: Request, officer: SignedIn) -> Response:
    say = say_for(request)
    values: dict[str, Any] = {
        "colours": COLOURS,
        "pillars": PILLARS,
        "spaces": SPACES,
        "sizes": SIZES,
        "dresses": DRESSES,
        "told": ActionWords(say),
        "clocks": build_sample_clocks(say),
        "money": SampleMoney(1_570_000_00, 668_600_00, 832_400_00, 69_000_00),
        "sample": SAMPLE,
        "typed": NOTHING_TYPED,
        "wrong": TypedForm(
            "sample", Sentence("pages.amount-unread").render_in(say.language), {"amount": "12.345"}, "amount"
        ),
    }
    return render_page(request, "design.html", **values)


def build_sample_clocks(say: Say) -> list[Clock]:
    """A clock of each state."""
    spans = (timedelta(hours=5), timedelta(minutes=12), timedelta(minutes=-48))
    start, warn = say.now - timedelta(hours=3), timedelta(minutes=30)
    return [say.clock(say.now + span, start, warn) for span in spans]
