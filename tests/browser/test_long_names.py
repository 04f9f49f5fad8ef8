"""Names of sixty letters without a space, in either language: no page grows wider than its window."""

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page

from tests.browser import looking
from tests.browser.desk import Desk, watched
from tests.browser.pages import PAGES
from tests.browser.rooms import Room, walked
from warroom.ledger.postgres import PostgresServer

LONG = {
    "en": "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis",
    "th": "ศูนย์ปราบปรามอาชญากรรมทางเทคโนโลยีสารสนเทศแห่งชาติภาคกลางหนึ่ง"[:60],
}
NAMED = {
    "officers": ("name",),
    "agencies": ("name_th", "name_en"),
    "operations": ("title",),
    "operation_places": ("name",),
    "assets": ("title", "place"),
    "proceedings": ("title",),
    "evidence_items": ("name",),
    "requests": ("subject",),
    "request_documents": ("name",),
    "saved_views": ("name",),
    "wall_devices": ("name",),
}
"""Columns that hold what people are called and what people call things."""
WALKED = list({place.endpoint: place for place in reversed(PAGES)}.values())
"""The first page of each kind: another of its kind is laid out alike."""


@pytest.fixture(scope="module")
def room(ledger_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with walked(tmp_path_factory.mktemp("named"), ledger_server) as served_room:
        _rename_all()
        yield served_room


def _rename_all() -> None:
    """Every second row gets the Thai name, the others the English one; the guards of the tables are not asked."""
    owner = sa.create_engine(
        os.environ["WARROOM_DATABASE_OWNER_URL"].replace("postgresql://", "postgresql+psycopg://")
    )
    with owner.begin() as connection:
        connection.execute(sa.text("SET session_replication_role = replica"))
        for table, columns in NAMED.items():
            named = ", ".join(
                f"{column} = CASE WHEN hashtext(ctid::text) % 2 = 0 THEN :th ELSE :en END"
                for column in columns
            )
            connection.execute(sa.text(f"UPDATE {table} SET {named}"), LONG)
    owner.dispose()


@pytest.mark.timeout(900)
def test_long_names_make_no_page_wider(chromium: Browser, room: Room) -> None:
    faults: list[str] = []
    wrong: list[str] = []
    for who in sorted({place.who for place in WALKED}):
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "warroom_language", "value": "th", "url": room.address}])
        desk = Desk(watched(context.new_page(), room.address, faults), room.address)
        if who:
            desk.sign_in(who)
        for place in WALKED:
            if place.who == who:
                desk.open(place.address.replace("{code}", room.code))
                wrong += [f"{place.address}: {fault}" for fault in _look(desk.page)]
        context.close()
    assert not wrong, "\n".join(wrong)


def _look(page: Page) -> Iterator[str]:
    for width, height in looking.VIEWS.items():
        page.set_viewport_size({"width": width, "height": height})
        over = page.evaluate(looking.TOO_WIDE)
        if over > 0:
            yield f"{width}: {over} pixels too wide by {page.evaluate(looking.WIDEST)}"
