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
from warroom.lake.commit import CommitDraft, LakeState, Tree, format_now, to_canonical_bytes

# Version of a commit's tree, part of the signed bytes.
FORMAT = 1
# Commits, chosen: opening reads at most 63 of them after a checkpoint (decision 3).
CHECKPOINT_EVERY = 64


class CommitLog:
    """The commits of a home's lake."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.folder = home.lake / "commits"
        self.checkpoints = home.lake / "checkpoints"
        self._state: LakeState | None = None
        self._guard = threading.Lock()

    def load_state(self) -> LakeState:
        """The newest state, after reading what was committed since the last call.

        Raises LakeDamaged where a commit is no true successor of the one before it.
        """
        with self._guard:
            state = self._state or self._load_checkpoint()
            # Readers take no lock: a commit is there whole or not at all, so looking
            # for the next number is enough.
            while (path := self.path_of(state.seq + 1)).exists():
                state = self._apply_commit(state, path)
            self._state = state
            return state

    def path_of(self, seq: int) -> Path:
        """The path of a commit."""
        return self.folder / f"{seq:08}.json"

    def list_commit_numbers(self) -> list[int]:
        """The numbers of all commits on disk."""
        return sorted(int(path.stem) for path in self.folder.glob("*.json"))

    def append(self, draft: CommitDraft, staging: Path) -> LakeState:
        """Put the next commit in place; the caller holds the lock and has synced the files it names.

        Raises LakeDamaged where this home remembers more commits than there are, or another one: a log that goes on
        behind a cut would cover the cut up.
        """
        before = self.load_state()
        self._require_uncut_log(before)
        body: Tree = {
            "format": FORMAT,
            "seq": before.seq + 1,
            "prev": before.sha256,
            "at": format_now(),
            **draft.to_tree(),
        }
        # Linked, not renamed: a link fails where the name is taken, so two writers could never make one
        # number, even if the lock failed. The bytes are on the disk before the name is.
        written = staging / "commit.json"
        sync.write_synced(written, to_canonical_bytes(self._sign_tree(body)))
        os.link(written, self.path_of(before.seq + 1))
        # Without it the newest commits could be gone after a power cut although their files were synced.
        sync.sync_path(self.folder)
        state = self.load_state()
        self.record_head(state.seq, state.sha256)
        if state.seq % CHECKPOINT_EVERY == 0:
            content = to_canonical_bytes(self._sign_tree(state.to_tree()))
            sync.replace_unsynced(self.checkpoints / f"{state.seq:08}.json", content)
        return state

    def load_signed_file(self, path: Path) -> tuple[Tree, str]:
        """A commit or checkpoint and the sha256 of its bytes; raises LakeDamaged where it is forged."""
        try:
            content = path.read_bytes()
            tree: Tree = json.loads(content)
            # Over canonical JSON, not over the file's bytes: the signature is inside the tree that it signs.
            signature = bytes.fromhex(tree.pop("signature"))
            keys.load_verify_key(self._home).verify(signature, to_canonical_bytes(tree))
        except (OSError, ValueError, KeyError, AttributeError, TypeError, InvalidSignature):
            raise LakeDamaged(
                f"{path} is not what this home signed; run 'warroom lake verify' and restore a backup."
            ) from None
        return tree, hashlib.sha256(content).hexdigest()

    def _require_uncut_log(self, state: LakeState) -> None:
        made = self.read_remembered_head()
        if made and not self.has_commit(state, made):
            raise LakeDamaged("lake.log-cut", made=made["seq"], seq=state.seq)

    def has_commit(self, state: LakeState, made: Tree) -> bool:
        """Whether a commit that this home remembers having made (see `record_head`) is in the log up to
        `state`.
        """
        seq, sha256 = made["seq"], made["sha256"]
        if seq > state.seq:
            return False
        try:  # on the disk, not in this process's memory: it may have been taken away since
            return bool(hashlib.sha256(self.path_of(seq).read_bytes()).hexdigest() == sha256)
        except FileNotFoundError:
            return False

    def record_head(self, seq: int, sha256: str) -> None:
        """Record the last commit outside the lake's folder, so that an older lake put in place of this one is
        noticed.
        """
        sync.replace_unsynced(
            self._home.run / "lake.head", to_canonical_bytes({"seq": seq, "sha256": sha256})
        )

    def read_remembered_head(self) -> Tree:
        """The newest commit this home remembers having made, or nothing."""
        try:
            tree = json.loads((self._home.run / "lake.head").read_bytes())
            return {"seq": int(tree["seq"]), "sha256": str(tree["sha256"])}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def find_newest_time(self) -> datetime | None:
        """When the newest commit was made; None for an empty lake."""
        seq = self.load_state().seq
        return datetime.fromisoformat(self.load_signed_file(self.path_of(seq))[0]["at"]) if seq else None

    def iter_commits(self) -> Iterator[tuple[int, Tree]]:
        """Every commit from the first, unchecked beyond its own signature."""
        for seq in self.list_commit_numbers():
            yield seq, self.load_signed_file(self.path_of(seq))[0]

    def _apply_commit(self, state: LakeState, path: Path) -> LakeState:
        tree, sha256 = self.load_signed_file(path)
        if tree["seq"] != state.seq + 1 or tree["prev"] != state.sha256:
            raise LakeDamaged(
                f"{path} does not follow the commit before it; run 'warroom lake verify', restore a backup."
            )
        return state.apply_commit(tree, sha256, self._home.lake)

    def _load_checkpoint(self) -> LakeState:
        """The state of the newest checkpoint that matches the log, or of an empty lake."""
        for path in sorted(self.checkpoints.glob("*.json"), reverse=True):
            try:
                state = LakeState.from_tree(self.load_signed_file(path)[0], self._home.lake)
                # A signed checkpoint of another history, such as one from before a restore, is true
                # to its signature and false here.
                if hashlib.sha256(self.path_of(state.seq).read_bytes()).hexdigest() == state.sha256:
                    return state
            except (LakeDamaged, OSError):
                continue
        return LakeState()

    def _sign_tree(self, tree: Tree) -> Tree:
        return {**tree, "signature": keys.load_signing_key(self._home).sign(to_canonical_bytes(tree)).hex()}
