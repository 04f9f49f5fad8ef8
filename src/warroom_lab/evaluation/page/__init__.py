"""The figures as one page: plots drawn here, no other host, light and dark, to print, in English and Thai."""

import json
import shutil
from pathlib import Path

from warroom.errors import WorldError
from warroom_lab.evaluation.evaluate import Evaluation, evaluation_as_json
from warroom_lab.evaluation.kept import SeedCache
from warroom_lab.evaluation.page.html import Fonts, render_page


def write_page(out: Path, evaluation: Evaluation, fonts: Fonts | None = None) -> None:
    """Write index.html and figures.json into a folder that is new, empty or holds an unfinished run: all of it or nothing."""
    draft = out.with_name(f".{out.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
        (draft / "index.html").write_text(render_page(evaluation, fonts or {}), encoding="utf-8")
        (draft / "figures.json").write_text(
            json.dumps(evaluation_as_json(evaluation), indent=1) + "\n", encoding="utf-8"
        )
        # Not before the whole page lies beside it: it took half an hour.
        SeedCache.for_page(out).delete_all()
        if out.exists():
            out.rmdir()
        draft.rename(out)
    except OSError as problem:
        shutil.rmtree(draft, ignore_errors=True)
        raise WorldError(
            f"The page cannot be written to {out} ({problem.strerror}); name another folder."
        ) from None
