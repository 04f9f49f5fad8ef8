"""Checks a court bundle, offline. It needs Python 3.8 or newer and nothing else, and it changes nothing.

    python3 verify.py                     the unpacked bundle in which this file lies
    python3 verify.py BUNDLE              another unpacked bundle, or the ZIP file as it was given
    python3 verify.py --fingerprint AB12  compare the key with the fingerprint that you were told by another channel

It says in Thai and English what holds and what does not, and ends with 0 (all holds) or 1 (something does not).
What it stands on: SHA-256 (FIPS 180-4), Ed25519 (RFC 8032), Merkle trees of logs (RFC 9162, section 2.1), and signed
notes (C2SP). It vouches for what was signed; whether the key is the right one, the fingerprint tells.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
import zipfile
from typing import Any, BinaryIO, Iterator  # noqa: UP035 - Python 3.8 cannot subscript the other one

FORMAT = "warroom-evidence/1"
CONTEXT = (
    b"warroom evidence bundle v1\n"  # before the manifest's bytes, so that its signature serves nothing else
)
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
START = "0" * 64
STEPS = ("received", "sealed", "moved", "offered", "accepted", "declined", "opened", "returned", "destroyed")
BLOCK = 1 << 20
LARGEST = 1 << 28  # of what is read whole; evidence is read in blocks
LONGEST = 1 << 24  # of one row of the log

# What may be wrong: Thai, English. {0} names it, {1} says more.
FAULTS = {
    "unreadable": ("อ่าน {0} ไม่ได้", "{0} cannot be read."),
    "signature": ("ลายเซ็นของ {0} ไม่ถูกต้อง", "The signature of {0} is not good."),
    "key": (
        "ลายนิ้วมือของกุญแจไม่ตรงกับที่แจ้งไว้ ({0})",
        "The key does not have the fingerprint you were told ({0}).",
    ),
    "changed": ("ไฟล์ {0} ถูกเปลี่ยน ไม่ตรงกับที่ลงนามไว้", "File {0} was changed: it is not what was signed."),
    "missing": ("ไฟล์ {0} หายไป", "File {0} is missing."),
    "added": ("ไฟล์ {0} ไม่ได้อยู่ในรายการที่ลงนามไว้", "File {0} was added: it is not on the signed list."),
    "evidence": (
        "ไฟล์ของ {0} ไม่ตรงกับค่าแฮชตอนรับเข้า",
        "The file of {0} does not have the hash it had when it came in.",
    ),
    "custody": (
        "การครอบครอง {0} ขั้นที่ {1} ไม่ถูกต้อง",
        "Custody of {0}: step {1} is not what was written, or out of order.",
    ),
    "unlogged": ("การครอบครอง {0} ขั้นที่ {1} ไม่มีในบันทึก", "Custody of {0}: step {1} is not in the log."),
    "left_out": (
        "บันทึกมีขั้นการครอบครองของ {0} ที่ชุดนี้ไม่แสดง",
        "Custody of {0}: the log has a step that this bundle leaves out.",
    ),
    "row": ("แถวบันทึก {0} ถูกเปลี่ยนหรือผิดลำดับ", "Log row {0} was changed or is out of order."),
    "proof": (
        "หลักฐานยืนยันแถวบันทึก {0} ไม่ถูกต้อง",
        "The proof of log row {0} does not lead to the signed checkpoint.",
    ),
}


class Faults(list):  # type: ignore[type-arg]
    """What does not hold, in the order in which it was found: (kind, what, more)."""

    def add(self, kind: str, what: str, more: object = "") -> None:
        """One more."""
        self.append((kind, what, str(more)))


# ---- Ed25519, RFC 8032 section 5.1: verification only -------------------------------------------------------------

# RFC 8032, 5.1: the prime of the field, and below it the order of the base point.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
# A point is (X, Y, Z, T): extended coordinates with x = X/Z, y = Y/Z, xy = T/Z.


def _add(one: Any, two: Any) -> Any:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Any) -> Any:
    found = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = _add(found, point)
        point, factor = _add(point, point), factor >> 1
    return found


def _same(one: Any, two: Any) -> bool:
    return not (one[0] * two[2] - two[0] * one[2]) % P and not (one[1] * two[2] - two[1] * one[2]) % P


def _point(coded: bytes) -> Any:
    """Section 5.1.3; None where the bytes are no point."""
    y = int.from_bytes(coded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if len(coded) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def good_signature(key: bytes, message: bytes, signature: bytes) -> bool:
    """Section 5.1.7: whether [S]B = R + [k]A."""
    if len(signature) != 64:
        return False
    public, random = _point(key), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or random is None or scalar >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return _same(_times(scalar, BASE), _add(random, _times(k, public)))


# ---- the log: RFC 9162 section 2.1, C2SP signed notes -------------------------------------------------------------


def leads_to_root(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2: whether the hashes lead from a leaf hash at `index` (from 0) to the root of `size` leaves."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def read_checkpoint(note: str, key: bytes) -> tuple[int, bytes] | None:
    """Size and root that this key signed, else None."""
    body, _, lines = note.partition("\n\n")
    try:
        origin, size, root = body.split("\n")[:3]
        named = hashlib.sha256(origin.encode() + b"\n\x01" + key).digest()[:4]
        for line in lines.split("\n"):
            words = line.split(" ")
            if len(words) == 3 and words[1] == origin:
                blob = base64.b64decode(words[2], validate=True)
                if blob[:4] == named and good_signature(key, (body + "\n").encode(), blob[4:]):
                    return int(size), base64.b64decode(root, validate=True)
    except ValueError:
        pass
    return None


# ---- the bundle: a folder or a ZIP file, read and never unpacked -----------------------------------------------------


class Folder:
    """An unpacked bundle; links are not followed, and so are files that were added."""

    def __init__(self, path: str) -> None:
        self.path = path

    def names(self) -> list[str]:
        """Every file, by its path with slashes."""
        found: list[str] = []
        for place, folders, files in os.walk(self.path):
            links = [name for name in folders if os.path.islink(os.path.join(place, name))]
            inside = os.path.relpath(place, self.path).replace(os.sep, "/")
            found.extend(name if inside == "." else inside + "/" + name for name in files + links)
        return found

    def open(self, name: str) -> BinaryIO:
        """A file's bytes."""
        path = os.path.join(self.path, *name.split("/"))
        if os.path.islink(path) or not os.path.isfile(path):
            raise OSError("no plain file")
        return open(path, "rb")


class Zip:
    """The same as one file."""

    def __init__(self, path: str) -> None:
        self.zip = zipfile.ZipFile(path)

    def names(self) -> list[str]:
        """Every entry; one that is there twice counts twice."""
        return [entry.filename for entry in self.zip.infolist()]

    def open(self, name: str) -> BinaryIO:
        """An entry's bytes."""
        return self.zip.open(name)  # type: ignore[return-value]


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def fingerprint(key: bytes) -> str:
    """SHA-256 of the key in sixteen groups of four hexadecimal digits, to be read out loud."""
    digits = hashlib.sha256(key).hexdigest().upper()
    return " ".join(digits[place : place + 4] for place in range(0, 64, 4))


class Check:
    """One check of one bundle: call it, then read `faults`, `key` and `counts`."""

    def __init__(self, source: Any, told: str = "") -> None:
        self.source, self.told = source, told
        self.faults, self.key = Faults(), b""
        self.manifest: dict[str, Any] = {}
        self.counts = {"files": 0, "items": 0, "steps": 0, "rows": 0, "withheld": 0}
        self.logged: set[tuple[str, str, str]] = set()
        self.shown: set[tuple[str, str, str]] = set()
        self.damaged: set[str] = set()

    def __call__(self) -> Faults:
        """Everything, from the signature down; where the manifest itself is not to be read, nothing else is."""
        if self._read_manifest():
            self._files()
            self._guarded("audit.jsonl", self._rows)
            self._guarded("evidence.json", self._items)
        return self.faults

    def _guarded(self, name: str, part: Any) -> None:
        try:
            part()
        except Exception:  # whatever a hostile file does to its reader, it is a fault of the file
            if name not in self.damaged:  # else that was said already
                self.faults.add("unreadable", name)

    def _read_manifest(self) -> bool:
        try:
            raw = self._bytes(MANIFEST)
            self.manifest = json.loads(raw.decode("utf-8"))
            self.key = bytes.fromhex(self.manifest["key"])
            files = self.manifest["files"]
            fit = self.manifest["format"] == FORMAT and all(
                isinstance(files[name]["sha256"], str) for name in files
            )
        except Exception:
            fit = False
        if not fit:
            self.manifest, self.key = {}, b""
            self.faults.add("unreadable", MANIFEST)
            return False
        try:
            signature = bytes.fromhex(self._bytes(SIGNATURE).decode("ascii").strip())
        except Exception:
            signature = b""
        if not good_signature(self.key, CONTEXT + raw, signature):
            self.faults.add("signature", MANIFEST)
        ours = fingerprint(self.key)
        if self.told and _digits(self.told) != _digits(ours):
            self.faults.add("key", ours)
        return True

    def _bytes(self, name: str) -> bytes:
        with self.source.open(name) as file:
            found: bytes = file.read(LARGEST + 1)
        if len(found) > LARGEST:
            raise ValueError("too large")
        return found

    def _files(self) -> None:
        """Every file on the signed list has its hash, and nothing else is there."""
        listed = self.manifest["files"]
        there: dict[str, int] = {}
        for name in self.source.names():
            there[name] = there.get(name, 0) + 1
        for name in sorted(listed):
            self.counts["files"] += 1
            if name not in there:
                self._damaged("missing", name)
            elif self._hash(name) != listed[name]["sha256"]:
                self._damaged("changed", name)
        for name in sorted(there):
            if (name not in listed and name not in (MANIFEST, SIGNATURE)) or there[name] > 1:
                self.faults.add("added", name)

    def _damaged(self, kind: str, name: str) -> None:
        self.damaged.add(name)
        self.faults.add(kind, name)

    def _hash(self, name: str) -> str:
        made = hashlib.sha256()
        try:
            with self.source.open(name) as file:
                for block in iter(lambda: file.read(BLOCK), b""):
                    made.update(block)
        except Exception:
            return ""
        return made.hexdigest()

    def _rows(self) -> None:
        """Every row of the log stands where it says under the checkpoint that the same key signed."""
        signed = read_checkpoint(self._bytes("checkpoint.txt").decode("utf-8"), self.key)
        if signed is None:
            self.faults.add("signature", "checkpoint.txt")
        before = 0
        for row in self._lines("audit.jsonl"):
            before = self._row(row, signed, before)

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        with self.source.open(name) as file:
            for line in iter(lambda: file.readline(LONGEST + 1), b""):
                if len(line) > LONGEST:  # a few compressed kilobytes can hold a line that fills the memory
                    raise ValueError("too long")
                yield json.loads(line.decode("utf-8"))

    def _row(self, row: dict[str, Any], signed: tuple[int, bytes] | None, before: int) -> int:
        number, hashed = row["sequence"], bytes.fromhex(row["hash"])
        self.counts["rows"] += 1
        if "leaf" in row:
            leaf = row["leaf"].encode("utf-8")
            leaf_row = json.loads(row["leaf"])
            fits = hashlib.sha256(b"\x00" + leaf).digest() == hashed and leaf_row["sequence"] == number
            if not fits or leaf_row.get("case") != self.manifest["case"] or number <= before:
                self.faults.add("row", number)
            elif leaf_row["verb"].startswith("evidence."):
                self.logged.add(
                    (leaf_row["subject"], leaf_row["verb"], str(leaf_row["detail"].get("sha256")))
                )
        else:
            self.counts["withheld"] += 1
        proof = [bytes.fromhex(part) for part in row["proof"]]
        if signed and not leads_to_root(hashed, number - 1, signed[0], proof, signed[1]):
            self.faults.add("proof", number)
        return int(number)

    def _items(self) -> None:
        """Every item's file has the hash it came in with, and its custody is whole, in order, and in the log."""
        for item in json.loads(self._bytes("evidence.json").decode("utf-8"))["items"]:
            self.counts["items"] += 1
            listed = self.manifest["files"].get(item["file"] or "", {})
            if item["file"] and listed.get("sha256") != item["sha256"]:
                self.faults.add("evidence", item["number"])
            self._custody(item)
        self._left_out({what for _, what, _ in self.faults})

    def _left_out(self, named: set[str]) -> None:
        """Steps that the log tells of and no item shows, unless a fault named the item already."""
        known = ["evidence." + kind for kind in STEPS]
        for subject, _, _ in sorted(one for one in self.logged - self.shown if one[1] in known):
            if subject.partition(":")[2] not in named:
                self.faults.add("left_out", subject.partition(":")[2])

    def _custody(self, item: dict[str, Any]) -> None:
        walk, before, at = Walk(), START, ""
        for place, step in enumerate(item["custody"], 1):
            self.counts["steps"] += 1
            facts = {name: step[name] for name in step if name != "sha256"}
            whole = (
                hashlib.sha256(canonical(facts)).hexdigest() == step["sha256"] and step["before"] == before
            )
            mine = step["item"] == item["number"] and step["item_sha256"] == item["sha256"]
            if not (whole and mine and step["step"] == place and step["at"] >= at and walk.goes(step)):
                self.faults.add("custody", item["number"], place)
                return
            logged = ("evidence:" + step["item"], "evidence." + step["kind"], step["sha256"])
            self.shown.add(logged)
            if logged not in self.logged:
                self.faults.add("unlogged", item["number"], place)
            before, at = step["sha256"], step["at"]
        if not item["custody"] or (walk.state == "destroyed") != (
            item["sha256"] is not None and not item["file"]
        ):
            self.faults.add("custody", item["number"], len(item["custody"]))


class Walk:
    """What may follow what in custody."""

    def __init__(self) -> None:
        self.state, self.holder, self.receiver, self.copies = "", "", "", 0

    def goes(self, step: dict[str, Any]) -> bool:
        """Whether this step may come now; then it has been taken."""
        kind = step["kind"]
        if not self.state:
            self.state, self.holder = "held", step["by"]
            return bool(kind == "received" and step["by"])
        if self.state == "offered":
            fits = step["from"] == self.holder and step["to"] == self.receiver
            fits = fits and step["by"] in (
                (self.receiver,) if kind == "accepted" else (self.holder, self.receiver)
            )
            if kind == "accepted":
                self.holder = step["to"]
            self.state = "held"
            return bool(fits and kind in ("accepted", "declined"))
        return self.state == "held" and self._kept(kind, step)

    def _kept(self, kind: str, step: dict[str, Any]) -> bool:
        if kind == "offered":
            self.state, self.receiver = "offered", step["to"]
            return bool(step["from"] == self.holder and step["to"] and step["to"] != step["from"])
        if kind == "opened":
            self.copies += 1
            return bool(step["copy"] == self.copies)
        if kind in ("returned", "destroyed"):
            self.state = kind
            return kind == "returned" or bool(step["court"] and step["court_order"])
        return kind in ("sealed", "moved")


def _digits(words: str) -> str:
    return "".join(sign for sign in words.lower() if sign in "0123456789abcdef")


def open_bundle(path: str) -> Any:
    """A folder or a ZIP file; raises OSError or ValueError."""
    if os.path.isdir(path):
        return Folder(path)
    try:
        return Zip(path)
    except zipfile.BadZipFile as problem:
        raise ValueError("no ZIP file") from problem


def sentences(fault: tuple[str, str, str]) -> tuple[str, str]:
    """A fault in Thai and in English."""
    kind, what, more = fault
    thai, english = FAULTS[kind]
    return thai.format(plain(what), more), english.format(plain(what), more)


def plain(words: object) -> str:
    """Words that cannot steer a terminal."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in str(words))


def _withheld(one: dict[str, Any]) -> str:
    count = "" if one.get("count") is None else f" ({plain(one['count'])})"
    thai, english = plain(one.get("th")), plain(one.get("en"))
    return f"ไม่เปิดเผย / withheld: {plain(one.get('what'))}{count}\n  {thai}\n  {english}"


def say(check: Check) -> None:
    """The report, to people."""
    manifest, counts = check.manifest, check.counts
    if manifest:
        case, made = plain(manifest.get("case")), plain(manifest.get("made_at"))
        print(f"คดี / Case: {case}   จัดทำเมื่อ / made: {made}")
        print(f"ลายนิ้วมือของกุญแจ / fingerprint of the key:\n  {fingerprint(check.key)}")
        if not check.told:
            print(
                "  โปรดเทียบกับที่ได้รับแจ้งทางช่องทางอื่น / compare it with the one you were told by another channel"
            )
        print(
            "ไฟล์ / files: {files}   หลักฐาน / items: {items}   ขั้นตอน / steps: {steps}   "
            "แถวบันทึก / log rows: {rows}".format(**counts)
        )
        held = manifest.get("withheld")
        for withheld_part in held if isinstance(held, list) else []:
            print(
                f"ไม่เปิดเผย / withheld: {plain(withheld_part)}"
                if not isinstance(withheld_part, dict)
                else _withheld(withheld_part)
            )
    for fault in check.faults:
        thai, english = sentences(fault)
        print(f"✗ {thai}\n  {english}")
    if check.faults:
        print("ผล: ไม่ผ่าน มีข้อบกพร่อง {0} ข้อ\nResult: does NOT hold, {0} faults.".format(len(check.faults)))
    else:
        print("ผล: ถูกต้องครบถ้วน ไม่มีสิ่งใดถูกเปลี่ยน\nResult: everything holds; nothing was changed.")


def main(words: list[str] | None = None) -> int:
    """0 where everything holds, 1 where something does not, 2 where there is nothing to check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("bundle", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--fingerprint", default="", help="what you were told by another channel")
    given = parser.parse_args(words)
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure:
        reconfigure(encoding="utf-8", errors="replace")
    try:
        check = Check(open_bundle(given.bundle), given.fingerprint)
    except (OSError, ValueError):
        print(f"ไม่พบชุดหลักฐานที่ {given.bundle}\nThere is no bundle at {given.bundle}.")
        return 2
    check()
    say(check)
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main())
