"""Signing in: codes that count once, locks that keep strangers out and officers in, and ending what is open."""

import hashlib
from contextlib import ExitStack
from datetime import datetime, timedelta

import argon2
import pyotp
import pytest

from tests.cases.scenes import PASSWORD, Scene
from warroom.access import factors, hashing, lockout, sessions
from warroom.access import sign_in as access_sign_in
from warroom.access.officers import deactivate_officer
from warroom.access.sign_in import officer_of, sign_in
from warroom.access.views import Halfway, SignIn, SignInOrigin
from warroom.errors import IntakeBusy, NotAllowed, NotFound, NotPossible
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

HOME, STRANGER = SignInOrigin("10.0.0.5", "Firefox"), SignInOrigin("203.0.113.9", "curl")
NEW = "a longer and newer password"


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def set_up(scene: Scene, officer: Officer, now: datetime) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    """An authenticator for an officer, and the recovery codes."""
    totp = pyotp.TOTP(factors.begin_authenticator(scene.ledger, officer, now=now).secret)
    spare = factors.confirm_authenticator(scene.ledger, officer, totp.at(now), now=now)
    return totp, spare


def halfway(scene: Scene, now: datetime, origin: SignInOrigin = HOME) -> Halfway:
    begun = access_sign_in.begin_sign_in(scene.ledger, "anna", PASSWORD, origin=origin, now=now)
    assert isinstance(begun, Halfway)
    return begun


def test_with_an_authenticator_the_password_alone_opens_nothing(scene: Scene) -> None:
    totp, _ = set_up(scene, scene.anna, scene.now)
    later = scene.now + minutes(1)
    with pytest.raises(NotAllowed, match="send its code"):
        sign_in(scene.ledger, "anna", PASSWORD, now=later)
    signed = sign_in(scene.ledger, "anna", PASSWORD, code=totp.at(later), now=later)
    assert officer_of(scene.ledger, signed.token, now=later).username == "anna"


def test_a_code_counts_once_and_a_step_around_now(scene: Scene) -> None:
    totp, _ = set_up(scene, scene.anna, scene.now)
    later = scene.now + minutes(5)
    code = totp.at(later - timedelta(seconds=30))
    sign_in(scene.ledger, "anna", PASSWORD, code=code, now=later)
    for again in (code, totp.at(later - minutes(2)), "000000", ""):
        with pytest.raises(NotAllowed):
            access_sign_in.finish_sign_in(scene.ledger, halfway(scene, later).ticket, again, now=later)


def test_the_code_that_set_it_up_does_not_sign_in(scene: Scene) -> None:
    totp, _ = set_up(scene, scene.anna, scene.now)
    with pytest.raises(NotAllowed, match="used already"):
        access_sign_in.finish_sign_in(
            scene.ledger, halfway(scene, scene.now).ticket, totp.at(scene.now), now=scene.now
        )


def test_a_recovery_code_stands_in_once(scene: Scene) -> None:
    _, spare = set_up(scene, scene.anna, scene.now)
    assert len(set(spare)) == 10
    typed = spare[0].lower()
    sign_in(scene.ledger, "anna", PASSWORD, code=f"{typed[:5]} {typed[5:]}", now=scene.now)
    with pytest.raises(NotAllowed):
        sign_in(scene.ledger, "anna", PASSWORD, code=spare[0], now=scene.now)
    assert factors.load_factors(scene.ledger, scene.anna).recovery == 9


def test_neither_secret_nor_recovery_codes_lie_readable_in_the_database(scene: Scene) -> None:
    made = factors.begin_authenticator(scene.ledger, scene.anna, now=scene.now)
    spare = factors.confirm_authenticator(
        scene.ledger, scene.anna, pyotp.TOTP(made.secret).at(scene.now), now=scene.now
    )
    stored = [bytes(row[0]) for row in scene.sql("SELECT secret FROM authenticators")]
    stored += [bytes(row[0]) for row in scene.sql("SELECT hash FROM recovery_codes")]
    assert all(made.secret.encode() not in row and spare[0].encode() not in row for row in stored)


def test_a_secret_copied_to_another_officer_opens_nothing(scene: Scene) -> None:
    totp, _ = set_up(scene, scene.anna, scene.now)
    assert scene.boon
    scene.sql(
        "INSERT INTO authenticators SELECT (SELECT id FROM officers WHERE username = 'boon'), secret, 0, made_at,"
        " confirmed_at FROM authenticators"
    )
    begun = access_sign_in.begin_sign_in(scene.ledger, "boon", PASSWORD, now=scene.now)
    assert isinstance(begun, Halfway)
    with pytest.raises(Exception, match=r".*"):
        access_sign_in.finish_sign_in(scene.ledger, begun.ticket, totp.at(scene.now), now=scene.now)
    assert scene.sql("SELECT count(*) FROM sessions") == [(0,)]


def test_five_wrong_codes_end_the_step_and_a_ticket_lasts_five_minutes(scene: Scene) -> None:
    totp, _ = set_up(scene, scene.anna, scene.now)
    ticket = halfway(scene, scene.now).ticket
    for _ in range(5):
        with pytest.raises(NotAllowed):
            access_sign_in.finish_sign_in(scene.ledger, ticket, "000000", now=scene.now)
    with pytest.raises(NotAllowed, match="begin again"):
        access_sign_in.finish_sign_in(
            scene.ledger, ticket, totp.at(scene.now + minutes(1)), now=scene.now + minutes(1)
        )
    free = scene.now + minutes(6)
    ticket = halfway(scene, free).ticket
    with pytest.raises(NotAllowed, match="begin again"):
        access_sign_in.finish_sign_in(scene.ledger, ticket, totp.at(free + minutes(5)), now=free + minutes(5))


def test_an_authenticator_goes_only_with_one_of_its_codes(scene: Scene) -> None:
    totp, _ = set_up(scene, scene.anna, scene.now)
    with pytest.raises(NotPossible, match="used already"):
        factors.remove_authenticator(scene.ledger, scene.anna, "000000", now=scene.now)
    later = scene.now + minutes(1)
    factors.remove_authenticator(scene.ledger, scene.anna, totp.at(later), now=later)
    assert not factors.load_factors(scene.ledger, scene.anna).any


def test_each_lock_is_longer_than_the_one_before(scene: Scene) -> None:
    assert scene.anna
    now = scene.now
    for waits in (5, 10, 20, 40, 80, 80):
        for _ in range(5):
            with pytest.raises(NotAllowed, match="name or the password is wrong"):
                sign_in(scene.ledger, "anna", "wrong password", now=now)
        with pytest.raises(NotAllowed, match=f"wait {waits} minutes"):
            sign_in(scene.ledger, "anna", PASSWORD, now=now)
        now += minutes(waits)
    sign_in(scene.ledger, "anna", PASSWORD, now=now)


def test_a_stranger_who_guesses_does_not_lock_the_officer_out_at_their_own_desk(scene: Scene) -> None:
    assert scene.anna
    sign_in(scene.ledger, "anna", PASSWORD, origin=HOME, now=scene.now)
    for _ in range(6):
        with pytest.raises(NotAllowed):
            sign_in(scene.ledger, "anna", "wrong password", origin=STRANGER, now=scene.now)
    with pytest.raises(NotAllowed, match="wait 5 minutes"):
        sign_in(scene.ledger, "anna", PASSWORD, origin=STRANGER, now=scene.now)
    assert sign_in(scene.ledger, "anna", PASSWORD, origin=HOME, now=scene.now).token


def test_an_address_that_tries_many_names_is_heard_no_more_but_its_own_officers_are(scene: Scene) -> None:
    assert scene.boon
    sign_in(scene.ledger, "boon", PASSWORD, origin=STRANGER, now=scene.now)
    assert scene.anna
    for number in range(60):
        with pytest.raises(NotAllowed):
            sign_in(scene.ledger, f"nobody-{number}", "wrong password", origin=STRANGER, now=scene.now)
    with pytest.raises(NotAllowed, match="from this address"):
        sign_in(scene.ledger, "anna", PASSWORD, origin=STRANGER, now=scene.now)
    assert sign_in(scene.ledger, "boon", PASSWORD, origin=STRANGER, now=scene.now).token
    assert sign_in(scene.ledger, "anna", PASSWORD, origin=STRANGER, now=scene.now + minutes(16)).token


def test_a_name_that_nobody_has_is_locked_like_one_that_somebody_has(scene: Scene) -> None:
    assert scene.anna
    for name in ("anna", "nobody"):
        for _ in range(5):
            with pytest.raises(NotAllowed, match="name or the password is wrong"):
                sign_in(scene.ledger, name, "wrong password", origin=STRANGER, now=scene.now)
        with pytest.raises(NotAllowed, match="wait 5 minutes"):
            sign_in(scene.ledger, name, "wrong password", origin=STRANGER, now=scene.now)
    assert scene.sql("SELECT count(*) FROM unknown_tries WHERE name = 'nobody'::bytea") == [(0,)]
    with scene.ledger.open_session() as session:
        lockout.delete_old_tries(session, scene.now + timedelta(days=91))
    assert scene.sql("SELECT count(*) FROM unknown_tries") == [(0,)]


def test_a_right_password_is_never_counted_as_a_wrong_one(scene: Scene) -> None:
    set_up(scene, scene.anna, scene.now)
    for _ in range(70):
        halfway(scene, scene.now, STRANGER)
    for _ in range(4):
        with pytest.raises(NotAllowed, match="name or the password is wrong"):
            sign_in(scene.ledger, "anna", "wrong password", origin=STRANGER, now=scene.now)
    halfway(scene, scene.now, STRANGER)
    with pytest.raises(NotAllowed, match="name or the password is wrong"):
        sign_in(scene.ledger, "anna", "wrong password", origin=STRANGER, now=scene.now)
    with pytest.raises(NotAllowed, match="wait 5 minutes"):
        halfway(scene, scene.now, STRANGER)


def test_in_a_browser_of_before_an_officer_gets_in_though_all_come_from_one_address(scene: Scene) -> None:
    """As behind a proxy that does not say for whom it asks."""
    assert scene.anna
    desk, stranger = SignInOrigin("", "Firefox", "m" * 32), SignInOrigin("", "curl", "x" * 32)
    sign_in(scene.ledger, "anna", PASSWORD, origin=desk, now=scene.now)
    for _ in range(5):
        with pytest.raises(NotAllowed):
            sign_in(scene.ledger, "anna", "wrong password", origin=stranger, now=scene.now)
    with pytest.raises(NotAllowed, match="wait 5 minutes"):
        sign_in(scene.ledger, "anna", PASSWORD, origin=stranger, now=scene.now)
    assert sign_in(scene.ledger, "anna", PASSWORD, origin=desk, now=scene.now).token
    assert all(desk.mark not in place for (place,) in scene.sql("SELECT place FROM tries"))


def test_a_hash_of_other_measures_is_good_and_renewed_at_the_next_sign_in(scene: Scene) -> None:
    assert scene.anna
    old = argon2.PasswordHasher().hash(PASSWORD)
    scene.sql("UPDATE officers SET password_hash = :old WHERE username = 'anna'", old=old)
    assert sign_in(scene.ledger, "anna", PASSWORD, now=scene.now).token
    [(kept,)] = scene.sql("SELECT password_hash FROM officers WHERE username = 'anna'")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in(scene.ledger, "anna", PASSWORD, now=scene.now).token


def test_more_sign_ins_at_once_than_there_are_places_are_sent_away_uncounted(scene: Scene) -> None:
    assert scene.anna
    with ExitStack() as all_places:
        for _ in range(hashing.AT_ONCE + hashing.WAITING):
            all_places.enter_context(hashing.reserve_slot())
        with pytest.raises(IntakeBusy, match="try again in a few seconds"):
            sign_in(scene.ledger, "anna", "wrong password", origin=STRANGER, now=scene.now)
    assert scene.sql("SELECT count(*) FROM address_tries") == [(0,)]
    assert sign_in(scene.ledger, "anna", PASSWORD, origin=STRANGER, now=scene.now).token


def test_a_recovery_code_of_before_stands_in_once_too(scene: Scene) -> None:
    """It was kept under a hash without the home's key."""
    _, spare = set_up(scene, scene.anna, scene.now)
    plain = hashlib.sha256(f"recovery:{scene.anna.id}:{spare[0]}".encode()).digest()
    assert scene.sql("SELECT count(*) FROM recovery_codes WHERE hash = :plain", plain=plain) == [(0,)]
    words = "UPDATE recovery_codes SET hash = :plain WHERE hash = (SELECT min(hash) FROM recovery_codes)"
    scene.sql(words, plain=plain)
    sign_in(scene.ledger, "anna", PASSWORD, code=spare[0], now=scene.now)
    with pytest.raises(NotAllowed):
        sign_in(scene.ledger, "anna", PASSWORD, code=spare[0], now=scene.now)


def test_an_officer_sees_their_sign_ins_and_ends_them(scene: Scene) -> None:
    first = sign_in(scene.ledger, scene.anna.username, PASSWORD, origin=HOME, now=scene.now)
    second = sign_in(scene.ledger, "anna", PASSWORD, origin=STRANGER, now=scene.now)
    other = sign_in(scene.ledger, scene.boon.username, PASSWORD, now=scene.now)
    seen = sessions.list_own_sign_ins(scene.ledger, scene.anna, first.token, now=scene.now)
    assert {(one.address, one.device, one.mine) for one in seen} == {
        ("10.0.0.5", "Firefox", True),
        ("203.0.113.9", "curl", False),
    }
    theirs = sessions.list_own_sign_ins(scene.ledger, scene.boon, now=scene.now)[0].id
    with pytest.raises(NotFound):
        sessions.end_own_sign_in(scene.ledger, scene.anna, theirs)
    sessions.end_own_sign_in(scene.ledger, scene.anna, next(one.id for one in seen if not one.mine))
    with pytest.raises(NotAllowed):
        officer_of(scene.ledger, second.token, now=scene.now)
    sessions.end_all(scene.ledger, scene.anna)
    with pytest.raises(NotAllowed):
        officer_of(scene.ledger, first.token, now=scene.now)
    assert officer_of(scene.ledger, other.token, now=scene.now).username == "boon"


def test_a_new_password_ends_every_other_sign_in(scene: Scene) -> None:
    here = sign_in(scene.ledger, scene.anna.username, PASSWORD, now=scene.now)
    there = sign_in(scene.ledger, "anna", PASSWORD, now=scene.now)
    with pytest.raises(NotPossible, match="present password"):
        sessions.change_password(scene.ledger, scene.anna, "wrong one", NEW, token=here.token)
    for unfit, said in (("short", "too short"), (PASSWORD, "is the old one")):
        with pytest.raises(NotPossible, match=said):
            sessions.change_password(scene.ledger, scene.anna, PASSWORD, unfit, token=here.token)
    sessions.change_password(scene.ledger, scene.anna, PASSWORD, NEW, token=here.token, now=scene.now)
    assert officer_of(scene.ledger, here.token, now=scene.now)
    with pytest.raises(NotAllowed):
        officer_of(scene.ledger, there.token, now=scene.now)
    assert sign_in(scene.ledger, "anna", NEW, now=scene.now).token


def test_whose_roles_need_a_second_factor_may_only_set_one_up_until_then(
    live_home: Home, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_SECOND_FACTOR_ROLES", "admin, lawyer")
    with Ledger.open(live_home) as ledger:
        scene = Scene(live_home, ledger, Lake.open(live_home))
        root, lek = scene.officer("root", "admin"), scene.officer("lek", "lawyer")
        ann = scene.officer("ann", "officer")
        assert officer_of(ledger, sign_in(ledger, "ann", PASSWORD).token) == ann
        signed = sign_in(ledger, "lek", PASSWORD)
        assert isinstance(signed, SignIn)
        with pytest.raises(access_sign_in.EnrolFirst, match="set one up"):
            officer_of(ledger, signed.token)
        assert officer_of(ledger, signed.token, enrolling=True) == lek
        totp = pyotp.TOTP(factors.begin_authenticator(ledger, lek, now=scene.now).secret)
        factors.confirm_authenticator(ledger, lek, totp.at(scene.now), signed.token, now=scene.now)
        assert officer_of(ledger, signed.token) == lek
        with pytest.raises(NotAllowed, match="Another administrator"):
            factors.reset_second_factors(ledger, "root", by=root)
        factors.reset_second_factors(ledger, "lek", by=root)
        with pytest.raises(NotAllowed):
            officer_of(ledger, signed.token)


def test_in_an_exercise_no_second_factor_is_asked_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_SECOND_FACTOR_ROLES", "officer")
    signed = sign_in(scene.ledger, scene.anna.username, PASSWORD, now=scene.now)
    assert officer_of(scene.ledger, signed.token, now=scene.now)


def test_whose_access_has_ended_gets_in_by_no_half_finished_step(scene: Scene) -> None:
    totp, _ = set_up(scene, scene.anna, scene.now)
    ticket = halfway(scene, scene.now).ticket
    deactivate_officer(scene.ledger, "anna")
    later = scene.now + minutes(1)
    with pytest.raises(NotAllowed):
        access_sign_in.finish_sign_in(scene.ledger, ticket, totp.at(later), now=later)
