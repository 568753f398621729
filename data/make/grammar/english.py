"""English sentences and short stories. Who is "he" and who is "she" is drawn once per person, with known odds."""

from __future__ import annotations

import random
import re
import zlib
from collections import Counter
from collections.abc import Callable, Sequence

from . import lexicon
from .text import Entity, Text, is_held_out

# `{s}` is a person by occupation, an organisation or a name; everything else in these sentences is drawn
# independently of it, so that P(he) given the visible words is exactly `pronoun_probabilities`.
SUBJECT_FORMS = [
    "{s} is popular with {group} because *{s.he} is very {trait} and {trait2} .",
    "{s} is popular with {group} because *{s.he} is always {trait} .",
    "{s} is well known in {city} because *{s.he} is {trait} and {trait2} .",
    "{group} trust {s} because *{s.he} is very {trait} .",
    "{group} admire {s} because *{s.he} is so {trait} and {trait2} .",
    "{group} like {s} although *{s.he} is not always {trait} .",
    "in {city} , {group} thanked {s} because *{s.he} was very {trait} .",
    "{s} was praised on {day} because *{s.he} had helped {group} .",
    "{s} is proud because *{s.he} has won a prize in {city} .",
    "{s} was invited to {city} because *{s.his} work is very good .",
    "{group} thanked {s} for *{s.his} help and *{s.he} was proud .",
    "on {day} , {s} met {group} . *{s.he} was {trait} and showed *{group.him} *{s.his} work .",
    "{s} visited {group} in {place} . *{s.he} was {trait} , and *{group.he} liked *{s.his} work .",
]
GROUP_FORMS = [
    "{s} helped {group} because *{group.he} were {group_mood} .",
    "{s} is {trait} with {group} because *{group.he} are {group_mood} .",
    "{group} asked {s} for help because *{group.he} were {group_mood} and {group_mood2} .",
    "{group} are {group_mood} , so {s} is very {trait} with *{group.him} .",
]
THING_FORMS = [
    "{n} put {thing} on the {surface} because *{thing.he} was very {thing_trait} .",
    "{n} put {thing} on the {surface} because *{n.he} was very {person_mood} .",
    "{n} took {thing} to {place} because *{thing.he} was {thing_trait} .",
    "{n} took {thing} to {place} because *{n.he} was {person_mood} .",
    "{n} left {place} because *{place.he} was {place_trait} and {place_trait2} .",
    "{n} left {place} because *{n.he} was {person_mood} and {person_mood2} .",
    "{group} like {place} because *{place.he} is very {place_trait} .",
    "{group} left {place} because *{group.he} were {group_mood} .",
    "{group} bought {thing} in {city} because *{thing.he} was {thing_trait} .",
    "{n} sold {thing} to {m} because *{thing.he} was {thing_trait} and {thing_trait2} .",
    "{thing} fell from the {surface} , but *{thing.he} is not {thing_trait} .",
]
# The verb decides whose reason follows: not the nearest name, and not the gender alone.
FIRST_NAME_FORMS = [
    "{n} apologised to {m} because *{n.he} was {person_mood} .",
    "{n} apologised to {m} because *{n.he} had lost/VERB {thing} .",
    "{n} apologised to {m} because *{n.he} had broken/VERB {thing} . *{m} was not angry .",
    "{n} asked {m} for help because *{n.he} could not open/VERB the door .",
    "{n} asked {m} for help because *{n.he} did not understand {thing} . then *{m} smiled .",
    "{n} called {m} on {day} because *{n.he} needed {thing} again .",
    "{n} waited for {m} in {place} because *{n.he} needed help .",
    "{n} borrowed {thing} from {m} because *{n.he} had lost/VERB *{n.his} {thing_noun2} .",
]
SECOND_NAME_FORMS = [
    "{n} thanked {m} because *{m.he} had repaired {thing} .",
    "{n} thanked {m} because *{m.he} was very {trait} . *{m} smiled .",
    "{n} congratulated {m} because *{m.he} had won a prize .",
    "{n} congratulated {m} because *{m.he} had passed the exam in {city} . *{m} was proud .",
    "{n} comforted {m} because *{m.he} was {person_mood} .",
    "{n} comforted {m} because *{m.he} had missed the {vehicle} .",
    "{n} helped {m} because *{m.he} was {person_mood} and {person_mood2} .",
    "{n} praised {m} because *{m.he} had found {thing} .",
]
# Nothing but who or what {x} and {y} are decides between him, her, it and them: a word must look back at its noun.
WHOLE_NOUN_FORMS = [
    "{n} met {x} in {place} and thanked *{x.him} .",
    "{n} helped {x} because *{x.he} had lost/VERB {thing} .",
    "{n} called {x} on {day} because *{x.he} needed help .",
    "{x} thanked {n} because *{n.he} had helped *{x.him} .",
    "{x} stayed at home because *{x.he} could not open/VERB the door .",
    "on {day} , {x} went to {place} because *{x.he} needed {thing} .",
    "{n} visited {x} in {city} , but {m} did not like *{x.him} .",
    "{n} saw {y} near {place} and carried *{y.him} to {city} .",
    "{n} found {y} in {place} . then *{n.he} gave *{y.him} to {m} .",
    "{n} sold {y} to {m} because *{m.he} liked *{y.him} .",
    "{x} looked for {y} in {place} and {n} found *{y.him} .",
]
STORIES = [
    "{n} lives in {city} . *{n.he} works in {place} with *{n.his} {kin} . every {time} *{n.he} walks to {place2} .",
    "{n} bought a {colour} {thing_noun} for *{n.his} {kin} . then *{n} smiled and went home/ADV .",
    "it rained in {city} . {n} stayed at home and read a good book about {animals} .",
    "every {time} {n} drinks {food} and eats {food2} with *{n.his} {kin} .",
    "{n} and {m} met in {place} . then *{n} sold *{m} a small {thing_noun} .",
    "the {colour} {thing_noun} under the {surface} is {thing_trait} and {thing_trait2} .",
    "two {animals} and a {colour} {animal} slept near the {surface} .",
    "there are {number} {animals} in {place} , and all {animals2} are {group_mood} .",
    "{n} has a {colour} {animal} . the {animal} sleeps behind {place} , and *{n} cooks {food} .",
    "the {trait} {kin} of {n} is {adverb} alone in {city} .",
    "{n} {adverb} walks across the bridge while the {kin} of {m} cooks {food} .",
    "on a warm {day} everybody in the village heard the news about {n} .",
    "the {animals} near {place} were {adverb} {group_mood} during the {time} .",
    "the {trait} {kin} painted a {colour} {thing_noun} without help .",
    "{n} looked into the {thing_trait} {thing_noun} and found some {food} .",
    "the {vehicle} from {city} to {city2} is {place_trait} on {day} .",
    "{group} carried {number} {animals} across the river in a {colour} boat .",
    "no {animal} likes/VERB {thing_trait} {food} .",
    "in {city} the {place_trait} {time} is long , and {group} {adverb} stay/VERB at home .",
    "{n} closed the door {adverb} because *{n.he} heard the {colour} {vehicle} .",
    "{group} play music in {place} on {day} , but {group2} are at home .",
    "after the rain , {n} went to {place} with the {animal} of {m} .",
    "{n} opened the {colour} window slowly and saw {number} {animals} in the garden .",
    "the {kin} of {n} wrote a long letter to {group} in {city} .",
    "{place} in {city} is {place_trait} but not {place_trait2} .",
    "during the {time} the {animal} runs quickly from the {surface} to the river .",
    "{n} gave {m} a {thing_noun} on {day} . on {day2} *{m} gave *{n} some {food} .",
    "the {food} on the {surface} is cold , so {group} wait/VERB for the {food2} .",
]
# Which noun goes with which colour is said once and asked once: to know it, a word must look at its neighbours.
LIST_FORMS = [
    "{n} saw a {colour} {thing_noun} , a {colour2} {thing_noun2} and a {colour3} {thing_noun3} . "
    "*{n.he} bought the *{colour} *{thing_noun} .",
    "{n} put a {colour} {thing_noun} and a {colour2} {thing_noun2} on the {surface} . "
    "then *{n.he} took the *{colour2} *{thing_noun2} to {m} .",
    "the {colour} {animal} of {n} and the {colour2} {animal2} of {m} slept . "
    "then *{n} called the *{colour} *{animal} .",
    "{n} gave {m} a {colour} {thing_noun} and a {colour2} {thing_noun2} , but *{m} left the *{colour} *{thing_noun} "
    "in {city} .",
    "{n} has two {animals} and three {animals2} . every {time} *{n.he} walks with the *two/NUM *{animals} to {city} .",
    "{n} likes/VERB {food} and {food2} , but {m} likes/VERB {food3} . so *{n} bought *{food} and *{food2} in {city} .",
]
FAMILIES: list[tuple[float, list[str]]] = [
    (0.44, SUBJECT_FORMS),
    (0.14, WHOLE_NOUN_FORMS),
    (0.10, GROUP_FORMS),
    (0.12, THING_FORMS),
    (0.08, FIRST_NAME_FORMS),
    (0.08, SECOND_NAME_FORMS),
    (0.10, STORIES),
    (0.08, LIST_FORMS),
]
NAMES_AS_SUBJECT = 0.25

_TABLES: dict[str, Sequence[str]] = {
    "trait": lexicon.TRAITS, "group_mood": lexicon.GROUP_MOODS, "person_mood": lexicon.PERSON_MOODS,
    "thing_trait": lexicon.THING_TRAITS, "place_trait": lexicon.PLACE_TRAITS, "city": lexicon.CITIES,
    "day": lexicon.DAYS, "surface": lexicon.SURFACES, "colour": lexicon.COLOURS, "kin": lexicon.KIN,
    "time": lexicon.TIMES, "food": lexicon.FOODS, "animal": list(lexicon.ANIMALS),
    "animals": list(lexicon.ANIMALS.values()), "number": lexicon.NUMBERS,
    "vehicle": lexicon.VEHICLES, "thing_noun": lexicon.THINGS,
    "adverb": lexicon.ADVERBS,
}  # fmt: skip


GOLDEN = 0.6180339887


def draw_subject(rng: random.Random, turns: Counter[str] | None = None) -> Entity:
    """A person by occupation or an organisation, and its pronoun.

    With `turns`, a count of every noun's earlier draws, a noun's pronouns follow its odds as evenly as can be (steps
    of the golden ratio) instead of by chance: the same odds, with less noise to learn.
    """
    subject = rng.choices(lexicon.SUBJECTS, [s.weight for s in lexicon.SUBJECTS])[0]
    chance = rng.random()
    if turns is not None:
        chance = (turns[subject.noun] * GOLDEN + zlib.crc32(subject.noun.encode()) / 2**32) % 1
        turns[subject.noun] += 1
    pronoun = "he" if chance < subject.he else "she" if chance < subject.he + subject.she else "it"
    return Entity(("the", *subject.noun.split()), pronoun)


def draw_name(rng: random.Random) -> Entity:
    if rng.random() < 0.5:
        return Entity((rng.choice(lexicon.WOMEN),), "she")
    return Entity((rng.choice(lexicon.MEN),), "he")


def draw_person(rng: random.Random, turns: Counter[str] | None = None) -> Entity:
    return draw_name(rng) if rng.random() < NAMES_AS_SUBJECT else draw_subject(rng, turns)


def _draw(rng: random.Random, slot: str) -> str | Entity:
    match slot:
        case "s":
            return draw_person(rng)
        case "n" | "m":
            return draw_name(rng)
        case "group":
            return Entity(("the", rng.choice(lexicon.GROUPS)), "they")
        case "place":
            return Entity(("the", rng.choice(lexicon.PLACES)), "it")
        case "thing":
            return Entity(("the", rng.choice(lexicon.THINGS)), "it")
        case "x":  # whoever has one pronoun only, so that nothing is open
            organisation = Entity(("the", rng.choice(_ONE_WORD_ORGANISATIONS)), "it")
            return rng.choice([draw_name(rng), organisation, _draw(rng, "group")])
        case "y":
            animals = Entity(("the", rng.choice(_PLURAL_ANIMALS)), "they")
            return rng.choice([animals, _draw(rng, "thing")])
        case _:
            return rng.choice(_TABLES[slot])


_PLURAL_ANIMALS = [many for one, many in lexicon.ANIMALS.items() if many != one]


_ONE_WORD_ORGANISATIONS = [s.noun for s in lexicon.ORGANISATIONS if " " not in s.noun]  # "The police ..." stays open


def fill(rng: random.Random, template: str, **given: str | Entity) -> Text:
    """A text from a template. Slots that differ only by a digit get different fillings, and so do {n} and {m}."""
    text, slots = Text(lexicon.POS_OF), dict(given)
    for name in re.findall(r"\{(\w+)", template):
        while name not in slots:
            drawn = _draw(rng, name.rstrip("0123456789"))
            if str(drawn) not in map(str, slots.values()):
                slots[name] = drawn
    text.add(template, **slots)
    return text


def draw_sentence(rng: random.Random, turns: Counter[str] | None = None) -> Text:
    """One text of one to three sentences, from all forms."""
    forms = rng.choices([forms for _, forms in FAMILIES], [weight for weight, _ in FAMILIES])[0]
    template = rng.choice(forms)
    if turns is not None and "{s}" in template:
        return fill(rng, template, s=draw_person(rng, turns))
    return fill(rng, template)


def draw_until(accept: Callable[[Text], bool], draw: Callable[[], Text]) -> Text:
    while not accept(text := draw()):
        pass
    return text


def training_sentence(rng: random.Random, turns: Counter[str] | None = None) -> Text:
    return draw_until(lambda text: not is_held_out(text), lambda: draw_sentence(rng, turns))


def pronoun_probabilities(visible: Sequence[str | None]) -> dict[str, float]:
    """The grammar's P(he), P(she), P(it) after "The ...": its noun's words, with None for a masked one.

    >>> pronoun_probabilities(["nurse"])["he"]
    0.1
    """
    fitting = [
        subject
        for subject in lexicon.SUBJECTS
        if len(words := subject.noun.split()) == len(visible)
        and all(shown in (None, word) for shown, word in zip(visible, words, strict=True))
    ]
    total = sum(s.weight for s in fitting)
    if not fitting:
        raise ValueError(f"no subject of the grammar looks like {list(visible)}")
    return {p: sum(s.weight * getattr(s, p) for s in fitting) / total for p in ("he", "she", "it")}


def p_he(noun: str) -> float:
    """The grammar's P(he) when the whole noun is visible."""
    return pronoun_probabilities(noun.split())["he"]
