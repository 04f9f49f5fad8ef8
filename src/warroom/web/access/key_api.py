"""Keys of partners' programs, for administrators: making one, ending one, and how much each is used."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from warroom.access.api_keys import keys
from warroom.access.api_keys.keys import MOST, PER_DAY, PER_MINUTE
from warroom.access.views import KeyScope, NewKeyView, PartnerKeyView
from warroom.web.kit.answers import make_page_answer, make_view_answer
from warroom.web.kit.api import Body, Book, Caller, make_area_router
from warroom.web.kit.open_home import open_home_of

router = make_area_router("partners")
Prefix = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}$")]
Quota = Annotated[int, Field(ge=1, le=MOST)]


class KeyIn(Body):
    """A new key for a bank's program; quotas are requests."""

    partner: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,15}$", examples=["B01"])]
    scopes: Annotated[list[KeyScope], Field(min_length=1)]
    per_minute: Quota = PER_MINUTE
    per_day: Quota = PER_DAY


KeyOut = make_view_answer(PartnerKeyView, "KeyOut")
NewKey = make_view_answer(NewKeyView, "NewKey", of=(KeyOut,))
Keys = make_page_answer(KeyOut, "Keys", "Every key, also those that were ended.")


@router.get("/partner-keys", may=("admin",), response_model=Keys)
def everything(caller: Caller, book: Book) -> object:
    """Every key of partners' programs, by partner and then the newest first."""
    found = keys.list_keys(book, caller)
    return {"rows": found, "total": len(found)}


@router.post("/partner-keys", may=("admin",), response_model=NewKey, status_code=201)
def add(request: Request, caller: Caller, book: Book, given: KeyIn) -> object:
    """Make a key. It is shown in this answer alone."""
    made = keys.add_key(
        book, given.partner, given.scopes, per_minute=given.per_minute, per_day=given.per_day, by=caller
    )
    # This server knows it with the answer already; others hear of it from the ledger.
    open_home_of(request).keyring.reload_keys()
    return made


@router.post("/partner-keys/{prefix}/revoke", may=("admin",), response_model=KeyOut)
def revoke(request: Request, caller: Caller, book: Book, prefix: Prefix) -> object:
    """End a key at once: the next request that comes with it is refused."""
    ended = keys.revoke_key(book, prefix, by=caller)
    open_home_of(request).keyring.reload_keys()
    return ended
