"""Alerts: raised once, shown until an officer or the event itself clears them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.bilingual import texts
from warroom.cases.schema import Alert
from warroom.cases.views import AlertView
from warroom.ledger.canonical_json import hash_text, to_canonical_json, to_json_value

# Parameters that are codes of the ledger; `alerts.toml` translates each.
CODES = ("kind", "status", "state")


def raise_alert(
    session: Session, case_id: int, action_id: int | None, kind: str, params: Mapping[str, Any], at: datetime
) -> bool:
    """Raise an alert; False where an equal one was raised before (same case, hold, kind and parameters)."""
    # The same alert about the same thing is raised once, however often its cause is found again.
    plain_params = to_json_value(dict(params))
    added = session.execute(
        insert(Alert)
        .values(
            case_id=case_id,
            hold_id=action_id,
            kind=kind,
            params=plain_params,
            at=at,
            digest=hash_text(to_canonical_json([case_id, action_id, kind, plain_params])),
        )
        # The digest's unique index decides, so that two servers that find the same cause raise one alert.
        .on_conflict_do_nothing()
        .returning(Alert.id)
    ).first()
    return added is not None


def clear_alerts(session: Session, action_id: int, kinds: tuple[str, ...], at: datetime) -> None:
    """Clear a hold's alerts of these kinds: what they warned of has been dealt with."""
    session.execute(
        update(Alert)
        .where(Alert.hold_id == action_id, Alert.kind.in_(kinds), Alert.cleared_at.is_(None))
        .values(cleared_at=at)
    )


def clear_case(session: Session, case_id: int, kind: str, at: datetime) -> None:
    """Clear a case's alerts of this kind: what they warned of is over."""
    session.execute(
        update(Alert)
        .where(Alert.case_id == case_id, Alert.kind == kind, Alert.cleared_at.is_(None))
        .values(cleared_at=at)
    )


def alert_view(alert: Alert, number: str) -> AlertView:
    """An alert with its sentence in both languages; the sentence of an error is a field of its own, in
    English.
    """
    params = {name: _format_param(name, value) for name, value in alert.params.items()}
    return AlertView(
        alert.id,
        number,
        alert.hold_id,
        alert.kind,
        texts.render_texts("warroom.cases", "alerts.toml", alert.kind, params),
        alert.at,
        str(alert.params.get("error", "")),
    )


def _format_param(name: str, value: Any) -> Any:
    """A parameter for display: a code translated, and a time parsed back from its JSON text."""
    if name in CODES:
        return texts.render_texts("warroom.cases", "alerts.toml", f"{name}-{value}", {})
    if isinstance(value, str) and len(value) > 18 and value[4:5] == "-" and value[10:11] == "T":
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value
