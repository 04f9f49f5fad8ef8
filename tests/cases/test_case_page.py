"""The page of a case while others work in it: what was read before is never shown in the place of what is so now."""

from tests.cases.scenes import Scene
from warroom.cases.decisions.cases import state_purpose
from warroom.cases.decisions.holds import decline_proposals
from warroom.cases.queries.case_page import case_page


def test_a_page_read_again_shows_what_another_has_decided_since(scene: Scene) -> None:
    scene.hold()
    first = case_page(scene.ledger, scene.anna, "C-1", now=scene.now)
    assert case_page(scene.ledger, scene.anna, "C-1", now=scene.now).proposals == first.proposals
    one = next(one for one in first.proposals if one.state == "open")
    decline_proposals(
        scene.ledger, scene.boon, "C-1", [one.id], "Known to the desk as a shop.", now=scene.now
    )
    after = case_page(scene.ledger, scene.anna, "C-1", now=scene.now).proposals
    told = [(each.state, each.decided_by, each.decline_reason) for each in after if each.id == one.id]
    assert told == [("declined", scene.boon.name, "Known to the desk as a shop.")]
    assert [each for each in after if each.id != one.id] == [
        each for each in first.proposals if each.id != one.id
    ]


def test_whoever_may_not_read_accounts_is_never_shown_what_was_read_for_an_officer(scene: Scene) -> None:
    open_ = {each.account for each in scene.case().proposals}
    auditor = scene.officer("dara", "auditor")
    state_purpose(scene.ledger, auditor, "C-1", "audit", "the year's audit")
    masked = {each.account for each in case_page(scene.ledger, auditor, "C-1").proposals}
    assert masked.isdisjoint(open_)
    assert {each.account for each in scene.page().proposals} == open_
