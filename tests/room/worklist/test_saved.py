"""Saved views: an officer's own, with codes alone in them."""

import pytest

from tests.cases.scenes import Scene
from warroom.errors import NotPossible
from warroom.room.worklist import saved_views


def test_a_view_is_kept_under_its_name_for_its_officer_alone(scene: Scene) -> None:
    saved_views.save_view(
        scene.ledger, scene.anna, "  My   night ", "/work?sort=late&pillar=logistics", now=scene.now
    )
    [view] = saved_views.list_saved_views(scene.ledger, scene.anna)
    assert (view.name, view.address) == ("My night", "/work?pillar=logistics&sort=late")
    assert saved_views.list_saved_views(scene.ledger, scene.boon) == ()
    saved_views.save_view(scene.ledger, scene.anna, "My night", "/cases?filter=late", now=scene.now)
    [view] = saved_views.list_saved_views(scene.ledger, scene.anna)
    assert view.address == "/cases?filter=late"
    saved_views.delete_saved_view(scene.ledger, scene.boon, view.id)
    assert saved_views.list_saved_views(scene.ledger, scene.anna) == (view,)
    saved_views.delete_saved_view(scene.ledger, scene.anna, view.id)
    saved_views.delete_saved_view(scene.ledger, scene.anna, view.id)
    assert saved_views.list_saved_views(scene.ledger, scene.anna) == ()


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
        saved_views.save_view(scene.ledger, scene.anna, "Name", address)


def test_what_a_person_typed_is_not_kept_in_a_view(scene: Scene) -> None:
    kept = saved_views.save_view(
        scene.ledger, scene.anna, "Name", "/actions?case=C-1&sort=mine&q=1234567890&kind=A%20b"
    )
    assert kept.address == "/actions?sort=mine"


def test_a_view_needs_a_name_and_there_are_at_most_twenty(scene: Scene) -> None:
    with pytest.raises(NotPossible, match="needs a name"):
        saved_views.save_view(scene.ledger, scene.anna, "  ", "/work")
    for number in range(20):
        saved_views.save_view(scene.ledger, scene.anna, f"View {number}", "/work")
    saved_views.save_view(scene.ledger, scene.anna, "View 3", "/cases")
    with pytest.raises(NotPossible, match="20 saved views"):
        saved_views.save_view(scene.ledger, scene.anna, "One more", "/work")
