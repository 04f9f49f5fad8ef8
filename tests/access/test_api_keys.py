"""Keys of partners' programs: made once, shown once, counted, and ended at once."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.cases.scenes import Scene
from warroom.access import agencies
from warroom.access.api_keys import key_ring
from warroom.access.api_keys.key_ring import KeyRing
from warroom.access.api_keys.keys import add_key, list_keys, revoke_key
from warroom.access.api_keys.quota import Quota
from warroom.access.views import Partner
from warroom.errors import KeyRefused, LedgerError, NotAllowed, NotFound, NotPossible, QuotaSpent

SOON = 5.0


@pytest.fixture
def banks(scene: Scene) -> Scene:
    """A room that knows the invented banks."""
    agencies.seed_exercise(scene.ledger)
    return scene


@pytest.fixture
def keyring(banks: Scene) -> Iterator[KeyRing]:
    opened = KeyRing(banks.ledger)
    opened.open()
    yield opened
    opened.close()


def within(seconds: float) -> Iterator[None]:
    """A try every few milliseconds until the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield
        time.sleep(0.005)


def test_a_key_is_shown_once_and_opens_what_it_was_made_for(banks: Scene, keyring: KeyRing) -> None:
    made = add_key(banks.ledger, "B01", ["payee-check"])
    keyring.reload_keys()
    assert keyring.admit_partner(made.secret, "payee-check") == Partner("B01", made.key.prefix)
    with pytest.raises(NotAllowed, match="does not open 'transfers:write'"):
        keyring.admit_partner(made.secret, "transfers:write")
    stored = str(banks.sql("SELECT * FROM partner_keys")) + str(banks.sql("SELECT * FROM audit"))
    assert made.secret.split("_", 2)[2] not in stored
    assert made.secret.encode().hex() not in stored


def test_what_is_no_key_opens_nothing(banks: Scene, keyring: KeyRing) -> None:
    made = add_key(banks.ledger, "B01", ["payee-check"])
    keyring.reload_keys()
    for text in (
        "",
        "wr",
        "wr_",
        made.secret[:-1],
        made.secret + "A",
        f"wr_{made.key.prefix}_",
        "x" * 10_000,
    ):
        with pytest.raises(KeyRefused, match="unknown here or was ended"):
            keyring.admit_partner(text, "payee-check")


def test_a_key_that_was_proved_is_known_again_and_no_other_with_it(banks: Scene, keyring: KeyRing) -> None:
    made = add_key(banks.ledger, "B01", ["payee-check"]).secret
    keyring.reload_keys()
    for _ in range(2):
        assert keyring.admit_partner(made, "payee-check").code == "B01"
        with pytest.raises(KeyRefused):
            keyring.admit_partner(made[:-1] + ("a" if made[-1] != "a" else "b"), "payee-check")


def test_who_can_write_to_the_database_alone_cannot_plant_a_key(banks: Scene, keyring: KeyRing) -> None:
    made = add_key(banks.ledger, "B01", ["payee-check"])
    banks.sql(
        "INSERT INTO partner_keys (agency, prefix, hash, scopes, per_minute, per_day, made_at)"
        " SELECT agency, 'planted2', sha256('wr_planted2_mine'::bytea), scopes, 9, 9, made_at FROM partner_keys"
    )
    keyring.reload_keys()
    with pytest.raises(KeyRefused):
        keyring.admit_partner("wr_planted2_mine", "payee-check")
    assert keyring.admit_partner(made.secret, "payee-check").code == "B01"


def test_a_key_that_another_program_ends_is_refused_at_once(banks: Scene, keyring: KeyRing) -> None:
    made = add_key(banks.ledger, "B01", ["payee-check"])
    keyring.reload_keys()
    keyring.admit_partner(made.secret, "payee-check")
    revoke_key(banks.ledger, made.key.prefix)
    for _ in within(SOON):
        try:
            keyring.admit_partner(made.secret, "payee-check")
        except KeyRefused:
            return
    pytest.fail("an ended key went on opening")


def test_an_agency_that_ends_takes_its_keys_with_it(banks: Scene, keyring: KeyRing) -> None:
    admin = banks.officer("first", "admin")
    made = add_key(banks.ledger, "B01", ["payee-check"], by=admin)
    agencies.deactivate_agency(banks.ledger, admin, "B01")
    keyring.reload_keys()
    with pytest.raises(KeyRefused):
        keyring.admit_partner(made.secret, "payee-check")
    with pytest.raises(NotPossible, match="has been ended"):
        add_key(banks.ledger, "B01", ["payee-check"], by=admin)


def test_where_the_ledger_is_silent_nobody_is_let_in(banks: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    made = add_key(banks.ledger, "B01", ["payee-check"])
    alone = KeyRing(banks.ledger)
    alone.reload_keys()
    alone.admit_partner(made.secret, "payee-check")
    monkeypatch.setattr(key_ring, "TRUSTED", 0.0)
    with pytest.raises(LedgerError, match="cannot check this key"):
        alone.admit_partner(made.secret, "payee-check")


def test_a_quota_is_spent_and_comes_back(banks: Scene, keyring: KeyRing) -> None:
    made = add_key(banks.ledger, "B01", ["payee-check"], per_minute=3, per_day=100)
    keyring.reload_keys()
    for _ in range(3):
        keyring.admit_partner(made.secret, "payee-check")
    with pytest.raises(QuotaSpent) as spent:
        keyring.admit_partner(made.secret, "payee-check")
    assert spent.value.seconds == 20


class Hand:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)

    def wall(self) -> datetime:
        return self.moment

    def timer(self) -> float:
        return self.moment.timestamp()

    def go(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def test_a_minutes_worth_may_come_at_once_and_then_as_fast_as_the_bucket_fills() -> None:
    hand = Hand()
    quota = Quota(60, 10_000, timer=hand.timer, wall=hand.wall)
    quota.count_request(60)
    with pytest.raises(QuotaSpent):
        quota.count_request()
    hand.go(1)
    quota.count_request()
    with pytest.raises(QuotaSpent):
        quota.count_request()


def test_more_than_a_minutes_worth_is_let_in_by_a_full_bucket_and_waited_for_after() -> None:
    hand = Hand()
    quota = Quota(60, 10_000, timer=hand.timer, wall=hand.wall)
    quota.count_request(180)
    hand.go(119)
    with pytest.raises(QuotaSpent) as spent:
        quota.count_request()
    assert spent.value.seconds == 2
    hand.go(3)
    quota.count_request()


def test_a_days_quota_begins_anew_at_midnight() -> None:
    hand = Hand()
    quota = Quota(1_000, 100, asked=99, timer=hand.timer, wall=hand.wall)
    quota.count_request()
    with pytest.raises(QuotaSpent) as spent:
        quota.count_request()
    assert spent.value.seconds == 3600
    hand.go(3600)
    quota.count_request(100)
    with pytest.raises(QuotaSpent):
        quota.count_request()


def test_what_a_key_was_used_is_written_down_and_counts_after_a_new_start(banks: Scene) -> None:
    made = add_key(banks.ledger, "B01", ["payee-check"], per_minute=2, per_day=3)
    first = KeyRing(banks.ledger)
    first.open()
    for _ in range(2):
        first.admit_partner(made.secret, "payee-check")
    with pytest.raises(QuotaSpent):
        first.admit_partner(made.secret, "payee-check")
    first.close()
    assert [(one.asked, one.refused) for one in list_keys(banks.ledger)] == [(3, 1)]
    second = KeyRing(banks.ledger)
    second.reload_keys()
    second.admit_partner(made.secret, "payee-check")
    with pytest.raises(QuotaSpent):
        second.admit_partner(made.secret, "payee-check")


def test_every_key_made_or_ended_is_a_row_of_the_log_and_ending_twice_is_once(banks: Scene) -> None:
    admin = banks.officer("first", "admin")
    made = add_key(banks.ledger, "B02", ["transfers:write", "payee-check"], by=admin)
    for _ in range(2):
        ended = revoke_key(banks.ledger, made.key.prefix, by=admin)
    assert (ended.made_by, ended.revoked_by) == ("First", "First")
    rows = banks.sql(
        "SELECT officer, verb, subject FROM audit WHERE verb LIKE 'partner-key.%' ORDER BY sequence"
    )
    subject = f"partner-key:{made.key.prefix}"
    assert [tuple(row) for row in rows] == [
        ("first", "partner-key.made", subject),
        ("first", "partner-key.revoked", subject),
    ]


def test_only_an_administrator_makes_lists_or_ends_keys(banks: Scene) -> None:
    banks.officer("first", "admin")
    made = add_key(banks.ledger, "B01", ["payee-check"])
    for forbidden in (
        lambda: add_key(banks.ledger, "B01", ["payee-check"], by=banks.anna),
        lambda: revoke_key(banks.ledger, made.key.prefix, by=banks.anna),
        lambda: list_keys(banks.ledger, banks.anna),
    ):
        with pytest.raises(NotAllowed, match="role admin"):
            forbidden()


def test_unfit_keys_are_refused_in_a_sentence(banks: Scene) -> None:
    for partner, scopes, quota, said in (
        ("B01", [], 1, "needs a scope"),
        ("B01", ["everything"], 1, "no scope 'everything'"),
        ("B01", ["payee-check"], 0, "between 1 and"),
        ("T1", ["payee-check"], 1, "cannot be sent to an agency"),
    ):
        with pytest.raises(NotPossible, match=said):
            add_key(banks.ledger, partner, scopes, per_minute=quota)
    with pytest.raises(NotFound, match="no agency 'B99'"):
        add_key(banks.ledger, "B99", ["payee-check"])
    with pytest.raises(NotFound, match="no key 'nothing'"):
        revoke_key(banks.ledger, "nothing")


def test_a_key_keeps_its_hash_scopes_and_quotas(banks: Scene) -> None:
    add_key(banks.ledger, "B01", ["payee-check"])
    with pytest.raises(LedgerError, match="database role may not"):
        banks.sql("UPDATE partner_keys SET per_day = 5")
