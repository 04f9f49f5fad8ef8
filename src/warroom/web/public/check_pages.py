"""Check: what somebody pastes looks like a scam, was reported by several, or is not known. Nothing of it is kept unless they
report it.
"""

from dataclasses import dataclass, field

from anyio import to_thread
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom import clock
from warroom.errors import NotPossible
from warroom.public.outside import pictures
from warroom.public.outside.answers import PastedAnswer, answer_link, answer_text, can_be_read
from warroom.public.outside.channels import find_listed_channel, match_channel
from warroom.public.outside.door import ReportedSummary
from warroom.public.outside.figures import is_counted_in, measured_on
from warroom.public.outside.identifiers import MOST, PastedIdentifier, identifiers_in, only_identifier
from warroom.public.outside.lookup import find_reported
from warroom.public.outside.masking import mask_secret_digits
from warroom.reasons.reason import Language, Reason, render
from warroom.signals.messages.reading import TYPES
from warroom.unread import UnreadTexts
from warroom.web.public.distress import find_cry
from warroom.web.public.forms import PostedForm, admit_files, make_form_endpoint, read_first_bytes
from warroom.web.public.help_pages import OTHERS, is_from_others, render_help
from warroom.web.public.languages import choose_language, load_sentences
from warroom.web.public.limits import (
    LARGEST,
    NEIGHBOURS,
    NetworkRateLimit,
    digest_address,
    digest_network,
    require_same_origin,
)
from warroom.web.public.pages import render_page
from warroom.web.public.real_pages import find_official_channels, render_channel_answer
from warroom.web.public.sending import (
    TEXT_SIGNS,
    read_submission_key,
    read_text_field,
    render_code_page,
    submit_sealed,
)

ADDRESS_LIMIT = NetworkRateLimit(most=150, seconds=3600)
"""Identifiers per address and hour: a class of thirty behind one router asks for five each, and nobody can enumerate the table of
reported ones. Chosen, not measured."""
CHECK_RATE_LIMIT = NetworkRateLimit(most=NEIGHBOURS * 150, seconds=3600)
"""Identifiers per network and hour, of all its addresses together. Chosen, not measured."""
NUMBER_SIGNS = 200
"""Characters of a text that is a single identifier."""
# Bytes; chosen, not measured: more than a phone's screenshot has.
PICTURE_BYTES = 5 * 1024 * 1024
PICTURE_BUSY = "check.picture_busy"
KINDS_OF_REPORT = ("wrong", "recheck", "tip")
PICTURES_WAITING = 3
"""Pictures that wait to be read, at most: each may take seconds, and the next sender gets "busy" at once. Chosen, not measured."""
ADVICE = {
    "message_parcel": "parcel",
    "message_account": "bank",
    "message_safe_account": "agency",
    "message_agency": "agency",
    "message_threat": "agency",
    "message_task_job": "job",
    "message_invest": "investment",
    "message_loan": "loan",
    "message_recovery": "recovery",
    "message_prize": "prize",
    "message_opener": "friend",
    "message_look_alike_link": "link",
    "message_short_link": "link",
}
"""Code of a reason -> how to find out for certain, where it has an advice of its own."""
SIGNS = {
    1: ("message_urgent", "message_threat"),
    2: (
        "message_pay_first",
        "message_safe_account",
        "message_ask_code",
        "message_details",
        "message_app",
    ),
    3: ("message_to_chat", "message_chat_link", "message_chat_id"),
    4: ("message_secret",),
}
"""The four signs that the page asks to look for (`check.self_1` to `check.self_4`), and the reasons that show one."""
FOR_OFFICERS = ("domain_shared_with_others",)
"""Findings about a link that officers need and that say nothing about whether it is genuine."""


def show_check_form(request: Request) -> Response:
    """The form."""
    return _render_check_form(request, "", {}, 200)


async def answer_check(request: Request) -> Response:
    """The answer. A number alone waits in the loop for its turn at the database (`Lookups`): most questions are one, and a thread that
    waits is one fewer for those who report.
    """
    require_same_origin(request)
    async with request.form(max_files=1, max_fields=10, max_part_size=LARGEST) as form:
        picture = await to_thread.run_sync(_read_picture, request, form)
        words = await _wait_for_picture_text(request, picture) if picture else ("", "")
        read = await to_thread.run_sync(_read_question, request, form, *words)
    if isinstance(read, Response):
        return read
    state = request.app.state
    earlier_reports = await state.lookups.find_reported(state.card, read.number) if read.may_look_up else None
    return await to_thread.run_sync(_render_number_answer, request, read, earlier_reports)


async def _wait_for_picture_text(request: Request, picture: bytes) -> tuple[str, str]:
    """`_extract_picture_text` in its turn, on a limiter of its own: reading takes seconds and must not occupy the threads that answer."""
    reading = request.app.state.cleaners["screenshots"]
    if reading.statistics().tasks_waiting >= PICTURES_WAITING:
        return "", PICTURE_BUSY
    return await to_thread.run_sync(_extract_picture_text, picture, limiter=reading)


@dataclass(frozen=True, slots=True)
class _NumberQuestion:
    """A telephone, an account or a LINE name that somebody asks for; `looked`: whether its network may ask."""

    number: PastedIdentifier
    may_look_up: bool


def _read_question(request: Request, form: FormData, words: str, wrong: str) -> Response | _NumberQuestion:
    """The answer, or the number that has to be looked up for one. `words`: of a screenshot; `wrong`: why it has none."""
    if wrong:
        return _reject_question(request, "", {"f": wrong}, 503 if wrong == PICTURE_BUSY else 400)
    text = words or read_text_field(form, "q", TEXT_SIGNS + 1)
    text, cut = text[:TEXT_SIGNS], len(text) > TEXT_SIGNS
    if not text:
        return _reject_question(request, "", {"q": "check.empty"})
    safe = mask_secret_digits(text)
    request.state.repeat = [("q", safe), *([(OTHERS, "1")] if is_from_others(form) else [])]
    request.state.cry = "" if is_from_others(form) else find_cry(text)
    if request.state.cry:
        return render_help(request, safe, (), "/check", [("q", safe)])
    identifier = only_identifier(text) if len(text) <= NUMBER_SIGNS else None
    if identifier is None or identifier.kind == "link":
        return _answer_message(request, text, cut, bool(words))
    listed = find_official_channels(request)
    if listed and find_listed_channel(text, listed):
        return render_channel_answer(request, text, listed)
    # A page names no whole number as it was typed.
    request.state.repeat = [("q", identifier.spelled)]
    return _NumberQuestion(identifier, _may_ask(request, 1))


def _render_number_answer(
    request: Request, asked: _NumberQuestion, summary: ReportedSummary | None
) -> Response:
    number = asked.number
    if summary:
        return _render_reported(request, number, summary)
    return render_page(
        request, "check_unknown.html", one=number, text=number.spelled, looked=asked.may_look_up
    )


def _render_reported(request: Request, asked: PastedIdentifier, summary: ReportedSummary) -> Response:
    do = _list_number_advice(asked)
    return render_page(request, "check_reported.html", one=asked, found=summary, text=asked.spelled, do=do)


def _read_picture(request: Request, form: FormData) -> bytes:
    """The screenshot of a form without words; empty for none. Raises LedgerError as `admit_files` does."""
    file = form.get("f")
    if read_text_field(form, "q") or not isinstance(file, UploadFile) or not file.filename:
        return b""
    admit_files(request, file.size or 0)
    return read_first_bytes(file, PICTURE_BYTES + 1)


def _extract_picture_text(picture: bytes) -> tuple[str, str]:
    """The words of a picture; else the sentence that says why it has none."""
    if not pictures.can_read():
        return "", "check.no_pictures"
    try:
        text = pictures.read_picture_text(picture)
    except pictures.PictureBusyError:
        return "", PICTURE_BUSY
    except NotPossible:
        return "", "check.picture_unfit"
    return text, "" if text else "check.picture_empty"


def _reject_question(request: Request, given: str, wrong: dict[str, str], status: int = 400) -> Response:
    return _render_check_form(request, given, wrong, status)


def _render_check_form(request: Request, given: str, wrong: dict[str, str], status: int) -> Response:
    """The box, with a place for a picture where pictures can be read."""
    values = {"given": given, "wrong": wrong, "alarms": measured_on(), "pictures": pictures.can_read()}
    return render_page(request, "check.html", status, **values)


def _answer_message(request: Request, text: str, cut: bool, read: bool) -> Response:
    identifier = only_identifier(text)
    if identifier is not None and identifier.kind == "link":
        return _answer_single_link(request, identifier, text)
    if not can_be_read(text):
        return _reject_question(request, text, {"q": "check.unreadable"})
    identifiers = UnreadTexts("questions").try_reading("a question", identifiers_in, text) or []
    known = _find_reported(request, identifiers)
    named = (
        [
            (named_identifier, known[named_identifier])
            for named_identifier in identifiers
            if named_identifier in known
        ]
        if known is not None
        else []
    )
    notes = [
        key
        for key, holds in (("check.cut", cut), ("check.read", read), ("check.not_asked", known is None))
        if holds
    ]
    return _render_message_answer(request, answer_text(text), named, notes, known is not None)


def _answer_single_link(request: Request, identifier: PastedIdentifier, text: str) -> Response:
    """A link alone: what the list says of it and what its letters show, which need no look-up and are said to everybody; and whether
    several reported it, which a network asks so often and no more.
    """
    listed = find_official_channels(request)
    matched = match_channel(text, listed) if listed else None
    answer = answer_link(identifier, mask_secret_digits(text))
    # A copy of which the letters tell nothing: an official name in front of another one.
    is_copy = matched is not None and matched.verdict == "no" and answer.shape != "scam"
    if listed and matched and (matched.verdict == "yes" or is_copy):
        return render_channel_answer(request, text, listed)
    known = _find_reported(request, [identifier])
    earlier_reports = known.get(identifier) if known is not None else None
    if answer.shape == "scam" or not earlier_reports:
        named = [(identifier, earlier_reports)] if earlier_reports else []
        notes = ["check.not_asked_one"] if known is None else []
        return _render_message_answer(request, answer, named, notes, known is not None)
    return _render_reported(request, identifier, earlier_reports)


def _find_reported(
    request: Request, found: list[PastedIdentifier]
) -> dict[PastedIdentifier, ReportedSummary] | None:
    """Those of them that several reported; None where this network has asked for too many. Asked also where there is none, so
    that a message with a number is answered no later than one without.
    """
    state = request.app.state
    return find_reported(state.door, state.card, found) if _may_ask(request, len(found)) else None


def _may_ask(request: Request, numbers: int) -> bool:
    """Count the look-ups against the limits of the address and of its network; whether both allow them."""
    key = request.app.state.card.numbers
    limits = (
        (ADDRESS_LIMIT, digest_address(request, key)),
        (CHECK_RATE_LIMIT, digest_network(request, key)),
    )
    if any(limit.is_exhausted(whose) for limit, whose in limits):
        return False
    for limit, whose in limits:
        for _ in range(min(numbers, MOST)):
            limit.record_attempt(whose)
    return True


@dataclass(frozen=True, slots=True)
class _AnswerText:
    """An answer in the words of its page. `why`: each reason with the key of what it is for, "" for none. `signs`: the four signs, each
    with the words of the text that show it, "" where none does. `of_100`: None where it was not counted this year. `looked`: whether
    what it names was looked up among what was reported.
    """

    head: str
    do: list[str]
    why: list[tuple[str, str]]
    against: list[str]
    signs: dict[int, str]
    of_100: int | None
    looked: bool
    notes: list[str] = field(default_factory=list)


def _render_message_answer(
    request: Request,
    answer: PastedAnswer,
    named: list[tuple[PastedIdentifier, ReportedSummary]],
    notes: list[str],
    looked: bool,
) -> Response:
    language: Language = "th" if choose_language(request) == "th" else "en"

    def render_reason(reason: Reason) -> str:
        return render(reason, language)

    why = [finding.reason for finding in answer.why]
    against = [finding.reason for finding in answer.against if finding.reason.code not in FOR_OFFICERS]
    is_counted = is_counted_in(clock.get_now().year)
    answer_words = _AnswerText(
        head=f"check.head_{answer.sure}",
        do=[f"check.do_{answer.what}", "check.do_told", f"check.certain_{_choose_advice(answer)}"],
        why=[(render_reason(reason), find_purpose(reason.code)) for reason in why],
        against=[render_reason(reason) for reason in against],
        signs={number: _quote_sign(why, codes) for number, codes in SIGNS.items()},
        of_100=answer.of_100 if is_counted else None,
        looked=looked,
        notes=[*notes, *(["check.hidden"] if answer.hidden else [])],
    )
    return render_page(
        request,
        "check_answer.html",
        answer=answer,
        said=answer_words,
        named=named,
        # What several reported leads where the words alone say nothing.
        first=named[0] if named and answer.shape != "scam" else None,
        do=_list_number_advice(named[0][0]) if named and answer.shape != "scam" else answer_words.do,
    )


def _choose_advice(answer: PastedAnswer) -> str:
    """How to find out for certain: by the first of the reasons that the page shows, so that advice and reasons speak of one thing."""
    if answer.what != "message":
        return "job" if answer.what == "advert" else answer.what
    shown = [ADVICE[finding.reason.code] for finding in answer.why if finding.reason.code in ADVICE]
    # A link says less of how to find out than what the message tells.
    return next((advice for advice in shown if advice != "link"), shown[0] if shown else "other")


def _quote_sign(why: list[Reason], codes: tuple[str, ...]) -> str:
    return ", ".join(str(reason.params.get("words", "")) for reason in why if reason.code in codes)


def _list_number_advice(one: PastedIdentifier) -> list[str]:
    return [f"check.do_{one.kind}", f"check.certain_{one.kind}", "check.do_told"]


def find_purpose(code: str) -> str:
    """The key of the sentence that says what a reason of a scam is for; "" for none."""
    key = f"check.purpose_{code.removeprefix('message_')}"
    return key if key in load_sentences("en").sentences else ""


def submit_check_report(request: Request, submission: PostedForm) -> Response:
    """A report of what was pasted, word that an answer is wrong, or a wish to be looked at again."""
    kind, form = request.url.path.rpartition("/")[2], submission.fields
    answers = {
        "text": mask_secret_digits(read_text_field(form, "text")),
        "answer": read_text_field(form, "answer", 40),
    }
    answers |= {
        "contact": read_text_field(form, "contact", 100),
        "scam_type": read_text_field(form, "scam_type", 20),
    }
    if not answers["text"]:
        return _reject_question(request, "", {"q": "check.empty"})
    if answers["scam_type"] not in TYPES:
        answers["scam_type"] = ""
    whole = {name: value for name, value in answers.items() if value}
    done = submit_sealed(request, kind, whole, read_submission_key(form))
    return render_code_page(request, done.code, done.seal)


ROUTES = (
    Route("/check", show_check_form),
    Route("/check", answer_check, methods=["POST"]),
    *(
        Route(f"/check/{kind}", make_form_endpoint(submit_check_report), methods=["POST"], name=kind)
        for kind in KINDS_OF_REPORT
    ),
)
