"""The table of who may ask what, walked completely: every endpoint and every role at the gate itself, and over HTTP one who
may and one who may not for each endpoint.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from httpx import Client, Response
from starlette.requests import Request

from tests.conftest import fresh_database
from tests.web.conftest import Night, serving
from warroom import clock, keys
from warroom.access import sign_in
from warroom.access.officers import deactivate_officer
from warroom.access.tickets import hash_token
from warroom.errors import NotAllowed, SettingError
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import ROLES, Officer
from warroom.ledger.postgres import PostgresServer
from warroom.sentences.sentence import Sentence
from warroom.web.app import create_app
from warroom.web.doors import access_table
from warroom.web.gate import check_access
from warroom.web.kit.sessions import PLAIN_NAME, SignInNeeded

NOBODY, GONE = "nobody", "inactive"
WHO = (*ROLES, NOBODY, GONE)
OF_THE_GATE = ("access.session-ended-nothing-done", "pages.not-open-to-roles")
AT_ONCE = 50
"""Sessions made together; after what may end all of an officer's sessions (`ENDING`) new ones are made."""
ENDING = re.compile("account|/me|sign|session")
PLACES = re.compile(r"\{[^}]*\}")
NUMBERS = count(1)


@pytest.fixture(scope="module")
def night(ledger_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """An empty room for all roles: each asks with a sign-in of its own, and what an empty room answers stays the same."""
    home = open_home(tmp_path_factory.mktemp("asked") / "home", "exercise")
    with (
        pytest.MonkeyPatch.context() as patch,
        fresh_database(ledger_server, patch),
        Ledger.open(home) as ledger,
    ):
        night = Night(home, ledger, Lake.open(home))
        night.staff()
        night.officer("first", "admin")
        yield night


@pytest.fixture(scope="module")
def app(night: Night) -> FastAPI:
    """The room as it is served, for its routes; what it makes once, such as its own description, it makes once."""
    return create_app(night.home, night.ledger, background=False)


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    """The same app, served."""
    with serving(app) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with Client(base_url=address, timeout=60) as client:
        yield client


class Asker:
    """Somebody of one role who asks each endpoint with a sign-in of its own, so that none ends another's."""

    def __init__(self, night: Night, client: Client, who: str) -> None:
        self.night, self.home, self.who = night, night.home, who
        self.client = client
        self.officer = None
        self.tokens: list[str] = []
        if who != NOBODY:
            roles = ROLES if who == GONE else (who,)
            self.officer = night.officer(f"{next(NUMBERS)}-{who}", *roles)
        if who == GONE:
            deactivate_officer(night.ledger, self.officer.username)

    def token(self) -> str:
        if self.officer is None:
            return ""
        if not self.tokens:
            self.tokens = [
                f"{self.who}-{clock.get_real_now().timestamp()}-{place}" for place in range(AT_ONCE)
            ]
            self.night.sql(
                "INSERT INTO sessions (token_hash, officer_id, made_at, expires_at, way, enrolling, address, device)"
                " SELECT hash, :officer, :now, :until, 'password', false, '', '' FROM unnest(CAST(:hashes AS bytea[])) AS hash",
                hashes=[hash_token(token) for token in self.tokens],
                officer=self.officer.id,
                now=clock.get_real_now(),
                until=clock.get_real_now() + timedelta(hours=1),
            )
        return self.tokens.pop()

    def ask(self, endpoint: str) -> Response:
        method, _, path = endpoint.partition(" ")
        path, token = PLACES.sub("1", path), self.token()
        if method != "GET" and ENDING.search(path):
            self.tokens.clear()
        if path.startswith("/api/"):
            headers = {"authorization": f"Bearer {token}"} if token else {}
            return self.client.request(method, path, headers=headers, json={})
        self.client.cookies.clear()
        if token:
            self.client.cookies.set(PLAIN_NAME, token)
        data = {"csrf": self.form_token(token)} if method == "POST" else None
        # The stream of changes does not end by itself: only how it begins is looked at.
        answer = self.client.send(self.client.build_request(method, path, data=data), stream=True)
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            answer.close()
        else:
            answer.read()
        return answer

    def form_token(self, token: str) -> str:
        """What a page would have put into its form."""
        secret = keys.load_secret(self.home, "web")
        return f"n.{hmac.new(secret, f'form:n:{token}'.encode(), hashlib.sha256).hexdigest()}"


def shut(answer: Response) -> bool:
    """Whether the gate, and no later wall, refused: a page without a sign-in leads to it."""
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
    root = answer.status_code == 303 and answer.headers["location"] == "/sign-in"
    return answer.status_code in (401, 403) or to_sign_in or root


def test_the_table_names_every_endpoint_and_no_other(app: FastAPI) -> None:
    assert set(access_table.build_access_table()) == set(access_table.iter_endpoints(app.routes))


def is_inside(who: str, named: frozenset[str]) -> bool:
    """Whether the table opens an endpoint to somebody of this role."""
    return who not in (NOBODY, GONE) and bool(named & {who, "signed-in", "enrolling"})


def answer_of(app: FastAPI, endpoint: str, who: str) -> str:
    """What the gate answers to somebody of this role, whose token is the role's name."""
    method, _, declared = endpoint.partition(" ")
    path, token = PLACES.sub("1", declared), "" if who == NOBODY else who
    is_program = path.startswith("/api/")
    request = Request(
        {
            "type": "http",
            "scheme": "http",
            "server": ("127.0.0.1", 80),
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [(b"authorization", f"Bearer {token}".encode())] if is_program and token else [],
            "route": SimpleNamespace(path=declared),
            "app": app,
            "state": {"session": "" if is_program else token, "wall": ""},
        }
    )
    try:
        check_access(request)
    except SignInNeeded:
        return "sign in"
    except NotAllowed as refused:
        return str(refused.sentence.code)
    return "open"


def expected_answer(who: str, named: frozenset[str]) -> str:
    if named & set(access_table.ANYONE) or is_inside(who, named):
        return "open"
    if access_table.find_scope(named):
        return "access.key-unknown"
    return "sign in" if who in (NOBODY, GONE) else "pages.not-open-to-roles"


def officer_of(_: Ledger, token: str, *, enrolling: bool = False) -> Officer:
    """The officer whose one role is their token; the inactive one's sign-in has ended."""
    if token == GONE:
        raise NotAllowed("access.session-ended")
    return Officer(1, token, token, "room", frozenset({token}))


@pytest.mark.usefixtures("address")
@pytest.mark.parametrize("who", WHO)
def test_the_gate_opens_every_endpoint_to_whom_the_table_names_and_to_nobody_else(
    who: str, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "officer_of", officer_of)
    table, served = access_table.build_access_table(), list(access_table.iter_endpoints(app.routes))
    answers = {endpoint: answer_of(app, endpoint, who) for endpoint in served}
    assert answers == {endpoint: expected_answer(who, table[endpoint]) for endpoint in served}


@pytest.mark.parametrize("may", [True, False])
def test_every_endpoint_served_opens_to_one_who_may_and_to_nobody_who_may_not(
    may: bool, app: FastAPI, client: Client, night: Night
) -> None:
    askers, wrong = {who: Asker(night, client, who) for who in WHO}, []
    asked = set()
    for place, endpoint in enumerate(access_table.iter_endpoints(app.routes)):
        named = access_table.build_access_table()[endpoint]
        is_guarded = not named & set(access_table.ANYONE)
        # Of a door that opens to anybody, or to no officer, two are asked all the same.
        fitting = [who for who in WHO if is_inside(who, named) == may] or WHO
        who = fitting[place % len(fitting)]
        asked.add(who)
        answer = askers[who].ask(endpoint)
        if is_guarded:
            fits = shut(answer) != is_inside(who, named)
        else:
            # Such doors refuse for reasons of their own, never for who asks.
            fits = not any(str(Sentence(code)) in answer.text for code in OF_THE_GATE)
        if not fits:
            wrong.append(f"{endpoint} as {who}: {answer.status_code} {answer.text[:100]}")
    assert wrong == []
    assert asked >= set(ROLES if may else WHO), "no role is left out"


def test_a_cookie_opens_nothing_of_the_interface_and_a_token_no_page(client: Client, night: Night) -> None:
    asker = Asker(night, client, "officer")
    asker.client.cookies.set(PLAIN_NAME, asker.token())
    assert asker.client.get("/api/v1/me").status_code == 401
    asker.client.cookies.clear()
    answer = asker.client.get("/orders", headers={"authorization": f"Bearer {asker.token()}"})
    assert answer.headers["location"].startswith("/sign-in")


def test_other_roles_hold_from_the_next_request_and_an_end_is_at_once(client: Client, night: Night) -> None:
    asker = Asker(night, client, "officer")
    assert asker.officer
    headers = {"authorization": f"Bearer {asker.token()}"}
    assert asker.client.get("/api/v1/board", headers=headers).status_code == 200
    night.sql("UPDATE officers SET roles = '{admin}' WHERE id = :id", id=asker.officer.id)
    assert asker.client.get("/api/v1/board", headers=headers).status_code == 403
    deactivate_officer(night.ledger, asker.officer.username)
    assert asker.client.get("/api/v1/me", headers=headers).status_code == 401


def test_an_endpoint_without_a_line_or_a_line_without_an_endpoint_stops_the_start(night: Night) -> None:
    app = create_app(night.home, night.ledger, background=False)
    app.add_api_route("/new", lambda: None)
    with pytest.raises(SettingError, match="'GET /new' is served and has no line"):
        access_table.check_access_table(app.routes)
    with pytest.raises(SettingError, match="is not served"):
        access_table.check_access_table(app.routes[:3])
