"""Changes of roles: nobody changes their own, and roles with power over others take two administrators.

A role of `GRANTED_BY_TWO` lets its holder decide something, confirm the law, see everything or make officers: an
administrator who invents two officers must not be able to move money with them. One administrator requests it,
another agrees; removing a role needs one, because it must work at once. A lone administrator uses the machine's own
command line.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import bindings, officers
from warroom.access.role_groups import GRANTED_BY_TWO
from warroom.access.schema import RoleChange
from warroom.access.views import RoleChangeView
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.decision import Decision, logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer, to_officer
from warroom.ledger.schema import OfficerRow


def add_officer_with_roles(
    ledger: Ledger,
    username: str,
    name: str,
    password: str,
    roles: Iterable[str],
    agency: str = "",
    *,
    by: Officer | None = None,
    subject: str = "",
) -> tuple[Officer, RoleChangeView | None]:
    """Make an officer with the roles that one administrator may give; the others wait for a second one.

    `by` None is the machine's own command line, where nothing waits. `subject` is who they are to the agency's own
    provider, empty for nobody. Raises as `officers.add_officer` and `bindings.bind_subject` do.
    """
    wanted = officers.known_roles(frozenset(roles))
    with open_decision(ledger, by, "admin") as this:
        # For new officers too: otherwise a second account of one's own would be the way around.
        later = wanted & GRANTED_BY_TWO if by else frozenset()
        row = officers.make_officer(this, username, name, password, wanted - later, agency)
        bindings.bind_subject(this, row, subject)
        return to_officer(row), _request_roles(this, row, wanted) if later else None


def change_roles(
    ledger: Ledger, username: str, roles: Iterable[str], *, by: Officer | None = None
) -> tuple[Officer, RoleChangeView | None]:
    """Give an officer these roles: what is taken away and what one administrator may give hold at once.

    The second value is what waits for another administrator, None where nothing does. `by` None is the machine's own
    command line, where nothing waits. Raises NotAllowed for one's own roles, NotPossible for no or unknown roles.
    """
    wanted = officers.known_roles(frozenset(roles))
    with open_decision(ledger, by, "admin") as this:
        row = officers.load_officer_for_update(this.session, username)
        if by and by.id == row.id:
            raise NotAllowed("access.roles-own")
        held = frozenset(row.roles)
        later = (wanted - held) & GRANTED_BY_TWO if by else frozenset()
        # What waited before would, agreed to later, bring back what is taken away now.
        waited = _supersede_open_changes(this, row)
        if waited and wanted == held:
            this.log_entry("roles.refused", f"officer:{username}", {"roles": waited})
        waits = _request_roles(this, row, wanted) if later else None
        # Removing a role takes effect at once; only a grant waits for the second administrator.
        _give_roles(this, row, wanted - later)
        return to_officer(row), waits


def bind_provider_account(
    ledger: Ledger, username: str, subject: str, *, by: Officer | None = None
) -> Officer:
    """Note which account of the agency's provider is an officer's; empty takes it away.

    `by` is an administrator, None at the machine's own command line. Raises NotAllowed for one's own account and for
    officers with a role of `GRANTED_BY_TWO`: one administrator alone would sign in with their power. Raises NotPossible as
    `bindings.bind_subject` does.
    """
    with open_decision(ledger, by, "admin") as this:
        row = officers.load_officer_for_update(this.session, username)
        if by and by.id == row.id:
            raise NotAllowed("access.subject-own")
        # One administrator alone could bind an account of their own to a supervisor and sign in as that
        # supervisor.
        if by and not GRANTED_BY_TWO.isdisjoint(row.roles):
            raise NotAllowed("access.subject-needs-two-administrators")
        bindings.bind_subject(this, row, subject)
        return to_officer(row)


def list_waiting_changes(ledger: Ledger, officer: Officer) -> tuple[RoleChangeView, ...]:
    """Changes that wait for a second administrator, the oldest first."""
    with logged_read(ledger, officer, "admin") as this:
        query = select(RoleChange).where(RoleChange.state == "open").order_by(RoleChange.id)
        return tuple(_build_view(this.session, row) for row in this.session.scalars(query))


def decide_role_change(ledger: Ledger, change_id: int, agreed: bool, *, by: Officer) -> RoleChangeView:
    """Decide a role change as the second administrator; the one who requested it may only withdraw it, and nobody

    decides on their own roles. Idempotent. Raises NotFound, NotAllowed, or NotPossible where it was decided otherwise.
    """
    state = "done" if agreed else "refused"
    with open_decision(ledger, by, "admin") as this:
        role_change = this.session.get(RoleChange, change_id, with_for_update=True)
        if role_change is None:
            raise NotFound("access.no-such-role-change")
        if role_change.state == "open":
            # The requester and the officer who would gain are no second pair of eyes; a withdrawal takes
            # power from nobody.
            if agreed and by.id in (role_change.asked_by, role_change.officer_id):
                raise NotAllowed("access.role-change-own")
            _apply_decision(this, role_change, agreed, state)
        elif (role_change.state, role_change.decided_by) != (state, by.id):
            # The same decision by the same administrator is a form that was sent twice.
            raise NotPossible("access.role-change-decided")
        return _build_view(this.session, role_change)


def _apply_decision(this: Decision, found: RoleChange, agreed: bool, state: str) -> None:
    found.state, found.decided_by, found.decided_at = state, this.officer.id, this.now
    row = this.session.get_one(OfficerRow, found.officer_id, with_for_update=True)
    if agreed:
        _give_roles(this, row, frozenset(found.roles))
    else:
        this.log_entry("roles.refused", f"officer:{row.username}", {"roles": found.roles})


def _request_roles(this: Decision, row: OfficerRow, roles: frozenset[str]) -> RoleChangeView:
    asked = RoleChange(
        officer_id=row.id, roles=sorted(roles), asked_by=this.officer.id, asked_at=this.now, state="open"
    )
    this.session.add(asked)
    this.session.flush()
    this.log_entry("roles.asked", f"officer:{row.username}", {"roles": asked.roles})
    return _build_view(this.session, asked)


def _supersede_open_changes(this: Decision, row: OfficerRow) -> list[str]:
    """Supersede open changes of this officer; returns the roles that were waiting, empty for none."""
    own = (RoleChange.officer_id == row.id, RoleChange.state == "open")
    open_changes = list(this.session.scalars(select(RoleChange).where(*own).with_for_update()))
    for before in open_changes:
        before.state, before.decided_at = "superseded", this.now
    # One change of an officer is open at most, and the next one is written in this transaction.
    this.session.flush()
    return open_changes[-1].roles if open_changes else []


def _give_roles(this: Decision, row: OfficerRow, roles: frozenset[str]) -> None:
    if roles == frozenset(row.roles):
        return
    this.log_entry("roles.changed", f"officer:{row.username}", {"from": row.roles, "to": sorted(roles)})
    row.roles = sorted(roles)


def _build_view(session: Session, row: RoleChange) -> RoleChangeView:
    officer = session.get_one(OfficerRow, row.officer_id)
    asked = session.get_one(OfficerRow, row.asked_by)
    return RoleChangeView(
        row.id,
        to_officer(officer),
        frozenset(row.roles),
        asked.name,
        row.asked_at,
        row.state,  # type: ignore[arg-type]
    )
