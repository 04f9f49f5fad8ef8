"""Who may do what, and who may say so: nobody changes their own roles, and roles with power over others take two.

A role of `TWO` lets its holder overrule, confirm the law, see everything or see survivors. One administrator asks for
it, another agrees; taking a role away needs one, because it must work at once. A lone administrator asks for it at
the machine's own command line.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import bindings, officers
from warroom.access.schema import RoleChange
from warroom.access.views import RoleChangeView
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger import officers as ledger_officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

TWO = frozenset({"supervisor", "commander", "prosecutor", "lawyer", "auditor", "screener", "admin"})


def add(
    ledger: Ledger,
    username: str,
    name: str,
    password: str,
    roles: Iterable[str],
    agency: str = "",
    *,
    by: Officer | None = None,
    subject: str = "",
    now: datetime | None = None,
) -> tuple[Officer, RoleChangeView | None]:
    """Make an officer with the roles that one administrator may give; the others wait for a second one.

    `by` None is the machine's own command line, where nothing waits. `subject` is who they are to the agency's own
    provider, empty for nobody. Raises as `officers.add_officer` and `bindings.bind` do.
    """
    wanted = frozenset(roles)
    later = wanted & TWO if by is not None else frozenset()
    with ledger.session() as session:
        row = officers.make(session, username, name, password, wanted - later, agency, by=by, wanted=wanted)
        bindings.put(session, row, subject, by)
        change = _ask(session, row, wanted, by, now or clock.now()) if later and by is not None else None
        return ledger_officers.officer_view(row), change


def change(
    ledger: Ledger,
    username: str,
    roles: Iterable[str],
    *,
    by: Officer | None = None,
    now: datetime | None = None,
) -> tuple[Officer, RoleChangeView | None]:
    """Give an officer these roles: what is taken away and what one administrator may give hold at once.

    The second value is what waits for another administrator, None where nothing does. `by` None is the machine's own
    command line, where nothing waits. Raises NotAllowed for one's own roles, NotPossible for no or unknown roles.
    """
    wanted, now = officers.known_roles(frozenset(roles)), now or clock.now()
    with ledger.session() as session:
        if by is not None:
            ledger_officers.require(session, by, "admin")
        row = officers.named(session, username)
        if by is not None and by.id == row.id:
            raise NotAllowed("access.roles-own")
        held = frozenset(row.roles)
        later = (wanted - held) & TWO if by is not None else frozenset()
        _supersede(session, row, now)
        waits = _ask(session, row, wanted, by, now) if later and by is not None else None
        _give(session, row, wanted - later, by, now)
        return ledger_officers.officer_view(row), waits


def bind(ledger: Ledger, username: str, subject: str, *, by: Officer | None = None) -> Officer:
    """Note which account of the agency's provider is an officer's; empty takes it away.

    `by` is an administrator, None at the machine's own command line. Raises NotAllowed for one's own account and for
    officers with a role of `TWO`: one administrator alone would sign in with their power. Raises NotPossible as
    `bindings.put` does.
    """
    with ledger.session() as session:
        if by is not None:
            ledger_officers.require(session, by, "admin")
        row = officers.named(session, username)
        if by is not None and by.id == row.id:
            raise NotAllowed("access.subject-own")
        if by is not None and not TWO.isdisjoint(row.roles):
            raise NotAllowed("access.subject-needs-two-administrators")
        bindings.put(session, row, subject, by)
        return ledger_officers.officer_view(row)


def waiting(ledger: Ledger, officer: Officer) -> tuple[RoleChangeView, ...]:
    """Changes that wait for a second administrator, the oldest first."""
    with ledger.session() as session:
        ledger_officers.require(session, officer, "admin")
        rows = session.scalars(select(RoleChange).where(RoleChange.state == "open").order_by(RoleChange.id))
        return tuple(_view(session, row) for row in rows)


def decide(
    ledger: Ledger, change_id: int, agreed: bool, *, by: Officer, now: datetime | None = None
) -> RoleChangeView:
    """The second administrator's word; whoever asked may only take it back, and nobody decides on themselves.

    The same word again changes nothing. Raises NotFound, NotAllowed, or NotPossible where it was decided otherwise.
    """
    now, state = now or clock.now(), "done" if agreed else "refused"
    with ledger.session() as session:
        ledger_officers.require(session, by, "admin")
        found = session.get(RoleChange, change_id, with_for_update=True)
        if found is None:
            raise NotFound("access.no-such-role-change")
        if found.state != "open":
            if found.state == state and found.decided_by == by.id:
                return _view(session, found)
            raise NotPossible("access.role-change-decided")
        if agreed and by.id in (found.asked_by, found.officer_id):
            raise NotAllowed("access.role-change-own")
        found.state, found.decided_by, found.decided_at = state, by.id, now
        row = session.get_one(OfficerRow, found.officer_id, with_for_update=True)
        if agreed:
            _give(session, row, frozenset(found.roles), by, now)
        else:
            writing.append(
                session, by, "roles.refused", f"officer:{row.username}", {"roles": found.roles}, at=now
            )
        return _view(session, found)


def _ask(
    session: Session, row: OfficerRow, roles: frozenset[str], by: Officer, now: datetime
) -> RoleChangeView:
    asked = RoleChange(officer_id=row.id, roles=sorted(roles), asked_by=by.id, asked_at=now, state="open")
    session.add(asked)
    detail = {"roles": asked.roles}
    writing.append(session, by, "roles.asked", f"officer:{row.username}", detail, at=now)
    return _view(session, asked)


def _supersede(session: Session, row: OfficerRow, now: datetime) -> None:
    open_ones = select(RoleChange).where(RoleChange.officer_id == row.id, RoleChange.state == "open")
    for before in session.scalars(open_ones.with_for_update()):
        before.state, before.decided_at = "superseded", now
    session.flush()


def _give(
    session: Session, row: OfficerRow, roles: frozenset[str], by: Officer | None, now: datetime
) -> None:
    if roles == frozenset(row.roles):
        return
    detail = {"from": row.roles, "to": sorted(roles)}
    row.roles = sorted(roles)
    writing.append(session, by, "roles.changed", f"officer:{row.username}", detail, at=now)


def _view(session: Session, row: RoleChange) -> RoleChangeView:
    officer = session.get_one(OfficerRow, row.officer_id)
    asked = session.get_one(OfficerRow, row.asked_by)
    return RoleChangeView(
        row.id,
        ledger_officers.officer_view(officer),
        frozenset(row.roles),
        asked.name,
        row.asked_at,
        row.state,  # type: ignore[arg-type]
    )
