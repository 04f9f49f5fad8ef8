"""No public page mixes languages without saying so in the reader's: every page, and every answer to a form, in each language."""

import re
from collections.abc import Iterator

import pytest
from httpx import Client, Response
from lxml import html

from warroom.web.public.languages import PUBLIC_LANGUAGES, READ, load_sentences
from warroom.web.public.places import PLACES

PAGES = [path for place in PLACES for path in place.pages]
FORMS = {
    "/check": {
        "text": "Police: your parcel holds drugs. Transfer 50,000 baht to a safe account now: 012-3-45678-9"
    },
    "/check ": {"text": "Lunch at noon?"},
    "/real": {"text": "scb.co.th"},
    "/report/job": {
        "text": "Earn 3,000 dollars a month in Myawaddy, no experience, the company keeps your passport"
    },
    "/report/money": {},
    "/report/tip": {},
    "/receipt": {"code": "AAAA-AAAA-AAAA"},
    "/appeal": {"code": "AAAA-AAAA-AAAA"},
}
"""Forms and what is sent in them; a blank at the end of an address sends another text to the same."""
FOREIGN = re.compile(r"[A-Za-z][a-z]+(?:[ ,.’'-]+[A-Za-z][a-z]+){4,}")
"""Five English words in a row: no name, no address and no mark of a service is that long."""
SENTENCES = load_sentences("en").sentences


def list_english(answer: Response, language: str, fewest: int) -> Iterator[str]:
    """English sentences of so many words or more in a page's main part, which its reader's own language lacks."""
    (main,) = html.fromstring(answer.text).xpath("//main")
    for hidden in main.xpath(".//*[@lang='en' or @data-mixed] | .//blockquote | .//textarea | .//mark"):
        hidden.drop_tree()
    text = " ".join(main.text_content().split())
    yield from FOREIGN.findall(text) if language != "vi" else []
    own = load_sentences(language).sentences
    yield from (
        said
        for key, said in SENTENCES.items()
        if "{" not in said and len(said.split()) >= fewest and own.get(key) != said and said in text
    )


def is_said_to_be_mixed(answer: Response, language: str) -> bool:
    notes = html.fromstring(answer.text).xpath("//main//*[@data-mixed]")
    return [str(note.text).strip() for note in notes] == [str(load_sentences(language)("mixed"))]


def check_page(answer: Response, language: str) -> str:
    """What is wrong with a page in a language; empty where it is in one language or says that it is not."""
    said = is_said_to_be_mixed(answer, language)
    if not said and (english := list(list_english(answer, language, 4))):
        return f"mixes without a word: {english[:2]}"
    # A short sentence may be the same in two languages: it counts only where the page says that it is mixed.
    return (
        "is in one language and says that it is not"
        if said and not any(list_english(answer, language, 1))
        else ""
    )


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_a_page_that_mixes_languages_says_so(outside: Client, language: str) -> None:
    answers = {path: outside.get(f"{path}?l={language}") for path in PAGES}
    answers |= {f"POST {path}": outside.post(path.strip(), data=fields) for path, fields in FORMS.items()}
    if language == "en":
        assert not any(is_said_to_be_mixed(answer, language) for answer in answers.values())
        return
    wrong = {path: fault for path, answer in answers.items() if (fault := check_page(answer, language))}
    assert not wrong
    if language in READ:
        assert not any(is_said_to_be_mixed(answer, language) for answer in answers.values())
    else:
        assert is_said_to_be_mixed(answers["/learn"], language)
        assert not is_said_to_be_mixed(answers["/report/money"], language)
