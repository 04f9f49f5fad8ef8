"""`warroom forecast`: the model that estimates when money is likely to leave, trained on how it left before."""

from cyclopts import App

from warroom.cli.answer import print_line
from warroom.cli.laboratory import add_commands
from warroom.cli.noted import log_access
from warroom.home import open_home

app = App(
    name="forecast",
    help="When money that is still there is likely to leave. Example: warroom forecast train",
    help_format="plaintext",
)


@app.command
def use(model: str) -> None:
    """Choose the forecast of this home: `shipped` for the program's own, or a file.

    The one used before stays beside it, under the name of its version.

    Example: warroom forecast use shipped

    Parameters
    ----------
    model
        shipped, or a file that 'warroom forecast train' wrote.
    """
    from warroom.money.forecast import choice

    home = open_home(create=None)
    name = choice.use_forecast(home, model)
    log_access(home, "forecast.learned", "lake", {"model": name})
    print_line(f"The board goes by {name} from now on.")


add_commands(app, "forecast")
