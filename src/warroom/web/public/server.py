"""Serving the public pages: a process of their own, until it is told to stop."""

from collections.abc import Callable

from warroom.public.outside.card import Card
from warroom.web.listening import ListeningServer
from warroom.web.public.app import create_public_app

GRACE_SECONDS, END_SECONDS = 5, 10


def run(card: Card, host: str, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until interrupted; raises SettingError for a port that is taken. `ready` is called once, when it listens."""
    ListeningServer(
        create_public_app(card), host, port, grace_seconds=GRACE_SECONDS, end_seconds=END_SECONDS, ready=ready
    ).run()
