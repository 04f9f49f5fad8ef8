"""A bundle made to choke its reader is refused in good time and little memory."""

import io
import json
import time
import tracemalloc
import zipfile

from tests.speed import allow_seconds
from warroom.evidence.bundle import expert


def hostile(parts: dict[str, bytes]) -> expert.Zip:
    out = io.BytesIO()
    files = {name: {"sha256": "0"} for name in parts}
    manifest = {"format": expert.FORMAT, "case": "C-1", "key": "00" * 32, "files": files}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", json.dumps(manifest))
        for name, content in parts.items():
            made.writestr(name, content)
    return expert.Zip(out)  # type: ignore[arg-type]


def test_very_many_names_take_no_hours() -> None:
    bundle = hostile({f"evidence/{number:06d}.bin": b"" for number in range(20_000)})
    begun = time.process_time()
    faults = expert.Check(bundle)()
    assert sum(kind == "changed" for kind, _, _ in faults) == 20_000
    assert time.process_time() - begun < allow_seconds(6)


def test_a_log_of_one_endless_line_does_not_fill_the_memory() -> None:
    bundle = hostile({"audit.jsonl": b"[" * (1 << 27), "checkpoint.txt": b"", "evidence.json": b"{}"})
    tracemalloc.start()
    faults = expert.Check(bundle)()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ("changed", "audit.jsonl", "") in faults
    assert most < 100 << 20
