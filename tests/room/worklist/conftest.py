"""A room in which things of every kind are under way."""

from collections.abc import Callable

import pytest

from tests.actions.room import Room
from tests.assets.conftest import Vault
from tests.assets.refunds.conftest import RefundRoom
from tests.cases.scenes import Scene, hour
from tests.requests.conftest import Desk
from tests.survivors.conftest import AGENCIES, Shelter
from warroom.access.agencies import seed_exercise
from warroom.access.schema import Agency
from warroom.ledger.officers import Officer
from warroom.room.waiting.views import Task, TaskFilter
from warroom.room.worklist import queries as board


@pytest.fixture
def room(scene: Scene) -> Room:
    """A room with officers of every role and invented agencies."""
    return Room.of(scene)


@pytest.fixture
def desk(scene: Scene) -> Desk:
    """A room with a case and partners that are asked."""
    Room.of(scene)
    desk = Desk(scene.home, scene.ledger, scene.lake, now=scene.now, people=scene.people)
    desk.case()
    return desk


@pytest.fixture
def shelter(scene: Scene) -> Shelter:
    """People found, and agencies that help."""
    with scene.ledger.open_session() as session:
        for code, kind in AGENCIES.items():
            session.merge(
                Agency(
                    code=code, name_th=code, name_en=code, kind=kind, country="XX", active=True, telephone=""
                )
            )
    return Shelter(scene)


@pytest.fixture
def vault(scene: Scene) -> Vault:
    """A room with seized money."""
    Room.of(scene)
    vault = Vault(scene.home, scene.ledger, scene.lake, now=scene.now, people=scene.people)
    vault.money.own_accounts = True
    return vault


@pytest.fixture
def refund_room(scene: Scene) -> RefundRoom:
    """A room in which a bank holds money for victims of several cases."""
    room = RefundRoom(scene.home, scene.ledger, scene.lake, now=scene.now, people=scene.people)
    room.money.own_accounts = True
    seed_exercise(room.ledger)
    return room


Look = Callable[..., list[Task]]


@pytest.fixture
def look(scene: Scene) -> Look:
    """What an officer finds in a list, some hours from now; its count is asked to be the length of it."""

    def found(officer: Officer, sort: str = "mine", hours: float = 0.0, **more: str) -> list[Task]:
        wanted = TaskFilter(sort, **more)  # type: ignore[arg-type]
        work = board.read_work(scene.ledger, officer, wanted, limit=200, now=scene.now + hour(hours))
        assert work.total == len(work.tasks)
        assert work.sorts[sort or "all"] == work.total
        return list(work.tasks)

    return found
