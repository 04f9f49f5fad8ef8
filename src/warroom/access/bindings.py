"""Who an officer is to the agency's own provider: its subject, entered by an administrator or joined by the officer.

A name that the provider claims binds nobody: whoever can choose a name there would be that officer here. The subject
is the provider's own key for a person; it never changes and is never given to another (OpenID Connect Core, 2).
"""

import hashlib

from sqlalchemy import select

from warroom import settings
from warroom.errors import NotPossible
from warroom.ledger.decision import Decision
from warroom.ledger.schema import OfficerRow

# OpenID Connect Core, 2: a subject has 255 ASCII signs at most.
LONGEST_SUBJECT = 255


def format_subject(issuer: str, subject: str) -> str:
    """Who somebody is for good: the issuer and its own key for them."""
    return f"{issuer}#{subject}"


def bind_subject(this: Decision, row: OfficerRow, subject: str) -> None:
    """Note which account of the provider is an officer's, in place of one noted before; empty takes it away.

    Raises NotPossible for an unfit subject, one of another officer, or a house without a provider. Who may do it is
    said in `roles`.
    """
    wanted = _parse_subject(subject)
    if wanted == row.subject:
        return
    # One account of the provider stands for one officer: two would be told apart by nothing.
    if wanted and this.session.scalar(select(OfficerRow.id).where(OfficerRow.subject == wanted)):
        raise NotPossible("access.subject-taken")
    row.subject = wanted
    verb, detail = "provider.unbound", dict[str, object]()
    if wanted:
        # The log is read by many: it tells that two rows mean one account, and not which.
        verb, detail = "provider.bound", {"subject": hashlib.sha256(wanted.encode()).hexdigest()[:16]}
    this.log_entry(verb, f"officer:{row.username}", detail)


def _parse_subject(subject: str) -> str | None:
    subject = subject.strip()
    if not subject:
        return None
    if len(subject) > LONGEST_SUBJECT or not (subject.isascii() and subject.isprintable()):
        raise NotPossible("access.subject-unfit")
    if not settings.get_text("WARROOM_OIDC_ISSUER"):
        raise NotPossible("access.subject-without-provider")
    return format_subject(settings.get_text("WARROOM_OIDC_ISSUER"), subject)
