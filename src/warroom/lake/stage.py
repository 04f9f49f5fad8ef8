"""The staging folder of one call: files in it are not part of the lake until the commit is made.

Files are moved to their places before the commit names them; an intent written first says which, so that the
next writer can remove what a killed run left.
"""

import json
import os
import shutil
import uuid
from dataclasses import replace
from itertools import count
from pathlib import Path

from warroom.lake import sync
from warroom.lake.commit import CommitDraft, LakeFile, LakeState, rename_file
from warroom.lake.log import CommitLog
from warroom.lake.payment_keys import TRANSFERS, PaymentKeys


class LakeStage:
    """A folder for the files of one call, under the writer's lock; without `payments` its transfers get no keys yet."""

    def __init__(self, root: Path, log: CommitLog, payments: PaymentKeys | None) -> None:
        self._root, self._log, self.payments = root, log, payments
        self.seq = log.load_state().seq + 1
        # On the lake's own file system: the rename that moves a file into place must not become a copy.
        self.folder = root / "staging" / f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self.folder.mkdir(mode=0o700, parents=True)
        self._numbers = count(1)

    def new_file(self) -> Path:
        """A fresh name for a Parquet file; several threads may ask."""
        return self.folder / f"{next(self._numbers):05}.parquet"

    def commit(self, draft: CommitDraft, derived: list[Path]) -> LakeState:
        """Move the files into place, sync once, and link the commit; `derived` files are synced with them."""
        placed = [self._name_placed_file(file) for file in draft.added]
        # Before the first move. A process killed between here and the link leaves files that no commit names,
        # and the next writer finds their names here.
        sync.write_synced(self.folder / "intent.json", json.dumps([file.name for file in placed]).encode())
        folders = {self.folder}
        for staged, file in zip(draft.added, placed, strict=True):
            folders |= _make_folder(file.path.parent, self._root)
            os.rename(staged.path, file.path)
        # Data and its folders' names before the commit: a commit that names a file
        # which a power cut loses is damage.
        if self.payments:
            derived = derived + [self.payments.path_of(f.sha256) for f in placed if f.table == TRANSFERS.name]
        sync.sync_paths(self._root, [file.path for file in placed] + derived, sorted(folders))
        return self._log.append(replace(draft, added=placed), self.folder)

    def close(self) -> None:
        """Remove the folder and, where the commit was not made, the files already moved into place."""
        _undo_stage(self.folder, self._root, self._log.load_state())

    def _name_placed_file(self, file: LakeFile) -> LakeFile:
        # The commit's number is in the name, so that no two commits ever write the same path.
        name = f"data/{file.table}/day={file.day}/{self.seq:08}-{file.path.stem}.parquet"
        return rename_file(file, name, self._root)


def _make_folder(folder: Path, root: Path) -> set[Path]:
    """Make a folder; the folders whose names changed by it."""
    if folder.exists():
        return {folder}
    # A new folder is a name in its parent: that has to be synced too, up to the first one that was there.
    changed = {folder} if folder == root else {folder, *_make_folder(folder.parent, root)}
    folder.mkdir(mode=0o700, exist_ok=True)
    return changed


def list_intended_files(root: Path) -> set[str]:
    """The files that an unfinished or killed call may have moved into place."""
    names: set[str] = set()
    for intent in (root / "staging").glob("*/intent.json"):
        try:
            names |= set(json.loads(intent.read_bytes()))
        except (OSError, ValueError):
            continue
    return names


def remove_killed_stages(root: Path, state: LakeState) -> None:
    """Remove what killed calls left; the caller holds the writer's lock."""
    for folder in (root / "staging").iterdir():
        _undo_stage(folder, root, state)


def _undo_stage(folder: Path, root: Path, state: LakeState) -> None:
    """An intent is on the disk before the first move, so a torn one means that nothing was moved."""
    try:
        names = json.loads((folder / "intent.json").read_bytes())
    except (OSError, ValueError):
        names = []
    for name in names:
        # The commit may have been made before the process died: then the files are the lake's and stay.
        if name not in state.files:
            (root / name).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
