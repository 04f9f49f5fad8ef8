"""One administrator alone makes nobody who can decide anything: no two invented officers push an action through."""

import pytest

from tests.cases.scenes import PASSWORD, Scene
from warroom.access import role_groups, roles
from warroom.access.role_groups import GRANTED_BY_TWO
from warroom.law.kinds.declarations import ActionKind, load_kinds
from warroom.ledger.officers import ROLES

ALONE = frozenset(ROLES) - GRANTED_BY_TWO
"""What one administrator may give by himself."""


def may_push(kind: ActionKind, first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether two officers with these roles can propose and approve this kind, by the strictest count it ever needs."""
    can_propose = [bool(held & set(kind.proposes)) for held in (first, second)]
    can_approve = [bool(held & set(kind.approves)) for held in (first, second)]
    return any(can_propose) and any(can_approve)


@pytest.mark.parametrize("kind", load_kinds().values(), ids=lambda kind: kind.id)
def test_no_two_officers_of_one_administrator_push_an_action_through(kind: ActionKind) -> None:
    assert may_push(kind, frozenset(ROLES), frozenset(ROLES))
    assert not may_push(kind, ALONE, ALONE)


def test_who_proposes_to_hold_money_takes_two_administrators_too() -> None:
    money = [one for one in load_kinds().values() if "bank" in one.partners and "public" not in one.subjects]
    assert {"account-hold", "whole-account-block", "stop-payment-request"} <= {one.id for one in money}
    for kind in money:
        assert set(kind.proposes) <= GRANTED_BY_TWO, kind.id


def test_every_group_that_decides_takes_two_administrators() -> None:
    deciding = [
        name
        for name in vars(role_groups)
        if name.endswith(("_DECIDERS", "_APPROVERS", "_RELEASERS", "_JUDGES", "_SEALERS", "_CONFIRMERS"))
        # A match says that two records are alike; it holds nothing.
        and name != "MATCH_DECIDERS"
    ]
    assert len(deciding) > 8
    for name in deciding:
        assert set(getattr(role_groups, name)) <= GRANTED_BY_TWO, name


def test_one_administrator_gives_what_decides_nothing_and_the_rest_waits(scene: Scene) -> None:
    admin = scene.officer("first", "admin")
    for username in ("ghost", "phantom"):
        made, waits = roles.add_officer_with_roles(
            scene.ledger, username, "Invented", PASSWORD, ROLES, by=admin
        )
        assert made.roles == ALONE
        assert waits
        assert waits.roles == set(ROLES)


def test_the_second_administrator_makes_the_first_officers_of_a_new_home(scene: Scene) -> None:
    # At the machine nothing waits: the first officer becomes an administrator, and a second one is made there.
    first, waits = roles.add_officer_with_roles(scene.ledger, "anna", "Anna", PASSWORD, ["officer"])
    assert (first.roles, waits) == ({"admin", "officer"}, None)
    second, waits = roles.add_officer_with_roles(scene.ledger, "boon", "Boon", PASSWORD, ["admin"])
    assert (second.roles, waits) == ({"admin"}, None)
    third, waits = roles.add_officer_with_roles(scene.ledger, "kan", "Kan", PASSWORD, ["officer"], by=first)
    assert third.roles == set()
    assert waits
    assert roles.decide_role_change(scene.ledger, waits.id, True, by=second).officer.roles == {"officer"}
