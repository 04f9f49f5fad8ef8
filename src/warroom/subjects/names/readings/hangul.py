"""Hangul: each syllable by the revised romanisation, with the spellings that families use."""

import unicodedata

from warroom.subjects.names.tables import parse_word_list

ONSETS = parse_word_list("g kk n d tt r m b pp s ss  j jj ch k t p h")
VOWELS = parse_word_list("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
FINALS = parse_word_list(" k k k n n n t l k m p l l p l m p p t t ng t t k t p t")
FAMILY = {
    "김": "kim gim",
    "이": "lee yi ri rhee",
    "리": "ri lee",
    "박": "park pak bak",
    "최": "choi choe",
    "정": "jung jeong chung chong jong",
    "조": "cho jo",
    "강": "kang gang",
    "임": "lim im rim",
    "림": "rim lim",
    "노": "noh roh no",
    "류": "ryu yoo",
    "유": "yoo yu ryu you",
    "신": "shin sin",
    "문": "moon mun",
    "우": "woo u",
    "윤": "yoon yun",
    "장": "jang chang",
    "전": "jeon chun jun",
    "오": "oh o",
    "서": "seo suh",
    "안": "ahn an",
    "권": "kwon gwon",
    "허": "heo hur",
    "고": "ko go",
    "현": "hyun hyeon hyon",
    "영": "young yeong yong",
    "은": "eun un",
    "선": "sun seon son",
    "성": "sung seong song",
    "철": "chul cheol chol",
    "준": "jun joon",
    "순": "soon sun",
    "희": "hee hui",
    "주": "joo ju",
    "수": "soo su",
    "경": "kyung gyeong kyong",
    "종": "jong chong",
    "일": "il",
    "승": "seung sung",
    "용": "yong",
    "근": "geun kun keun",
    "숙": "sook suk",
    "옥": "ok",
    "건": "gun kun geon",
    "남": "nam",
    "훈": "hoon hun",
    "국": "kook guk",
    "진": "jin chin",
    "민": "min",
    "재": "jae chae",
    "지": "ji chi",
}


def read_hangul(syllable: str) -> tuple[str, ...]:
    """One syllable's spellings, the official one first."""
    # Unicode's Hangul block is computed: 0xAC00 + (onset * 21 + vowel) * 28 + final, 11,172 syllables in all.
    code = ord(unicodedata.normalize("NFC", syllable)[0]) - 0xAC00
    if not 0 <= code < 11172:
        return ()
    onset, vowel, final = code // 588, code % 588 // 28, code % 28
    official = ONSETS[onset] + VOWELS[vowel] + FINALS[final]
    return tuple(dict.fromkeys((official, *FAMILY.get(syllable, "").split())))
