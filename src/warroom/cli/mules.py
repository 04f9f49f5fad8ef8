"""`warroom signals use`: choose the model for signals of mule accounts."""

from warroom.cli.answer import print_line
from warroom.cli.noted import log_access
from warroom.home import open_home


def use(model: str) -> None:
    """Choose the model that makes the signals of this home: `shipped` for the program's own, or a model's file.

    The one used before stays beside it, under the name of its version.

    Example: warroom signals use shipped

    Parameters
    ----------
    model
        shipped, or a file that 'warroom signals train' wrote.
    """
    from warroom.signals.mules import models

    home = open_home(create=None)
    # Refuses a file that does not fit before the old model is replaced.
    name = models.use_model(home, model)
    log_access(home, "signals.learned", "lake", {"kind": "mules", "model": name})
    print_line(f"Signals are made by {name} from now on.")
