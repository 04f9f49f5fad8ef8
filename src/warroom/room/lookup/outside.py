"""What a search tells of cases that are not one's own: how many hits, so few that it cannot be used to read them.

A hit says that something is there. Whoever could ask without end would read a stranger's sentence letter by letter: of
forty guesses at the next letter one hits. So hits are told of whole numbers and of words alone, never of the end of a
number; they are counted up to five, so that a count says no more than a hit of anything common; a sealed case counts as
not there; and each officer is told of so many questions an hour. At 200 that is five letters an hour, each guess in the log
under the officer's name, while somebody who looks up thirty people in an hour and types each name slowly is never stopped.
"""

from collections import deque
from datetime import datetime, timedelta
from pathlib import Path

MOST = 5
"""Hits are counted so far; the rest is "or more"."""
AN_HOUR = 200
"""So many questions an hour are answered for what is not one's own."""
_SPAN = timedelta(hours=1)
_ASKED: dict[tuple[Path, int], deque[tuple[datetime, str]]] = {}


def is_rate_limited(root: Path, officer_id: int, asked: str, now: datetime) -> bool:
    """Whether an officer has asked so much within the hour that no more is told; notes the question."""
    before = _ASKED.setdefault((root, officer_id), deque(maxlen=AN_HOUR))
    # An exercise may turn its clock back: what seems to come later is of another day.
    while before and not now - _SPAN < before[0][0] <= now:
        before.popleft()
    # The same question again (back from a page that was opened) learns nothing new.
    if any(asked == earlier_text for _, earlier_text in before):
        return False
    if len(before) == AN_HOUR:
        return True
    before.append((now, asked))
    return False
