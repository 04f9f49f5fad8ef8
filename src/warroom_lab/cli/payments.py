"""`warroom signals train-payments`: the model that looks at payments, learned again from synthetic countries."""

from pathlib import Path

from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.options import Json
from warroom.errors import ModelError


def train(*, out: Path, json: Json = False) -> None:
    """Learn the model of payments again, as the one that ships was, and write it to a file.

    Six synthetic countries with five kinds of gang teach, by their reports alone; two more calibrate its probabilities, by the truth.
    It takes about 5 minutes of a processor. The program uses the model that it was built with.

    Example: warroom signals train-payments --out payments.model

    Parameters
    ----------
    out
        Where the model is written.
    """
    if out.is_dir() or not out.parent.is_dir():
        raise ModelError(f"--out {out} cannot be a model's file; name one in a folder that exists.")
    from warroom_lab.evaluation.payment_learning import train_payments
    from warroom_lab.evaluation.payment_lessons import TOWN

    model = train_payments(TOWN, out, print_note)
    if json:
        print_json({"path": str(out), "model": f"payments-{model.version}", "rows": model.training.rows})
        return
    print_line(f"payments-{model.version} written to {out}, learned from {model.training.rows:,} payments.")
