"""Whether what somebody asks for was reported by several: asked in one way and one size, whatever is asked."""

import os
from collections.abc import Sequence

from warroom.public.outside.card import Card
from warroom.public.outside.door import Door, Reported
from warroom.public.outside.identifiers import MOST, Identifier, digest_of


def reported(door: Door, card: Card, asked: Sequence[Identifier]) -> dict[Identifier, Reported]:
    """Those of the first `MOST` that several people reported. The question is filled up with digests of nothing, so that neither
    its size nor its time tells how many were asked for.
    """
    digests = {digest_of(one, card.numbers): one for one in asked[:MOST]}
    nothing = os.urandom(32 * (MOST - len(digests)))
    filled = [*digests, *(nothing[at : at + 32] for at in range(0, len(nothing), 32))]
    return {digests[digest]: found for digest, found in door.reported(filled).items()}
