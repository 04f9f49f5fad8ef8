"""One's account on the pages: the second factor, sign-ins, password; and the agency's own provider."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest
from httpx import Response
from sqlalchemy import text

from tests.cases.scenes import PASSWORD
from tests.web.conftest import Night, Visitor
from warroom import clock
from warroom.access import roles
from warroom.access.masking import MASK
from warroom.access.schema import Agency, Passkey

Enter = Callable[..., Visitor]
# The provider that tests play with uses parts of authlib that warn of their end; the program itself does not.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def set_up(person: Visitor) -> tuple[pyotp.TOTP, list[str]]:
    """Set an authenticator up on the account page, as a phone would."""
    page = person.post("/account", "/account/codes").text
    secret = re.search(r'<span class="num wrap">([A-Z2-7]{32})</span>', page)
    assert secret
    assert "<svg" in page
    totp = pyotp.TOTP(secret[1])
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    done = person.client.post(
        "/account/codes/confirm", data={"csrf": unescape(fields["csrf"]), "code": totp.now()}
    )
    return totp, re.findall(r'<li class="num">([0-9A-F]{13})</li>', done.text)


def test_an_authenticator_is_set_up_and_asked_for_at_the_next_sign_in(
    night: Night, enter: Enter, visitor: Visitor
) -> None:
    totp, spare = set_up(enter("anna"))
    assert len(spare) == 10
    step = visitor.sign_in("anna")
    assert "One more step" in step.text
    ticket = re.search(r'name="ticket" value="([^"]+)"', step.text)
    csrf = re.search(r'name="csrf" value="([^"]+)"', step.text)
    assert ticket
    assert csrf
    given = {"csrf": csrf[1], "ticket": ticket[1], "next": "/orders"}
    wrong = visitor.client.post("/sign-in/code", data=given | {"code": "000000"})
    assert wrong.status_code == 403
    assert "wrong, used already or too old" in wrong.text
    entered = visitor.client.post("/sign-in/code", data=given | {"code": spare[0]})
    assert entered.url.path == "/orders"
    assert totp


def test_over_the_interface_the_code_goes_with_the_password(
    night: Night, enter: Enter, visitor: Visitor
) -> None:
    totp, spare = set_up(enter("anna"))
    given = {"username": "anna", "password": PASSWORD}
    refused = visitor.client.post("/api/v1/sign-in", json=given)
    assert (refused.status_code, refused.json()["error"][:36]) == (
        403,
        "This officer signs in with a second ",
    )
    signed = visitor.client.post("/api/v1/sign-in", json=given | {"code": spare[1]})
    assert signed.status_code == 201
    headers = {"authorization": f"Bearer {signed.json()['token']}"}
    assert visitor.client.get("/api/v1/me", headers=headers).json()["username"] == "anna"
    assert visitor.client.delete("/api/v1/sign-in", headers=headers).status_code == 204
    assert visitor.client.get("/api/v1/me", headers=headers).status_code == 401
    assert totp


def test_a_password_is_changed_and_the_old_one_opens_nothing(
    night: Night, enter: Enter, visitor: Visitor
) -> None:
    anna = enter("anna")
    given = {"old": PASSWORD, "new": "another long password", "again": "another long passwort"}
    assert "differ" in anna.post("/account", "/account/password", **given).text
    done = anna.post("/account", "/account/password", **(given | {"again": given["new"]}))
    assert "The password is changed" in done.text
    assert visitor.sign_in("anna").status_code == 403
    assert visitor.sign_in("anna", "another long password").url.path == "/"


def test_an_open_desk_is_not_enough_to_add_or_take_away_a_passkey(night: Night, enter: Enter) -> None:
    anna = enter("anna")
    owner = night.sql("SELECT id FROM officers WHERE username = 'anna'")[0][0]
    with night.ledger.open_session() as session:
        session.add(
            Passkey(
                credential=b"c",
                officer_id=owner,
                public_key=b"k",
                count=0,
                name="key",
                made_at=clock.get_real_now(),
            )
        )
    held = night.sql("SELECT id FROM passkeys")[0][0]
    fields = anna.fields("/account", "/account/password")
    begun = anna.client.post("/account/passkeys/begin", data=fields | {"proof": "wrong"})
    assert begun.status_code != 200
    assert "neither your password" in begun.json()["error"]
    kept = anna.post("/account", f"/account/passkeys/{held}/remove", proof="")
    assert "neither your password" in kept.text
    assert night.sql("SELECT count(*) FROM passkeys") == [(1,)]
    gone = anna.post("/account", f"/account/passkeys/{held}/remove", proof=PASSWORD)
    assert "The passkey is gone" in gone.text


def test_sign_ins_are_listed_and_ended_by_their_owner(night: Night, enter: Enter) -> None:
    here, there = enter("anna"), enter("anna", **{"user-agent": "Old Phone"})
    assert "Old Phone" in here.page("/account")
    path = re.findall(r'action="(/account/sign-ins/\d+/end)"', here.page("/account"))
    assert len(path) == 1
    assert "That sign-in has ended" in here.post("/account", path[0]).text
    assert there.get("/").url.path == "/sign-in"
    assert here.post("/account", "/account/sign-ins/end").url.path == "/sign-in"
    assert here.get("/").url.path == "/sign-in"


def test_whoever_is_no_desk_officer_says_why_before_a_case_opens(night: Night, enter: Enter) -> None:
    night.case()
    night.officer("ines", "investigator")
    ines = enter("ines")
    page = ines.page("/cases/C-1")
    assert "Why do you open case C-1?" in page
    assert "0001447101" not in page
    assert "State why" in ines.post("/cases/C-1", "/cases/C-1/purpose", purpose="victim", text=" ").text
    opened = ines.post("/cases/C-1", "/cases/C-1/purpose", purpose="victim", text="money back").text
    assert "0001447101" in opened


def test_an_auditor_reads_a_case_without_whole_account_numbers(night: Night, enter: Enter) -> None:
    night.case()
    dara = enter("dara")
    page = dara.post("/cases/C-1", "/cases/C-1/purpose", purpose="audit", text="yearly look").text
    assert "0001447101" not in page
    assert MASK * 4 in page


def test_two_administrators_give_power_and_nobody_gives_it_to_themselves(night: Night, enter: Enter) -> None:
    night.officer("root1", "admin")
    night.officer("root2", "admin")
    one, two = enter("root1"), enter("root2")
    asked = one.post("/officers", "/officers/anna/roles", role=["officer", "commander"])
    assert "another one must agree" in asked.text
    path = re.search(r'action="(/role-changes/\d+)"', asked.text)
    assert path
    assert one.post("/officers", path[1], agreed="yes").status_code == 403
    assert night.sql("SELECT roles FROM officers WHERE username = 'anna'")[0][0] == ["officer"]
    assert "The roles apply" in two.post("/officers", path[1], agreed="yes").text
    assert night.sql("SELECT roles FROM officers WHERE username = 'anna'")[0][0] == ["commander", "officer"]
    fields = two.fields("/officers", "/officers")
    own = two.client.post("/officers/root2/roles", data=fields | {"role": ["admin", "officer"]})
    assert own.status_code == 403
    assert "You cannot change your own roles" in own.text


def test_an_agency_of_an_officer_that_nobody_knows_is_told_to_the_administrator(
    night: Night, enter: Enter
) -> None:
    night.officer("root1", "admin")
    root = enter("root1")
    assert "No agency in the list has these codes" not in root.page("/officers")
    with night.ledger.open_session() as session:
        session.add(
            Agency(code="POLICE-1", name_th="ต", name_en="P", kind="police", country="TH", active=True)
        )
    assert "No agency in the list has these codes" in root.page("/officers")
    with night.ledger.open_session() as session:
        session.execute(text("UPDATE officers SET agency = 'POLICE-1'"))
    assert "No agency in the list has these codes" not in root.page("/officers")


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An OpenID provider on this machine, which believes whatever name is typed."""
    import oidc_provider_mock
    from werkzeug.serving import make_server

    app = oidc_provider_mock.app()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    issuer = f"http://127.0.0.1:{server.port}"
    monkeypatch.setenv("WARROOM_OIDC_ISSUER", issuer)
    monkeypatch.setenv("WARROOM_OIDC_CLIENT_ID", "the-room")
    monkeypatch.setenv("WARROOM_OIDC_CLIENT_SECRET", "the-secret")
    time.sleep(0.05)
    yield issuer
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def through(visitor: Visitor, provider: str, sub: str, **claims: Any) -> Response:
    """Sign in as somebody at the provider and come back."""
    httpx.put(f"{provider}/users/{sub}", json=claims).raise_for_status()
    there = visitor.client.get("/sign-in/provider?next=/orders", follow_redirects=False)
    address = there.headers["location"]
    assert "code_challenge_method=S256" in address
    back = httpx.post(address, data={"sub": sub}, follow_redirects=False)
    parts = urlsplit(back.headers["location"])
    return visitor.client.get(f"{parts.path}?{parts.query}")


def test_an_officer_whose_subject_an_administrator_entered_signs_in_through_the_agency(
    night: Night, visitor: Visitor, enter: Enter, provider: str
) -> None:
    night.officer("root1", "admin")
    night.officer("lin1", "infrastructure")
    said = enter("root1").post("/officers", "/officers/lin1/subject", subject="a-1").text
    assert "is noted" in said
    assert "Sign in through your agency" in visitor.page("/sign-in")
    answer = through(visitor, provider, "a-1", preferred_username="whatever")
    assert "You are signed in" in answer.text
    assert visitor.get("/orders").url.path == "/orders"
    assert night.sql("SELECT subject FROM officers WHERE username = 'lin1'")[0][0] == f"{provider}#a-1"


def test_a_stranger_of_the_agency_is_nobody_here_whatever_roles_are_claimed(
    night: Night, visitor: Visitor, provider: str
) -> None:
    answer = through(visitor, provider, "x-1", preferred_username="stranger", roles=["admin"])
    assert answer.status_code == 403
    assert "no officer for the account" in answer.text
    assert night.sql("SELECT count(*) FROM sessions")[0][0] == 0


def test_a_name_claimed_at_the_provider_makes_nobody_that_officer(
    night: Night, enter: Enter, provider: str
) -> None:
    answer = through(enter(), provider, "a-2", preferred_username="anna")
    assert answer.status_code == 403
    assert "enter its subject" in unescape(answer.text)
    assert "'a-2'" in unescape(answer.text)
    assert night.sql("SELECT subject FROM officers WHERE username = 'anna'")[0][0] is None


def test_a_subject_is_one_officer_s_and_nobody_enters_their_own(
    night: Night, enter: Enter, provider: str
) -> None:
    night.officer("root1", "admin")
    night.officer("lin1", "infrastructure")
    night.officer("eve1", "infrastructure")
    root = enter("root1")
    root.post("/officers", "/officers/lin1/subject", subject="a-1")
    again = root.post("/officers", "/officers/eve1/subject", subject="a-1")
    assert "belongs to another officer already" in again.text
    fields = root.fields("/officers", "/officers")
    own = root.client.post("/officers/root1/subject", data=fields | {"subject": "r-1"})
    assert own.status_code == 403
    assert "Another administrator enters your subject" in own.text
    night.officer("com1", "commander")
    for powerful in ("com1", "anna"):
        power = root.client.post(f"/officers/{powerful}/subject", data=fields | {"subject": "r-1"})
        assert power.status_code == 403
    assert "take two administrators" in power.text


@pytest.mark.parametrize(("trusted", "said"), [("no", "One more step"), ("yes", "You are signed in")])
def test_several_factors_at_the_provider_count_only_where_the_house_trusts_it_for_them(
    night: Night,
    enter: Enter,
    provider: str,
    monkeypatch: pytest.MonkeyPatch,
    trusted: str,
    said: str,
) -> None:
    monkeypatch.setenv("WARROOM_OIDC_TRUST_MFA", trusted)
    set_up(enter("anna"))
    roles.bind_provider_account(night.ledger, "anna", "a-1")
    assert said in through(enter(), provider, "a-1", amr=["pwd", "mfa"]).text


def test_an_answer_that_nobody_asked_for_or_that_comes_twice_is_refused(
    night: Night, visitor: Visitor, provider: str
) -> None:
    assert visitor.get("/sign-in/provider/back?state=x&code=y").status_code == 403
    httpx.put(f"{provider}/users/a-1", json={"preferred_username": "anna"})
    there = visitor.client.get("/sign-in/provider", follow_redirects=False)
    back = httpx.post(there.headers["location"], data={"sub": "a-1"}, follow_redirects=False)
    parts = urlsplit(back.headers["location"])
    forged = re.sub(r"state=[^&]+", "state=forged", parts.query)
    assert visitor.get(f"{parts.path}?{forged}").status_code == 403
    assert visitor.get(f"{parts.path}?{parts.query}").status_code == 403


def test_a_provider_that_is_silent_is_one_sentence(
    night: Night, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_OIDC_ISSUER", "http://127.0.0.1:9")
    monkeypatch.setenv("WARROOM_OIDC_CLIENT_ID", "the-room")
    assert "does not answer" in visitor.get("/sign-in/provider").text


def test_an_exercise_asks_no_provider_outside_this_machine(
    night: Night, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_OIDC_ISSUER", "https://id.example")
    monkeypatch.setenv("WARROOM_OIDC_CLIENT_ID", "the-room")
    assert "connects to nothing outside this machine" in visitor.get("/sign-in/provider").text


def test_an_officer_of_another_agency_or_without_their_role_there_stays_out(
    night: Night, enter: Enter, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_OIDC_AGENCY_CLAIM", "agency")
    monkeypatch.setenv("WARROOM_OIDC_ROLES_CLAIM", "groups")
    roles.bind_provider_account(night.ledger, "anna", "a-1")
    fits = {"agency": "Police", "groups": ["officer", "golf"]}
    assert "signed in" in through(enter(), provider, "a-1", **fits).text
    for claims in (fits | {"agency": "Navy"}, fits | {"groups": ["golf"]}, fits | {"groups": "officer"}):
        assert "no officer for the account" in through(enter(), provider, "a-1", **claims).text
    assert clock.get_real_now()
