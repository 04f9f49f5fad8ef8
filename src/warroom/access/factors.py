"""Second factors: the roles that need one, authenticator codes (RFC 6238) and recovery codes.

An authenticator's secret is encrypted with the home's key, recovery codes are hashed; a code is accepted once.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from warroom import clock, keys, settings
from warroom.access import officers as access_officers
from warroom.access import tickets
from warroom.access.schema import Authenticator, Passkey, RecoveryCode, SessionRow
from warroom.access.views import AuthenticatorView, FactorsView, PasskeyView
from warroom.errors import NotAllowed, NotPossible
from warroom.home import Home
from warroom.ledger import officers
from warroom.ledger.decision import logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

# Seconds: the default time step of RFC 6238, 5.2, which authenticator apps assume.
STEP_SECONDS = 30
# A phone's clock may be a step off either way (RFC 6238, 5.2).
DRIFT = (-1, 0, 1)
# Codes a set. Chosen, not measured: as many as other services give, and they fit on one slip of paper.
RECOVERY_CODES = 10
# Bytes: the nonce of AES-GCM (NIST SP 800-38D, 8.2).
NONCE = 12
ISSUER = "warroom"


def is_factor_needed(session: Session, row: OfficerRow) -> bool:
    """Whether the officer's roles need a second factor here (WARROOM_SECOND_FACTOR_ROLES); never in an exercise."""
    named = {role.strip() for role in settings.get_text("WARROOM_SECOND_FACTOR_ROLES").split(",")}
    return not _get_home(session).exercise and not named.isdisjoint(row.roles)


def has_any(session: Session, row: OfficerRow) -> bool:
    """Whether the officer has a second factor that works."""
    return _find_authenticator(session, row) is not None or bool(passkeys_of(session, row))


def passkeys_of(session: Session, row: OfficerRow) -> list[Passkey]:
    """The officer's passkeys, the first one first."""
    return list(session.scalars(select(Passkey).where(Passkey.officer_id == row.id).order_by(Passkey.id)))


def consume_code(session: Session, row: OfficerRow, code: str, now: datetime) -> bool:
    """Whether a code is valid for this officer and unused; a valid code is used up."""
    # People type codes with the space or dash that their phone or paper shows.
    signs = "".join(sign for sign in code if sign.isalnum()).upper()
    return _consume_step(session, row, signs, now) or _consume_recovery_code(session, row, signs, now)


def _consume_step(session: Session, row: OfficerRow, code: str, now: datetime) -> bool:
    # Locked: of two requests with the same code at the same moment, one is accepted.
    held = session.get(Authenticator, row.id, with_for_update=True)
    if held is None or held.confirmed_at is None:
        return False
    step = _step_of(_decrypt_secret(session, held), code, now, held.step)
    if step is None:
        return False
    held.step = step
    return True


def _step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The step whose code this is, later than the last one used: the same code never counts twice."""
    here, totp = int(now.timestamp()) // STEP_SECONDS, pyotp.TOTP(secret)
    for step in (here + drift for drift in DRIFT):
        if step > after and hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def _consume_recovery_code(session: Session, row: OfficerRow, code: str, now: datetime) -> bool:
    # Older codes are stored under a plain hash; they stay valid until they are used.
    kept = (
        _hash_recovery_code(session, row.id, code),
        hashlib.sha256(f"recovery:{row.id}:{code}".encode()).digest(),
    )
    mine = (RecoveryCode.officer_id == row.id, RecoveryCode.hash.in_(kept))
    # Taken in one statement: of two sign-ins with the same code at the same moment, one gets in.
    unused = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=now)
    return session.execute(unused.returning(RecoveryCode.officer_id)).first() is not None


def load_factors(ledger: Ledger, officer: Officer) -> FactorsView:
    """The officer's own second factors."""
    with logged_read(ledger, officer) as this:
        session, row = this.session, this.person
        left = select(func.count()).where(RecoveryCode.officer_id == row.id, RecoveryCode.used_at.is_(None))
        return FactorsView(
            codes=_find_authenticator(session, row) is not None,
            recovery=session.scalar(left) or 0,
            passkeys=tuple(
                PasskeyView(passkey.id, passkey.name, passkey.made_at, passkey.used_at)
                for passkey in passkeys_of(session, row)
            ),
            needed=is_factor_needed(session, row),
        )


def begin_authenticator(
    ledger: Ledger, officer: Officer, *, now: datetime | None = None
) -> AuthenticatorView:
    """A fresh secret for the officer's authenticator; it counts once `confirm_authenticator` has seen its code.

    Raises NotPossible where one is set up: that one is taken away first, by its owner with a code.
    """
    now = now or clock.get_real_now()
    # No decision yet, and so no row of the log: an unconfirmed secret gives no access.
    with ledger.open_session() as session:
        row = officers.require_active(session, officer)
        if _find_authenticator(session, row) is not None:
            raise NotPossible("access.authenticator-there-already")
        secret = pyotp.random_base32(32)
        # An unconfirmed secret is replaced: its QR code may have been lost with the page.
        session.execute(delete(Authenticator).where(Authenticator.officer_id == row.id))
        session.add(
            Authenticator(
                officer_id=row.id, secret=_encrypt_secret(session, row.id, secret), step=0, made_at=now
            )
        )
        address = pyotp.TOTP(secret).provisioning_uri(name=row.username, issuer_name=ISSUER)
        return AuthenticatorView(secret, address)


def confirm_authenticator(
    ledger: Ledger, officer: Officer, code: str, token: str = "", *, now: datetime | None = None
) -> tuple[str, ...]:
    """Confirm an authenticator by a code from the phone. Returns ten recovery codes, which are shown once.

    `token` is the sign-in that asks; one that was limited to enrolling becomes a full one. Raises NotPossible
    where no authenticator was begun or the code is wrong.
    """
    now = now or clock.get_real_now()
    with open_decision(ledger, officer) as this:
        held = this.session.get(Authenticator, this.person.id, with_for_update=True)
        if held is None or held.confirmed_at is not None:
            raise NotPossible("access.authenticator-not-begun")
        step = _step_of(_decrypt_secret(this.session, held), code.strip().replace(" ", ""), now, held.step)
        if step is None:
            raise NotPossible("access.authenticator-code-wrong")
        held.step, held.confirmed_at = step, now
        # The officer has just shown the missing factor: a new sign-in would only ask for it once more.
        complete_sign_in(this.session, this.person, token)
        this.log_entry("factor.added", f"officer:{this.person.username}", {"kind": "codes"})
        return _new_recovery(this.session, this.person)


def complete_sign_in(session: Session, row: OfficerRow, token: str) -> None:
    """Turn a sign-in that was limited to setting up a second factor into a full one."""
    mine = (SessionRow.officer_id == row.id, SessionRow.token_hash == tickets.hash_token(token))
    # That sign-in alone: another one of the same officer has shown no factor.
    session.execute(update(SessionRow).where(*mine).values(enrolling=False))


def remove_authenticator(ledger: Ledger, officer: Officer, code: str, *, now: datetime | None = None) -> None:
    """Take the authenticator and its recovery codes away; asks for a code, so that an open desk is not enough.

    Raises NotPossible for a wrong code.
    """
    with open_decision(ledger, officer) as this:
        if not consume_code(this.session, this.person, code, now or clock.get_real_now()):
            raise NotPossible("access.code-wrong-or-old")
        _clear_codes(this.session, this.person)
        this.log_entry("factor.removed", f"officer:{this.person.username}", {"kind": "codes"})


def reset_second_factors(ledger: Ledger, username: str, *, by: Officer | None = None) -> Officer:
    """Take away all second factors of an officer who lost them, and end their sign-ins.

    `by` is another administrator, None at the machine's own command line. Raises NotAllowed for one's own.
    """
    with open_decision(ledger, by, "admin") as this:
        row = access_officers.load_officer_for_update(this.session, username)
        # An administrator's open desk would be a way around their own second factor.
        if by and by.id == row.id:
            raise NotAllowed("access.factor-reset-own")
        _clear_codes(this.session, row)
        # The sign-ins too: the finder of a lost phone may be using one of them.
        for held in (Passkey, SessionRow):
            this.session.execute(delete(held).where(held.officer_id == row.id))
        this.log_entry("factor.reset", f"officer:{username}")
        return officers.to_officer(row)


def _clear_codes(session: Session, row: OfficerRow) -> None:
    session.execute(delete(Authenticator).where(Authenticator.officer_id == row.id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.officer_id == row.id))


def _new_recovery(session: Session, row: OfficerRow) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.officer_id == row.id))
    # 13 hexadecimal digits, 52 bits each: a ticket allows five tries (`SECOND_TRIES`).
    codes = tuple(secrets.token_hex(7).upper()[:13] for _ in range(RECOVERY_CODES))
    session.add_all(
        RecoveryCode(officer_id=row.id, hash=_hash_recovery_code(session, row.id, code)) for code in codes
    )
    return codes


def _hash_recovery_code(session: Session, officer_id: int, code: str) -> bytes:
    # Under the home's key: the database alone is not enough to try 2^52 codes against it. With the officer's
    # id in it: the same code of two officers gives two hashes.
    key = keys.load_secret(_get_home(session), "second-factor")
    return hmac.digest(key, f"recovery:{officer_id}:{code}".encode(), "sha256")


def _find_authenticator(session: Session, row: OfficerRow) -> Authenticator | None:
    held = session.get(Authenticator, row.id)
    return held if held is not None and held.confirmed_at is not None else None


def _get_home(session: Session) -> Home:
    home: Home = session.info["home"]
    return home


def _encrypt_secret(session: Session, officer_id: int, secret: str) -> bytes:
    """The secret under the home's key (AES-256-GCM), bound to its officer: a row copied to another opens nothing."""
    # A dump of the database alone must not let anybody make codes.
    nonce = secrets.token_bytes(NONCE)
    key = AESGCM(keys.load_secret(_get_home(session), "second-factor"))
    return nonce + key.encrypt(nonce, secret.encode(), str(officer_id).encode())


def _decrypt_secret(session: Session, held: Authenticator) -> str:
    key = AESGCM(keys.load_secret(_get_home(session), "second-factor"))
    plain = key.decrypt(held.secret[:NONCE], held.secret[NONCE:], str(held.officer_id).encode())
    return plain.decode()
