"""A job that somebody is offered, and a relative who went abroad to work and cannot be reached.

Nothing typed here is kept on the telephone, which others may hold, and nothing leaves this process unless it is sent.
"""

import secrets
import threading
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import groups_of
from warroom.signals.adverts.flags import look
from warroom.unread import Unread
from warroom.web.public.distress import read_lexicons, read_urgency
from warroom.web.public.forms import FILES, Posted, posted
from warroom.web.public.pages import page
from warroom.web.public.report_pages import our_language
from warroom.web.public.sending import once_of, send, text_of

TICKS = ("pay", "untried", "travel", "tourist", "unseen", "passport", "hurry", "secret")
"""What may be ticked, in the order of the page."""
COUNTED = ("tourist", "unseen", "passport", "pay", "untried", "debt", "hurry", "secret")
"""What honest jobs do not do, the gravest first. Paid travel is none of them: some honest employers pay it."""
SHOWN = {
    "pay": "pay",
    "no_experience": "untried",
    "no_interview": "untried",
    "employer_pays": "travel",
    "irregular_crossing": "tourist",
    "papers_held": "passport",
    "debt_penalty": "debt",
    "hurry": "hurry",
}
"""A flag of an advert -> what it says in the words of this page."""
WORDS_SHOWN = 60  # signs of the advert beside what it shows
SURE = 2
"""From so many things on the answer is that it looks like a scam: one alone is a question to ask."""


@dataclass(frozen=True, slots=True)
class JobAnswer:
    """What was found in an offer: what honest jobs do not do, each with the words that show it (empty where it was ticked);
    `travel`: whether travel is paid, which is told and not counted; `distress`: whether somebody asks for help in it.
    """

    found: tuple[tuple[str, str], ...]
    travel: bool
    distress: bool

    @property
    def number(self) -> int:
        return len(self.found)

    @property
    def sure(self) -> bool:
        return self.number >= SURE


def answer_of(text: str, ticked: list[str]) -> JobAnswer:
    """What an offer's words and what was ticked say of it."""
    read_lexicons()
    seen: dict[str, str] = dict.fromkeys(ticked, "")
    # What was ticked still counts where the program fails at the words.
    looked = Unread("offers").attempt("an offer", look, text)
    flags = looked.flags if looked else ()
    for flag in flags:
        if looked and flag.name in SHOWN:
            seen[SHOWN[flag.name]] = looked.words(flag)[0][:WORDS_SHOWN]
    found = tuple((name, seen[name]) for name in COUNTED if name in seen)
    return JobAnswer(found, "travel" in seen, any(flag.name == "distress" for flag in flags))


def job(request: Request) -> Response:
    """Paste the offer, or tick what was said."""
    # While somebody still reads and types.
    threading.Thread(target=read_lexicons, daemon=True).start()
    return page(request, "job.html", given="", ticked=[], ticks=TICKS, wrong={})


def job_looked(request: Request, came: Posted) -> Response:
    """What is not as in honest jobs, or help first where somebody asks for it; nothing is kept."""
    text, ticked = text_of(came.fields, "text"), _ticked(came)
    if not text and not ticked:
        wrong = {"text": "job.empty"}
        return page(request, "job.html", 400, given="", ticked=[], ticks=TICKS, wrong=wrong)
    found = answer_of(text, ticked)
    return page(
        request,
        "job_help.html" if found.distress else "job_answer.html",
        answer=found,
        text=text,
        ticked=ticked,
        once=secrets.token_hex(16),
    )


def job_sent(request: Request, came: Posted) -> Response:
    """The offer goes to the officers, with the way that somebody wants to be known."""
    said = {
        name: text_of(came.fields, name, most)
        for name, most in (("text", 4_000), ("way", 500), ("place", 500), ("trusted", 60), ("word", 60))
    }
    said |= {"ticked": ", ".join(_ticked(came))}
    urgency, filed = read_urgency("job", said)
    sent = send(request, "job", urgency, filed, once_of(came.fields))
    return page(request, "code.html", groups=groups_of(sent.code), code=sent.code, seal=sent.seal)


def _ticked(came: Posted) -> list[str]:
    return [name for name in TICKS if name in came.fields.getlist("ticked")]


def missing(request: Request) -> Response:
    """Three questions, none of which needs an answer."""
    return page(request, "missing.html", given={}, wrong={}, once=secrets.token_hex(16))


def missing_sent(request: Request, came: Posted) -> Response:
    """It goes out as urgent, whatever was answered."""
    given = {name: text_of(came.fields, name, 1_000) for name in ("heard", "place", "lured")}
    once = once_of(came.fields)
    if came.refused:
        wrong = {"file": came.refused.told(our_language(request))}
        return page(request, "missing.html", 400, given=given, wrong=wrong, once=once)
    urgency, filed = read_urgency("missing", given)
    sent = send(request, "missing", urgency, filed, once, came.files)
    return page(request, "code.html", groups=groups_of(sent.code), code=sent.code, seal=sent.seal)


ROUTES = (
    Route("/report/job", job),
    Route("/report/job", posted(job_looked), methods=["POST"]),
    Route("/report/job/send", posted(job_sent), methods=["POST"]),
    Route("/report/missing", missing),
    Route("/report/missing", posted(missing_sent, files=FILES), methods=["POST"]),
)
