"""Twins of a seed: the same without orders, and different only where an order reached."""

from tests.lab.world.crime_play import country, end_of, play
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.play.run import CountryRun


def test_two_plays_without_orders_are_the_same_however_they_are_cut():
    whole = CountryRun(country())
    whole.advance_to(end_of(whole))
    pieces = CountryRun(country())
    while pieces.now < end_of(pieces):
        pieces.advance_to(min(end_of(pieces), pieces.now + 7 * HOUR))
    assert whole.flow.rows == pieces.flow.rows


def test_adapting_gangs_change_nothing_while_nobody_acts():
    assert play().flow.rows == play(gangs="fixed").flow.rows


def test_one_hold_changes_only_what_follows_from_its_account():
    plain, twin = CountryRun(country()), CountryRun(country())
    moment = country().nation.start + 3 * DAY
    plain.advance_to(moment)
    twin.advance_to(moment)
    (account, _), amount = max(twin.truth.sum_free_pots().items(), key=lambda item: item[1])
    twin.queue_orders([CountryOrder("one", "hold", moment, account, amount, moment + 3 * DAY)])
    plain.advance_to(end_of(plain))
    twin.advance_to(end_of(twin))
    rows, others = {row[0]: row for row in plain.flow.rows}, {row[0]: row for row in twin.flow.rows}
    changed = [uid for uid in rows.keys() | others.keys() if rows.get(uid) != others.get(uid)]
    assert all((rows.get(uid) or others[uid])[1] > moment for uid in changed)
    assert len(changed) < 0.1 * len(rows)
    made = twin.holding.measures.get("one")
    if made is not None and made.stolen:
        assert changed


def test_an_order_on_an_empty_account_changes_nothing():
    twin = CountryRun(country())
    twin.advance_to(country().nation.start + DAY)
    shop = int(country().nation.roles["shops"][0])
    twin.queue_orders([CountryOrder("one", "hold", twin.now, shop, 100, twin.now + DAY)])
    twin.advance_to(end_of(twin))
    assert twin.flow.rows == play().flow.rows
