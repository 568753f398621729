"""Text to tokens, words to positions, and what a wrong text or mask is told."""

import pytest
import torch
from given.berts import SENTENCES, tiny_bert
from transformers import BertTokenizer

from hw9_xai.bert.encoding import encode, encode_with, mask, masked_positions, vocabulary_numbers
from hw9_xai.bert.running import attention_weights, states_of_layers, word_probabilities

BERT = tiny_bert()
PAIR = ("What is Emily afraid of ?", "Emily is afraid of cats . The dog is afraid of the wolf .")


def test_two_segments_count_their_words_through():
    found = encode(BERT, ("What ?", "a sleepy dog"))
    assert found.tokens == ("[CLS]", "What", "?", "[SEP]", "a", "sleep", "##y", "dog", "[SEP]")
    assert found.segments == (0, 0, 0, 0, 1, 1, 1, 1, 1)
    assert found.words == (None, 0, 1, None, 2, 3, 3, 4, None)


@pytest.mark.parametrize(
    ("text", "masked", "positions"),
    [
        ("The wolf sleeps .", "wolf", [2]),
        ("The wolf sleeps .", "sleeps", [3, 4]),  # all pieces of the word
        ("The wolf sleeps .", ("wolf", 5, 2), [2, 5]),
        ("The wolf sleeps .", "The wolf", [1, 2]),
        ("the wolf is the dog", 4, [4]),
        ("今天買了蘋果手機", "蘋果", [5, 6]),
        (PAIR, "cats", [12]),
        ("a [MASK] sleeps .", "a", [1]),
        ("a dog .", (), []),
    ],
)
def test_masks_are_found(text, masked, positions):
    assert masked_positions(encode(BERT, text), masked) == positions


@pytest.mark.parametrize(
    ("masked", "says"),
    [
        ("sleep", "expected a word of the text, got 'sleep'; its tokens: 0 .CLS., 1 The, 2 wolf, 3 sleep, 4 ##s"),
        ("cow", "got 'cow'"),
        ("", "got ''"),
        ("of", "'of' occurs 2 times; give its token position, one of 5, 7"),
        (99, "expected token positions from 0 to 10, got 99"),
        (-1, "expected token positions from 0 to 10, got -1"),
        (0, r"got 0, which is \[CLS\]"),
        (True, "expected token positions or words, got True"),
        ([1.5], "expected token positions or words, got 1.5"),
    ],
)
def test_a_wrong_mask_is_told(masked, says):
    with pytest.raises((ValueError, TypeError), match=f"^masked: .*{says}"):
        masked_positions(encode(BERT, "The wolf sleeps of a of cats ."), masked)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one word, got ''"),
        (" \n", "at least one word"),
        ("\u200b\u200f", "at least one word"),
        (("", "a dog"), "at least one word, got ''"),
        (("a dog", " "), "at least one word, got ' '"),
        ("dog " * 10_000, "at most 128 tokens, all that tiny reads, got 10002"),
        (3, "a string, or a question and its context as a tuple, got 3"),
        (("a", "b", "c"), "got \\('a', 'b', 'c'\\)"),
    ],
)
def test_a_wrong_text_is_told(text, says):
    with pytest.raises((ValueError, TypeError), match=f"^text: expected .*{says}") as caught:
        encode(BERT, text)
    assert len(str(caught.value)) < 200 and "\n" not in str(caught.value)


def test_a_model_that_is_none_is_told():
    with pytest.raises(TypeError, match="bert: expected what load_bert returns, got str"):
        encode("kit-en", "a dog")


@pytest.mark.parametrize("of", [attention_weights, states_of_layers, word_probabilities])
def test_padding_changes_nothing(of):
    texts = [*SENTENCES, PAIR, "a dog"]
    encodings = [encode(BERT, text) for text in texts]
    together = of(BERT, encodings)
    for encoding, ours in zip(encodings, together, strict=True):
        (alone,) = of(BERT, [encoding])
        assert ours.shape == alone.shape and ours.dtype == torch.float32
        assert torch.allclose(ours, alone, atol=1e-5)


def test_many_texts_come_back_in_order():
    texts = [("dog " * (1 + 7 * i % 120)).strip() for i in range(70)]  # several batches
    found = states_of_layers(BERT, [encode(BERT, text) for text in texts])
    assert [its.shape[1] for its in found] == [len(text.split()) + 2 for text in texts]


def test_masking_touches_nothing_else():
    whole = encode(BERT, "The wolf sleeps .")
    hidden = mask(BERT, whole, [2])
    assert hidden.tokens == ("[CLS]", "The", "[MASK]", "sleep", "##s", ".", "[SEP]")
    assert [a == b for a, b in zip(whole.ids, hidden.ids, strict=True)].count(False) == 1
    assert whole.tokens[2] == "wolf"


def test_half_a_character_is_refused():
    for text in ("a wolf \ud800 sleeps", ("who", "\udfff")):
        with pytest.raises(ValueError, match="text: expected whole characters, got half of one"):
            encode_with(tiny_bert().tokenizer, text)
    with pytest.raises(ValueError, match="watch: expected tokens of"):
        vocabulary_numbers(tiny_bert(), ["\ud800"])


def test_a_model_that_reads_no_capitals_finds_words_without_them():
    vocabulary = {
        word: i for i, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "apple", "an", ".", "a"])
    }
    text = "Apple. An apple. APPLE."
    for lower, places in ((True, [[1], [4], [6]]), (False, [[4]])):
        encoding = encode_with(BertTokenizer(vocab=vocabulary, do_lower_case=lower), text)
        assert encoding.positions_of("apple") == places and encoding.caseless == lower
    assert encoding.positions_of("") == []
