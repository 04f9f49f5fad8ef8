"""The signed log of commits: each names the hash of the one before it, and one atomic link puts it in place.

A commit that is not wholly there does not exist. Every 64 commits a signed checkpoint says what the lake
holds, so that opening it does not read the log from its beginning.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature

from warroom import keys
from warroom.errors import LakeDamaged
from warroom.home import Home
from warroom.lake import sync
from warroom.lake.commit import Draft, State, Tree, at_now, canonical

FORMAT = 1
CHECKPOINT_EVERY = 64


class Log:
    """The commits of a home's lake."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.folder = home.lake / "commits"
        self.checkpoints = home.lake / "checkpoints"
        self._state: State | None = None
        self._guard = threading.Lock()

    def state(self) -> State:
        """The newest state, after reading what was committed since the last call.

        Raises LakeDamaged where a commit is no true successor of the one before it.
        """
        with self._guard:
            state = self._state or self._checkpoint()
            # Readers take no lock: a commit is there whole or not at all, so looking
            # for the next number is enough.
            while (path := self.path(state.seq + 1)).exists():
                state = self._apply(state, path)
            self._state = state
            return state

    def path(self, seq: int) -> Path:
        """Where a commit lies."""
        return self.folder / f"{seq:08}.json"

    def numbers(self) -> list[int]:
        """The numbers of all commits on disk."""
        return sorted(int(path.stem) for path in self.folder.glob("*.json"))

    def append(self, draft: Draft, staging: Path) -> State:
        """Put the next commit in place; the caller holds the lock and has synced the files it names.

        Raises LakeDamaged where this home remembers more commits than there are, or another one: a log that goes on
        behind a cut would cover the cut up.
        """
        before = self.state()
        self._refuse_cut(before)
        body: Tree = {
            "format": FORMAT,
            "seq": before.seq + 1,
            "prev": before.sha256,
            "at": at_now(),
            **draft.tree(),
        }
        # Linked, not renamed: a link fails where the name is taken, so two writers could never make one
        # number, even if the lock failed. The bytes are on the disk before the name is.
        written = staging / "commit.json"
        sync.write(written, canonical(self._signed(body)))
        os.link(written, self.path(before.seq + 1))
        # Without it the newest commits could be gone after a power cut although their files were synced.
        sync.folder(self.folder)
        state = self.state()
        self.remember(state.seq, state.sha256)
        if state.seq % CHECKPOINT_EVERY == 0:
            content = canonical(self._signed(state.tree()))
            sync.replace(self.checkpoints / f"{state.seq:08}.json", content)
        return state

    def read(self, path: Path) -> tuple[Tree, str]:
        """A commit or checkpoint and the sha256 of its bytes; raises LakeDamaged where it is forged."""
        try:
            content = path.read_bytes()
            tree: Tree = json.loads(content)
            # Over canonical JSON, not over the file's bytes: the signature lies in the tree that it signs.
            signature = bytes.fromhex(tree.pop("signature"))
            keys.verify_key(self._home).verify(signature, canonical(tree))
        except (OSError, ValueError, KeyError, AttributeError, TypeError, InvalidSignature):
            raise LakeDamaged(
                f"{path} is not what this home signed; run 'warroom lake verify' and restore a backup."
            ) from None
        return tree, hashlib.sha256(content).hexdigest()

    def _refuse_cut(self, state: State) -> None:
        made = self.witness()
        if made and not self.holds(state, made):
            raise LakeDamaged("lake.log-cut", made=made["seq"], seq=state.seq)

    def holds(self, state: State, made: Tree) -> bool:
        """Whether a commit that this home remembers having made (see `witness`) stands in the log up to `state`."""
        seq, sha256 = made["seq"], made["sha256"]
        if seq > state.seq:
            return False
        try:  # on the disk, not in this process's memory: it may have been taken away since
            return bool(hashlib.sha256(self.path(seq).read_bytes()).hexdigest() == sha256)
        except FileNotFoundError:
            return False

    def remember(self, seq: int, sha256: str) -> None:
        """Keep which commit was made last, outside the lake's folder: whoever puts an older lake in place of this one is
        contradicted by it.
        """
        sync.replace(self._home.run / "lake.head", canonical({"seq": seq, "sha256": sha256}))

    def witness(self) -> Tree:
        """The newest commit this home remembers having made, or nothing."""
        try:
            tree = json.loads((self._home.run / "lake.head").read_bytes())
            return {"seq": int(tree["seq"]), "sha256": str(tree["sha256"])}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def newest(self) -> datetime | None:
        """When the newest commit was made; None for an empty lake."""
        seq = self.state().seq
        return datetime.fromisoformat(self.read(self.path(seq))[0]["at"]) if seq else None

    def history(self) -> Iterator[tuple[int, Tree]]:
        """Every commit from the first, unchecked beyond its own signature."""
        for seq in self.numbers():
            yield seq, self.read(self.path(seq))[0]

    def _apply(self, state: State, path: Path) -> State:
        tree, sha256 = self.read(path)
        if tree["seq"] != state.seq + 1 or tree["prev"] != state.sha256:
            raise LakeDamaged(
                f"{path} does not follow the commit before it; run 'warroom lake verify', restore a backup."
            )
        return state.after(tree, sha256, self._home.lake)

    def _checkpoint(self) -> State:
        """The newest checkpoint that stands on the log, or the empty lake."""
        for path in sorted(self.checkpoints.glob("*.json"), reverse=True):
            try:
                state = State.of(self.read(path)[0], self._home.lake)
                # A signed checkpoint of another history, such as one from before a restore, is true
                # to its signature and false here.
                if hashlib.sha256(self.path(state.seq).read_bytes()).hexdigest() == state.sha256:
                    return state
            except (LakeDamaged, OSError):
                continue
        return State()

    def _signed(self, tree: Tree) -> Tree:
        return {**tree, "signature": keys.signing_key(self._home).sign(canonical(tree)).hex()}
