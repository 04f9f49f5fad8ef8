"""A public side beside a room: a server of its own with its own login at the same database."""

from collections.abc import Iterator

import pytest
from httpx import Client

from tests.web.conftest import PLAIN, Night, serving
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.postgres import PostgresServer
from warroom.ledger.upgrade import PUBLIC_ROLE
from warroom.public.keys import card_of
from warroom.public.outside.card import Card
from warroom.web.public.app import create_public_app


@pytest.fixture
def card(
    ledger: Ledger, ledger_server: PostgresServer, database: str, monkeypatch: pytest.MonkeyPatch
) -> Card:
    """What the public process of this room has in its hands."""
    monkeypatch.setenv("WARROOM_PUBLIC_DATABASE_URL", ledger_server.make_url(PUBLIC_ROLE, database))
    return card_of(ledger)


@pytest.fixture
def public_address(card: Card) -> Iterator[str]:
    """Where the public pages are served."""
    with serving(create_public_app(card)) as address:
        yield address


@pytest.fixture
def outside(public_address: str) -> Iterator[Client]:
    """Somebody on the public pages."""
    with Client(base_url=public_address, timeout=60, verify=PLAIN) as client:
        yield client


@pytest.fixture
def night(home: Home, ledger: Ledger) -> Night:
    """The room behind it, with staff."""
    night = Night(home, ledger, Lake.open(home))
    night.staff()
    return night
