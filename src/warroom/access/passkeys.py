"""Passkeys (WebAuthn): made under one's account, then enough by themselves to sign in, because the device asks for a
finger or a code before it signs.

A passkey is bound to the room's name in the address; it works only where it was made. The private key never leaves
the person's device, and a copied key shows by its count of signatures.
"""

import ipaddress
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from warroom import clock
from warroom.access import factors, lockout, proofs, tickets
from warroom.access import sign_in as access_sign_in
from warroom.access.schema import Challenge, Passkey
from warroom.access.views import SignIn, SignInOrigin
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger import officers
from warroom.ledger.audit import writing
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

# Characters of a passkey's name, on one line of the account page. Chosen, not measured.
NAME_SIGNS = 60
# Passkeys an officer. Chosen, not measured: more than the devices of one person, and the list stays on one
# page.
MOST = 10


@dataclass(frozen=True, slots=True)
class PasskeyChallenge:
    """The WebAuthn options for the browser, and the ticket that it sends back with its answer."""

    ticket: str
    options: dict[str, Any]


def parse_relying_party(origin: str) -> str:
    """The name a passkey is bound to, of an origin such as https://room.example; raises NotPossible for a number."""
    host = urlsplit(origin).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    raise NotPossible("access.passkey-needs-host-name")


def begin_adding(
    ledger: Ledger, officer: Officer, origin: str, proof: str, *, whence: SignInOrigin = access_sign_in.HERE
) -> PasskeyChallenge:
    """Begin a passkey for oneself; `proof` is the password or a fresh code, so that an open desk is not enough.

    Raises NotPossible for a wrong proof, for an address without a name, or at ten passkeys.
    """
    now = clock.get_real_now()
    proofs.require_proof(ledger, officer, proof, now, whence)
    with ledger.open_session() as session:
        row = officers.require_active(session, officer)
        own = factors.passkeys_of(session, row)
        if len(own) >= MOST:
            raise NotPossible("access.too-many-passkeys")
        made = generate_registration_options(
            rp_id=parse_relying_party(origin),
            rp_name="warroom",
            user_name=row.username,
            user_id=str(row.id).encode(),
            user_display_name=row.name,
            # A device that already has one for this room says so, instead of making a second.
            exclude_credentials=[PublicKeyCredentialDescriptor(id=passkey.credential) for passkey in own],
            authenticator_selection=AuthenticatorSelectionCriteria(
                # Kept on the device with its officer's name, since none is typed at the sign-in.
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        ticket = tickets.issue_ticket(session, "passkey-add", row.id, bytes_to_base64url(made.challenge), now)
        return PasskeyChallenge(ticket, json.loads(options_to_json(made)))


def add_passkey(
    ledger: Ledger, officer: Officer, ticket: str, answer: str, name: str, origin: str, token: str = ""
) -> None:
    """Store the passkey that the browser made; a sign-in that was limited to enrolling becomes a full one.

    Raises NotPossible for an answer that fails verification or a ticket that has expired.
    """
    now = clock.get_real_now()
    with open_decision(ledger, officer) as this:
        row = this.person
        begun = _take_challenge(this.session, row, ticket, now)
        try:
            made = verify_registration_response(
                credential=answer,
                expected_challenge=base64url_to_bytes(begun.secret),
                expected_rp_id=parse_relying_party(origin),
                expected_origin=origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            raise NotPossible("access.passkey-not-accepted") from None
        # Of this officer or another: a credential says who signs in, and can mean one person only.
        if this.session.scalar(select(Passkey.id).where(Passkey.credential == made.credential_id)):
            raise NotPossible("access.passkey-there-already")
        this.session.add(
            Passkey(
                credential=made.credential_id,
                officer_id=row.id,
                public_key=made.credential_public_key,
                count=made.sign_count,
                name=" ".join(name.split())[:NAME_SIGNS] or "passkey",
                made_at=now,
            )
        )
        factors.complete_sign_in(this.session, row, token)
        this.log_entry("factor.added", f"officer:{row.username}", {"kind": "passkey"})


def _take_challenge(session: Session, row: OfficerRow, ticket: str, now: datetime) -> Challenge:
    """The challenge this officer began; raises NotPossible for a ticket that has expired or is another officer's."""
    try:
        # A wrong ticket here is a form that cannot be sent, and no refused sign-in: hence the other error.
        begun = tickets.take_ticket(session, "passkey-add", ticket, now)
    except NotAllowed as problem:
        raise NotPossible.from_error(problem) from None
    # A ticket that another officer began would bind that officer's device to this account.
    if begun.officer_id != row.id:
        raise NotPossible("access.ticket-over")
    return begun


def remove_passkey(
    ledger: Ledger,
    officer: Officer,
    passkey_id: int,
    proof: str,
    *,
    whence: SignInOrigin = access_sign_in.HERE,
) -> None:
    """Take away a passkey of one's own, with the password or a fresh code.

    Raises NotPossible for a wrong one, NotFound for no such passkey.
    """
    proofs.require_proof(ledger, officer, proof, clock.get_real_now(), whence)
    with open_decision(ledger, officer) as this:
        held = this.session.get(Passkey, passkey_id, with_for_update=True)
        if held is None or held.officer_id != this.person.id:
            raise NotFound("access.no-such-passkey")
        this.session.delete(held)
        this.log_entry("factor.removed", f"officer:{this.person.username}", {"kind": "passkey"})


def begin_sign_in(ledger: Ledger, origin: str) -> PasskeyChallenge:
    """Begin a sign-in by passkey: the device offers what it has for this room, no name is typed."""
    now = clock.get_real_now()
    asked = generate_authentication_options(
        rp_id=parse_relying_party(origin), user_verification=UserVerificationRequirement.REQUIRED
    )
    with ledger.open_session() as session:
        ticket = tickets.issue_ticket(session, "passkey", None, bytes_to_base64url(asked.challenge), now)
    return PasskeyChallenge(ticket, json.loads(options_to_json(asked)))


def sign_in(
    ledger: Ledger, ticket: str, answer: str, origin: str, *, whence: SignInOrigin = access_sign_in.HERE
) -> SignIn:
    """Sign in with a passkey: it proves possession and a fingerprint or code at once, so no second step follows.

    Raises NotAllowed with the same sentence for every failure, so that an attacker learns nothing from it.
    """
    noted, now = clock.get_now(), clock.get_real_now()
    with ledger.open_session() as session:
        begun = tickets.take_ticket(session, "passkey", ticket, now)
        held = _find_passkey(session, answer)
        lockout.check_lockout(session, _find_owner(session, held), whence, now)
        if held is not None and _verify_assertion(held, answer, begun.secret, origin):
            row = session.get_one(OfficerRow, held.officer_id, with_for_update=True)
            if row.active:
                held.used_at = now
                return access_sign_in.start_session(session, row, whence, "passkey", now, noted)
        # Counted by the address alone: a failed signature does not show who sent it, and must lock no
        # officer's name.
        lockout.record_failure(session, None, whence, now)
        writing.write_audit_row(session, None, "sign-in.refused", "officer", {"step": "passkey"}, at=noted)
    raise NotAllowed("access.passkey-not-accepted")


def _find_passkey(session: Session, answer: str) -> Passkey | None:
    try:
        credential = base64url_to_bytes(json.loads(answer)["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return session.scalars(select(Passkey).where(Passkey.credential == credential).with_for_update()).first()


def _find_owner(session: Session, held: Passkey | None) -> OfficerRow | None:
    return session.get(OfficerRow, held.officer_id) if held is not None else None


def _verify_assertion(held: Passkey, answer: str, challenge: str, origin: str) -> bool:
    """Whether the device signed this challenge for this origin; its counter must have risen since the last time."""
    try:
        signed = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=parse_relying_party(origin),
            expected_origin=origin,
            credential_public_key=held.public_key,
            credential_current_sign_count=held.count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return False
    # A count that does not rise was refused above: two devices sign with the same key, so one is a copy.
    held.count = signed.new_sign_count
    return True
