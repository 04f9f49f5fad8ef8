"""Officers, their sign-ins, their keys of decisions, and lawyers' confirmations."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Sequence
from sqlalchemy.orm import Mapped, mapped_column

from warroom.access.views import AGENCY_KINDS, KEY_SCOPES
from warroom.ledger.base import Base, format_in_check

SESSION_IDS: Sequence = Sequence("sessions_id_seq")


class SessionRow(Base):
    """A sign-in, by the hash of its token. `id` names it to its owner, `way` is how it came about.

    `enrolling` is one of an officer who has yet to set up the second factor that their roles need.
    """

    __tablename__ = "sessions"
    # By its hash: a reader of the ledger cannot go on with somebody's sign-in.
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    made_at: Mapped[datetime]
    # Every sign-in sweeps those that have ended.
    expires_at: Mapped[datetime] = mapped_column(index=True)
    id: Mapped[int] = mapped_column(SESSION_IDS, server_default=SESSION_IDS.next_value(), unique=True)
    way: Mapped[str]
    enrolling: Mapped[bool]
    address: Mapped[str]
    device: Mapped[str]


PURPOSES = ("desk", "investigation", "asset", "victim", "prosecution", "request", "supervision", "audit")


class Authenticator(Base):
    """An officer's time-based codes (RFC 6238): the secret under the home's key, and the last step that was used.

    `confirmed_at` is empty until a first code has shown that the phone has it.
    """

    __tablename__ = "authenticators"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    secret: Mapped[bytes]
    step: Mapped[int]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in once for a lost second factor; only its hash is kept."""

    __tablename__ = "recovery_codes"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey (WebAuthn): its public key, and the count of signatures that must only rise."""

    __tablename__ = "passkeys"
    id: Mapped[int] = mapped_column(primary_key=True)
    credential: Mapped[bytes] = mapped_column(unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    public_key: Mapped[bytes]
    count: Mapped[int]
    name: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Challenge(Base):
    """Something begun that its beginner alone may end, once and soon: a sign-in at its second factor, a passkey's
    challenge, a visit to the agency's provider. By the hash of its ticket.
    """

    __tablename__ = "challenges"
    ticket: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    secret: Mapped[str]
    tries: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (
        CheckConstraint(
            format_in_check("kind", ("second", "passkey-add", "passkey", "provider")), name="kind"
        ),
    )


class Tries(Base):
    """Wrong tries on a name from one place: a browser or an address it has signed in from before, or `elsewhere` for all
    others.

    So a stranger who guesses locks out strangers, and not the officer at their own desk.
    """

    __tablename__ = "tries"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    locks: Mapped[int]
    locked_until: Mapped[datetime | None]
    seen_at: Mapped[datetime]


class UnknownTries(Base):
    """Failed attempts for an unknown user name, by its keyed hash: it is answered like a known one, so that guessing finds no names.

    A hash, and a keyed one: people type passwords into the field of the name.
    """

    __tablename__ = "unknown_tries"
    name: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    locks: Mapped[int]
    locked_until: Mapped[datetime | None]
    seen_at: Mapped[datetime]


class AddressTries(Base):
    """Wrong tries from one address on whatever names."""

    __tablename__ = "address_tries"
    address: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]


class RoleChange(Base):
    """Other roles for an officer, asked for by one administrator and decided on by another."""

    __tablename__ = "role_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    roles: Mapped[list[str]]
    asked_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("state", ("open", "done", "refused", "superseded")), name="state"),
        # Held by the database as well: whatever the program does, nobody gives power alone, nor to
        # themselves.
        CheckConstraint("state <> 'done' OR asked_by <> decided_by", name="two_administrators"),
        CheckConstraint("state <> 'done' OR decided_by <> officer_id", name="not_ones_own"),
        # One open change an officer, so that no two are agreed to in an order that nobody chose.
        Index("role_changes_open_idx", "officer_id", unique=True, postgresql_where="state = 'open'"),
    )


class Agency(Base):
    """Who may be told, asked or work here: by a short code that never changes."""

    __tablename__ = "agencies"
    code: Mapped[str] = mapped_column(primary_key=True)
    name_th: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str]
    country: Mapped[str]
    active: Mapped[bool]
    telephone: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]{0,15}$'", name="code"),
        CheckConstraint(format_in_check("kind", AGENCY_KINDS), name="kind"),
    )


class Bringer(Base):
    """An officer who took a file in, by the delivery that its rows came with. Only ever added."""

    __tablename__ = "bringers"
    delivery_id: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True, primary_key=True)
    at: Mapped[datetime]


class WallDeviceRow(Base):
    """A screen on the wall, with no officer behind it: the hash of the code that opens it once, then that of the token it keeps."""

    __tablename__ = "wall_devices"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    code_hash: Mapped[bytes | None] = mapped_column(unique=True)
    code_until: Mapped[datetime]
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(
            "(code_hash IS NULL OR octet_length(code_hash) = 32)"
            " AND (token_hash IS NULL OR octet_length(token_hash) = 32)",
            name="hash",
        ),
        CheckConstraint("name <> ''", name="name"),
        # A code that was used opens nothing a second time.
        CheckConstraint("code_hash IS NULL OR token_hash IS NULL", name="once"),
    )


class PartnerKeyRow(Base):
    """A key of a partner's program: its prefix, and the keyed hash of the whole. Ending it is all that may change."""

    __tablename__ = "partner_keys"
    id: Mapped[int] = mapped_column(primary_key=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), index=True)
    prefix: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[bytes]
    scopes: Mapped[list[str]]
    per_minute: Mapped[int]
    per_day: Mapped[int]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[datetime]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"scopes <@ ARRAY{list(KEY_SCOPES)!r} AND cardinality(scopes) > 0", name="scopes"),
        CheckConstraint("per_minute > 0 AND per_day > 0", name="quota"),
        # A key that was written down as it is, instead of its hash, would not fit.
        CheckConstraint("octet_length(hash) = 32", name="hash"),
        # Ended at the machine's own command line it has a time and nobody's number.
        CheckConstraint("revoked_by IS NULL OR revoked_at IS NOT NULL", name="revoked"),
    )


class PartnerKeyUse(Base):
    """How often a key was used on a day (UTC): all requests it came with, and those of them that were refused."""

    __tablename__ = "partner_key_uses"
    key_id: Mapped[int] = mapped_column(ForeignKey("partner_keys.id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date(), primary_key=True)
    asked: Mapped[int]
    refused: Mapped[int]
