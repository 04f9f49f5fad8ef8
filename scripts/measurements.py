#!/usr/bin/env python3
"""Write what docs/measurements repeats: the list of its pages, and the tables whose figures are files of the program.

`scripts/measurements.py --check` writes nothing and fails where a page is not what the files say.
"""

import json
import re
import sys
from pathlib import Path

from reference_text import table

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "measurements"
FALSE_ALARMS = ROOT / "src" / "warroom" / "public" / "outside" / "false_alarms.json"
HEAD = "<!-- Written by scripts/measurements.py from the pages; change those, not this one. -->\n\n"
FACTS = ("Measured", "On", "Again", "Explained in")
"""What each page says first: when and at which commit, on what, by which command, and where it is explained."""
MOST_FALSE_ALARMS = 0.01
"""The bar: of honest texts at most one in a hundred is called suspicious or a scam."""


def read_facts(page: Path) -> dict[str, str]:
    """The table at the head of a page. Raises SystemExit where a fact is missing."""
    text = page.read_text(encoding="utf-8")
    facts = dict(re.findall(rf"(?m)^\| ({'|'.join(FACTS)}) \| (.+) \|$", text))
    if missing := [name for name in FACTS if name not in facts]:
        sys.exit(f"{page.relative_to(ROOT)} does not say: {', '.join(missing)}")
    return facts


def list_pages() -> str:
    rows = []
    for page in sorted(PAGES.glob("*.md")):
        if page.name != "index.md":
            title = page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
            facts = read_facts(page)
            rows.append([f"[{title}]({page.name})", *(facts[name] for name in FACTS[:3])])
    intro = (
        "Dated figures, with the conditions under which it was measured. A figure is true of the commit that its page names, and\n"
        "of no later one: measure again before relying on it. Pages under *explanation* say what the figures mean.\n\n"
        "`make bench` measures most of them. Every benchmark takes `--quick`, and `--json FILE` adds its figures to a file, with the commit,\n"
        "the load and the seconds by the clock and of a processor.\n\n"
    )
    return f"{HEAD}# Measurements\n\n{intro}{table(['page', 'measured', 'on', 'again'], rows)}"


def tabulate_false_alarms() -> str:
    rows = []
    for group in json.loads(FALSE_ALARMS.read_text(encoding="utf-8"))["groups"]:
        has_held = group["share"] <= MOST_FALSE_ALARMS
        name = f"{group['honest']:,} {group['what'].replace('_', ' ').capitalize()}"
        verdict = f"{MOST_FALSE_ALARMS:.0%}: {'holds' if has_held else 'missed'}"
        shares = [f"{group['share']:.1%}", f"{group['upper_bound']:.2%}", verdict]
        rows.append([name, group["called"], *(text.replace("%", " %") for text in shares)])
    head = ["honest texts", "called suspicious or a scam", "share", "at most (95 %)", "bar"]
    return table(head, rows)


def put_between(page: Path, mark: str, text: str) -> str:
    """The page with `text` between the marks `<!-- MARK: begin -->` and `end`. Raises ValueError where it has none."""
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    before, rest = page.read_text(encoding="utf-8").split(begin)
    return f"{before}{begin}\n\n{text}\n{end}{rest.split(end)[1]}"


def write_pages() -> dict[Path, str]:
    check = PAGES / "check.md"
    return {
        PAGES / "index.md": list_pages(),
        check: put_between(check, "false alarms", tabulate_false_alarms()),
    }


def main(arguments: list[str]) -> int:
    pages = write_pages()
    stale = [
        page for page, text in pages.items() if not page.exists() or page.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        for page in stale:
            print(f"{page.relative_to(ROOT)} is stale: run scripts/measurements.py", file=sys.stderr)
        return int(bool(stale))
    for page in stale:
        page.write_text(pages[page], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
