"""How far an evaluation is, in lines a person can follow."""

from warroom_lab.evaluation.progress import EvaluationProgress, PlayStep


def test_each_step_is_told_and_the_time_left_as_soon_as_it_can_be_known() -> None:
    lines: list[str] = []
    progress = EvaluationProgress((1, 2, 3), ("none", "warroom"), 2, lines.append)
    for step in (
        PlayStep(1, "", 10),
        PlayStep(1, "none", 2),
        PlayStep(1, "warroom", 200),
        PlayStep(2, "", 10),
    ):
        progress.report_step(step)
    assert lines == [
        "seed 1: country made in 10 s",
        "seed 1: none played in 2 s",
        "seed 1: warroom played in 3 min, about 4 min left",
        "seed 2: country made in 10 s, about 3 min left",
    ]


def test_nothing_is_left_when_all_is_done() -> None:
    lines: list[str] = []
    progress = EvaluationProgress((1,), ("none",), 1, lines.append)
    for step in (PlayStep(1, "", 1), PlayStep(1, "none", 1)):
        progress.report_step(step)
    assert lines[-1] == "seed 1: none played in 1 s"
