"""Write `subjects/names/readings/han.tsv`: character, simplified, Mandarin, Cantonese, from three packages on the path.

    python scripts/han_readings/make.py

Needs pypinyin (MIT), ToJyutping (BSD-2-Clause) and opencc-python-reimplemented (Apache-2.0). Kept are the characters of GB 2312
and of the first level of Big5, and a few of names; readings stand without tones, the usual one first.
"""

import re
from importlib import resources
from pathlib import Path

import ToJyutping
from pypinyin import Style, pinyin

HEAD = """# Character, simplified, Mandarin (pinyin), Cantonese (jyutping), without tones; made by scripts/han_readings/make.py from
# pypinyin (c) 2016 mozillazg, 闲耘, MIT License; ToJyutping (c) 2024 Cantonese Computational Linguistics Infrastructure Development
# Workgroup, BSD 2-Clause License; OpenCC (c) BYVoid, through opencc-python-reimplemented (c) Yichen Huang, Apache License 2.0.
"""


# Characters of names beyond the sets.
NAMES = frozenset(
    "燊嬅喆堃犇淼焱垚昇甯濬祐禕翀赟晟晞暐炘煊煜熠珏珈珩琨瑀瑒瑋瓊璇璐璿睿禛稔筠綺翊芃芷芸苡莀莛菀萱蓁薇蘅衍詠鈞鋆鑫雯霏靚頤顥騫龢珺玥璟琰瑄珮"
)


def in_sets(char):
    """Whether either national set has the character, of Big5 the first level, the common ones; or names do."""
    return (
        char in NAMES
        or bool(char.encode("gb2312", "ignore"))
        or b"" < char.encode("big5", "ignore") < b"\xc6\x80"
    )


def simplified():
    """Traditional character to simplified."""
    text = resources.files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8")
    return {line.split("\t")[0]: line.split("\t")[1].split()[0] for line in text.splitlines() if "\t" in line}


def readings(char):
    """Mandarin and Cantonese, each with commas between."""
    mandarin = pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=False)[0][:2]
    found = ToJyutping.get_jyutping_candidates(char)[0][1]
    cantonese = list(dict.fromkeys(re.sub("[0-9]", "", one) for one in found))[:2]
    return ",".join(dict.fromkeys(mandarin)), ",".join(cantonese)


def main():
    simple = simplified()
    chars = [char for char in map(chr, range(0x4E00, 0x9FA6)) if in_sets(char)]
    lines = ["\t".join((char, simple.get(char, char), *readings(char))) + "\n" for char in chars]
    target = Path(__file__).parents[2] / "src/warroom/subjects/names/readings/han.tsv"
    target.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(len(lines), "characters")


if __name__ == "__main__":
    main()
