"""Makes, lists and revokes the keys of partners' programs; each is a row of the log."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from warroom import clock
from warroom.access import agencies
from warroom.access.api_keys import secrets
from warroom.access.schema import PartnerKeyRow, PartnerKeyUse
from warroom.access.views import BANK_SCOPES, KEY_SCOPES, KeyScope, NewKeyView, PartnerKeyView
from warroom.errors import NotFound, NotPossible
from warroom.keys import load_secret
from warroom.ledger.decision import logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow

PEPPER = "partner-keys"
# Requests: 100 a second, the default quota of a bank that checks each payment. Chosen, not measured.
PER_MINUTE = 6_000
# Requests a day (UTC): the default quota of a large bank's payments. Chosen, not measured.
PER_DAY = 1_000_000
# The largest quota that is accepted, in requests. Chosen, not measured: more is a mistyped number.
MOST = 10**9


def add_key(
    ledger: Ledger,
    partner: str,
    scopes: Iterable[str],
    *,
    per_minute: int = PER_MINUTE,
    per_day: int = PER_DAY,
    by: Officer | None = None,
    now: datetime | None = None,
) -> NewKeyView:
    """Make a key for a partner's program; quotas are requests. A scope of banks is for banks alone.

    `by` is an administrator, None at the machine's own command line. Raises NotAllowed for anybody else, NotFound for
    no such agency, NotPossible for one that has ended or is no bank where the scope needs one, an unknown scope or an unfit quota.
    """
    wanted = _check_scopes(scopes)
    _check_quota(per_minute, per_day)
    # Only its keyed hash is kept: a copied ledger lets nobody in, and nobody here can show the key again.
    made = secrets.make_secret()
    with open_decision(ledger, by, "admin", now=now) as this:
        agencies.agency_of(this.session, partner, *(("bank",) if set(wanted) & set(BANK_SCOPES) else ()))
        row = PartnerKeyRow(
            agency=partner,
            prefix=made.prefix,
            hash=secrets.hash_key(load_secret(ledger.home, PEPPER), made.text),
            scopes=wanted,
            per_minute=per_minute,
            per_day=per_day,
            made_by=by.id if by else None,
            made_at=this.now,
        )
        this.session.add(row)
        this.session.flush()
        detail = {"partner": partner, "scopes": wanted, "per_minute": per_minute, "per_day": per_day}
        # By its prefix: the log is read by many, and the key itself is shown once, to the administrator who
        # made it.
        this.log_entry("partner-key.made", f"partner-key:{made.prefix}", detail)
        return NewKeyView(made.text, _load_key(this.session, made.prefix))


def _check_scopes(given: Iterable[str]) -> list[str]:
    wanted = set(given)
    if not wanted:
        raise NotPossible("access.key-without-scope", scopes=", ".join(KEY_SCOPES))
    if unknown := wanted - set(KEY_SCOPES):
        raise NotPossible("access.no-such-scope", scope=min(unknown), scopes=", ".join(KEY_SCOPES))
    return sorted(wanted)


def _check_quota(per_minute: int, per_day: int) -> None:
    if not (0 < per_minute <= MOST and 0 < per_day <= MOST):
        raise NotPossible("access.quota-unfit", most=MOST)


def revoke_key(ledger: Ledger, prefix: str, *, by: Officer | None = None) -> PartnerKeyView:
    """Revoke a key at once. Idempotent. Raises NotAllowed for anybody but an administrator, NotFound for no such key."""
    with open_decision(ledger, by, "admin") as this:
        query = select(PartnerKeyRow).where(PartnerKeyRow.prefix == prefix).with_for_update()
        row = this.session.scalars(query).first()
        if row is None:
            # Cut short: a whole key pasted here must not appear in an answer that others may log.
            raise NotFound("access.no-such-key", key=prefix[:16])
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = this.now, by.id if by else None
            this.session.flush()
            this.log_entry("partner-key.revoked", f"partner-key:{prefix}", {"partner": row.agency})
        return _load_key(this.session, prefix)


def list_keys(ledger: Ledger, by: Officer | None = None) -> list[PartnerKeyView]:
    """Every key, revoked ones too, by partner and then the newest first. Raises NotAllowed for anybody
    but an administrator; None is the machine's own command line.
    """
    with logged_read(ledger, by, "admin") as this:
        return _list_views(this.session, PartnerKeyRow.id.is_not(None))


def _load_key(session: Session, prefix: str) -> PartnerKeyView:
    return _list_views(session, PartnerKeyRow.prefix == prefix)[0]


def _list_views(session: Session, which: ColumnElement[bool]) -> list[PartnerKeyView]:
    maker, ender = aliased(OfficerRow), aliased(OfficerRow)
    # By the real clock's day: quotas protect the machine, which does not run faster in an exercise.
    today = and_(PartnerKeyUse.key_id == PartnerKeyRow.id, PartnerKeyUse.day == clock.get_real_now().date())
    query = (
        select(PartnerKeyRow, maker.name, ender.name, PartnerKeyUse.asked, PartnerKeyUse.refused)
        .outerjoin(maker, maker.id == PartnerKeyRow.made_by)
        .outerjoin(ender, ender.id == PartnerKeyRow.revoked_by)
        .outerjoin(PartnerKeyUse, today)
        .where(which)
        .order_by(PartnerKeyRow.agency, PartnerKeyRow.id.desc())
    )
    return [_build_view(*row) for row in session.execute(query)]


def _build_view(
    row: PartnerKeyRow, maker: str | None, ender: str | None, asked: int | None, refused: int | None
) -> PartnerKeyView:
    scopes: list[KeyScope] = [scope for scope in KEY_SCOPES if scope in row.scopes]
    return make_view(
        PartnerKeyView,
        row,
        partner=row.agency,
        scopes=frozenset(scopes),
        made_by=maker or "",
        revoked_by=ender or "",
        asked=asked or 0,
        refused=refused or 0,
    )
