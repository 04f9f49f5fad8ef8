"""One demo home for all tests that only look at it; building it takes some seconds."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from warroom.demo import build
from warroom.home import Home, open_home
from warroom.lake import Lake
from warroom.operations import CasePage, Ledger, Officer, board, case_page, list_officers


@dataclass
class Demo:
    """A built demo, open."""

    home: Home
    ledger: Ledger
    lake: Lake

    def officer(self, username: str = "officer") -> Officer:
        return next(person for person in list_officers(self.ledger) if person.username == username)

    def pages(self) -> list[CasePage]:
        rows = board(self.ledger, self.officer(), limit=100).rows
        return [case_page(self.ledger, self.officer(), row.number) for row in rows]

    def page(self, scam: str, loss: int) -> CasePage:
        """The case of a kind with a loss in baht."""
        return next(
            page for page in self.pages() if (page.row.scam_type, page.row.loss) == (scam, loss * 100)
        )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo home with its own ledger, as `warroom demo` makes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WARROOM_DATABASE_URL", raising=False)
        home = open_home(tmp_path_factory.mktemp("demo") / "home", "demo")
        build(home)
        with Ledger.open(home) as ledger:
            yield Demo(home, ledger, Lake.open(home))
