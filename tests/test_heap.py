"""A server's memory: few heaps, large blocks that go back, and one pool of Arrow's however often records come in."""

import gc
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from warroom import heap
from warroom.cli.serve import serve
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.lake.texts import index as texts
from warroom.money.index.opening import open_index
from warroom_lab.cli.demo import demo

PAYMENT = {
    "record_id": "1",
    "time": datetime(2026, 11, 20, tzinfo=UTC),
    "payer_bank": "A",
    "payer": "1",
    "payee_bank": "B",
    "payee": "2",
    "amount": Decimal("1.00"),
    "currency": "THB",
    "channel": "transfer",
}

THREADS = """
import ctypes, re, tempfile, threading
from warroom import heap
{begin}
gate = threading.Barrier(12)
def work():
    gate.wait()
    # Through the C library itself: Python's own small blocks do not come from there.
    blocks = [bytearray(4_000) for _ in range(100)]
    gate.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as out:
    stream = ctypes.c_void_p(libc.fopen(out.name.encode(), b"w"))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(len(re.findall(rb"<heap nr", out.read())))
"""
FREED = """
from warroom import heap
{begin}
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
# A large block that is freed would have the next ones come from the heap, where a small one above them keeps them for good.
bytearray(20_000_000)
before, blocks, above = resident(), [], []
for _ in range(50):
    blocks.append(bytearray(b"x") * 400_000)
    above.append(bytearray(600))
blocks.clear()
print((resident() - before) // 1_000_000)
"""
COMPILER = """
import re
from pathlib import Path
import numpy as np
from warroom import heap
from warroom.kernels import compile_kernel

def resident():
    parts = re.split(r"^(?=[0-9a-f]+-)", Path("/proc/self/smaps").read_text(), flags=re.M)
    ours = [part for part in parts if "libllvmlite" in part and "r-xp" in part]
    return sum(int(re.search(r"Rss: +([0-9]+)", part)[1]) for part in ours) // 1024

@compile_kernel()
def twice(numbers):
    return numbers * 2

@compile_kernel()
def thrice(numbers):
    return numbers * 3

assert twice(np.arange(3)).tolist() == [0, 2, 4]
before = resident()
heap.release_memory()
print(before, resident())
assert thrice(np.arange(3)).tolist() == [0, 3, 6]
"""
LIBRARIES = """
from pathlib import Path
import duckdb, pyarrow.parquet
from warroom import heap

def of_files():
    sizes = dict(line.split(":") for line in Path("/proc/self/smaps_rollup").read_text().splitlines() if ":" in line.split()[0])
    return (int(sizes["Rss"].split()[0]) - int(sizes["Anonymous"].split()[0])) // 1024

assert duckdb.sql("SELECT 41 + 1").fetchall() == [(42,)]
before = of_files()
heap.release_memory()
print(before, of_files())
assert duckdb.sql("SELECT sum(number) FROM range(1000) AS numbers(number)").fetchall() == [(499_500,)]
"""
POOL = """
import sys
from pathlib import Path
import pyarrow as pa
from warroom.home import open_home
from warroom.lake import memory
from warroom.lake.lake import Lake
memory.use_system_pool()
lake = Lake.open(open_home(Path(sys.argv[1]), "exercise"))
lake.write_rows("tips", [{"record_id": "1", "kind": "other"}], source="A")
print(pa.default_memory_pool().backend_name)
"""


def said_by(program: str, *given: str) -> str:
    done = subprocess.run([sys.executable, "-c", program, *given], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_server_has_two_heaps_however_many_threads_it_has() -> None:
    assert int(said_by(THREADS.format(begin=""))) > 4, "else this shows nothing"
    assert int(said_by(THREADS.format(begin="heap.limit_heaps()"))) <= 2


def test_what_a_server_frees_goes_back() -> None:
    assert int(said_by(FREED.format(begin=""))) > 4, "else this shows nothing"
    assert int(said_by(FREED.format(begin="heap.limit_heaps()"))) <= 1, "MB more than before"


def test_the_compilers_code_is_not_kept_in_memory_once_it_has_compiled() -> None:
    before, after = map(int, said_by(COMPILER).split())
    assert before > 20, "else this shows nothing"
    assert after <= 1


def test_of_libraries_only_what_is_run_is_kept_in_memory_and_the_rest_comes_back() -> None:
    before, after = map(int, said_by(LIBRARIES).split())
    assert before > 40, "else this shows nothing"
    assert after < before / 3


def test_a_server_that_takes_records_in_keeps_the_systems_pool(tmp_path: Path) -> None:
    assert said_by(POOL, str(tmp_path)) == "system"


class Reached(Exception):
    """The call that a test waits for."""


@pytest.mark.parametrize("command", [serve, demo])
def test_every_server_is_told_before_anything_of_it_begins(
    command: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def reached() -> None:
        raise Reached

    monkeypatch.setattr(heap, "limit_heaps", reached)
    with pytest.raises(Reached):
        command()


def test_no_file_of_a_former_home_stays_mapped(tmp_path: Path) -> None:
    """A process serves one home; the tests' go through hundreds."""
    for number in range(4):
        home = open_home(tmp_path / str(number), "exercise")
        lake = Lake.open(home)
        lake.write_rows("tips", [{"record_id": "1", "kind": "other", "text": "a caller"}], source="A")
        lake.write_rows("transfers", [PAYMENT], source="A")
        open_index(home, lake)
        texts.refresh_index(home, lake.state)
    gc.collect()
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
    assert [number for number in range(4) if f"{tmp_path}/{number}/index" in mapped] == [2, 3]
