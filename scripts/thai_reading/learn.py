"""Learn how Thai words are parted into syllables and write `subjects/names/thai/weights.tsv`; measure on names never seen.

    python scripts/thai_reading/learn.py FOLDER

FOLDER holds provinces.json, districts.json and subdistricts.json of thailand-geography-json (MIT, `src/` there). A structured
perceptron over the lattice of syllables, averaged: of the readings that give the official spelling the likeliest is the truth.
"""

import argparse
import collections
import hashlib
import json
import random
import re
from pathlib import Path

from warroom.subjects.names.thai import reading
from warroom.subjects.names.thai.pieces import list_syllable_readings

HERE = Path(__file__).parent
LEARNED = 0.7  # of the names by place; the rest is never seen
ROUNDS = 6
LEAST = 0.15  # weights below it are left out
HEAD = """# Weights of readings of Thai syllables. Learned by scripts/thai_reading/learn.py from seven tenths of the names in
# thailand-geography-json, Copyright (c) 2023-Present Joe Takara, MIT License, and from personal names written by the maintainers.
"""


def place_names(folder):
    """Thai name to its official spelling, small letters alone, the commonest where they differ; and which are tambon."""
    found, tambon = {}, set()
    for word in ("province", "district", "subdistrict"):
        for row in json.loads((folder / f"{word}s.json").read_text(encoding="utf-8")):
            thai, roman = row[f"{word}NameTh"], re.sub("[^a-z]", "", row[f"{word}NameEn"].lower())
            found.setdefault(thai, collections.Counter())[roman] += 1
            if word == "subdistrict":
                tambon.add(thai)
    names = {t: c.most_common(1)[0][0] for t, c in sorted(found.items()) if re.fullmatch("[ก-๎]+", t)}
    return names, tambon


def part(name):
    """Where a name falls between 0 and 1, for ever."""
    return hashlib.sha256(name.encode()).digest()[0] / 256


def lattice(word):
    """For every place in a word the readings that begin there: end, romanised, features."""
    out = [[] for _ in word]
    for start in range(len(word)):
        if not reading.may_begin_syllable(word, start):
            continue
        for end in reading.list_syllable_ends(word, start):
            if reading.may_begin_syllable(word, end):
                for piece in list_syllable_readings(word[start:end]):
                    f = reading.list_features(
                        word[start - 1 : start], word[start:end], word[end : end + 2], piece
                    )
                    out[start].append((end, piece.roman, f))
    return out


def weigh(edge, weights):
    return sum(weights.get(f, 0.0) for f in edge[2])


def likeliest(word, edges, weights):
    """The best path through the lattice, or None."""
    best = [None] * len(word) + [(0.0, None)]
    for at in range(len(word) - 1, -1, -1):
        ways = [(best[e[0]][0] + weigh(e, weights), e) for e in edges[at] if best[e[0]]]
        best[at] = max(ways, key=lambda way: way[0], default=None)
    at, path = 0, []
    while at < len(word):
        if best[at] is None:
            return None
        path.append(best[at][1])
        at = path[-1][0]
    return path


def forced(word, roman, edges, weights):
    """The best path that spells the truth, or None."""
    best = [{} for _ in range(len(word) + 1)]
    best[-1][len(roman)] = (0.0, None)
    for at in range(len(word) - 1, -1, -1):
        for edge in edges[at]:
            for end, (behind, _) in best[edge[0]].items():
                begin = end - len(edge[1])
                if begin >= 0 and roman[begin:end] == edge[1]:
                    weight = behind + weigh(edge, weights)
                    if begin not in best[at] or best[at][begin][0] < weight:
                        best[at][begin] = (weight, edge)
    at = begin = 0
    path = []
    while at < len(word):
        if begin not in best[at]:
            return None
        path.append(best[at][begin][1])
        at, begin = path[-1][0], begin + len(path[-1][1])
    return path


def learn(pairs):
    """Averaged weights by feature."""
    known = [(t, r, lattice(t)) for t, r in pairs]
    known = [item for item in known if forced(*item, {})]
    weights, moved, step, shuffled = collections.Counter(), collections.Counter(), 0, random.Random(0)  # noqa: S311 - an order
    for _ in range(ROUNDS):
        shuffled.shuffle(known)
        for word, roman, edges in known:
            step += 1
            said = likeliest(word, edges, weights)
            if "".join(e[1] for e in said) == roman:
                continue
            for sign, path in ((1, forced(word, roman, edges, weights)), (-1, said)):
                for f in (f for e in path for f in e[2]):
                    weights[f] += sign
                    moved[f] += sign * step
    return {f: w - moved[f] / step for f, w in sorted(weights.items())}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    names, _ = place_names(parser.parse_args().folder)
    people = [tuple(line.split()) for line in (HERE / "people.txt").read_text(encoding="utf-8").splitlines()]
    weights = learn([(t, r) for t, r in names.items() if part(t) < LEARNED] + people)
    lines = [f"{f}\t{w:.2f}\n" for f, w in weights.items() if abs(w) >= LEAST]
    Path(reading.__file__).with_name("weights.tsv").write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{len(lines)} weights")


if __name__ == "__main__":
    main()
