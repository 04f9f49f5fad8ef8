"""Agencies: partners that get orders and requests or whose officers work here; each has a code that never changes.

Only an administrator adds or deactivates one. Requests to a deactivated agency stay on record under its code.
"""

import re
import tomllib
from importlib import resources
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.access.schema import Agency
from warroom.access.views import AgencyKind, AgencyView
from warroom.bilingual.texts import Texts
from warroom.errors import NotFound, NotPossible
from warroom.home import Home
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

# A code goes into messages to banks and into paths of the API: ASCII, no separator but the dash.
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")
COUNTRY = re.compile(r"[A-Z]{2}")
# Characters. Chosen, not measured: E.164 allows 15 digits; the rest is room for spaces and an extension.
LONGEST_TELEPHONE = 40


def add_agency(
    ledger: Ledger,
    officer: Officer | None,
    code: str,
    name: Texts,
    kind: AgencyKind,
    country: str = "TH",
    telephone: str = "",
) -> AgencyView:
    """Add an agency. Adding the same agency again changes only its telephone, where a new one is given.
    `country` is ISO 3166 alpha-2; `telephone` is the number for urgent calls.

    `officer` is an administrator, None at the machine's own command line. Raises NotAllowed for anybody but an administrator, NotPossible for an unfit code, name or country, or where the
    code belongs to another agency.
    """
    _check_agency(code, name, kind, country)
    telephone = " ".join(telephone.split())[:LONGEST_TELEPHONE]
    values = _build_values(code, name, kind, country, telephone)
    with open_decision(ledger, officer, "admin") as this:
        if _insert_agencies(this.session, [values]):
            this.log_entry("agency.added", f"agency:{code}", {"kind": kind, "country": country})
        row = this.session.get_one(Agency, code)
        if telephone and row.telephone != telephone:
            row.telephone = telephone
            this.log_entry("agency.telephone", f"agency:{code}", {"telephone": telephone})
        known = agency_view(row)
        # Orders and seals name an agency by its code: given to another, they would be another's.
        if known != AgencyView(code, name, kind, country, telephone=known.telephone):
            raise NotPossible("access.agency-code-taken", code=code, name=known.name.en)
        return known


def change_telephone(ledger: Ledger, officer: Officer | None, code: str, telephone: str) -> AgencyView:
    """Set the telephone of an agency; empty removes it. Setting the same number again changes nothing.

    `officer` is an administrator, None at the machine's own command line. Raises NotAllowed or NotFound.
    """
    telephone = " ".join(telephone.split())[:LONGEST_TELEPHONE]
    with open_decision(ledger, officer, "admin") as this:
        row = this.session.get(Agency, code, with_for_update=True)
        if row is None:
            raise NotFound("access.no-such-agency", code=code[:16])
        if row.telephone != telephone:
            row.telephone = telephone
            this.log_entry("agency.telephone", f"agency:{code}", {"telephone": telephone})
        return agency_view(row)


def _insert_agencies(session: Session, rows: list[dict[str, Any]]) -> list[str]:
    """Add these agencies, and answer the codes of those that were not there."""
    # Two requests at the same moment add the agency once, and both succeed.
    added = insert(Agency).values(rows).on_conflict_do_nothing().returning(Agency.code)
    return list(session.scalars(added))


def _check_agency(code: str, name: Texts, kind: str, country: str) -> None:
    if not CODE.fullmatch(code):
        raise NotPossible("access.agency-code-unfit")
    if not (name.th.strip() and name.en.strip()):
        raise NotPossible("access.agency-name-missing")
    if kind not in get_args(AgencyKind):
        raise NotPossible("access.no-such-agency-kind")
    if not COUNTRY.fullmatch(country):
        raise NotPossible("access.country-unfit")


def _build_values(code: str, name: Texts, kind: str, country: str, telephone: str = "") -> dict[str, Any]:
    return {
        "code": code,
        "name_th": name.th,
        "name_en": name.en,
        "kind": kind,
        "country": country,
        "active": True,
        "telephone": telephone,
    }


def deactivate_agency(ledger: Ledger, officer: Officer, code: str) -> AgencyView:
    """Deactivate an agency: nothing is sent to it any more. Idempotent. Raises NotAllowed or NotFound."""
    with open_decision(ledger, officer, "admin") as this:
        agency = this.session.get(Agency, code, with_for_update=True)
        if agency is None:
            raise NotFound("access.no-such-agency", code=code[:16])
        # Ended and not deleted: what was asked of it stays on record under its code.
        if agency.active:
            agency.active = False
            this.log_entry("agency.ended", f"agency:{code}")
        return agency_view(agency)


def list_agencies(
    ledger: Ledger, *, kind: AgencyKind | None = None, active: bool = False
) -> list[AgencyView]:
    """Every agency by code; of one kind, or only the active ones, where asked."""
    query = select(Agency).order_by(Agency.code)
    if kind:
        query = query.where(Agency.kind == kind)
    if active:
        query = query.where(Agency.active)
    with ledger.open_session() as session:
        return [agency_view(row) for row in session.scalars(query)]


def unknown_of_officers(ledger: Ledger) -> list[str]:
    """Agency names of active officers that match no agency's code, in order; empty while no agency exists at all.

    This is a warning and no refusal: an installation has officers before it has agencies. But a case sealed to an
    agency stays closed to officers whose agency is spelled otherwise.
    """
    query = (
        select(OfficerRow.agency)
        .distinct()
        .where(OfficerRow.active, OfficerRow.agency != "", OfficerRow.agency.not_in(select(Agency.code)))
        # Without any agency every officer would be listed, and the warning would say nothing.
        .where(select(Agency.code).exists())
        .order_by(OfficerRow.agency)
    )
    with ledger.open_session() as session:
        return list(session.scalars(query))


def agency_of(session: Session, code: str, *kinds: str) -> Agency:
    """An active agency, of one of these kinds where any is named; raises NotFound or NotPossible."""
    agency = session.get(Agency, code)
    if agency is None:
        raise NotFound("access.no-such-agency", code=code[:16])
    # A deactivated agency reads nothing: an order or a request to it would wait for an answer that cannot
    # come.
    if not agency.active:
        raise NotPossible("access.agency-ended", code=code)
    if kinds and agency.kind not in kinds:
        raise NotPossible("access.agency-of-wrong-kind", code=code)
    return agency


def seed_exercise(ledger: Ledger, officer: Officer | None = None) -> int:
    """Add the invented agencies of an exercise (`agencies.toml`); returns how many are new.

    `officer` is the administrator who asks for it, None at the machine's own command line. Raises NotPossible in a
    live home: invented partners would be listed among real ones.
    """
    home: Home = ledger.home
    # Before the role check: in a live home no administrator may do it either.
    if not home.exercise:
        raise NotPossible("access.invented-agencies-in-earnest")
    rows = [
        _build_values(code, Texts(th, en), kind, land, *telephone)
        for code, (th, en, kind, land, *telephone) in load_invented_agencies().items()
    ]
    with open_decision(ledger, officer, "admin") as this:
        if added := _insert_agencies(this.session, rows):
            this.log_entry("agency.invented", "agency", {"codes": sorted(added)})
        return len(added)


def load_invented_agencies() -> dict[str, list[str]]:
    """The invented agencies by code: Thai name, English name, kind, country, and a telephone where it has one."""
    text = resources.files(__package__).joinpath("agencies.toml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = tomllib.loads(text)["agencies"]
    return found


def agency_view(row: Agency) -> AgencyView:
    """The view of a row."""
    name = Texts(row.name_th, row.name_en)
    return AgencyView(row.code, name, row.kind, row.country, row.active, row.telephone)  # type: ignore[arg-type]


def bank_name(ledger: Ledger, code: str) -> Texts | None:
    """A bank's name for people outside the room, who do not know its code; None for an unknown bank."""
    with ledger.open_session() as session:
        row = session.get(Agency, code)
        return Texts(row.name_th, row.name_en) if row is not None and row.kind == "bank" else None
