"""Nothing that a stranger sends is read on the event loop: anyone who keeps a pattern busy there stops every other visitor."""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from httpx import Client
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import warroom.web
from tests.cases.test_receipt_cleaning import jpeg, paper
from tests.web.conftest import PLAIN, serving
from warroom.public.outside.card import Card
from warroom.web.public.app import create_public_app
from warroom.web.public.places import ROUTES

OURS = ("warroom.public", "warroom.signals", "warroom.subjects", "warroom.papers", "warroom.reasons")
"""Packages that read texts, numbers, links and files."""
ON_THE_LOOP = {"warroom.public.outside.lookup", "warroom.public.outside.door"}
"""What waits there for the database, and hands the question to a thread."""
ODD = "081-234-5678 https://bit.ly/x @line 1 แสน 1111111111111111111111x"
FIELDS = [
    "q",
    "text",
    "when",
    "amount",
    "bank",
    "to",
    "about",
    "place",
    "heard",
    "lured",
    "way",
    "trusted",
    "word",
    "ticked",
    "code",
    "notice",
    "phone",
    "practice",
    "a",
    "number",
    "who",
    "threat",
    "contact",
    "scam_type",
    "answer",
    "group",
    "g1",
    "g2",
    "tries",
    "look",
    "once",
]


class Watch:
    """An app whose loop is watched: which functions of ours ran there, and which patterns were asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.seen = app, set[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            sys.setprofile(self._look)
        await self.app(scope, receive, send)

    def _look(self, frame: FrameType, event: str, arg: Any) -> None:
        module = str(frame.f_globals.get("__name__", ""))
        if event == "call" and module.startswith(OURS) and module not in ON_THE_LOOP:
            self.seen.add(f"{module}.{frame.f_code.co_qualname}")
        if (
            event == "c_call"
            and isinstance(getattr(arg, "__self__", None), re.Pattern)
            and module.startswith("warroom")
        ):
            self.seen.add(f"{module}.{frame.f_code.co_qualname} asks a pattern")


def posts() -> list[str]:
    """The paths of all forms of the public pages."""
    return [route.path for route in ROUTES if isinstance(route, Route) and "POST" in (route.methods or ())]


@pytest.fixture
def watched(card: Card) -> Iterator[tuple[Watch, str]]:
    watch = Watch(create_public_app(card))
    with serving(watch) as address:  # type: ignore[arg-type]
        yield watch, address


def test_every_form_is_read_by_threads(watched: tuple[Watch, str]) -> None:
    watch, address = watched
    assert len(posts()) > 20
    attached: list[dict[str, Any]] = [
        {},
        {name: ("f", io.BytesIO(jpeg()), "image/jpeg") for name in ("file", "f")},
        {name: ("f", io.BytesIO(paper()), "application/pdf") for name in ("file", "f")},
    ]
    with Client(base_url=address, timeout=60, verify=PLAIN) as client:
        for path in posts():
            for files in attached:
                client.post(path, data=dict.fromkeys(FIELDS, ODD), files=files or None)
            client.post(path, data=dict.fromkeys(FIELDS, "0812345678") | {"when": "15", "amount": "1 แสน"})
    assert watch.seen == set()


def test_the_watch_sees_what_runs_on_the_loop() -> None:
    watch = Watch(lambda *_: None)  # type: ignore[arg-type, return-value]
    from warroom.web.public.sums import parse_sum

    sys.setprofile(watch._look)
    parse_sum("15")
    sys.setprofile(None)
    assert watch.seen == {"warroom.web.public.sums._split_sum asks a pattern"}


AWAITS_ALONE = {
    "public/forms.py": {"receive", "_receive_files"},
    "public/check_pages.py": {"answer_check", "_wait_for_picture_text"},
    "public/limits.py": {"__call__", "receive_counted"},
    "public/app.py": {"lifespan"},
}
"""Functions of the public pages that run on the loop. They wait, count bytes, and hand everything else to a thread."""


def test_no_page_of_the_public_side_runs_on_the_loop_but_these() -> None:
    root = Path(warroom.web.__file__).parent
    found = {
        str(file.relative_to(root)): names
        for file in sorted((root / "public").glob("*.py"))
        if (
            names := {
                node.name
                for node in ast.walk(ast.parse(file.read_text()))
                if isinstance(node, ast.AsyncFunctionDef)
            }
        )
    }
    assert found == AWAITS_ALONE


READS = {
    "find_advert_flags",
    "sample_file",
    "read_message",
    "identifiers_in",
    "only_identifier",
    "clean_file",
    "loads",
    "unseal",
    "search",
    "match",
    "fullmatch",
    "sub",
}
"""Names of what reads a text or a file."""
A_PATH = {("kit/security.py", "checked_form", "fullmatch")}
"""The path of a request is short, and its pattern has no repeat within a repeat."""


def test_no_officers_page_reads_a_text_on_the_loop() -> None:
    """Of the officers' pages: no function on the loop calls one of the readers itself."""
    root = Path(warroom.web.__file__).parent
    found = [
        (str(file.relative_to(root)), node.name, name)
        for file in sorted(root.rglob("*.py"))
        if "node_modules" not in file.parts
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.AsyncFunctionDef)
        for name in calls_of(node)
        if name in READS
    ]
    assert set(found) == A_PATH


def calls_of(function: ast.AsyncFunctionDef) -> Iterator[str]:
    """Names of what a function calls, handed to no thread."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func
            yield called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
