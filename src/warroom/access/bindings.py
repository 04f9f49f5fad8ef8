"""Links an officer to an account of the agency's identity provider, by its subject, which an administrator enters.

A name claimed by the provider is never used: a person who can choose a name there would become that officer. The subject
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
    """A permanent identifier of a provider's account: the issuer and its subject."""
    return f"{issuer}#{subject}"


def bind_subject(this: Decision, row: OfficerRow, subject: str) -> None:
    """Set or replace the provider account of an officer; an empty subject removes it.

    Raises NotPossible for an unfit subject, one of another officer, or where no provider is configured. `roles` checks
    who may do it.
    """
    wanted = _parse_subject(subject)
    if wanted == row.subject:
        return
    # One provider account belongs to one officer: at sign-in nothing could tell two apart.
    if wanted and this.session.scalar(select(OfficerRow.id).where(OfficerRow.subject == wanted)):
        raise NotPossible("access.subject-taken")
    row.subject = wanted
    verb, detail = "provider.unbound", dict[str, object]()
    if wanted:
        # The log is read by many: a digest shows that two rows mean one account, and not which.
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
