"""A book as sentences whose words have parts of speech, so that it can be searched as the kit's stories can."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hw9_xai.progress import progress_bar

LARGEST = 20_000_000  # bytes; War and Peace has 3 million
LETTERS = 40  # of a word that the tagger is shown: of a long one it tries every cut
LONGEST = 60  # words; a longer sentence is cut, since a BERT reads only so many tokens
START, END = re.compile(r"\*\*\* ?START OF TH"), re.compile(r"\*\*\* ?END OF TH")  # Project Gutenberg's marks
PARAGRAPH = re.compile(r"\n\s*\n")
SENTENCE_END = re.compile(r"""(?<=[.!?])(["'”’)]*)\s+(?=["'“‘(]*[A-Z0-9])""")
ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Capt|[A-Z])\.$")
WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_]+(?:['’]?-?[^\W_]+)*|--+|\.{3}|\S")
CLITIC = re.compile(r"(.+)(['’](?:s|m|d|re|ve|ll))", re.IGNORECASE)
NOT = re.compile(r"(.+)(n['’]t)", re.IGNORECASE)

# The tagger's classes (CLAWS 5, of the British National Corpus), by their first letters, as the universal parts of
# speech that the kit's stories have.
UNIVERSAL = {
    "AJ": "ADJ", "AT": "DET", "AV": "ADV", "CJ": "SCONJ", "CR": "NUM", "DP": "PRON", "DT": "DET", "EX": "ADV",
    "IT": "INTJ", "NN": "NOUN", "NP": "PROPN", "OR": "ADJ", "PN": "PRON", "PO": "PART", "PR": "ADP", "PU": "PUNCT",
    "TO": "PART", "VB": "AUX", "VM": "AUX", "VV": "VERB", "XX": "ADV",
    "CJC": "CCONJ", "AVP": "ADP",
}  # fmt: skip

Sentence = tuple[list[str], list[str]]  # words, parts of speech


def read_book(path: Path) -> list[list[str]]:  # sentences of words
    """What stands between Project Gutenberg's header and footer, if there are any."""
    if (size := path.stat().st_size) > LARGEST:
        raise ValueError(f"{path.name}: expected a book of at most {LARGEST / 1e6:.0f} MB, got {size / 1e6:.0f}")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name}: expected text in UTF-8; save it as such in an editor") from None
    head = text.find("***", start.end()) + 3 if (start := START.search(text)) else 0
    if head >= 3 and (end := END.search(text, head)):
        text = text[head : end.start()]
    if not re.search(r"[a-z]", text, re.IGNORECASE):
        raise ValueError(f"{path.name}: expected a book in English, found no English words")
    sentences = (words for paragraph in PARAGRAPH.split(text) for words in _sentences(" ".join(paragraph.split())))
    return [words[start : start + LONGEST] for words in sentences for start in range(0, len(words), LONGEST)]


def _sentences(paragraph: str) -> Iterator[list[str]]:
    begun: list[str] = []
    for piece in SENTENCE_END.sub(r"\1\n", paragraph).split("\n"):
        begun.append(piece)
        if not ABBREVIATION.search(piece):
            yield _words(" ".join(begun))
            begun = []
    yield _words(" ".join(begun))


def _words(sentence: str) -> list[str]:
    """Apart are only those pieces that a BERT reads apart anyway: the Lion 's tail, but didn't."""
    words: list[str] = []
    for word in WORD.findall(sentence):
        match = CLITIC.fullmatch(word)
        words += match.groups() if match else [word]
    return words


def tag_book(sentences: Sequence[list[str]]) -> list[Sentence]:
    tagger = _tagger()
    return [(words, parts_of_speech(tagger, words)) for words in progress_bar(sentences, desc="parts of speech")]


def _tagger() -> Any:  # HanTa's
    try:
        from HanTa.HanoverTagger import HanoverTagger
    except ImportError:
        raise ImportError('parts of speech need a tagger: pip install "hw9-xai[pos]", or pip install HanTa') from None
    return HanoverTagger("morphmodel_en.pgz")  # comes with the package


def parts_of_speech(tagger: Any, words: Sequence[str]) -> list[str]:
    first: list[int] = []
    pieces: list[str] = []  # the tagger knows "did" and "n't", not "didn't", which is then what "did" is
    for word in words:
        first.append(len(pieces))
        match = NOT.fullmatch(word)
        pieces += [match[1], "n't"] if match else [word.replace("’", "'")]
    pieces = [piece[:LETTERS] for piece in pieces]
    classes = [kind for _, _, kind in tagger.tag_sent(pieces)]
    return [_universal(pieces[i], classes, i) for i in first]


def _universal(word: str, classes: Sequence[str], i: int) -> str:
    kind = classes[i]
    if not any(letter.isalnum() for letter in word):
        return "PUNCT"
    if kind[:2] in ("VD", "VH"):  # "do" and "have" help another verb, or stand alone
        return "AUX" if _helps(classes[i + 1 :]) else "VERB"
    return UNIVERSAL.get(kind[:3]) or UNIVERSAL.get(kind[:2], "X")


def _helps(following: Sequence[str]) -> bool:
    """Is there a verb to be helped? "had not yet seen", "did the man see", but "had a dog that barked"."""
    for kind in following[:4]:
        if kind[:1] == "V":
            return kind[-1] in "IGN"  # infinitive or participle
        if kind[:2] not in ("AV", "XX", "PN", "NN", "NP", "AT"):
            return False
    return False
