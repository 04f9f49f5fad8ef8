"""Check: what somebody pastes looks like a scam, was reported by several, or is not known. Nothing of it is kept unless they
report it.
"""

from dataclasses import dataclass, field

from anyio import to_thread
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.errors import NotPossible
from warroom.public.outside import pictures
from warroom.public.outside.answers import PastedAnswer, answer_link, answer_text, can_be_read
from warroom.public.outside.channels import find_listed_channel, match_channel
from warroom.public.outside.codes import groups_of
from warroom.public.outside.door import ReportedSummary
from warroom.public.outside.figures import measured_on
from warroom.public.outside.identifiers import MOST, PastedIdentifier, identifiers_in, only_identifier
from warroom.public.outside.lookup import find_reported
from warroom.public.outside.masking import mask_secret_digits
from warroom.reasons.reason import Language, Reason, render
from warroom.signals.messages.reading import TYPES
from warroom.unread import UnreadTexts
from warroom.web.public.forms import PostedForm, admit_files, make_form_endpoint, read_first_bytes
from warroom.web.public.languages import choose_language
from warroom.web.public.limits import LARGEST, NetworkRateLimit, digest_network, require_same_origin
from warroom.web.public.pages import render_page
from warroom.web.public.real_pages import find_official_channels
from warroom.web.public.sending import TEXT_SIGNS, read_submission_key, read_text_field, submit_sealed

CHECK_RATE_LIMIT = NetworkRateLimit(most=20, seconds=3600)
"""Identifiers per network and hour: nobody can enumerate the table of reported ones. Chosen, not measured."""
NUMBER_SIGNS = 200
"""Characters of a text that is a single identifier."""
# Bytes; chosen, not measured: more than a phone's screenshot has.
PICTURE_BYTES = 5 * 1024 * 1024
KINDS_OF_REPORT = {"wrong": 0, "recheck": 1, "tip": 1}
OWN_ADVICE = ("parcel", "bank", "agency", "job", "friend", "investment", "loan", "recovery", "prize")
"""Kinds of scam with an advice of their own on how to find out for certain."""


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
        # On a limiter of its own: reading a screenshot takes seconds and must not occupy the threads that
        # answer.
        reading = request.app.state.cleaners["screenshots"]
        words = (
            await to_thread.run_sync(_extract_picture_text, picture, limiter=reading) if picture else ("", "")
        )
        read = await to_thread.run_sync(_read_question, request, form, *words)
    if isinstance(read, Response):
        return read
    state = request.app.state
    earlier_reports = await state.lookups.find_reported(state.card, read.number) if read.may_look_up else None
    return await to_thread.run_sync(_render_number_answer, request, read, earlier_reports)


@dataclass(frozen=True, slots=True)
class _NumberQuestion:
    """A telephone, an account or a LINE name that somebody asks for; `looked`: whether its network may ask."""

    number: PastedIdentifier
    may_look_up: bool


def _read_question(request: Request, form: FormData, words: str, wrong: str) -> Response | _NumberQuestion:
    """The answer, or the number that has to be looked up for one. `words`: of a screenshot; `wrong`: why it has none."""
    if wrong:
        return _reject_question(request, "", {"f": wrong})
    text = words or read_text_field(form, "q", TEXT_SIGNS + 1)
    text, cut = text[:TEXT_SIGNS], len(text) > TEXT_SIGNS
    if not text:
        return _reject_question(request, "", {"q": "check.empty"})
    identifier = only_identifier(text) if len(text) <= NUMBER_SIGNS else None
    if identifier is None or identifier.kind == "link":
        return _answer_message(request, text, cut, bool(words))
    listed = find_official_channels(request)
    if listed and find_listed_channel(text, listed):
        return render_page(request, "real_answer.html", ours=match_channel(text, listed), listed=listed)
    return _NumberQuestion(identifier, _may_ask(request, 1))


def _render_number_answer(
    request: Request, asked: _NumberQuestion, found: ReportedSummary | None
) -> Response:
    one = asked.number
    if found:
        return render_page(request, "check_reported.html", one=one, found=found, text=one.spelled)
    return render_page(request, "check_unknown.html", one=one, text=one.spelled, looked=asked.may_look_up)


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
    if listed and find_listed_channel(text, listed):
        return render_page(request, "real_answer.html", ours=match_channel(text, listed), listed=listed)
    known = _find_reported(request, [identifier])
    earlier_reports = known.get(identifier) if known is not None else None
    answer = answer_link(identifier, mask_secret_digits(text))
    if answer.shape == "scam" or not earlier_reports:
        named = [(identifier, earlier_reports)] if earlier_reports else []
        notes = ["check.not_asked_one"] if known is None else []
        return _render_message_answer(request, answer, named, notes, known is not None)
    return render_page(
        request, "check_reported.html", one=identifier, found=earlier_reports, text=identifier.spelled
    )


def _find_reported(
    request: Request, found: list[PastedIdentifier]
) -> dict[PastedIdentifier, ReportedSummary] | None:
    """Those of them that several reported; None where this network has asked for too many. Asked also where there is none, so
    that a message with a number is answered no later than one without.
    """
    state = request.app.state
    return find_reported(state.door, state.card, found) if _may_ask(request, len(found)) else None


def _may_ask(request: Request, numbers: int) -> bool:
    """Count the look-ups against the network's limit; whether they are allowed."""
    network = digest_network(request, request.app.state.card.numbers)
    if CHECK_RATE_LIMIT.is_exhausted(network):
        return False
    for _ in range(min(numbers, MOST)):
        CHECK_RATE_LIMIT.record_attempt(network)
    return True


@dataclass(frozen=True, slots=True)
class _AnswerText:
    """An answer in the words of its page. `looked`: whether what it names was looked up among what was reported."""

    head: str
    group: str
    do: list[str]
    why: list[str]
    against: list[str]
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

    own = (
        answer.scam_type
        if answer.scam_type in OWN_ADVICE
        else answer.what
        if answer.what == "link"
        else "other"
    )
    answer_words = _AnswerText(
        head=f"check.head_{answer.sure}",
        group=f"check.group_{'unknown' if answer.shape == 'none' else 'scam'}",
        do=[f"check.do_{answer.what}", "check.do_told", f"check.certain_{own}"],
        why=[render_reason(finding.reason) for finding in answer.why],
        against=[render_reason(finding.reason) for finding in answer.against],
        looked=looked,
        notes=[*notes, *(["check.hidden"] if answer.hidden else [])],
    )
    return render_page(request, "check_answer.html", answer=answer, said=answer_words, named=named)


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
    done = submit_sealed(request, kind, KINDS_OF_REPORT[kind], whole, read_submission_key(form))
    return render_page(request, "code.html", groups=groups_of(done.code), code=done.code, seal=done.seal)


ROUTES = (
    Route("/check", show_check_form),
    Route("/check", answer_check, methods=["POST"]),
    *(
        Route(f"/check/{kind}", make_form_endpoint(submit_check_report), methods=["POST"], name=kind)
        for kind in KINDS_OF_REPORT
    ),
)
