"""A country's days can be let go of: an exercise plays for days, and needs one of them at a time."""

from warroom_lab.demo.arrivals import Arrivals
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.population.country import plan_country

SIZE = Size("a test", 600, 4, 3_000, 60)


def test_an_exercise_keeps_no_day_that_is_over_and_a_day_that_was_let_go_is_made_again_the_same() -> None:
    country = plan_country(SIZE, 7)
    day = country.get_day(2)
    arrivals, start = Arrivals(country), country.nation.start
    country.forget_days()
    for hour in range(3 * 24):
        arrivals.take_arrivals_between(start + hour * HOUR, start + (hour + 1) * HOUR)
        assert not country.nation.kept, "days beside those that arrive"
    again = country.get_day(2)
    assert again is not day
    assert again.uid.tolist() == day.uid.tolist()
    assert again.amount.tolist() == day.amount.tolist()
    assert start + 2 * DAY <= int(again.time.min())
