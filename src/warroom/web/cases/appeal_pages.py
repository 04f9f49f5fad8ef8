"""The public page for holders of held money, of accounts to which payments wait, or of flagged accounts: the code on the notice is enough, no sign-in is needed."""

import re

from anyio import to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import settings
from warroom.access.agencies import bank_name
from warroom.access.role_groups import CASE_READERS
from warroom.cases import receipts
from warroom.errors import NotFound, NotPossible, TooLarge
from warroom.papers.cleaning import MOST, may_be_shown
from warroom.public import appeals, flags
from warroom.public import incoming as waiting
from warroom.web.doors.access_table import PUBLIC
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page
from warroom.web.kit.parameters import Name
from warroom.web.kit.security import checked_form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.upload import Upload

router = Router(include_in_schema=False)
LONGEST_CODE, LONGEST_NAME, LONGEST_PHONE = 40, 200, 40
PHONE = re.compile(r"[+0-9][0-9 ().-]{5,38}")


@router.get("/appeal", may=PUBLIC)
def show_code_form(request: Request, code: str = "") -> Response:
    """Where somebody types the code of their notice."""
    code = code.replace("\x00", "").strip()[:LONGEST_CODE]
    return _render_hold(request, code, {}, "", 200) if code else _render_code_form(request, "", "", 200)


@router.get("/appeal/{code}", may=PUBLIC)
def show_hold(request: Request, code: Name) -> Response:
    return _render_hold(request, code, {}, "", 200)


@router.post("/appeal/{code}", may=PUBLIC)
async def file_appeal(request: Request, code: Name) -> Response:
    """An objection, with a file or without; the page's own walls stand before the file's first byte."""
    form, receipt = await _read_sent_form(request, code)
    return await to_thread.run_sync(_file_appeal, request, code, form, receipt)


def _file_appeal(request: Request, code: str, form: FormData, receipt: "_Receipt | None") -> Response:
    given = {name: read_text_field(form, name) for name in ("who", "phone", "text")}
    if wrong := _explain_wrong(request, given):
        return _render_hold(request, code, given, wrong, 400)
    try:
        content = receipt.require_whole() if receipt else b""
        _record_appeal(request, code, given, content)
    except (NotPossible, TooLarge) as problem:
        return _render_hold(
            request, code, given, problem.render_in(language.choose_language(request)), problem.http_status
        )
    # Redirected: reloading a response to a POST would file a second appeal.
    return RedirectResponse(f"/appeal/{code}", 303)


def _record_appeal(request: Request, code: str, given: dict[str, str], content: bytes) -> None:
    """File the appeal against the hold with this code, or if there is none against what lets payments wait, or the flag."""
    ledger, who = open_home_of(request).ledger, _format_contact(given)
    try:
        appeals.submit_appeal(ledger, code, who, given["text"], content)
    except NotFound:
        try:
            waiting.appeal_incoming(ledger, code, who, given["text"])
        except NotFound:
            flags.appeal_flag(ledger, code, who, given["text"])


class _Receipt:
    """An attached file in memory; bytes beyond the limit are dropped."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, block: bytes | memoryview) -> None:
        if len(self.content) <= MOST:
            self.content += block

    def finish(self) -> None:
        pass

    def require_whole(self) -> bytes:
        if len(self.content) > MOST:
            raise TooLarge("cases.receipt-too-large", most=MOST // 1024 // 1024)
        return bytes(self.content)


async def _read_sent_form(request: Request, code: str) -> tuple[FormData, _Receipt | None]:
    """The fields of the form, and the file if it has one."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await checked_form(request), None

    async def begin(said: FormData, name: str) -> _Receipt:
        # Checked before the first byte is kept: only holders of a valid code may upload.
        await to_thread.run_sync(appeals.load_public_hold, open_home_of(request).ledger, code)
        return _Receipt()

    upload = Upload(request, begin)
    await upload.receive_form()
    receipt, form, name = upload.require_finished()
    return form, receipt if name or receipt.content else None


@router.get("/appeals/{appeal_id}/receipt", may=CASE_READERS)
def download_receipt(request: Request, appeal_id: Id, officer: SignedIn, addition: int = 0) -> Response:
    """The holder's attachment as stored; a sandbox policy keeps the browser from running anything in it."""
    attached_file = receipts.read_receipt(open_home_of(request).ledger, officer, appeal_id, addition)
    shown = "inline" if may_be_shown(attached_file.media, attached_file.content) else "attachment"
    name = f"appeal-{appeal_id}.{attached_file.media.rpartition('/')[2]}"
    headers = {
        "content-disposition": f'{shown}; filename="{name}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "etag": f'"{attached_file.sha256}"',
    }
    return Response(attached_file.content, media_type=attached_file.media, headers=headers)


def _format_contact(given: dict[str, str]) -> str:
    """Name and telephone on one line; a long name is cut, never the telephone."""
    phone = f", {given['phone'][:LONGEST_PHONE]}" if given["phone"] else ""
    return given["who"][: LONGEST_NAME - len(phone)] + phone


def _explain_wrong(request: Request, given: dict[str, str]) -> str:
    """The first error of the form with an example, in the page's language (a browser's own messages use the
    browser's); empty for none.
    """
    _ = language.load_catalog(language.choose_language(request)).gettext
    if not given["who"]:
        return _("Write your name, such as Somsri Jaidee, then send it again.")
    if not given["text"]:
        return _("Write what the money is, such as: I sold my old telephone on 3 March; then send it again.")
    if given["phone"] and not PHONE.fullmatch(given["phone"]):
        return _(
            "Write the telephone in digits, such as 081 234 5678, or leave it empty; then send it again."
        )
    return ""


def _render_hold(request: Request, code: str, given: dict[str, str], message: str, status: int) -> Response:
    """The hold of a code; where there is none, the field to type it again."""
    try:
        held = appeals.load_public_hold(open_home_of(request).ledger, code)
    except NotFound as problem:
        return _render_incoming(request, code, given, message, status, problem)
    bank = bank_name(open_home_of(request).ledger, held.bank)
    return render_page(
        request, "citizen/appeal.html", status, hold=held, bank=bank, given=given, message=message
    )


def _render_incoming(
    request: Request, code: str, given: dict[str, str], message: str, status: int, none_held: NotFound
) -> Response:
    """What waits at the account of a code that is no hold's."""
    ledger = open_home_of(request).ledger
    try:
        hold = waiting.load_public_incoming(ledger, code)
    except NotFound:
        return _render_flag(request, code, given, message, status, none_held)
    return render_page(
        request,
        "citizen/incoming.html",
        status,
        hold=hold,
        bank=bank_name(ledger, hold.bank),
        telephone=settings.get_text("WARROOM_HOLDER_TELEPHONE"),
        given=given,
        message=message,
    )


def _render_flag(
    request: Request, code: str, given: dict[str, str], message: str, status: int, none_held: NotFound
) -> Response:
    """The flag of a code that is no hold's."""
    ledger = open_home_of(request).ledger
    try:
        flag = flags.load_public_flag(ledger, code)
    except NotFound:
        return _render_code_form(request, code, none_held.render_in(language.choose_language(request)), 404)
    bank = bank_name(ledger, flag.bank)
    return render_page(
        request, "citizen/flag.html", status, flag=flag, bank=bank, given=given, message=message
    )


def _render_code_form(request: Request, code: str, message: str, status: int) -> Response:
    return render_page(request, "citizen/code.html", status, code=code, message=message)
