"""Every step's table is what its doors, its page and its forms go by."""

import pytest

from warroom.access import role_groups
from warroom.access.steps import PermittedStep
from warroom.assets import steps as assets
from warroom.cases import steps as cases
from warroom.errors import SettingError
from warroom.evidence import steps as evidence
from warroom.ledger.officers import ROLES
from warroom.requests import steps as requests
from warroom.requests.kinds import load_request_kinds
from warroom.web.assets import steps as asset_forms
from warroom.web.doors import access_table
from warroom.web.doors.router import Router
from warroom.web.evidence import steps as evidence_forms
from warroom.web.requests import steps as request_forms

ASSET, PROCEEDING, PAYOUT = (
    "/api/v1/assets/{asset_id}",
    "/api/v1/proceedings/{proceeding_id}",
    "/api/v1/payouts",
)
DOORS = {
    "/api/v1/appeals/{appeal_id}/answer": cases.ANSWER,
    "/api/v1/cases/{number}/decline": cases.DECIDE,
    "/api/v1/cases/{number}/holds": cases.DECIDE,
    "/api/v1/cases/{number}/take": cases.TAKE,
    "/api/v1/holds/{action_id}/extend": cases.EXTEND,
    "/api/v1/holds/{action_id}/release": cases.RELEASE,
    "/api/v1/assets": assets.TRACE,
    "/assets/new": assets.TRACE,
    f"{ASSET}/freeze": assets.FREEZE,
    f"{ASSET}/seize": assets.SEIZE,
    f"{ASSET}/move": assets.MOVE,
    f"{ASSET}/keep": assets.KEEP,
    f"{ASSET}/forfeit": assets.FORFEIT,
    f"{ASSET}/sell": assets.SELL,
    f"{ASSET}/give-back": assets.GIVE_BACK,
    f"{ASSET}/valuations": assets.VALUE,
    f"{ASSET}/costs": assets.COST,
    f"{ASSET}/claims": assets.CLAIM,
    f"{ASSET}/claims/{{claim_id}}/decide": assets.DECIDE_CLAIM,
    "/assets/{asset_id}/claims/{claim_id}/decide": assets.DECIDE_CLAIM,
    "/api/v1/proceedings": assets.OPEN_PROCEEDING,
    "/proceedings": assets.OPEN_PROCEEDING,
    f"{PROCEEDING}/notice": assets.NOTICE,
    f"{PROCEEDING}/losses": assets.LOSS,
    f"{PROCEEDING}/payouts": assets.DRAFT,
    "/api/v1/losses/{loss_id}/decide": assets.JUDGE,
    "/api/v1/losses/{loss_id}/recoveries": assets.RECOVERY,
    f"{PAYOUT}/{{plan_id}}/approve": assets.APPROVE,
    f"{PAYOUT}/{{plan_id}}/withdraw": assets.WITHDRAW,
    f"{PAYOUT}/{{plan_id}}/payments": assets.PAY,
}
OF_PLAN = (assets.APPROVE, assets.WITHDRAW, assets.PAY)
TOGETHER = {
    "/assets/{asset_id}/{step}": assets.NEXT,
    "/proceedings/{proceeding_id}/{step}": (assets.NOTICE, assets.LOSS, assets.DRAFT),
    "/proceedings/{proceeding_id}/losses/{loss_id}/{step}": (assets.JUDGE, assets.RECOVERY),
    "/proceedings/{proceeding_id}/plans/{plan_id}/{step}": OF_PLAN,
}


def door(path: str) -> frozenset[str]:
    return access_table.build_access_table()[f"POST {path}"]


@pytest.mark.parametrize("path", DOORS)
def test_a_door_opens_to_exactly_the_roles_of_its_step(path: str) -> None:
    assert door(path) == frozenset(DOORS[path].roles)


@pytest.mark.parametrize("path", TOGETHER)
def test_a_door_of_several_steps_opens_to_whoever_may_take_one_of_them(path: str) -> None:
    steps: tuple[PermittedStep, ...] = TOGETHER[path]
    assert door(path) == {role for step in steps for role in step.roles}


@pytest.mark.parametrize("step", requests.NEXT, ids=lambda step: str(step.verb))
def test_a_step_of_a_request_opens_to_the_roles_of_all_its_kinds(step: requests.RequestStep) -> None:
    path = {"document": "documents"}.get(step.verb, step.verb)
    wanted = {role for kind in load_request_kinds().values() for role in step.list_roles(kind)}
    # An officer hands a link over; programs of partners have the interface itself.
    if step not in (requests.LINK, requests.UNLINK):
        assert door(f"/api/v1/requests/{{request_id}}/{path}") == wanted
    assert wanted <= door("/requests/{request_id}/{step}")


def test_every_step_that_may_follow_has_its_form_and_every_form_its_step() -> None:
    assert {step.verb for step in assets.NEXT} == set(asset_forms.OF_ASSET) == set(asset_forms.SERVICES)
    assert {step.verb for step in evidence.NEXT} == set(evidence_forms.STEPS)
    assert {step.verb for step in requests.NEXT} == set(request_forms.STEPS)


def test_groups_hold_roles_that_there_are_each_once() -> None:
    groups = {name: value for name, value in vars(role_groups).items() if name.isupper() and name != "ROLES"}
    for name, roles in groups.items():
        assert roles, name
        assert set(roles) <= set(ROLES), name
        assert len(roles) == len(set(roles)), name


def test_a_door_that_names_no_group_there_is_stops_the_start() -> None:
    with pytest.raises(SettingError, match="write a list of roles"):
        access_table._check_declared_roles("GET /somewhere", ["@nobody-knows"])


def test_an_endpoint_that_is_declared_twice_stops_the_start() -> None:
    router = Router()
    router.get("/cases", may=role_groups.CASE_READERS)
    router.get("/cases", may=role_groups.CASE_READERS)
    with pytest.raises(SettingError, match="declared twice"):
        access_table.collect_access(router.declared)
