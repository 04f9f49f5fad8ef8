"""Saved views: an officer's own, with codes alone in them."""

import pytest

from tests.operations.scenes import Scene
from warroom.errors import NotPossible
from warroom.operations import room


def test_a_view_is_kept_under_its_name_for_its_officer_alone(scene: Scene) -> None:
    room.save(scene.ledger, scene.anna, "  My   night ", "/work?sort=late&pillar=logistics", now=scene.now)
    [view] = room.saved(scene.ledger, scene.anna)
    assert (view.name, view.address) == ("My night", "/work?pillar=logistics&sort=late")
    assert room.saved(scene.ledger, scene.boon) == ()
    room.save(scene.ledger, scene.anna, "My night", "/cases?filter=late", now=scene.now)
    [view] = room.saved(scene.ledger, scene.anna)
    assert view.address == "/cases?filter=late"
    room.forget(scene.ledger, scene.boon, view.id)
    assert room.saved(scene.ledger, scene.anna) == (view,)
    room.forget(scene.ledger, scene.anna, view.id)
    room.forget(scene.ledger, scene.anna, view.id)
    assert room.saved(scene.ledger, scene.anna) == ()


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/work",
        "//evil.example/work",
        "/audit",
        "/cases/C-1",
        "",
        "work",
        "/work/../audit",
    ],
)
def test_only_a_list_of_this_room_can_be_saved(scene: Scene, address: str) -> None:
    with pytest.raises(NotPossible, match="Only a list"):
        room.save(scene.ledger, scene.anna, "Name", address)


def test_what_a_person_typed_is_not_kept_in_a_view(scene: Scene) -> None:
    kept = room.save(scene.ledger, scene.anna, "Name", "/actions?case=C-1&sort=mine&q=1234567890&kind=A%20b")
    assert kept.address == "/actions?sort=mine"


def test_a_view_needs_a_name_and_there_are_at_most_twenty(scene: Scene) -> None:
    with pytest.raises(NotPossible, match="needs a name"):
        room.save(scene.ledger, scene.anna, "  ", "/work")
    for number in range(20):
        room.save(scene.ledger, scene.anna, f"View {number}", "/work")
    room.save(scene.ledger, scene.anna, "View 3", "/cases")
    with pytest.raises(NotPossible, match="20 saved views"):
        room.save(scene.ledger, scene.anna, "One more", "/work")
