"""A hold is one of baht: an order cannot say another currency, and no trail of another may become one."""

import dataclasses
import json
from typing import Any

import pytest

from tests.cases.scenes import Scene, hour
from warroom.cases.decisions.hold_extension import extend_hold
from warroom.cases.decisions.hold_release import release_hold
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.following import refresh_case
from warroom.cases.schema import Case, Proposal, Snapshot
from warroom.errors import NotPossible


def freeze_as(scene: Scene, currency: str | None, without: str = "currency") -> str:
    """The case's trail as frozen in another currency, or (None) before trails said theirs; its digest."""
    with scene.ledger.open_session() as session:
        case = session.query(Case).one()
        seen = session.get_one(Snapshot, case.snapshot_id)
        trail = json.loads(seen.trail)
        del trail[without]
        text = json.dumps(trail | ({"currency": currency} if currency else {}))
        kept = {name: getattr(seen, name) for name in ("case_id", "content", "as_of", "taken_at")}
        other = Snapshot(**kept, sha256=currency or "before", trail=text)
        session.add(other)
        session.flush()
        case.snapshot_id = other.id
        for proposal in session.query(Proposal):
            proposal.snapshot_id = other.id
        return other.sha256


def approve(scene: Scene, snapshot: str, **more: Any) -> None:
    first = scene.page().proposals[0].id
    approve_holds(scene.ledger, scene.anna, "C-1", [first], snapshot, "k", now=scene.now, **more)


def test_no_hold_of_foreign_money_is_approved_and_the_sentence_says_why(scene: Scene) -> None:
    scene.case()
    with pytest.raises(NotPossible, match=r"This trail is of USD, and an order states baht alone") as refused:
        approve(scene, freeze_as(scene, "USD"))
    assert "USD" in refused.value.render_in("th")
    assert (scene.sql("SELECT count(*) FROM holds"), scene.waiting()) == ([(0,)], [])


def test_a_trail_of_before_is_followed_anew_and_only_then_approved(scene: Scene) -> None:
    scene.case()
    with pytest.raises(NotPossible, match="stored before trails had a currency"):
        approve(scene, freeze_as(scene, None))
    # Nothing but the currency is new.
    assert refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now, tracer=scene.money.trace)
    approve(scene, scene.page().snapshot)
    assert scene.waiting()[0].facts["currency"] == "THB"


def test_a_trail_of_before_whose_money_is_foreign_is_followed_anew_and_proposes_nothing(scene: Scene) -> None:
    scene.case()
    freeze_as(scene, None)

    def dollars(*asked: Any, **more: Any) -> Any:
        return dataclasses.replace(scene.money.trace(*asked, **more), currency="USD", holds=())

    assert refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now, tracer=dollars)
    assert not [one for one in scene.page().proposals if one.state == "open"]


def test_a_hold_whose_money_turns_out_foreign_is_let_go_and_never_carried_on(scene: Scene) -> None:
    hold = scene.in_effect()
    freeze_as(scene, "USD")
    with pytest.raises(NotPossible, match="This trail is of USD"):
        extend_hold(scene.ledger, scene.anna, hold.id, "PC-1", "x", now=scene.now + hour(1))
    release_hold(scene.ledger, scene.anna, hold.id, "The money is foreign.", now=scene.now + hour(1))
    assert [order.kind for order in scene.waiting(1)] == ["release"]
