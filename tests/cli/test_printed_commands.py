"""Every command that README, the tutorial and the how-to pages print works as printed, or the page says what it needs.

What a reader must replace, and what not every machine has, stands above the command in the page's own words: CONTRIBUTING.md,
*Commands in pages*. A mark that says too little fails here, and so does one that says too much.
"""

import gzip
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclopts import App

from tests.cases.due import run_due
from tests.cli.loaded import CALL
from tests.cli.printed import (
    MINUTES,
    NEEDS,
    OWN,
    PAGES,
    ROOT,
    SETS_ASIDE,
    Printed,
    commands_of,
    marks_of,
    named_in_text,
)
from tests.conftest import fresh_database
from tests.web.test_serve import free_port
from warroom import clock
from warroom.cli.app import app
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.postgres import PostgresServer

MACHINE = {
    "podman": r"\bpodman\b",
    "root": r"useradd|systemctl|journalctl|runuser|install -|/opt/|/var/lib|\broom\b",
    "a network": r"\bpip\b",
    "a sign-in service": r"--subject",
    "Spark": r"SPARK|WARROOM_ENGINE|pyspark|spark",
    "Kafka": r"kafka",
}
"""What a page may say that a command needs, and what such a command has in it."""
PASSWORD = "correct horse battery staple"
READY = "is at http"
STAYS = re.compile(r"^(\w+=\S* )*warroom (serve|demo)\b")
"""A command that serves until Ctrl-C."""
OWN_SERVER = ("docs/how-to/backup.md",)
"""Pages whose commands need the data folder's own PostgreSQL."""
ROOMS = (
    "README.md",
    "docs/how-to/access.md",
    "docs/how-to/backup.md",
    "docs/how-to/briefing.md",
    "docs/how-to/evidence.md",
    "docs/how-to/log.md",
    "docs/how-to/officers.md",
    "docs/how-to/names.md",
    "docs/how-to/partners.md",
    "docs/how-to/publish.md",
    "docs/how-to/signals.md",
)
"""Pages that speak of a room which has records, officers and a case; the others begin with nothing."""
COMMANDS = [command for page in PAGES for command in commands_of(page)]


def stand_ins(folder: Path) -> dict[str, str]:
    """What this test puts in place of words that are the reader's own, where it has something; such commands are run too."""
    files = {
        "bank-a.xlsx": "examples/own/payments.csv",
        "november.xlsx": "examples/own/payments.csv",
        "phone.img": "examples/accounts.csv",
        **{name: name for name in (*MADE, "november", "monday.csv.gz")},
    }
    places = {
        place: f"{folder}{place}" for place in ("/media/stick", "/safe", "/srv/open-lake", "/srv/warroom")
    }
    same = ("kan", "room.police.example", "value", "from_account")
    named = {"R-2026-000117": "R-2026-000117", "C-12": "C-1", "dao": "wit", "anna": "chief", "4711": "2"}
    return {**files, **places, **{word: word for word in same}, **named}


MADE = {
    "hotline.jsonl": '{"record_id": "R-2026-000117", "time": "2025-09-12T12:00:00+07:00", "scam_type": "police", '
    '"transfer_ids": ["BANKA:A-0005"]}\n',
    "jan.csv": "record_id,time,payer_bank,from_account,payee_bank,payee,value\n"
    "J1,2025-09-13T09:00:00+07:00,MYBANK,7710000015,BANKD,7720000022,100.00\n",
    "names.csv": "name\nSomchai Jaidee\nสมชาย ใจดี\n",
    "pairs.csv": "name1,name2,is_match,kind,phenomenon\nSomchai Jaidee,สมชาย ใจดี,true,person,script\n"
    "Somchai Jaidee,Somsak Dee,false,person,other\n",
    "people.csv": "record_id,name,phone\n1,Somchai Jaidee,0810000001\n2,สมชาย ใจดี,0810000001\n",
    "tomorrow.csv": "record_id,name,phone\n3,Somsak Dee,0810000003\n",
    "MESSAGES.jsonl": '{"text": "Your parcel is held: pay 32 baht at fahsai-pay.example"}\n',
    "NAMES.txt": "fahsai-pay.example\n",
    "LABELLED.jsonl": '{"lang": "en", "text": "Your parcel is held: pay 32 baht at fahsai-pay.example", "label": "scam"}\n'
    '{"lang": "en", "text": "See you at the market at six", "label": "ok"}\n',
    "ADVERTS.jsonl": '{"lang": "en", "text": "Earn 5,000 a day from home, no experience, passport kept", "label": "lure"}\n'
    '{"lang": "en", "text": "Cook wanted, Hat Yai, 12,000 baht a month", "label": "honest"}\n',
}
"""Files that a reader would bring, by name."""


@pytest.fixture(scope="module")
def warroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a `warroom` in it that answers at once."""
    folder = tmp_path_factory.mktemp("bin")
    address = folder / "socket"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.loaded", str(address)], cwd=ROOT, start_new_session=True
    )
    (folder / "warroom").write_text(CALL.format(python=sys.executable, address=str(address)))
    (folder / "warroom").chmod(0o755)
    while not address.exists():
        assert process.poll() is None
        time.sleep(0.1)
    yield folder
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def checkout(folder: Path, programs: Path) -> Path:
    """The root of a repository as a reader's shell finds it."""
    root = folder / "checkout"
    (root / ".venv" / "bin").mkdir(parents=True)
    shutil.copytree(ROOT / "examples", root / "examples")
    own = f"export PATH={shlex.quote(str(programs))}:{shlex.quote(str(Path(sys.executable).parent))}:$PATH\n"
    (root / ".venv" / "bin" / "activate").write_text(own)
    for name, text in MADE.items():
        (root / name).write_text(text, encoding="utf-8")
    (root / "november").mkdir()
    for at, name in enumerate(("1.csv", "2.xlsx")):
        ours = (
            MADE["jan.csv"]
            .replace("from_account", "payer")
            .replace("value", "amount")
            .replace("J1", f"N{at}")
            .replace("100.00", f"10{at}.25")
        )
        (root / "november" / name).write_text(ours, encoding="utf-8")
    with gzip.open(root / "monday.csv.gz", "wt", encoding="utf-8") as out:
        out.write(MADE["jan.csv"].replace("from_account", "payer").replace("value", "amount"))
    for place in ("/media/stick", "/safe", "/srv"):
        (folder / place[1:]).mkdir(parents=True, exist_ok=True)
    return root


def script_of(commands: list[Printed], folder: Path) -> str:
    """A page as one shell: every command in its order, and how each ended."""
    lines = [". .venv/bin/activate", "set -o pipefail", f"codes={folder}/codes", SERVING]
    for at, command in enumerate(commands):
        text = replaced(command, folder)
        if STAYS.match(text):
            text = f"serve_for_a_while {shlex.quote(text)}"
        lines += [f"echo; echo '@{at}'; echo '@{at}' >&2", text, f'echo "{at} $?" >> $codes']
    return "\n".join([*lines, "end_serving"]) + "\n"


SERVING = """
end_serving() {
    [ -z "$server" ] || { kill -INT $server; wait $server; server=; }
}
serve_for_a_while() {
    end_serving
    rm -f serving.log
    PATH=$REAL:$PATH bash -c "exec env $1" > serving.log 2>&1 &
    server=$!
    for _ in $(seq 600); do
        grep -q "READY" serving.log && return 0
        kill -0 $server 2>/dev/null || break
        sleep 0.1
    done
    cat serving.log; server=; return 1
}
""".replace("READY", READY)


def replaced(command: Printed, folder: Path) -> str:
    # First the places of the page itself: what is put in below may lie under /tmp too.
    text = command.text.replace("/tmp/", f"{folder}/tmp/")
    known = stand_ins(folder)
    for word in sorted(command.own, key=len, reverse=True):
        text = text.replace(word, known[word])
    if asks_for_a_password(command):
        call, _, comment = text.partition("  #")
        text = f"echo '{PASSWORD}' | {call.rstrip()} --password-stdin  #{comment}"
    return text


def asks_for_a_password(command: Printed) -> bool:
    """Whether a person types one: there is no terminal here, so that it comes through a pipe."""
    asks = re.search(r"warroom officer add\b|--officer\b", command.text)
    return bool(asks) and "--password-stdin" not in command.text


def is_run(command: Printed, folder: Path) -> bool:
    """Whether it can be run here: nothing is missing, or what is the reader's own has a stand-in."""
    is_known = all(word in stand_ins(folder) for word in command.own)
    is_ours = not command.text.startswith(("make ", "curl "))
    is_served = "warroom demo" not in command.text
    return is_known and is_ours and is_served and not command.needs and not command.minutes


PEOPLE = (("first", "officer"), ("kan", "investigator"), ("wit", "lawyer"), ("chief", "commander"))


def prepare(home: Home, environment: dict[str, str], root: Path) -> None:
    """A room with the records of `examples`, people and a case."""

    def told(*words: str, said: str = "") -> None:
        subprocess.run(
            ["warroom", *words],
            env=environment,
            cwd=root,
            input=said,
            text=True,
            check=True,
            capture_output=True,
        )

    told("ingest", "--folder", "examples")
    for username, role in PEOPLE:
        told(
            "officer",
            "add",
            username,
            "--name",
            username,
            "--role",
            role,
            "--password-stdin",
            said=f"{PASSWORD}\n",
        )
    with Ledger.open(home) as ledger:
        lake = Lake.open(home)
        run_due(ledger, lake, clock.get_now())


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", [page for page in PAGES if commands_of(page)], ids=lambda page: page.stem)
def test_every_command_of_the_page_works_as_printed(
    page: Path, warroom: Path, tmp_path: Path, ledger_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = str(page.relative_to(ROOT))
    commands = [command for command in commands_of(page) if is_run(command, tmp_path)]
    if not commands:
        return
    root = checkout(tmp_path, warroom)
    (tmp_path / "tmp").mkdir()
    home = tmp_path / "home"
    with fresh_database(ledger_server, monkeypatch):
        if name in OWN_SERVER:
            monkeypatch.delenv("WARROOM_DATABASE_URL")
            monkeypatch.delenv("WARROOM_DATABASE_OWNER_URL")
        path = f"{warroom}:{os.environ['PATH']}"
        environment = os.environ | {
            "WARROOM_HOME": str(home),
            "WARROOM_PORT": str(free_port()),
            "PATH": path,
            "REAL": str(Path(sys.executable).parent),
            "COLUMNS": "200",
        }
        if name in ROOMS:
            prepare(open_home(home, "exercise"), environment, root)
        script = tmp_path / "page.sh"
        script.write_text(script_of(commands, tmp_path), encoding="utf-8")
        done = subprocess.run(
            ["bash", str(script)],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=800,
            start_new_session=True,
        )
    (tmp_path / "out").write_text(done.stdout)
    (tmp_path / "err").write_text(done.stderr)
    codes = dict(line.split() for line in (tmp_path / "codes").read_text().splitlines())
    wrong = []
    for at, command in enumerate(commands):
        wanted = "2" if SETS_ASIDE in command.text else "0"
        if codes.get(str(at)) != wanted:
            said = [_part(text, at) for text in (done.stdout, done.stderr)]
            wrong.append(
                f"{command.where}: {command.text}\n  ended with {codes.get(str(at))}: {' '.join(said)[-600:]}"
            )
    assert not wrong, "\n".join(wrong)


def _part(text: str, at: int) -> str:
    return text.partition(f"@{at}\n")[2].partition(f"@{at + 1}\n")[0].strip()


def test_every_line_above_commands_says_one_of_the_things_that_a_page_may_say() -> None:
    strange = [
        f"{page.name}:{number}: {line}"
        for page in PAGES
        for number, line in marks_of(page)
        if not (
            OWN.fullmatch(line) or line == MINUTES or ((told := NEEDS.fullmatch(line)) and told[1] in MACHINE)
        )
    ]
    assert strange == []


def test_what_is_said_to_be_the_readers_own_is_in_the_commands_and_nowhere_else() -> None:
    """A mark over commands that lack the word, or of a file that this repository has, says too much."""
    wrong = []
    for page in PAGES:
        commands = commands_of(page)
        for number, line in marks_of(page):
            below = [command for command in commands if number in command.marks]
            wrong += [f"{page.name}:{number}: {problem}" for problem in _too_much(line, below)]
    assert wrong == []


def _too_much(line: str, below: list[Printed]) -> Iterator[str]:
    text = "\n".join(command.text for command in below)
    if told := OWN.fullmatch(line):
        for word in told[1].split(", "):
            if word not in text:
                yield f"no command below has {word}"
            if (ROOT / word).exists():
                yield f"{word} is here"
    elif (told := NEEDS.fullmatch(line)) and not re.search(MACHINE[told[1]], text):
        yield f"no command below needs {told[1]}"
    elif line == MINUTES and not re.search(r"evaluate|world check", text):
        yield "no command below takes minutes"


@pytest.mark.parametrize(
    "command", [one for one in COMMANDS if "warroom " in one.text], ids=lambda one: one.where
)
def test_the_program_knows_the_command_and_its_options(command: Printed) -> None:
    """Of those too that cannot be run here."""
    for words in _calls(command.words):
        assert _unknown(words) == []


@pytest.mark.parametrize("page", [page for page in PAGES if named_in_text(page)], ids=lambda page: page.stem)
def test_the_program_knows_the_commands_that_a_sentence_names(page: Path) -> None:
    assert [(line, told) for line, words in named_in_text(page) if (told := _unknown(words[1:]))] == []


def _calls(words: list[str]) -> Iterator[list[str]]:
    """What is said to `warroom` in a line of a shell: from each time it is called to the end of that call."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else "|"
        # `podman exec warroom warroom`: the container first; `room` is the page's own short name for it.
        called = before in ("|", "&&", "warroom") or "=" in before
        if word in ("warroom", "room") and called and words[at + 1 : at + 2] != ["warroom"]:
            rest = words[at + 1 :]
            ends = [place for place, each in enumerate(rest) if each in ("|", "&&", ">", "<")]
            yield rest[: min(ends, default=len(rest))]


def _unknown(words: list[str]) -> list[str]:
    """Commands and options among these words that the program does not know."""
    chain, apps, rest = app.parse_commands(words)
    if not chain and words:
        return words[:1]
    ours: App = apps[-1]
    if rest and not rest[0].startswith("-") and ours.default_command is None:
        return rest[:1]
    # Any column may be an option of the search.
    if chain == ("lake", "find") or ours.default_command is None:
        return []
    known = {name for argument in ours.assemble_argument_collection() for name in argument.names}
    return [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known]


@pytest.mark.parametrize(
    "command", [one for one in COMMANDS if "room.example/api" in one.text], ids=lambda one: one.where
)
def test_the_interface_has_the_address_that_a_command_asks(command: Printed) -> None:
    page = (ROOT / "docs" / "reference" / "api-paths.md").read_text(encoding="utf-8")
    asked = re.search(r"https://room\.example(/[^\s\"?]*)", command.text)
    assert asked
    posts = re.search(r"-d |--data|--upload-file", command.text) and " -G " not in command.text
    told = re.search(r"-X (\w+)", command.text)
    method = told[1] if told else "POST" if posts else "GET"
    paths = re.findall(rf"^{method} (/\S+)$", page, re.M)
    assert any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), asked[1]) for path in paths), (
        method,
        asked[1],
    )


def test_make_has_what_a_page_calls() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert {one.words[1] for one in COMMANDS if one.text.startswith("make ")} <= targets
