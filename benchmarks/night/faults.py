"""What happens to the house this night, by kind: each fault is made for real, seen, and where it damaged a store mended by the
way out that the house names.
"""

import io
import os
import random
import re
import shutil
import signal
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import openpyxl
import psutil

from benchmarks.night import house as houses
from benchmarks.night.house import House, Sight
from benchmarks.night.traffic import BANKS, DROPPER, Row, Traffic
from warroom.cases.answer_times import LEAST_SILENCE
from warroom_lab.demo.desk import parse_order

SILENCE = timedelta(minutes=LEAST_SILENCE)
"""No bank counts as silent sooner."""
INGESTED = 20_000
CONNECTIONS = 1_000
SIGN_INS = 100
FULL_SECONDS = (8.0, 20.0)
WRONG_SECONDS = (6.0, 15.0)
NEVER = float("inf")


@dataclass
class Measured:
    """What came of one fault: seconds until a person could see it and where, seconds until the house went on by itself, and
    what did not come as the house says.
    """

    kind: str
    since: float
    shown: float = NEVER
    where: str = ""
    up: float = NEVER
    wrong: list[str] = field(default_factory=list)
    until: float = 0.0


@dataclass
class Night:
    """Whom faults happen to."""

    house: House
    traffic: Traffic
    chance: random.Random


Fault = Callable[[Night, Measured], None]


def killed_server(night: Night, this: Measured) -> None:
    night.house.kill()
    this.shown, this.where = night.house.wait(lambda sight: not sight.up), "/healthz does not answer"
    this.up = this.shown + night.house.wait(lambda sight: sight.up)


def killed_worker(night: Night, this: Measured) -> None:
    """An ingest of a bank's file is killed midway; anyone who runs it runs it again."""
    path, rows = _large_file(night)
    words = ("ingest", "transfers", str(path), "--source", "B11")
    process = night.house.begin(*words, "--json")
    time.sleep(night.chance.uniform(1.5, 6.0))
    began = time.monotonic()
    process.kill()
    process.communicate()
    this.shown, this.where = time.monotonic() - began, "the command ends with a signal"
    code, summary, said = night.house.command(*words)
    while code and time.monotonic() - began < houses.NEVER:
        time.sleep(1)
        code, summary, said = night.house.command(*words)
    this.up = time.monotonic() - began if not code else NEVER
    if summary.get("accepted", 0) + summary.get("duplicates", 0) != INGESTED:
        this.wrong.append(f"the second ingest says {summary} {said}")
    night.traffic.kept.rows |= {("B11", row.record_id): row for row in rows}


def killed_reader(night: Night, this: Measured) -> None:
    """The process that reads a workbook for the server is killed; the file is put there again."""
    content, rows = _workbook(night, 6_000)
    path = _dropped(night, "book.xlsx", content)
    killed: list[psutil.Process] = []

    def child() -> bool:
        process = night.house.process
        try:
            found = psutil.Process(process.pid).children() if process else []
            killed.extend(one for one in found if "warroom.records.sheet" in one.cmdline())
            for one in killed:
                one.kill()
        except psutil.Error:
            return False
        return bool(killed) or not path.exists()

    night.house.until(child, 60)
    began = time.monotonic()
    if killed:
        this.shown, this.where = _code(night, "health.files-refused"), "/healthz"
        _put_away(night, path)
        path = _dropped(night, "book-again.xlsx", content)
    else:
        this.shown, this.where = 0.0, "it was done already"
    night.house.until(lambda: (path.parent / "done" / path.name).exists())
    this.up = time.monotonic() - began - this.shown
    night.traffic.kept.rows |= {(DROPPER, row.record_id): row for row in rows}


def killed_database(night: Night, this: Measured) -> None:
    pid = int((night.house.home.ledger / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    this.shown = night.house.wait(lambda sight: not sight.up or _says(sight, "health.database-away"), 60)
    this.where = "/healthz"
    this.up = night.house.wait(lambda sight: sight.up) + min(this.shown, 60)


def killed_backup(night: Night, this: Measured) -> None:
    target = night.house.folder / f"killed-{time.monotonic_ns()}.tar"
    process = night.house.begin("backup", str(target))
    night.house.until(lambda: any(night.house.home.run.glob("backup-*")) or process.poll() is not None, 60)
    time.sleep(night.chance.uniform(0.0, 0.5))
    began = time.monotonic()
    process.kill()
    process.communicate()
    this.shown, this.where = time.monotonic() - began, "the command ends with a signal"
    if target.exists():
        target.unlink()
    night.house.backup().unlink()
    this.up = time.monotonic() - began
    # Another lane's backup may be at work: its stage goes when it is done.
    if night.house.until(lambda: not _left_of_backups(night), 60) > 60:
        this.wrong.append(f"the killed backup left {_left_of_backups(night)}")


def _left_of_backups(night: Night) -> list[Path]:
    return [*night.house.home.run.glob("backup-*"), *night.house.folder.glob(".*.backup-draft")]


def poisoned_answer(night: Night, this: Measured) -> None:
    """An answer at which programs break, before all others in the folder."""
    body = night.chance.choice(
        [
            b'{"order_id":"WR1","time":"2026-03-09T12:00:00Z","status":"partly","amount":"1e30"}',
            b'{"order_id":"WR\\u0000","time":"2026-03-09T12:00:00Z","status":"done"}',
            b'{"order_id":"\\ud800","time":"0001-01-01T00:00:00Z","status":"done"}',
            b"[" * 100_000,
            b"\xff\xfe\x00 torn",
        ]
    )
    path = night.house.home.inbox / f"00-{time.monotonic_ns()}.json"
    houses.put(path, body)
    this.shown, this.where = _code(night, "health.answers-refused"), "/healthz"
    this.up = night.house.until(lambda: not path.exists()) + this.shown
    for left in (night.house.home.inbox / "refused").glob(f"{path.stem}*"):
        shutil.move(left, night.house.folder / left.name)


def poisoned_file(night: Night, this: Measured) -> None:
    """A file of transfers that is none."""
    name, content = night.chance.choice(
        [
            ("bad.parquet", b"PAR1" + os.urandom(2_000) + b"PAR1"),
            ("bad.csv.gz", b"\x1f\x8b\x08\x00" + os.urandom(1_000)),
            ("bad.csv", "บัญชี;วันที่\n1;2\n".encode("cp874")),
            ("bad.xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><Document>&b;</Document>"),
            ("bad.jsonl", b'{"record_id": ' * 1_000),
        ]
    )
    _refused_and_away(night, this, name, content)


def poisoned_workbook(night: Night, this: Measured) -> None:
    """A workbook with a bomb inside, one with a password, one that is torn."""
    made: dict[str, Callable[[], bytes]]
    made = {"bomb": _bomb, "password": _locked, "torn": lambda: _workbook(night, 50, sent=False)[0][:3_000]}
    word = night.chance.choice(sorted(made))
    _refused_and_away(night, this, f"{word}.xlsx", made[word]())


def full_disk(night: Night, this: Measured) -> None:
    """The disk under the home is filled to the last byte, and some seconds later somebody makes room."""
    assert night.house.disk is not None
    filler = night.house.disk / "filler"
    with filler.open("wb") as out:
        left = 1 << 30
        while left >= 4_096:
            try:
                os.posix_fallocate(out.fileno(), out.seek(0, os.SEEK_END), left)
            except OSError:
                left //= 2
    this.shown = night.house.wait(lambda sight: not sight.up or _says(sight, "health.disk-full"))
    this.where = "/healthz"
    time.sleep(night.chance.uniform(*FULL_SECONDS))
    filler.unlink()
    this.up = night.house.wait(lambda sight: sight.up and not _says(sight, "health.disk-full"))


def clock_ahead(night: Night, this: Measured) -> None:
    _set_wrong(night, this, timedelta(days=night.chance.uniform(2, 800)))


def clock_behind(night: Night, this: Measured) -> None:
    _set_wrong(night, this, -timedelta(days=night.chance.uniform(2, 800)))


def lost_file(night: Night, this: Measured) -> None:
    backup, name = _backed_up(night)
    (night.house.root / name).unlink()
    this.shown, this.where = _code(night, "health.lake-files-missing", "health.lake-damaged"), "/healthz"
    _named(night, this, name)
    houses.restore(backup, name, night.house.root)
    _found_well(night, this)
    this.up = _gone(night, "health.lake-files-missing", "health.lake-damaged")
    backup.unlink()


def flipped_byte(night: Night, this: Measured) -> None:
    backup, name = _backed_up(night)
    path = night.house.root / name
    content = bytearray(path.read_bytes())
    content[night.chance.randrange(len(content))] ^= 1 << night.chance.randrange(8)
    # In place, as a disk that rots or anyone who forges does it.
    with path.open("r+b") as out:
        out.write(content)
    this.shown, this.where = _code(night, "health.lake-damaged", "health.damaged"), "/healthz"
    _named(night, this, name)
    houses.restore(backup, name, night.house.root)
    _found_well(night, this)
    this.up = _gone(night, "health.lake-damaged", "health.damaged")
    backup.unlink()


def lost_key(night: Night, this: Measured) -> None:
    """A key of the home is deleted, or emptied."""
    path = night.house.home.keys / night.chance.choice(["lake.secret", "signing.pem", "audit-chain.secret"])
    kept = path.read_bytes()
    if night.chance.random() < 0.5:
        path.unlink()
    else:
        path.write_bytes(b"")
    this.shown, this.where = _code(night, "health.keys-lost"), "/healthz"
    _, told, _ = night.house.command("doctor")
    if not any(one["name"] == "keys" and path.name in one["text"] for one in told.get("checks", [])):
        this.wrong.append(
            f"doctor does not name {path.name}: {[one for one in told.get('checks', []) if one['name'] in ('keys', 'home')]}"
        )
    houses.put(path, kept)
    this.up = _gone(night, "health.keys-lost")


def cut_log(night: Night, this: Measured) -> None:
    """The newest commit is taken out of the lake's log while the house runs, and put back from a backup."""
    commits = night.house.root / "lake" / "commits"
    while True:
        with night.traffic.paused():
            time.sleep(5)
            backup = night.house.backup()
            newest = max(commits.glob("*.json"))
            name = f"lake/commits/{newest.name}"
            if name in houses.members(backup, "lake/commits/"):
                behind = _changed_in(newest)
                newest.unlink()
                break
            backup.unlink()
    this.since = time.monotonic()
    this.shown = _code(night, "health.log-cut", "health.lake-files-missing", "health.lake-damaged")
    this.where = "/healthz"
    _named(night, this, name, behind)
    houses.restore(backup, name, night.house.root)
    _found_well(night, this)
    this.up = _gone(night, "health.log-cut", "health.lake-files-missing", "health.lake-damaged")
    backup.unlink()


def half_open(night: Night, this: Measured) -> None:
    """A thousand connections that begin a request and say no more."""
    before = _metric(night, "warroom_connections_dropped")
    opened = []
    for _ in range(CONNECTIONS):
        try:
            one = socket.create_connection(("127.0.0.1", night.house.port), timeout=5)
            one.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            opened.append(one)
        except OSError:
            break
    began = time.monotonic()
    this.shown = night.house.until(lambda: _metric(night, "warroom_connections_dropped") > before, 60)
    this.where = "/metrics"
    this.up = night.house.until(lambda: _page_seconds(night) < 1.0, 60)
    slowest = _page_seconds(night)
    left = night.house.until(lambda: all(_is_shut(one) for one in opened), 60)
    if left > 60:
        this.wrong.append(f"some of {len(opened)} were open after {time.monotonic() - began:.0f} s")
    if slowest > 5:
        this.wrong.append(f"a page took {slowest:.1f} s")
    for one in opened:
        one.close()


def silent_partner(night: Night, this: Measured) -> None:
    """A bank answers nothing from now on; counted is from the least time after which a bank counts as silent."""
    night.house.until(lambda: _metric(night, "warroom_cases_silent") == 0)
    bank = night.chance.choice(BANKS)
    known = {path.stem for path in night.house.home.outbox.glob("*.xml")}
    night.traffic.muted.add(bank)

    def told() -> bool:
        return any(
            parse_order(path.read_bytes()).bank == bank
            for path in night.house.home.outbox.glob("*.xml")
            if path.stem not in known
        )

    # Orders go to eight banks by chance: one comes when a victim's money went there.
    night.house.until(told, 400)
    first = night.house.clock.right()
    night.house.until(lambda: night.house.clock.right() >= first + SILENCE)
    this.since = time.monotonic()
    this.shown = night.house.until(lambda: _metric(night, "warroom_cases_silent") > 0, 3600)
    this.where = "/metrics"
    night.traffic.muted.discard(bank)
    this.up = night.house.until(lambda: _metric(night, "warroom_cases_silent") == 0, 100)


def sign_in_burst(night: Night, this: Measured) -> None:
    """A hundred strangers try a password at once."""
    codes: list[int] = []
    waited: list[float] = []
    gate = threading.Barrier(SIGN_INS)

    def one(number: int) -> None:
        try:
            gate.wait(60)
            answer = httpx.post(
                f"{night.house.address}/api/v1/sign-in",
                json={"username": f"nobody-{number % 9}", "password": "not the password"},
                timeout=60,
            )
            codes.append(answer.status_code)
        except (httpx.HTTPError, threading.BrokenBarrierError):
            codes.append(0)

    before = _refused_sign_ins(night)
    people = [threading.Thread(daemon=True, target=one, args=(number,)) for number in range(SIGN_INS)]
    for person in people:
        person.start()
    began = time.monotonic()
    while any(person.is_alive() for person in people):
        waited.append(_page_seconds(night))
        time.sleep(0.05)
    night.house.until(lambda: _refused_sign_ins(night) > before, 60)
    this.shown, this.where = time.monotonic() - began, "/metrics"
    this.up = night.house.until(lambda: _page_seconds(night) < 1.0, 60)
    if len(waited) > 4 and sorted(waited)[int(len(waited) * 0.99)] > 5.0:
        this.wrong.append(f"other pages took {max(waited):.1f} s")
    if 201 in codes:
        this.wrong.append("a stranger came in")


LANES: tuple[dict[str, Fault], ...] = (
    {
        "killed server": killed_server,
        "killed ingest": killed_worker,
        "killed reader of a workbook": killed_reader,
        "killed database": killed_database,
        "killed backup": killed_backup,
        "full disk": full_disk,
        "clock set ahead": clock_ahead,
        "clock set back": clock_behind,
        "1,000 half-open connections": half_open,
        "100 sign-ins at once": sign_in_burst,
    },
    {
        "poisoned answer": poisoned_answer,
        "poisoned file of transfers": poisoned_file,
        "poisoned workbook": poisoned_workbook,
        "lost file of the lake": lost_file,
        "flipped bit in the lake": flipped_byte,
        "lost or emptied key": lost_key,
        "cut log of the lake": cut_log,
    },
    {"silent partner": silent_partner},
)
"""In each lane one fault follows the other, so that at most three meet."""


def _says(sight: Sight, *codes: str) -> bool:
    return sight.codes is not None and bool(sight.codes & set(codes))


def _code(night: Night, *codes: str) -> float:
    return night.house.wait(lambda sight: _says(sight, *codes), 100)


def _gone(night: Night, *codes: str) -> float:
    return night.house.wait(lambda sight: sight.up and not _says(sight, *codes), 100)


def _set_wrong(night: Night, this: Measured, by: timedelta) -> None:
    night.house.clock.step(by)
    this.shown, this.where = _code(night, "health.clock-doubted"), "/healthz"
    time.sleep(night.chance.uniform(*WRONG_SECONDS))
    night.house.clock.step(timedelta(0))
    this.up = _gone(night, "health.clock-doubted")


def _backed_up(night: Night) -> tuple[Path, str]:
    """A fresh backup, and a file of the lake that is in it and still lies there."""
    while True:
        backup = night.house.backup()
        found = [name for name in houses.members(backup, "lake/data/") if (night.house.root / name).exists()]
        if found:
            return backup, night.chance.choice(found)
        backup.unlink()


def _named(night: Night, this: Measured, name: str, behind: Container[str] = ()) -> None:
    """`lake verify` names the damage and nothing else."""
    _, told, said = night.house.command("lake", "verify")
    named = [fault["path"] for fault in told.get("faults", []) if fault["path"] not in behind]
    if named != [name.removeprefix("lake/")]:
        this.wrong.append(f"verify names {named} and not {name} {said[-200:]}")


def _changed_in(commit: Path) -> set[str]:
    """The files that a commit added or took away: without it they are too many, or missing."""
    return set(re.findall(r"data/[^\"]+\.parquet", commit.read_text()))


def _found_well(night: Night, this: Measured) -> None:
    code, told, said = night.house.command("lake", "verify")
    if code or told.get("faults"):
        this.wrong.append(f"after the repair verify says {told} {said[-200:]}")


def _dropped(night: Night, name: str, content: bytes) -> Path:
    place = night.house.home.drop / DROPPER
    path = place / f"{time.monotonic_ns()}-{name}"
    houses.put(path, content)
    return path


def _refused_and_away(night: Night, this: Measured, name: str, content: bytes) -> None:
    path = _dropped(night, name, content)
    began = time.monotonic()
    this.shown, this.where = _code(night, "health.files-refused"), "/healthz"
    night.house.until(lambda: not path.exists())
    this.up = time.monotonic() - began
    if not (path.parent / "refused" / f"{path.name}.problem").exists():
        this.wrong.append(f"{path.name} has no reason beside it")
    _put_away(night, path)


def _put_away(night: Night, path: Path) -> None:
    """This file alone: another lane's may be refused at the same moment, and is looked for there."""
    for left in (path.parent / "refused").glob(f"{path.name}*"):
        shutil.move(left, night.house.folder / left.name)


def _large_file(night: Night) -> tuple[Path, list[Row]]:
    """A bank's file of its own, too long to be read in a moment."""
    stamp, path = time.monotonic_ns(), night.house.folder / f"large-{time.monotonic_ns()}.csv"
    at = night.house.clock.right().isoformat()
    rows, lines = [], ["record_id,time,payer_bank,payer,payee_bank,payee,amount,currency,channel"]
    now = time.monotonic()
    for number in range(INGESTED):
        satang = night.chance.randrange(100, 1_000_000)
        record_id = f"L{stamp}-{number}"
        rows.append(Row(record_id, satang, now, now))
        night.traffic.kept.sent["B11", record_id] = satang
        lines.append(
            f"{record_id},{at},B11,6{number:09},B12,7{number:09},{satang // 100}.{satang % 100:02},THB,transfer"
        )
    path.write_text("\n".join([*lines, ""]))
    return path, rows


def _workbook(night: Night, count: int, sent: bool = True) -> tuple[bytes, list[Row]]:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Sheet1")
    page.append(
        ["record_id", "time", "payer_bank", "payer", "payee_bank", "payee", "amount", "currency", "channel"]
    )
    at, stamp, now, rows = night.house.clock.right().isoformat(), time.monotonic_ns(), time.monotonic(), []
    for number in range(count):
        satang, record_id = night.chance.randrange(100, 1_000_000), f"W{stamp}-{number}"
        rows.append(Row(record_id, satang, now, now))
        if sent:
            night.traffic.kept.sent[DROPPER, record_id] = satang
        page.append(
            [
                record_id,
                at,
                DROPPER,
                f"5{number:09}",
                "B12",
                f"7{number:09}",
                f"{satang // 100}.{satang % 100:02}",
                "THB",
                "transfer",
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), rows


def _bomb() -> bytes:
    """A sheet of three gigabytes of nothing in three megabytes."""
    content, book = io.BytesIO(), openpyxl.Workbook()
    book.save(content)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(content) as plain,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
    ):
        for name in plain.namelist():
            if not name.endswith("sheet1.xml"):
                packed.writestr(name, plain.read(name))
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            )
            for _ in range(600):
                sheet.write(b" " * (5 << 20))
    return out.getvalue()


def _locked() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(500)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(4_000)
    )


def _metric(night: Night, name: str) -> float:
    found = [line.split()[-1] for line in night.house.ask("/metrics").splitlines() if line.startswith(name)]
    return sum(map(float, found))


def _refused_sign_ins(night: Night) -> float:
    lines = night.house.ask("/metrics").splitlines()
    return sum(
        float(line.split()[-1])
        for line in lines
        if "sign-in" in line and 'status="20' not in line and line.startswith("warroom_requests_total")
    )


def _page_seconds(night: Night) -> float:
    began = time.monotonic()
    try:
        httpx.get(f"{night.house.address}/sign-in", timeout=30)
    except httpx.HTTPError:
        return NEVER
    return time.monotonic() - began


def _is_shut(one: socket.socket) -> bool:
    try:
        one.settimeout(0.01)
        return one.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True
