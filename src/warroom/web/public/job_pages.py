"""Pages about a job offer, and about a relative who went abroad to work and cannot be reached.

Nothing typed here is stored on the phone, which an exploiter may hold, and nothing leaves this process until it is submitted.
"""

import secrets
import threading
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.signals.adverts.red_flags import find_red_flags
from warroom.unread import UnreadTexts
from warroom.web.public.distress import read_lexicons
from warroom.web.public.forms import FILES, PostedForm, make_form_endpoint
from warroom.web.public.help_pages import is_from_others, render_help
from warroom.web.public.pages import render_page
from warroom.web.public.report_pages import choose_error_language
from warroom.web.public.sending import read_submission_key, read_text_field, render_code_page, submit_sealed

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
"""Signs from which the answer is "looks like a scam"; a single sign is a question to ask. Chosen, not measured."""


@dataclass(frozen=True, slots=True)
class JobAnswer:
    """The signs found in an offer, each with the words that show it (empty if the reader ticked it). `travel`: paid travel, which is
    shown and not counted.
    """

    found: tuple[tuple[str, str], ...]
    travel: bool

    @property
    def sign_count(self) -> int:
        return len(self.found)

    @property
    def is_sure(self) -> bool:
        return self.sign_count >= SURE


def assess_offer(text: str, ticked: list[str]) -> JobAnswer:
    """Find the signs of a scam in the offer's text and in the ticked boxes."""
    read_lexicons()
    seen: dict[str, str] = dict.fromkeys(ticked, "")
    # What was ticked still counts where the program fails at the words.
    looked = UnreadTexts("offers").try_reading("an offer", find_red_flags, text)
    flags = looked.flags if looked else ()
    for flag in flags:
        if looked and flag.name in SHOWN:
            seen[SHOWN[flag.name]] = looked.list_red_flag_words(flag)[0][:WORDS_SHOWN]
    counted_signs = tuple((name, seen[name]) for name in COUNTED if name in seen)
    return JobAnswer(counted_signs, "travel" in seen)


def show_job_form(request: Request) -> Response:
    """Paste the offer, or tick what was said."""
    # In the background, while the reader still types.
    # The lexicons take a moment to load; without this the first answer would wait for it.
    threading.Thread(target=read_lexicons, daemon=True).start()
    return render_page(request, "job.html", given="", ticked=[], ticks=TICKS, wrong={})


def answer_job_offer(request: Request, submission: PostedForm) -> Response:
    """The signs found in the offer, or help first if the text is a call for help; nothing is stored."""
    text, ticked = read_text_field(submission.fields, "text"), _list_ticked(submission)
    if not text and not ticked:
        wrong = {"text": "job.empty"}
        return render_page(request, "job.html", 400, given="", ticked=[], ticks=TICKS, wrong=wrong)
    if request.state.cry and not is_from_others(submission.fields):
        return render_help(request, text, ticked, "/report/job", [("text", text), *_list_tick_fields(ticked)])
    request.state.cry = ""
    return render_page(
        request,
        "job_answer.html",
        answer=assess_offer(text, ticked),
        text=text,
        ticked=ticked,
        once=secrets.token_hex(16),
    )


def submit_job_offer(request: Request, submission: PostedForm) -> Response:
    """Send the offer to the officers, with the route of travel, a trusted person's number and a code word."""
    answers = {
        name: read_text_field(submission.fields, name, most)
        for name, most in (("text", 4_000), ("way", 500), ("place", 500), ("trusted", 60), ("word", 60))
    }
    answers |= {"ticked": ", ".join(_list_ticked(submission))}
    sent = submit_sealed(request, "job", answers, read_submission_key(submission.fields))
    return render_code_page(request, sent.code, sent.seal)


def _list_tick_fields(ticked: list[str]) -> list[tuple[str, str]]:
    return [("ticked", name) for name in ticked]


def _list_ticked(came: PostedForm) -> list[str]:
    return [name for name in TICKS if name in came.fields.getlist("ticked")]


def show_missing_form(request: Request) -> Response:
    """Three optional questions."""
    return render_page(request, "missing.html", given={}, wrong={}, once=secrets.token_hex(16))


def submit_missing_person(request: Request, submission: PostedForm) -> Response:
    """Send the report about a missing relative; every field is optional."""
    given = {name: read_text_field(submission.fields, name, 1_000) for name in ("heard", "place", "lured")}
    once = read_submission_key(submission.fields)
    if submission.refusal:
        wrong = {"file": submission.refusal.render_in(choose_error_language(request))}
        return render_page(request, "missing.html", 400, given=given, wrong=wrong, once=once)
    sent = submit_sealed(request, "missing", given, once, submission.files)
    return render_code_page(request, sent.code, sent.seal)


ROUTES = (
    Route("/report/job", show_job_form),
    Route("/report/job", make_form_endpoint(answer_job_offer), methods=["POST"]),
    Route("/report/job/send", make_form_endpoint(submit_job_offer), methods=["POST"]),
    Route("/report/missing", show_missing_form),
    Route("/report/missing", make_form_endpoint(submit_missing_person, files=FILES), methods=["POST"]),
)
