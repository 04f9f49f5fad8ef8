"""`warroom names`: whether two names are one, and why."""

from dataclasses import asdict
from typing import Annotated, Literal

from cyclopts import App, Parameter

from warroom.cli.answer import answer, say

Json = Annotated[bool, Parameter(negative=())]
app = App(
    name="names",
    help='Whether two names are one, in any script. Example: warroom names compare "สมชาย ใจดี" "Somchai Jaidee"',
    help_format="plaintext",
)


@app.command
def compare(
    a: str, b: str, /, *, kind: Literal["person", "company"] | None = None, json: Json = False
) -> None:
    """Compare two names: whether they are one, a score from 0 to 1, and the reason in Thai and English.

    Example: warroom names compare "สมชาย ใจดี" "Somchai Jaidee"

    Parameters
    ----------
    a
        A name, in any script.
    b
        Another.
    kind
        Persons' names or companies'; left out, a legal form such as จำกัด or Ltd. tells.
    json
        Answer with one line of JSON.
    """
    from warroom.subjects.names.compare import compare as compared

    found = compared(a, b, kind)
    if json:
        answer({"same": found.same, "score": found.score, "reason": asdict(found.reason), "kind": found.kind})
        return
    say(f"{'same' if found.same else 'different'}  {found.score:.2f}")
    say(f"    {found.reason.th}\n    {found.reason.en}")
