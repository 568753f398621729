"""A book becomes sentences with parts of speech, and can be searched as the kit's stories can."""

import sys
import time

import pytest
from given.berts import tiny_bert

import hw9_xai as xai
from hw9_xai.assets import DATA, read_shelf
from hw9_xai.bert import corpus as corpora
from hw9_xai.cli import main
from hw9_xai.instructor.files import book
from hw9_xai.instructor.files.book import parts_of_speech, read_book, tag_book

pytestmark = pytest.mark.usefixtures("cache")

OZ = """\
\ufeffThe Project Gutenberg eBook of A Walk, by Nobody
*** START OF THE PROJECT GUTENBERG EBOOK A WALK ***

Chapter 1. The Wolf

"Don't go," said Mr. Hale. "The Lion's tail is 1,300 miles
long--it isn't safe!"

*** END OF THE PROJECT GUTENBERG EBOOK A WALK ***
Licence: ...
"""


class Tagger:
    """Knows what HanTa's classes look like, and that one has to be given for each piece."""

    def __init__(self):
        self.given = []

    def tag_sent(self, words):
        self.given.append(list(words))
        return [(word, word, "NN1" if word.isalpha() else "PUN") for word in words]


@pytest.fixture
def tagger(monkeypatch):
    tagger = Tagger()
    monkeypatch.setattr(book, "_tagger", lambda: tagger)
    return tagger


def test_a_book_is_cut_into_sentences_and_words(tmp_path):
    (tmp_path / "oz.txt").write_text(OZ, encoding="utf-8")
    assert [" ".join(words) for words in read_book(tmp_path / "oz.txt")] == [
        "Chapter 1 .",
        "The Wolf",
        '" Don\'t go , " said Mr . Hale .',
        "\" The Lion 's tail is 1,300 miles long -- it isn't safe ! \"",
    ]


@pytest.mark.parametrize("text, words", [
    ("She'll see us at 5.30 o'clock.", "She 'll see us at 5.30 o'clock ."),
    ("We’ve seen the boys’ will-o’-the-wisp…", "We ’ve seen the boys ’ will-o’-the-wisp …"),
    ("Wait... (no!) 蘋果 é_x", "Wait ... ( no ! ) 蘋果 é _ x"),
])  # fmt: skip
def test_words(text, words):
    assert book._words(text) == words.split()


def test_only_what_a_bert_reads_apart_is_apart():
    """The model sees the book's own text: joined by spaces, the words are the same tokens."""
    bert = tiny_bert()
    for text in ("Emily's cat is afraid; the wolf, who sleeps, isn't!", "a dog's (the cat's) dogs--he sleeps."):
        assert bert.tokenizer.tokenize(" ".join(book._words(text))) == bert.tokenizer.tokenize(text)


def test_a_very_long_sentence_is_cut(tmp_path):
    (tmp_path / "a.txt").write_text("a wolf and " * 100 + "a cat.")
    assert [len(words) for words in read_book(tmp_path / "a.txt")] == [60, 60, 60, 60, 60, 3]


def test_the_tagger_is_given_what_it_knows(tagger):
    assert parts_of_speech(tagger, ["Don't", "go", "’s", "!"]) == ["NOUN", "NOUN", "PUNCT", "PUNCT"]
    assert tagger.given == [["Do", "n't", "go", "'s", "!"]]


@pytest.mark.parametrize("classes, tag", [
    (["VHD", "VVN"], "AUX"), (["VHD", "AT0", "NN1"], "VERB"), (["VHD", "AV0", "VVN"], "AUX"), 
    (["VDD", "PNP", "VVI"], "AUX"),
    (["VDD", "XX0", "VVI"], "AUX"), (["VHZ", "AT0", "NN1", "CJT", "VVD"], "VERB"), (["VHD", "PNP", "VVD"], "VERB"),
    (["VBZ"], "AUX"), (["VM0"], "AUX"), (["VVZ"], "VERB"), (["CJC"], "CCONJ"), (["CJS"], "SCONJ"), (["AVP"], "ADP"),
    (["AV0"], "ADV"), (["NP0"], "PROPN"), (["DPS"], "PRON"), (["XX0"], "ADV"), (["ZZ0"], "X"), (["?"], "X"),
])  # fmt: skip
def test_classes_become_universal_parts_of_speech(classes, tag):
    assert book._universal("word", classes, 0) == tag
    assert book._universal("--", classes, 0) == "PUNCT"


def test_add_and_search(tagger, tmp_path, capsys):
    (tmp_path / "The Wonderful Wizard.txt").write_text("The cat sleeps. A dog sleeps!\n\nThe wolf is afraid.")
    assert main(["assets", "add", str(tmp_path / "The Wonderful Wizard.txt")]) == 0
    assert 'corpus=xai.load_corpus("the-wonderful-wizard")' in capsys.readouterr().out
    assert main(["assets", "add", str(tmp_path / "The Wonderful Wizard.txt"), "--name", "oz"]) == 0
    assert set(read_shelf().assets) == {"book:the-wonderful-wizard", "book:oz"}
    corpus = xai.load_corpus("oz")
    assert [words for words, _ in corpus.sentences][1] == ["A", "dog", "sleeps", "!"]
    found = xai.search_corpus(tiny_bert(), "The cat sleeps .", "cat", layer=2, top=5, corpus=corpus)
    assert len(found.hits) == 5 and set(found.base_rate) == {"NOUN", "PUNCT"}
    assert xai.load_corpus() is xai.load_corpus() and xai.load_corpus("oz") is corpus


def test_a_book_that_was_not_added_is_told():
    with pytest.raises(FileNotFoundError, match="no book:oz was added; hw9-xai assets add FILE adds it"):
        xai.load_corpus("oz")


@pytest.mark.parametrize("content, message", [
    ("蘋果".encode("big5"), "expected text in UTF-8; save it as such in an editor"),
    ("蘋果。很好吃。".encode(), "expected a book in English, found no English words"),
    (b"", "expected a book in English"),
])  # fmt: skip
def test_what_is_no_english_book(content, message, tagger, tmp_path, cache, capsys):
    (tmp_path / "a.txt").write_bytes(content)
    assert main(["assets", "add", str(tmp_path / "a.txt")]) == 2
    assert message in capsys.readouterr().err and not (cache / "assets.json").exists()


def test_a_book_that_is_too_large(tagger, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(book, "LARGEST", 10)
    (tmp_path / "a.txt").write_text("A wolf sleeps.")
    assert main(["assets", "add", str(tmp_path / "a.txt")]) == 2
    assert "a.txt: expected a book of at most 0 MB" in capsys.readouterr().err


def test_without_the_tagger_it_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "HanTa", None)
    monkeypatch.setitem(sys.modules, "HanTa.HanoverTagger", None)
    (tmp_path / "a.txt").write_text("A wolf sleeps.")
    assert main(["assets", "add", str(tmp_path / "a.txt")]) == 2
    assert 'pip install "hw9-xai[pos]", or pip install HanTa' in capsys.readouterr().err


# -- a model and a long book -------------------------------------------------------------------------------------------


def test_sentences_longer_than_the_model_reads_are_left_out():
    bert = tiny_bert(positions=8)
    corpus = corpora.Corpus([(["a"] * 3, ["DET"] * 3), (["a"] * 30, ["DET"] * 30), (["cat"], ["NOUN"])])
    with pytest.warns(UserWarning, match="corpus: 1 of 3 sentences are longer than tiny reads, and are left out"):
        index = corpus.index(bert)
    assert index.tokens == ["a", "a", "a", "cat"] and index.sentence == [0, 0, 0, 2] and index.position == [0, 1, 2, 0]


def test_a_book_too_large_for_memory_is_sampled(monkeypatch):
    bert, corpus = tiny_bert(), corpora.Corpus([(["cat", "."], ["NOUN", "PUNCT"])] * 100)
    whole = corpus.index(bert).states.numel() * 2
    monkeypatch.setattr(corpora, "MOST_BYTES", whole // 2)
    smaller = corpora.Corpus(corpus.sentences)
    with pytest.warns(
        UserWarning, match=r"all of it would take more than 0\.0 GB of memory for tiny; 1 sentence in 4 is"
    ):
        index = smaller.index(bert)
    assert index.sentence == [number for number in range(0, 100, 4) for _ in range(2)]
    assert index.states.numel() * 2 <= whole // 2


# -- the real tagger ---------------------------------------------------------------------------------------------------

PASSAGE = (  # tagged by hand
    (
        "The old miller had never seen such a storm .",
        "DET ADJ NOUN AUX ADV VERB ADJ DET NOUN PUNCT",
    ),
    (
        "When the wind fell , he opened the heavy door and looked out .",
        "SCONJ DET NOUN VERB PUNCT PRON VERB DET ADJ NOUN CCONJ VERB ADP PUNCT",
    ),
    (
        "His sister Martha was standing beside the broken fence with two lambs .",
        "PRON NOUN PROPN AUX VERB ADP DET ADJ NOUN ADP NUM NOUN PUNCT",
    ),
    (
        '" We must carry them inside , " she cried , " or they will freeze ! "',
        "PUNCT PRON AUX VERB PRON ADV PUNCT PUNCT PRON VERB PUNCT PUNCT CCONJ PRON AUX VERB PUNCT PUNCT",
    ),
    (
        "He did not answer , for he was already running down the muddy path .",
        "PRON AUX ADV VERB PUNCT SCONJ PRON AUX ADV VERB ADP DET ADJ NOUN PUNCT",
    ),
    (
        "She 's the bravest girl in London , and I don't doubt it .",
        "PRON AUX DET ADJ NOUN ADP PROPN PUNCT CCONJ PRON AUX VERB PRON PUNCT",
    ),
    (
        "The lambs slept quietly near the warm stove until the long night had passed .",
        "DET NOUN VERB ADV ADP DET ADJ NOUN SCONJ DET ADJ NOUN AUX VERB PUNCT",
    ),
    (
        "Nobody knew whose lambs they were , but everybody wanted to keep them .",
        "PRON VERB PRON NOUN PRON AUX PUNCT CCONJ PRON VERB PART VERB PRON PUNCT",
    ),
)


def tagger_or_skip():
    pytest.importorskip("HanTa", reason='needs the optional tagger: pip install "hw9-xai[pos]"')
    return book._tagger()


def share_of_agreement(tagger, gold):
    pairs = [pair for words, tags in gold for pair in zip(parts_of_speech(tagger, words), tags, strict=True)]
    return sum(a == b for a, b in pairs) / len(pairs)


def test_the_tagger_on_a_passage_tagged_by_hand():
    gold = [(words.split(), tags.split()) for words, tags in PASSAGE]
    assert share_of_agreement(tagger_or_skip(), gold) > 0.93


def test_the_tagger_on_the_kits_stories():
    lines = (DATA / "corpora" / "story.tsv").read_text("utf-8").splitlines()[::50]
    gold = [tuple(column.split() for column in line.split("\t")) for line in lines]
    assert share_of_agreement(tagger_or_skip(), gold) > 0.97


def test_the_tagger_asks_no_network(monkeypatch):
    def network(*_):
        raise AssertionError("asked the network")

    monkeypatch.setattr("socket.socket.connect", network)
    tagger_or_skip()
    assert tag_book([["The", "wolf", "slept", "."]]) == [
        (["The", "wolf", "slept", "."], ["DET", "NOUN", "VERB", "PUNCT"])
    ]


@pytest.mark.parametrize("text", [
    "a *** START OF THE *** " * 1300, "*** START OF TH" * 2000, "a\n" + "\n \n" * 10_000, "A. " * 10_000,
    "a." + "'" * 30_000, "a" * 30_000, "a-" * 15_000, "1." * 15_000, "a" + "." * 30_000, "n't" * 10_000,
])  # fmt: skip
def test_no_text_of_thirty_kilobytes_takes_long(text, tmp_path):
    (tmp_path / "a.txt").write_text("An English word. " + text)
    began = time.process_time()
    longest = max(read_book(tmp_path / "a.txt"), key=lambda words: max(map(len, words)))
    given = Tagger()
    book.parts_of_speech(given, longest)
    assert time.process_time() - began < 2
    assert max(len(piece) for sentence in given.given for piece in sentence) <= book.LETTERS
