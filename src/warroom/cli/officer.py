"""`warroom officer`: officers, their roles and their sign-in."""

import getpass
import sys
from typing import Annotated, Any

from cyclopts import App, Parameter

from warroom.access.factors import reset_second_factors
from warroom.access.officers import deactivate_officer, list_officers
from warroom.access.roles import add_officer_with_roles as add_officer
from warroom.access.roles import bind_provider_account as bind_account
from warroom.access.roles import change_roles
from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.options import Json, PasswordStdin
from warroom.errors import NotPossible
from warroom.home import open_home
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import ROLES, Officer

app = App(
    name="officer",
    help="Officers and their roles. Example: warroom officer add anna --name 'Anna S.' --role officer",
    help_format="plaintext",
)


@app.command
def add(
    username: str,
    *,
    name: str,
    role: Annotated[list[str] | None, Parameter(negative=())] = None,
    agency: str = "",
    subject: str = "",
    password_stdin: PasswordStdin = False,
    json: Json = False,
) -> None:
    """Make an officer; the first one becomes an administrator too. The password is asked for.

    Example: warroom officer add anna --name "Anna S." --role officer --role supervisor --agency POLICE-1

    Parameters
    ----------
    username
        The name to sign in with: small letters, digits, dots, dashes.
    name
        The person's name, shown beside every decision.
    role
        officer, supervisor, appeals, infrastructure, logistics, investigator, prosecutor, commander, liaison,
        custodian, screener, lawyer, auditor or admin; may be given more than once.
    agency
        The code of the agency where the person works, such as POLICE-1; cases can be sealed to it.
    subject
        Who they are to the agency's own sign-in service: its subject (sub) for them. Empty: they sign in here.
    """
    home = open_home(create=None)
    if not role:
        raise NotPossible(f"An officer needs a role; give at least one --role: {', '.join(ROLES)}.")
    # Asked before the ledger is opened, which may have to start a database.
    password = _read_password() if password_stdin else _ask_password()
    with Ledger.open(home) as ledger:
        officer, _ = add_officer(ledger, username, name, password, role, agency, subject=subject)
    _print_officer(officer, f"may act as {', '.join(sorted(officer.roles))}", json)


@app.default
@app.command(name="list")
def show_list(*, json: Json = False) -> None:
    """List every officer.

    Example: warroom officer list
    """
    with Ledger.open(open_home(create=None)) as ledger:
        officers = list_officers(ledger)
    if json:
        print_json({"officers": [_to_plain(officer) for officer in officers]})
        return
    for officer in officers:
        state = "" if officer.active else "  (inactive)"
        roles = ", ".join(sorted(officer.roles))
        print_line(f"{officer.username:<20} {officer.name:<30} {officer.agency:<20} {roles}{state}")
    if not officers:
        print_note("There is no officer yet; make the first with 'warroom officer add'.")


@app.command
def roles(
    username: str,
    *,
    role: Annotated[list[str] | None, Parameter(negative=())] = None,
    json: Json = False,
) -> None:
    """Give an officer these roles instead of the present ones; they hold from the officer's next request.

    On the pages, roles with power over others take two administrators. Anyone who sits at the machine itself needs none:
    so a house with one administrator is not stuck, and the log says that it was done here.

    Example: warroom officer roles anna --role officer --role supervisor

    Parameters
    ----------
    username
        The name they sign in with.
    role
        Every role the officer shall have; may be given more than once.
    """
    if not role:
        raise NotPossible(f"An officer needs a role; give at least one --role: {', '.join(ROLES)}.")
    with Ledger.open(open_home(create=None)) as ledger:
        officer, _ = change_roles(ledger, username, role)
    _print_officer(officer, f"may act as {', '.join(sorted(officer.roles))}", json)


@app.command
def bind(username: str, *, subject: str, json: Json = False) -> None:
    """Note which account of the agency's own sign-in service is an officer's; an empty subject takes it away.

    Example: warroom officer bind anna --subject 00u1a2b3c4

    Parameters
    ----------
    username
        The name they sign in with here.
    subject
        The service's own key for them (the claim sub), never the name typed there.
    """
    with Ledger.open(open_home(create=None)) as ledger:
        officer = bind_account(ledger, username, subject)
    where = "through the agency too" if subject.strip() else "here alone"
    _print_officer(officer, f"signs in {where}", json)


@app.command(name="reset")
def reset_factors(username: str, *, json: Json = False) -> None:
    """Take away an officer's second factors and end every sign-in, where the phone or key is lost.

    Example: warroom officer reset anna

    Parameters
    ----------
    username
        The name they sign in with.
    """
    with Ledger.open(open_home(create=None)) as ledger:
        officer = reset_second_factors(ledger, username)
    _print_officer(officer, "has no second factor now and signs in with the password", json)


@app.command(name="deactivate")
def end_access(username: str, *, json: Json = False) -> None:
    """End an officer's access at once; what they decided stays on record.

    Example: warroom officer deactivate anna

    Parameters
    ----------
    username
        The name they sign in with.
    """
    with Ledger.open(open_home(create=None)) as ledger:
        officer = deactivate_officer(ledger, username)
    _print_officer(officer, "may do nothing any more", json)


def _print_officer(officer: Officer, does: str, json: bool) -> None:
    if json:
        print_json(_to_plain(officer))
    else:
        print_line(f"{officer.name} ({officer.username}) {does}.")


def _to_plain(officer: Officer) -> dict[str, Any]:
    return {
        "username": officer.username,
        "name": officer.name,
        "agency": officer.agency,
        "roles": sorted(officer.roles),
        "active": officer.active,
    }


def _read_password() -> str:
    # Only the line end is removed: a password may begin or end with spaces.
    return sys.stdin.readline().rstrip("\r\n")


def _ask_password() -> str:
    if not sys.stdin.isatty():
        raise NotPossible("There is no terminal to ask for the password; pass it with --password-stdin.")
    password = getpass.getpass("Password: ")
    # Asked twice, as it is not shown: a typo in the first administrator's password would lock everybody out.
    if getpass.getpass("Again: ") != password:
        raise NotPossible("The two passwords differ; try again.")
    return password
