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
from warroom.public.outside.answers import Answer, answer_link, answer_text, can_be_read
from warroom.public.outside.channels import look_for, stands_on
from warroom.public.outside.codes import groups_of
from warroom.public.outside.door import Reported
from warroom.public.outside.figures import measured_on
from warroom.public.outside.identifiers import MOST, PastedIdentifier, identifiers_in, only_identifier
from warroom.public.outside.lookup import reported
from warroom.public.outside.masking import masked
from warroom.reasons.reason import Language, Reason, render
from warroom.signals.messages.reading import TYPES
from warroom.unread import Unread
from warroom.web.public.forms import Posted, admit_files, first_bytes, posted
from warroom.web.public.languages import chosen
from warroom.web.public.pages import page
from warroom.web.public.real_pages import published
from warroom.web.public.sending import TEXT_SIGNS, once_of, send, text_of
from warroom.web.public.walls import LARGEST, Limits, from_here, network_of

ASKS = Limits(most=20, seconds=3600)
"""Numbers, accounts and links that one network may ask for in an hour: nobody reads the table by asking for all."""
NUMBER_SIGNS = 200
"""How long a text may be that is a number and nothing else."""
PICTURE_BYTES = 5 * 1024 * 1024
KINDS_OF_REPORT = {"wrong": 0, "recheck": 1, "tip": 1}
OWN_ADVICE = ("parcel", "bank", "agency", "job", "friend", "investment", "loan", "recovery", "prize")
"""Kinds of scam with an advice of their own on how to find out for certain."""


def asked(request: Request) -> Response:
    """One box for all."""
    return _box(request, "", {}, 200)


async def answered(request: Request) -> Response:
    """The answer. A number alone waits in the loop for its turn at the database (`Lookups`): most questions are one, and a thread that
    waits is one fewer for those who report.
    """
    from_here(request)
    async with request.form(max_files=1, max_fields=10, max_part_size=LARGEST) as form:
        picture = await to_thread.run_sync(_picture, request, form)
        # Beside the threads that answer: reading a screenshot takes seconds.
        reading = request.app.state.cleaners["screenshots"]
        words = await to_thread.run_sync(_words_of, picture, limiter=reading) if picture else ("", "")
        read = await to_thread.run_sync(_read, request, form, *words)
    if isinstance(read, Response):
        return read
    state = request.app.state
    found = await state.lookups.ask(state.card, read.number) if read.looked else None
    return await to_thread.run_sync(_number_page, request, read, found)


@dataclass(frozen=True, slots=True)
class _Number:
    """A telephone, an account or a LINE name that somebody asks for; `looked`: whether its network may ask."""

    number: PastedIdentifier
    looked: bool


def _read(request: Request, form: FormData, words: str, wrong: str) -> Response | _Number:
    """The answer, or the number that has to be looked up for one. `words`: of a screenshot; `wrong`: why it has none."""
    if wrong:
        return _again(request, "", {"f": wrong})
    text = words or text_of(form, "q", TEXT_SIGNS + 1)
    text, cut = text[:TEXT_SIGNS], len(text) > TEXT_SIGNS
    if not text:
        return _again(request, "", {"q": "check.empty"})
    one = only_identifier(text) if len(text) <= NUMBER_SIGNS else None
    if one is None or one.kind == "link":
        return _answer(request, text, cut, bool(words))
    listed = published(request)
    if listed and stands_on(text, listed):
        return page(request, "real_answer.html", ours=look_for(text, listed), listed=listed)
    return _Number(one, _may_ask(request, 1))


def _number_page(request: Request, asked: _Number, found: Reported | None) -> Response:
    one = asked.number
    if found:
        return page(request, "check_reported.html", one=one, found=found, text=one.spelled)
    return page(request, "check_unknown.html", one=one, text=one.spelled, looked=asked.looked)


def _picture(request: Request, form: FormData) -> bytes:
    """The screenshot of a form without words; empty for none. Raises LedgerError as `admit_files` does."""
    file = form.get("f")
    if text_of(form, "q") or not isinstance(file, UploadFile) or not file.filename:
        return b""
    admit_files(request, file.size or 0)
    return first_bytes(file, PICTURE_BYTES + 1)


def _words_of(picture: bytes) -> tuple[str, str]:
    """The words of a picture; else the sentence that says why it has none."""
    if not pictures.can_read():
        return "", "check.no_pictures"
    try:
        text = pictures.words_in(picture)
    except NotPossible:
        return "", "check.picture_unfit"
    return text, "" if text else "check.picture_empty"


def _again(request: Request, given: str, wrong: dict[str, str], status: int = 400) -> Response:
    return _box(request, given, wrong, status)


def _box(request: Request, given: str, wrong: dict[str, str], status: int) -> Response:
    """The box, with a place for a picture where pictures can be read."""
    values = {"given": given, "wrong": wrong, "alarms": measured_on(), "pictures": pictures.can_read()}
    return page(request, "check.html", status, **values)


def _answer(request: Request, text: str, cut: bool, read: bool) -> Response:
    one = only_identifier(text)
    if one is not None and one.kind == "link":
        return _of_link(request, one, text)
    if not can_be_read(text):
        return _again(request, text, {"q": "check.unreadable"})
    found = Unread("questions").attempt("a question", identifiers_in, text) or []
    known = _known(request, found)
    named = [(each, known[each]) for each in found if each in known] if known is not None else []
    notes = [
        key
        for key, holds in (("check.cut", cut), ("check.read", read), ("check.not_asked", known is None))
        if holds
    ]
    return _page(request, answer_text(text), named, notes, known is not None)


def _of_link(request: Request, one: PastedIdentifier, text: str) -> Response:
    """A link alone: what the list says of it and what its letters show, which need no look-up and are said to everybody; and whether
    several reported it, which a network asks so often and no more.
    """
    listed = published(request)
    if listed and stands_on(text, listed):
        return page(request, "real_answer.html", ours=look_for(text, listed), listed=listed)
    known = _known(request, [one])
    found = known.get(one) if known is not None else None
    answer = answer_link(one, masked(text))
    if answer.shape == "scam" or not found:
        named = [(one, found)] if found else []
        notes = ["check.not_asked_one"] if known is None else []
        return _page(request, answer, named, notes, known is not None)
    return page(request, "check_reported.html", one=one, found=found, text=one.spelled)


def _known(request: Request, found: list[PastedIdentifier]) -> dict[PastedIdentifier, Reported] | None:
    """Those of them that several reported; None where this network has asked for too many. Asked also where there is none, so
    that a message with a number is answered no later than one without.
    """
    state = request.app.state
    return reported(state.door, state.card, found) if _may_ask(request, len(found)) else None


def _may_ask(request: Request, numbers: int) -> bool:
    """Whether this network may ask for so many; they are counted."""
    network = network_of(request, request.app.state.card.numbers)
    if ASKS.spent(network):
        return False
    for _ in range(min(numbers, MOST)):
        ASKS.allows(network)
    return True


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer in the words of its page. `looked`: whether what it names was looked up among what was reported."""

    head: str
    group: str
    do: list[str]
    why: list[str]
    against: list[str]
    looked: bool
    notes: list[str] = field(default_factory=list)


def _page(
    request: Request,
    answer: Answer,
    named: list[tuple[PastedIdentifier, Reported]],
    notes: list[str],
    looked: bool,
) -> Response:
    language: Language = "th" if chosen(request) == "th" else "en"

    def say(reason: Reason) -> str:
        return render(reason, language)

    own = (
        answer.scam_type
        if answer.scam_type in OWN_ADVICE
        else answer.what
        if answer.what == "link"
        else "other"
    )
    said = _Said(
        head=f"check.head_{answer.sure}",
        group=f"check.group_{'unknown' if answer.shape == 'none' else 'scam'}",
        do=[f"check.do_{answer.what}", "check.do_told", f"check.certain_{own}"],
        why=[say(one.reason) for one in answer.why],
        against=[say(one.reason) for one in answer.against],
        looked=looked,
        notes=[*notes, *(["check.hidden"] if answer.hidden else [])],
    )
    return page(request, "check_answer.html", answer=answer, said=said, named=named)


def sent(request: Request, came: Posted) -> Response:
    """A report of what was pasted, word that an answer is wrong, or a wish to be looked at again."""
    kind, form = request.url.path.rpartition("/")[2], came.fields
    said = {"text": masked(text_of(form, "text")), "answer": text_of(form, "answer", 40)}
    said |= {"contact": text_of(form, "contact", 100), "scam_type": text_of(form, "scam_type", 20)}
    if not said["text"]:
        return _again(request, "", {"q": "check.empty"})
    if said["scam_type"] not in TYPES:
        said["scam_type"] = ""
    whole = {name: value for name, value in said.items() if value}
    done = send(request, kind, KINDS_OF_REPORT[kind], whole, once_of(form))
    return page(request, "code.html", groups=groups_of(done.code), code=done.code, seal=done.seal)


ROUTES = (
    Route("/check", asked),
    Route("/check", answered, methods=["POST"]),
    *(Route(f"/check/{kind}", posted(sent), methods=["POST"], name=kind) for kind in KINDS_OF_REPORT),
)
