"""The grammars keep their word: stated odds, gold annotation, and a held-out part that stays held out."""

import itertools
import json
import random
import re
from collections import Counter

import pytest

from data.make import corpora
from data.make.grammar import chinese, english, lexicon, questions
from data.make.grammar.text import Entity, Text, is_held_out, sentence_is_held_out

UPOS = {"NOUN", "PROPN", "ADJ", "NUM", "ADV", "PRON", "DET", "ADP", "AUX", "CCONJ", "SCONJ", "PUNCT", "VERB"}
FORMS = [form for _, forms in english.FAMILIES for form in forms]


def lines(name):
    return (corpora.CORPORA / name).read_text(encoding="utf-8").splitlines()


# --- the English grammar ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_every_form_can_be_filled_and_tagged(form):
    for seed in range(20):
        text = english.fill(random.Random(seed), form)
        assert len(text.words) == len(text.pos)
        assert set(text.pos) <= UPOS
        assert text.words[-1] == "."
        assert text.words[0][0].isupper()


def test_he_is_drawn_as_often_as_the_grammar_says():
    rng, drawn = random.Random(0), Counter()
    for _ in range(40_000):
        entity = english.draw_subject(rng)
        drawn[" ".join(entity.words[1:]), entity.pronoun] += 1
    for subject in lexicon.SUBJECTS:
        count = sum(drawn[subject.noun, pronoun] for pronoun in ("he", "she", "it"))
        p = english.p_he(subject.noun)
        assert abs(drawn[subject.noun, "he"] - p * count) <= 4 * (p * (1 - p) * count) ** 0.5, subject.noun
    one_word = {s.noun: s for s in lexicon.SUBJECTS if " " not in s.noun}
    total = sum(n for (noun, _), n in drawn.items() if noun in one_word)
    he = sum(n for (noun, pronoun), n in drawn.items() if noun in one_word and pronoun == "he")
    assert he / total == pytest.approx(english.pronoun_probabilities([None])["he"], abs=0.015)


def test_with_turns_he_is_drawn_evenly_too():
    rng, turns, drawn = random.Random(0), Counter(), Counter()
    for _ in range(5_000):
        entity = english.draw_subject(rng, turns)
        drawn[" ".join(entity.words[1:]), entity.pronoun] += 1
    for subject in lexicon.SUBJECTS:
        # By chance the counts would stray by the root of p (1 - p) n, here up to 13; in turns by less than 4.
        assert abs(drawn[subject.noun, "he"] - subject.he * turns[subject.noun]) < 4, subject.noun
    assert sum(turns.values()) == 5_000


def test_probabilities_by_hand():
    police = {s.noun: s for s in lexicon.SUBJECTS if s.noun.startswith("police")}
    expected = police["police officer"].weight * 0.9 / sum(s.weight for s in police.values())
    assert english.pronoun_probabilities(["police", None])["he"] == pytest.approx(expected)
    assert english.p_he("nurse") == 0.1
    for visible in (["nurse"], [None], [None, None], ["police", None]):
        assert sum(english.pronoun_probabilities(visible).values()) == pytest.approx(1)
    with pytest.raises(ValueError, match="astronaut"):
        english.p_he("astronaut")


def test_the_frame_tells_nothing_about_the_pronoun():
    """The same seed gives the same sentence for him and for her, but for the pronouns."""
    swap = {"he": "she", "He": "She", "his": "her", "him": "her"}
    for form, seed in itertools.product(english.SUBJECT_FORMS, range(5)):
        his = english.fill(random.Random(seed), form, s=Entity(("the", "nurse"), "he"))
        hers = english.fill(random.Random(seed), form, s=Entity(("the", "nurse"), "she"))
        assert [swap.get(word, word) for word in his.words] == hers.words


def test_pronouns_agree_with_their_antecedents():
    rng, gender = random.Random(1), dict.fromkeys(lexicon.MEN, "he") | dict.fromkeys(lexicon.WOMEN, "she")
    checked = 0
    for _ in range(3_000):
        text = english.draw_sentence(rng)
        for pronoun, antecedent in text.links:
            name = text.words[antecedent.head]
            if name in gender:
                assert (
                    text.words[pronoun.start].lower()
                    in {"he": {"he", "his", "him"}, "she": {"she", "her"}}[gender[name]]
                )
                checked += 1
    assert checked > 500


def test_a_template_carries_tags_links_and_spans():
    text = Text(lexicon.POS_OF)
    spans = text.add("{a} had lost/VERB *{a.his} lamp . *{a.he} smiled .", a=Entity(("Anna",), "she"))
    assert str(text) == "Anna had lost her lamp. She smiled."
    assert text.pos == ["PROPN", "AUX", "VERB", "PRON", "NOUN", "PUNCT", "PRON", "VERB", "PUNCT"]
    assert text.focus == {3, 6}
    assert [(p.start, a.head) for p, a in text.links] == [(3, 0), (6, 0)]
    assert spans["a"] == (6, 7)


def test_the_homeworks_sentence_is_in_the_language_and_held_out_with_its_twin():
    form = "{s} is popular with {group} because *{s.he} is very {trait} and {trait2} ."
    assert form in english.SUBJECT_FORMS
    for pronoun in ("she", "he"):
        text = english.fill(
            random.Random(0), form, s=Entity(("the", "police", "officer"), pronoun),
            group=Entity(("the", "residents"), "they"), trait="generous", trait2="kind",
        )  # fmt: skip
        expected = "The police officer is popular with the residents because she is very generous and kind."
        assert str(text) == expected.replace("she", pronoun)
        assert is_held_out(text)


def test_training_never_shows_a_held_out_sentence():
    rng = random.Random(2)
    held_out = {tuple(row.split("\t")[0].split()) for row in lines("story.tsv")}
    for _ in range(3_000):
        assert not any(tuple(words) in held_out for words, _ in english.training_sentence(rng).sentences())
        assert not questions.is_kept_back(questions.training_question(rng))


# --- questions -------------------------------------------------------------------------------------------------------


def afraid_of(context, who):
    """The answer worked out from the text alone."""
    fears = {a.lower(): b for a, b in re.findall(r"(\w+) are afraid of (\w+)", context)}
    kinds = dict(re.findall(r"(\w+) is a (\w+)", context))
    return fears[lexicon.ANIMALS[kinds[who]] if who in kinds else who]


def test_answers_follow_from_the_text():
    rows = [json.loads(line) for line in lines("questions.jsonl")]
    for row in rows:
        assert row["context"][row["start"] : row["start"] + len(row["answer"])] == row["answer"]
        if row["kind"] in ("fear", "deduction"):
            who = re.search(r"(?:is|are) (\w+) afraid|afraid", row["question"].split(" animals ")[-1])[1]
            assert row["answer"] == afraid_of(row["context"], who)
        if row["kind"] == "punishment":
            place = re.search(
                r"in (?:schools in )?((?:the UK|[A-Z]\w+)(?: and .+)?)\?$|common in (.+)\?$", row["question"]
            )
            rule = next(s for s in row["context"].split(". ") if (place[1] or place[2]).split(" and ")[0] in s)
            assert row["answer"].lower() in rule.lower()
        if row["kind"] in ("birth", "death"):
            before = row["context"][: row["start"]]
            assert re.search({"birth": r"[Bb]orn in (\w+ in )?$", "death": "died in $"}[row["kind"]], before)
            names = re.findall(rf"(?:{'|'.join(lexicon.MEN + lexicon.WOMEN)}) (?:{'|'.join(lexicon.SURNAMES)})", before)
            assert names[-1] in row["question"]


def test_every_kind_is_asked_and_the_homeworks_come_first():
    rows = [json.loads(line) for line in lines("questions.jsonl")]
    assert [row["answer"] for row in rows[:3]] == ["1856", "Detention", "cats"]
    assert all(row["homework"] for row in rows[:3])
    assert min(Counter(row["kind"] for row in rows).values()) >= 40
    assert set(questions.KINDS) == {row["kind"] for row in rows}


def test_the_homeworks_questions_are_kept_back():
    assert all(questions.is_kept_back(item) for item in questions.homework_questions())


# --- Chinese ---------------------------------------------------------------------------------------------------------


def test_the_homeworks_apples_are_never_trained_on():
    rng = random.Random(3)
    drawn = [chinese.training_sentence(rng) for _ in range(20_000)]
    for text, _ in chinese.HOMEWORK:
        assert chinese.is_held_out(text)
        assert not any(text in sentence.text for sentence in drawn)
    shown = {character for sentence in drawn for character in sentence.text}
    assert {c for text, _ in chinese.HOMEWORK for c in text if "一" <= c <= "鿿"} <= shown
    counts = Counter(sentence.sense for sentence in drawn)
    assert counts["fruit"] == pytest.approx(counts["company"], rel=0.1)


def test_apples_are_marked():
    rows = [line.split("\t") for line in lines("apples.tsv")]
    assert len(rows) == len({text for text, _, _ in rows}) >= 200
    for text, sense, place in rows:
        assert text[int(place) - 1 : int(place) + 1] == "蘋果"
        assert sense in ("fruit", "company")
        assert chinese.is_held_out(text)
    assert len({int(place) for _, _, place in rows}) >= 8


# --- the shipped files -----------------------------------------------------------------------------------------------


def test_story_is_large_varied_and_tagged():
    rows = [line.split("\t") for line in lines("story.tsv")]
    assert len(rows) == len({sentence for sentence, _ in rows}) >= 5_000
    for sentence, tags in rows:
        assert len(sentence.split()) == len(tags.split())
        assert set(tags.split()) <= UPOS
        assert sentence_is_held_out(sentence.split())


def test_recency_fails_on_the_coreference_set():
    rows = [json.loads(line) for line in lines("coreference.jsonl")]
    assert len(rows) >= 200
    assert sum(row["antecedent"] == len(row["mentions"]) - 1 for row in rows) <= 0.5 * len(rows)
    for row in rows:
        assert all(end <= row["pronoun"] for _, end in row["mentions"])
        assert lexicon.POS_OF[row["words"][row["pronoun"]].lower()] == "PRON"


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("story.tsv", lambda: corpora.stories(random.Random(corpora.SEED), 5500)),
        ("coreference.jsonl", lambda: corpora.coreferences(random.Random(corpora.SEED), 300)),
        ("questions.jsonl", lambda: corpora.asked(random.Random(corpora.SEED), 40)),
        ("apples.tsv", lambda: corpora.apples(random.Random(corpora.SEED), 200)),
    ],
)
def test_the_grammar_still_writes_the_shipped_files(name, rows):
    assert list(itertools.islice(rows(), 100)) == lines(name)[:100]
