"""Officers, sign-ins and the lawyer's word."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cases.scenes import PASSWORD, Scene, hour
from warroom import clock
from warroom.access.officers import add_officer, deactivate_officer
from warroom.access.sign_in import officer_of, sign_in, sign_out
from warroom.cases.decisions.holds import approve_holds
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.law.decisions import confirm_law
from warroom.law.rules.repository import list_rules
from warroom.ledger.audit import reading
from warroom.ledger.ledger import Ledger
from warroom.runtime import upkeep


def test_the_first_officer_becomes_administrator_and_makes_the_others(scene: Scene) -> None:
    first = scene.officer("first", "officer")
    second = scene.officer("second", "officer")
    assert first.roles == {"officer", "admin"}
    assert second.roles == {"officer"}
    with pytest.raises(NotAllowed, match="role admin"):
        add_officer(scene.ledger, "third", "Third", PASSWORD, ["officer"], by=second)


@pytest.mark.parametrize(
    ("username", "name", "password", "role", "said"),
    [
        ("Ann A", "Ann", PASSWORD, "officer", "user name"),
        ("ann", " ", PASSWORD, "officer", "needs a name"),
        ("ann", "Ann", "short", "officer", "too short"),
        ("ann", "Ann", PASSWORD, "king", "no role 'king'"),
    ],
)
def test_unfit_officers_are_refused(
    ledger: Ledger, username: str, name: str, password: str, role: str, said: str
) -> None:
    with pytest.raises(NotPossible, match=said):
        add_officer(ledger, username, name, password, [role])


def test_a_name_is_taken_once(scene: Scene) -> None:
    scene.officer("ann")
    with pytest.raises(NotPossible, match="already"):
        add_officer(scene.ledger, "ann", "Other", PASSWORD, ["officer"])


def test_a_sign_in_lasts_until_signed_out_or_over(scene: Scene) -> None:
    scene.officer("ann")
    signed = sign_in(scene.ledger, "ann", PASSWORD, now=scene.now)
    assert officer_of(scene.ledger, signed.token, now=scene.now).username == "ann"
    with pytest.raises(NotAllowed, match="ended"):
        officer_of(scene.ledger, signed.token, now=scene.now + hour(11))
    sign_out(scene.ledger, signed.token)
    with pytest.raises(NotAllowed, match="ended"):
        officer_of(scene.ledger, signed.token, now=scene.now)
    assert scene.sql(
        "SELECT count(*) FROM audit WHERE leaf::text LIKE :token", token=f"%{signed.token}%"
    ) == [(0,)]


def test_wrong_passwords_lock_a_name_for_some_minutes(scene: Scene) -> None:
    scene.officer("ann")
    for _ in range(5):
        with pytest.raises(NotAllowed, match="name or the password is wrong"):
            sign_in(scene.ledger, "ann", "wrong password", now=scene.now)
    with pytest.raises(NotAllowed, match="wait 5 minutes"):
        sign_in(scene.ledger, "ann", PASSWORD, now=scene.now)
    assert (
        sign_in(scene.ledger, "ann", PASSWORD, now=scene.now + timedelta(minutes=6)).officer.username == "ann"
    )


def test_an_unknown_name_is_refused_with_the_same_words_and_not_written_down(scene: Scene) -> None:
    with pytest.raises(NotAllowed, match="name or the password is wrong"):
        sign_in(scene.ledger, "my-password-by-mistake", PASSWORD)
    assert scene.sql("SELECT count(*) FROM audit WHERE convert_from(leaf, 'UTF8') LIKE '%mistake%'") == [(0,)]


def test_a_deactivated_officer_is_out_at_once(scene: Scene) -> None:
    ann = scene.officer("ann")
    signed = sign_in(scene.ledger, "ann", PASSWORD, now=scene.now)
    deactivate_officer(scene.ledger, "ann", by=ann)
    with pytest.raises(NotAllowed):
        officer_of(scene.ledger, signed.token, now=scene.now)
    with pytest.raises(NotAllowed):
        sign_in(scene.ledger, "ann", PASSWORD, now=scene.now)


def test_in_earnest_no_hold_before_a_lawyer_has_confirmed_its_rule(live_home: Home, database: str) -> None:
    with Ledger.open(live_home) as ledger:
        scene = Scene(live_home, ledger, Lake.open(live_home))
        page = scene.case()
        wanted = [page.proposals[0].id]
        with pytest.raises(NotPossible, match="warroom law confirm hold-on-report"):
            approve_holds(ledger, scene.anna, "C-1", wanted, page.snapshot, "k", now=scene.now)
        with pytest.raises(NotAllowed, match="role lawyer"):
            confirm_law(ledger, scene.anna, "hold-on-report")
        lawyer = scene.officer("dao", "lawyer")
        assert confirm_law(ledger, lawyer, "hold-on-report").confirmed_by == "Dao"
        (hold,) = approve_holds(ledger, scene.anna, "C-1", wanted, page.snapshot, "k", now=scene.now)
        assert hold.orders[0].exercise is False


def test_rules_carry_dates_sources_and_both_languages(ledger: Ledger) -> None:
    found = {rule.id: rule for rule in list_rules(ledger)}
    assert {"hold-on-report", "hold-after-complaint", "appeal"} <= set(found)
    assert (found["hold-on-report"].hours, found["hold-on-report"].approvers) == (72, 1)
    assert (found["hold-after-complaint"].hours, found["hold-after-complaint"].approvers) == (168, 2)
    assert (found["appeal"].hours, found["appeal"].limit_hours) == (4, 12)
    assert all(
        rule.source and rule.title.th and rule.citation.en and not rule.confirmed for rule in found.values()
    )


def test_an_unknown_rule_cannot_be_confirmed(scene: Scene) -> None:
    with pytest.raises(NotFound, match="no rule"):
        confirm_law(scene.ledger, scene.officer("dao", "lawyer"), "freeze-everything")


def test_in_an_exercise_a_sign_in_lasts_by_the_real_clock_and_the_log_by_the_exercises(
    ledger: Ledger, home: Home
) -> None:
    add_officer(ledger, "anna", "Anna", PASSWORD, ("officer",))
    long_ago = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
    with home.turn_clock(lambda: long_ago):
        entry = sign_in(ledger, "anna", PASSWORD)
        assert entry.expires_at > clock.get_real_now()
        upkeep.forget_ended_keys(ledger, clock.get_now() + timedelta(days=400))
        assert officer_of(ledger, entry.token).username == "anna"
    assert reading.list_rows(ledger, limit=1)[0].at == long_ago
