"""Officers, for administrators: adding and ending them, and their roles, which for some take two administrators."""

from typing import Annotated

from pydantic import Field

from warroom.access import agencies, factors, officers, roles
from warroom.access.views import RoleChangeView
from warroom.web.kit.answers import make_answer_model, make_page_answer, make_view_answer
from warroom.web.kit.api import Body, Book, Caller, Line, make_area_router
from warroom.web.kit.shapes import Id, Number, OfficerOut, RolesIn

router = make_area_router("officers")
ProviderSubject = Annotated[str, Field(max_length=255, pattern=r"^[\x20-\x7e]*$")]


class OfficerIn(Body):
    """A new officer; roles that need a second administrator are asked for, and given once another one agrees."""

    username: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,31}$")]
    name: Line
    password: Annotated[str, Field(min_length=12, max_length=256)]
    roles: RolesIn
    agency: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")] = ""
    subject: ProviderSubject = ""


class SubjectIn(Body):
    """The key of the agency's sign-in service for an officer (its claim sub); empty takes it away."""

    subject: ProviderSubject


class RolesOnly(Body):
    """All roles the officer shall have."""

    roles: RolesIn


ChangeOut = make_view_answer(RoleChangeView, "ChangeOut", text=("state",), of=(OfficerOut,))
Outcome = make_answer_model(
    "Outcome",
    "The officer as of now, and what a second administrator still has to decide.",
    officer=OfficerOut,
    waiting=ChangeOut | None,
)
Officers = make_page_answer(
    OfficerOut,
    "Officers",
    "Every officer by user name; `unknown_agencies` are codes of theirs that no agency has.",
    unknown_agencies=list[str],
)
Changes = make_page_answer(
    ChangeOut, "Changes", "Changes of roles that wait for a second administrator, the oldest first."
)


@router.get("/officers", may=("admin",), response_model=Officers)
def everyone(caller: Caller, book: Book) -> object:
    """Every officer, those whose access has ended too."""
    found = officers.list_officers(book)
    strange = agencies.unknown_of_officers(book)
    return {"rows": found, "total": len(found), "unknown_agencies": strange}


@router.post("/officers", may=("admin",), response_model=Outcome, status_code=201)
def add(caller: Caller, book: Book, given: OfficerIn) -> object:
    """Make an officer."""
    officer, waiting = roles.add_officer_with_roles(
        book,
        given.username,
        given.name,
        given.password,
        given.roles,
        given.agency,
        by=caller,
        subject=given.subject,
    )
    return {"officer": officer, "waiting": waiting}


@router.put("/officers/{username}/roles", may=("admin",), response_model=Outcome)
def change(caller: Caller, book: Book, username: Number, given: RolesOnly) -> object:
    """Give an officer other roles, never oneself; what widens power waits for a second administrator."""
    officer, waiting = roles.change_roles(book, username, given.roles, by=caller)
    return {"officer": officer, "waiting": waiting}


@router.put("/officers/{username}/subject", may=("admin",), response_model=OfficerOut)
def bind(caller: Caller, book: Book, username: Number, given: SubjectIn) -> object:
    """Note which account of the agency's sign-in service is an officer's; never one's own, or of a role that takes two."""
    return roles.bind_provider_account(book, username, given.subject, by=caller)


@router.post("/officers/{username}/end", may=("admin",), response_model=OfficerOut)
def end(caller: Caller, book: Book, username: Number) -> object:
    """End an officer's access at once, sign-ins included."""
    return officers.deactivate_officer(book, username, by=caller)


@router.post("/officers/{username}/reset", may=("admin",), response_model=OfficerOut)
def reset(caller: Caller, book: Book, username: Number) -> object:
    """Take away another officer's second factors, and end their sign-ins."""
    return factors.reset_second_factors(book, username, by=caller)


@router.get("/role-changes", may=("admin",), response_model=Changes)
def changes(caller: Caller, book: Book) -> object:
    """What waits for a second administrator."""
    found = roles.list_waiting_changes(book, caller)
    return {"rows": found, "total": len(found)}


@router.post("/role-changes/{change_id}/approve", may=("admin",), response_model=ChangeOut)
def approve(caller: Caller, book: Book, change_id: Id) -> object:
    """Agree as the second administrator; the roles hold from the officer's next request."""
    return roles.decide_role_change(book, change_id, True, by=caller)


@router.post("/role-changes/{change_id}/refuse", may=("admin",), response_model=ChangeOut)
def refuse(caller: Caller, book: Book, change_id: Id) -> object:
    """Refuse the change, or take back one's own."""
    return roles.decide_role_change(book, change_id, False, by=caller)
