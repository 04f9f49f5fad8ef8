"""Money that is still there: how much leaves within the hour, by when, and within which band."""

from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from warroom.errors import ModelError
from warroom.money.forecast.choice import load_shipped_model
from warroom.money.forecast.effects import CELLS, EFFECTS
from warroom.money.forecast.facts import MINUTE, UNKNOWN, MoneyFacts
from warroom.money.forecast.file import load_model, save_model
from warroom.money.forecast.forecast import Forecast
from warroom_lab.forecasting.history import Episodes
from warroom_lab.forecasting.learn import (
    calibrate_model,
    estimate_shared_chance,
    fit_model,
    make_published_model,
)
from warroom_lab.forecasting.measures import measure_forecast
from warroom_lab.forecasting.questions import ForecastQuestions

NOW = 1_772_000_000_000_000
ZONE = 7 * 60 * MINUTE


def lying(count: int = 1, **more: object) -> MoneyFacts:
    """Amounts of 10,000 baht that came half an hour ago, one a case."""
    given: dict[str, object] = {
        "case": np.arange(1, count + 1),
        "amount": 10_000_00,
        "hop": 1,
        "channel": 0,
        "arrived": NOW - 30 * MINUTE,
        "opened": UNKNOWN,
        "known": NOW,
        "passed": 0.0,
        "balance": 1.0,
    }
    columns = [np.broadcast_to(np.asarray(one), (count,)) for one in (given | more).values()]
    return MoneyFacts.from_columns(*columns)


def forecast() -> Forecast:
    return Forecast(make_published_model(), ZONE)


def test_more_leaves_the_longer_one_waits_and_never_more_than_there_is() -> None:
    facts = lying()
    shares = [
        float(forecast().estimate_leaving_shares(facts, NOW, within)[0]) for within in (1, 10, 60, 600, 1e7)
    ]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1


def test_what_was_seen_long_ago_may_have_left_and_leaves_less_now() -> None:
    fresh, stale = lying(), lying(known=NOW - 25 * MINUTE)
    assert (
        forecast().estimate_leaving_shares(stale, NOW)[0] < forecast().estimate_leaving_shares(fresh, NOW)[0]
    )


def test_a_fifth_has_left_when_the_clock_strikes() -> None:
    facts = lying(arrived=NOW)
    strikes = int(forecast().estimate_leaving_times(facts)[0])
    share = float(forecast().estimate_leaving_shares(facts, NOW, (strikes - NOW) / MINUTE)[0])
    assert share == pytest.approx(0.2, abs=1e-3)


def test_the_clock_does_not_move_by_itself() -> None:
    facts = lying(3)
    assert (forecast().estimate_leaving_times(facts) == forecast().estimate_leaving_times(facts)).all()


@pytest.mark.parametrize("amount", [1, 10**13])
def test_a_satang_and_a_fortune_have_a_band(amount: int) -> None:
    risk = forecast().estimate_risk(lying(amount=amount), NOW)
    assert 0 <= risk.low[0] <= risk.mean[0] <= risk.high[0] <= amount


def test_no_amount_at_all_is_no_case() -> None:
    assert len(forecast().estimate_risk(lying(0), NOW).case) == 0


def test_a_case_of_five_thousand_accounts_has_a_narrow_band_unless_its_money_moves_together() -> None:
    many = lying(5_000, case=7)
    apart = Forecast(replace(make_published_model(), shared=0.0), ZONE).estimate_risk(many, NOW)
    together = Forecast(replace(make_published_model(), shared=0.6), ZONE).estimate_risk(many, NOW)
    assert apart.mean[0] == pytest.approx(together.mean[0])
    assert together.high[0] - together.low[0] > 5 * (apart.high[0] - apart.low[0])


def test_a_band_is_the_same_alone_and_among_others() -> None:
    many = lying(300, case=np.arange(300) // 3)
    among = forecast().estimate_risk(many, NOW)
    alone = forecast().estimate_risk(many.select_rows(many.case == 42), NOW)
    assert (alone.low[0], alone.high[0]) == (among.low[42], among.high[42])


def test_few_like_amounts_make_a_forecast_rough() -> None:
    thin, thick = make_published_model(), replace(make_published_model(), like=np.full(CELLS, 30))
    assert Forecast(thin, ZONE).estimate_risk(lying(), NOW).rough[0]
    assert not Forecast(thick, ZONE).estimate_risk(lying(), NOW).rough[0]
    # What an invented country taught is no experience of a real room.
    assert Forecast(thick, ZONE, is_representative=False).estimate_risk(lying(), NOW).rough[0]


def drawn(count: int, pace: float, hop: int = 1, shock: float = 0.0, cases: int | None = None) -> Episodes:
    """Episodes of money that leaves at a pace (a minute), of cases whose shock multiplies it."""
    rng = np.random.default_rng(count)
    facts = lying(count, hop=hop, case=np.arange(count) % (cases or count))
    each = np.exp(shock * rng.standard_normal(count))[facts.case]
    stays = rng.exponential(1 / (pace * each), count)
    left = (stays < 10_000).astype(float)
    ones = np.ones(count)
    return Episodes(facts, np.zeros(count), np.minimum(stays, 10_000), left, ones, ones)


def spent(model: Forecast, hop: int, minutes: float) -> float:
    return float(model.estimate_leaving_shares(lying(arrived=NOW, hop=hop), NOW, minutes)[0])


def test_many_episodes_teach_the_pace_that_they_had() -> None:
    learned = Forecast(fit_model(drawn(4_000, 1 / 30), make_published_model(), ZONE, {}), ZONE)
    assert spent(learned, 1, 60) == pytest.approx(1 - np.exp(-2), abs=0.04)


def test_three_episodes_hardly_move_the_prior() -> None:
    learned = Forecast(fit_model(drawn(3, 1 / 300), make_published_model(), ZONE, {}), ZONE)
    assert spent(learned, 1, 60) == pytest.approx(spent(forecast(), 1, 60), abs=0.2)


def test_what_amounts_of_a_case_have_in_common_is_found() -> None:
    rng = np.random.default_rng(5)
    facts = lying(3_000, case=np.arange(3_000) // 5)
    model = make_published_model()
    chance = Forecast(model, ZONE).estimate_leaving_shares(facts, NOW)
    needed = NormalDist().inv_cdf(float(chance[0]))
    for common in (0.0, 0.5):
        draws = np.sqrt(common) * np.repeat(rng.standard_normal(600), 5)
        draws = draws + np.sqrt(1 - common) * rng.standard_normal(3_000)
        left = (draws < needed).astype(float)
        found = estimate_shared_chance(model, ZONE, facts, np.full(3_000, NOW), left, 60)
        assert found == pytest.approx(common, abs=0.15)


def test_a_band_of_80_percent_holds_in_80_of_100_where_the_model_is_right() -> None:
    rng = np.random.default_rng(3)
    count = 6_000
    facts = lying(count, case=np.arange(count) // 6, amount=rng.integers(1_000_00, 90_000_00, count))
    model = replace(make_published_model(), shared=0.0)
    chance = Forecast(model, ZONE).estimate_leaving_shares(facts, NOW)
    left = (rng.random(count) < chance).astype(float)
    asked = ForecastQuestions(facts, facts.case, np.full(count, NOW), left, np.full(count, 51.0))
    worth = measure_forecast(Forecast(model, ZONE), asked)
    assert worth.coverage.value == pytest.approx(0.8, abs=0.03)
    assert all(abs(one.expected - one.left) < 0.08 for one in worth.deciles)


def test_a_forecast_is_written_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "own.forecast"
    learned = fit_model(drawn(200, 1 / 30), make_published_model(), ZONE, {"from": "a test"})
    assert save_model(learned, path) == load_model(path).version
    path.write_text(path.read_text().replace('"a test"', '"a tess"'))
    with pytest.raises(ModelError, match="was changed after it was written"):
        load_model(path)


def test_the_forecast_that_ships_can_be_read_by_a_person_and_names_no_person() -> None:
    said = load_shipped_model().to_json_values()
    assert set(said["factors"]) == set(EFFECTS)  # type: ignore[call-overload]
    assert not {"nationality", "language", "sex", "province", "bank"} & set(EFFECTS)


def test_a_calibrated_model_expects_what_left_of_what_was_asked_by_waiting_and_by_amount() -> None:
    """Half as much leaves of money that has lain, and twice as much of large sums, as the episodes said."""
    rng = np.random.default_rng(8)
    count = 8_000
    waited = rng.choice([20, 150], count)
    amount = rng.choice([3_000_00, 100_000_00], count)
    facts = lying(count, amount=amount, arrived=NOW - waited * MINUTE)
    model, now = replace(make_published_model(), shared=0.0), np.full(count, NOW)
    hazard = -np.log1p(-Forecast(model, ZONE).estimate_leaving_shares(facts, NOW))
    factor = np.where(waited > 100, 0.5, 1.0) * np.where(amount > 50_000_00, 2.0, 1.0)
    left = (rng.random(count) < -np.expm1(-hazard * factor)).astype(float)
    calibrated = Forecast(calibrate_model(model, ZONE, facts, now, left, 60), ZONE)
    share = calibrated.estimate_leaving_shares(facts, NOW)
    for minutes in (20, 150):
        for satang in (3_000_00, 100_000_00):
            rows = (waited == minutes) & (amount == satang)
            assert share[rows].mean() == pytest.approx(left[rows].mean(), abs=0.03)


def test_few_amounts_hardly_calibrate_and_nothing_asked_changes_nothing() -> None:
    model, none = make_published_model(), np.zeros(0, np.int64)
    same = calibrate_model(model, ZONE, lying(0), none, np.zeros(0), 60)
    assert np.allclose(same.pace, model.pace)
    assert np.allclose(same.factors["amount"], model.factors["amount"])
    few = calibrate_model(model, ZONE, lying(3), np.full(3, NOW), np.zeros(3), 60)
    assert np.abs(few.pace - model.pace).max() < 0.4
