"""Signing in through an agency's own provider (OpenID Connect, code flow with PKCE).

The provider authenticates, the ledger authorises. An officer is identified by the provider's subject, which an
administrator has entered (`bindings`); the provider's claims of names are ignored, and none of its claims gives a role.
"""

import hmac
import ipaddress
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock, settings
from warroom.access import bindings, lockout, sign_in, tickets
from warroom.access.views import Halfway, SignIn, SignInOrigin
from warroom.errors import NotAllowed, NotPossible
from warroom.home import Home
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import OfficerRow

# Seconds for each request to the provider: a person waits at the sign-in meanwhile. Chosen, not measured.
PATIENCE_SECONDS = 10
# Seconds by which the two clocks may differ; RFC 7519, 4.1.4 allows "a few minutes" at most.
LEEWAY_SECONDS = 60
# Signatures with a public key alone: with HS256 the provider's key, which anybody may fetch, could sign
# tokens.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
# RFC 8176: the provider saw more than one factor.
SEVERAL = "mfa"


@dataclass(frozen=True, slots=True)
class Visit:
    """The address to send the browser to, and the ticket that it must still hold when it comes back."""

    address: str
    ticket: str


def is_configured() -> bool:
    """Whether a provider is configured (WARROOM_OIDC_ISSUER and WARROOM_OIDC_CLIENT_ID)."""
    return bool(settings.get_text("WARROOM_OIDC_ISSUER") and settings.get_text("WARROOM_OIDC_CLIENT_ID"))


def begin_visit(ledger: Ledger, returns_to: str) -> Visit:
    """Begin a visit to the provider. Raises NotPossible without one, NotAllowed where it does not answer."""
    now, facts = clock.get_real_now(), _fetch_metadata(ledger.home)
    # Against a stolen code (RFC 7636), a replayed token (nonce), and a visit that another browser began
    # (state).
    verifier, nonce, state = (secrets.token_urlsafe(48) for _ in range(3))
    address = prepare_grant_uri(
        facts["authorization_endpoint"],
        settings.get_text("WARROOM_OIDC_CLIENT_ID"),
        "code",
        redirect_uri=returns_to,
        scope="openid profile",
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    kept = json.dumps({"verifier": verifier, "nonce": nonce, "state": state})
    with ledger.open_session() as session:
        return Visit(address, tickets.issue_ticket(session, "provider", None, kept, now))


def finish_visit(
    ledger: Ledger,
    ticket: str,
    state: str,
    code: str,
    returns_to: str,
    *,
    origin: SignInOrigin = sign_in.HERE,
) -> SignIn | Halfway:
    """Redeem the provider's code after the browser has come back, and sign that officer in.

    The officer's own second factor is required, unless the provider reports several factors and is trusted for
    that (WARROOM_OIDC_TRUST_MFA). Raises NotAllowed with a sentence: an unknown officer, another agency, or an answer
    that fails verification.
    """
    noted, now = clock.get_now(), clock.get_real_now()
    with ledger.open_session() as session:
        # In a transaction of its own: the ticket is used up also where the provider then refuses.
        begun = json.loads(tickets.take_ticket(session, "provider", ticket, now).secret)
    # The state ties the answer to the browser that began the visit (RFC 6749, 10.12).
    if not code or not hmac.compare_digest(begun["state"], state):
        raise NotAllowed("access.provider-refused")
    claims = _fetch_claims(ledger.home, code, begun, returns_to)
    with ledger.open_session() as session:
        row = _find_officer(session, claims)
        if row is not None and row.active and _is_still_entitled(row, claims):
            lockout.check_lockout(session, row, origin, now)
            if _is_multi_factor(claims):
                return sign_in.start_session(session, row, origin, "provider", now, noted)
            return sign_in.continue_sign_in(session, row, origin, "provider", now, noted)
        writing.write_audit_row(session, None, "sign-in.refused", "officer", {"step": "provider"}, at=noted)
    raise NotAllowed("access.subject-unknown", subject=_clean_subject(str(claims["sub"])))


def _clean_subject(subject: str) -> str:
    # The officer reads it out to an administrator, who enters it; it comes from outside, so control
    # characters are dropped.
    return "".join(sign for sign in subject if sign.isprintable())[: bindings.LONGEST_SUBJECT]


def _is_multi_factor(claims: dict[str, Any]) -> bool:
    methods = claims.get("amr")
    trusted = settings.get_text("WARROOM_OIDC_TRUST_MFA") == "yes"
    return trusted and isinstance(methods, list) and SEVERAL in methods


def _fetch_claims(home: Home, code: str, begun: dict[str, str], returns_to: str) -> dict[str, Any]:
    facts = _fetch_metadata(home)
    try:
        given = _redeem_code(facts["token_endpoint"], code, begun["verifier"], returns_to)
        keys = KeySet.import_key_set(httpx.get(facts["jwks_uri"], timeout=PATIENCE_SECONDS).json())
        claims = dict(jwt.decode(given["id_token"], keys, algorithms=ALGORITHMS).claims)
        _check_claims(claims, begun["nonce"], facts["issuer"])
    except httpx.HTTPError:
        raise NotAllowed("access.provider-silent") from None
    except (JoseError, ValueError, KeyError, TypeError):
        raise NotAllowed("access.provider-refused") from None
    return claims


def _redeem_code(address: str, code: str, verifier: str, returns_to: str) -> dict[str, Any]:
    """The provider's token response for a code and its verifier (RFC 7636); raises ValueError where it refuses."""
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": returns_to}
    client = (settings.get_text("WARROOM_OIDC_CLIENT_ID"), settings.get_text("WARROOM_OIDC_CLIENT_SECRET"))
    answer = httpx.post(
        address, data=asked | {"code_verifier": verifier}, auth=client, timeout=PATIENCE_SECONDS
    )
    # Another error than no answer: after a refusal the officer tries again, after silence the provider is
    # called.
    if answer.is_client_error:
        raise ValueError("the provider refuses the code")
    given: dict[str, Any] = answer.raise_for_status().json()
    return given


def _check_claims(claims: dict[str, Any], nonce: str, issuer: str) -> None:
    """Validate the claims (OpenID Connect Core 3.1.3.7): issuer, audience, expiry, and the nonce of this visit."""
    wanted = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": settings.get_text("WARROOM_OIDC_CLIENT_ID")},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "nonce": {"essential": True, "value": nonce},
    }
    jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS, **wanted).validate(claims)  # type: ignore[arg-type]


def _find_officer(session: Session, claims: dict[str, Any]) -> OfficerRow | None:
    """The officer bound to this subject, locked; None for none."""
    known = select(OfficerRow).where(
        OfficerRow.subject == bindings.format_subject(claims["iss"], claims["sub"])
    )
    return session.scalars(known.with_for_update()).first()


def _is_still_entitled(row: OfficerRow, claims: dict[str, Any]) -> bool:
    """Whether the provider's agency and roles still agree with the ledger; they can only take access away."""
    agency, roles = (
        settings.get_text("WARROOM_OIDC_AGENCY_CLAIM"),
        settings.get_text("WARROOM_OIDC_ROLES_CLAIM"),
    )
    if agency and claims.get(agency) != row.agency:
        return False
    named = claims.get(roles) if roles else row.roles
    return isinstance(named, list) and not set(row.roles).isdisjoint(str(role) for role in named)


def _fetch_metadata(home: Home) -> dict[str, Any]:
    """The provider's metadata, after a check that it names the configured issuer."""
    if not is_configured():
        raise NotPossible("access.no-provider")
    issuer = settings.get_text("WARROOM_OIDC_ISSUER")
    _may_reach(home, issuer)
    try:
        answer = httpx.get(
            issuer.rstrip("/") + "/.well-known/openid-configuration", timeout=PATIENCE_SECONDS
        ).raise_for_status()
        facts: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError):
        raise NotAllowed("access.provider-silent") from None
    # OpenID Connect Discovery, 4.3: a provider that names another issuer is not the configured one.
    if facts.get("issuer") != issuer:
        raise NotAllowed("access.provider-refused")
    return facts


def _may_reach(home: Home, issuer: str) -> None:
    """Raise NotPossible for any outside provider in an exercise, and for one without TLS in a live room."""
    parts = urlsplit(issuer)
    if _is_loopback(parts.hostname or ""):
        return
    if home.exercise:
        raise NotPossible("access.provider-in-exercise")
    if parts.scheme != "https":
        raise NotPossible("access.provider-not-https")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
