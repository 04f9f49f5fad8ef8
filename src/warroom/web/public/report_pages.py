"""Reports: money that has just left, a tip, a job, a missing relative."""

import hashlib
import secrets
from datetime import timedelta

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, groups_of, read_code
from warroom.public.outside.urgency import URGENCIES
from warroom.web.kit.manifest import STATIC, manifest
from warroom.web.public.distress import read_urgency
from warroom.web.public.forms import FILES, Posted, posted
from warroom.web.public.languages import chosen
from warroom.web.public.pages import page
from warroom.web.public.receipt_pages import unknown
from warroom.web.public.sending import Sent, once_of, send, text_of
from warroom.web.public.sums import read_sum

WHEN = {"15": timedelta(minutes=15), "60": timedelta(hours=1), "d": timedelta(days=1)}
ASKED = 2
"""Of the five groups of a code so many are asked back."""


def worker(request: Request) -> Response:
    """What lets the forms open without a signal; below this path, so that it stands before no other page."""
    content = (STATIC / manifest()["sw.js"]).read_bytes()
    return Response(content, media_type="text/javascript", headers={"cache-control": "no-cache"})


def doors(request: Request) -> Response:
    """Which report it is."""
    return page(request, "report.html")


def money(request: Request) -> Response:
    """Three questions, the telephone number first."""
    return _money(request, {}, {})


def money_sent(request: Request, came: Posted) -> Response:
    """What left becomes a case at once, also if the next page is never read."""
    given = {name: text_of(came.fields, name, 200) for name in ("when", "amount", "bank", "to")}
    wrong = _wrong(given)
    if not wrong and came.refused:
        wrong = {"file": came.refused.told(our_language(request))}
    if wrong:
        return _money(request, given, wrong, 400)
    said = given | {"amount": _plain(given["amount"])}
    once = once_of(came.fields)
    return _code(request, send(request, "money_left", URGENCIES["money_left"], said, once, came.files))


def _money(request: Request, given: dict[str, str], wrong: dict[str, str], status: int = 200) -> Response:
    banks = request.app.state.door.published("banks")
    listed = banks[0]["banks"] if banks else []
    return page(
        request, "money.html", status, given=given, wrong=wrong, banks=listed, once=secrets.token_hex(16)
    )


def _wrong(given: dict[str, str]) -> dict[str, str]:
    """Field -> the key of what is wrong with it. Only when it left is needed."""
    wrong = {}
    if given["when"] not in WHEN:
        wrong["when"] = "money.when_missing"
    baht = read_sum(given["amount"])
    # Who does not know the sum leaves it empty and is not sent away.
    if given["amount"] and not baht:
        wrong["amount"] = "money.amount_wrong" if baht is None else "money.amount_zero"
    return wrong


def _plain(amount: str) -> str:
    """The sum in digits; empty where it is not known."""
    baht = read_sum(amount)
    return f"{baht.normalize():f}" if baht else ""


def tip(request: Request) -> Response:
    """Anything else that somebody knows."""
    return page(request, "tip.html", given={}, wrong={}, once=secrets.token_hex(16))


def tip_sent(request: Request, came: Posted) -> Response:
    """A tip, without a name."""
    given = {name: text_of(came.fields, name) for name in ("text", "place", "about")}
    wrong = {} if given["text"] else {"text": "tip.text_missing"}
    if came.refused:
        wrong["file"] = came.refused.told(our_language(request))
    once = once_of(came.fields)
    if wrong:
        return page(request, "tip.html", 400, given=given, wrong=wrong, once=once)
    urgency, filed = read_urgency("tip", given)
    return _code(request, send(request, "tip", urgency, filed, once, came.files))


def _code(request: Request, sent: Sent) -> Response:
    """The code, to be written down."""
    return page(request, "code.html", groups=groups_of(sent.code), code=sent.code, seal=sent.seal)


def asked_back(request: Request, came: Posted) -> Response:
    """Two groups of the code, asked on a page that does not show it: who wrote it down has it."""
    form = came.fields
    code, tries = read_code(text_of(form, "code", 60)), _number(form, "tries")
    phone = text_of(form, "phone", 40)
    # What leaves a number is looked up first, whatever the code looks like.
    if phone and not _known(request, code):
        return unknown(request)
    if not code:
        return page(request, "receipt_enter.html", 400, wrong="receipt.unknown")
    asked = [place for place in form.getlist("group") if str(place) in ("1", "2", "3", "4", "5")][:ASKED]
    wanted = [int(str(place)) for place in asked] or _two()
    typed = [text_of(form, f"g{place}", 10).upper() for place in wanted]
    right = [read == groups_of(code)[place - 1] for place, read in zip(wanted, typed, strict=True)]
    if phone:
        # Of its own key by what it says: the page loaded again leaves the number once.
        once = hashlib.sha256(f"{code}:{phone}".encode()).hexdigest()
        send(request, "message", 1, {"phone": phone}, once, (), code)
    if asked and (all(right) or tries >= 3):
        return page(request, "code_kept.html", code=code, passed=all(right))
    wrong = [place for place, fits in zip(wanted, right, strict=True) if asked and not fits]
    return page(request, "code_back.html", code=code, wanted=wanted, wrong=wrong, tries=tries + 1)


def _known(request: Request, code: str) -> bool:
    found = request.app.state.door.receipt(digest_of(code, request.app.state.card.codes))
    return bool(code) and found is not None


def again(request: Request, came: Posted) -> Response:
    """The code once more."""
    code = read_code(text_of(came.fields, "code", 60))
    return page(request, "code.html", groups=groups_of(code), code=code, seal="")


def _two() -> list[int]:
    return sorted(secrets.SystemRandom().sample(range(1, 6), ASKED))


def _number(form: FormData, name: str) -> int:
    said = text_of(form, name, 3)
    return int(said) if said.isascii() and said.isdigit() else 0


def our_language(request: Request) -> str:
    """The language of our own errors, which have two."""
    return "th" if chosen(request) == "th" else "en"


ROUTES = (
    Route("/report", doors),
    Route("/report/sw.js", worker),
    Route("/report/money", money),
    Route("/report/money", posted(money_sent, files=FILES), methods=["POST"]),
    Route("/report/tip", tip),
    Route("/report/tip", posted(tip_sent, files=FILES), methods=["POST"]),
    Route("/report/code", posted(asked_back), methods=["POST"]),
    Route("/report/again", posted(again), methods=["POST"]),
)
