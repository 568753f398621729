"""Questions on short texts, with the answer's span: lives in years, school rules, and who is afraid of whom."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from . import lexicon
from .english import draw_name
from .text import Entity, Text, is_held_out


@dataclass
class Question:
    """`answer` is a span of words of the context: (first, one past the last); `support` are those one needs to read."""

    kind: str
    question: Text
    context: Text
    answer: tuple[int, int]
    support: list[tuple[int, int]] = field(default_factory=list)

    @property
    def answer_words(self) -> list[str]:
        return self.context.words[slice(*self.answer)]


def _ask(template: str, **slots: str | Entity) -> Text:
    text = Text(lexicon.POS_OF)
    text.add(template, **slots)
    return text


# Each life has a form of its own, so that neither order nor wording gives the birth year away.
LIVES = [
    "{person} was born in {city} in {birth} and died in {death} .",
    "{person} was born in {birth} . *{person.he} was a {calling} , moved to {city} in {move} and died in {death} .",
    "{person} was a famous {calling} from {city} . born in {birth} , *{person.he} died in {death} .",
    "in {move} , the {calling} {person} came to {city} . *{person.he} was born in {birth} and died in {death} .",
    "the {calling} {person} died in {death} . *{person.he} was born in {city} in {birth} .",
]
LIFE_QUESTIONS = {
    "birth": [
        "when was {person} born ?", "in which year was {person} born ?", "what is the birth year of {person} ?",
    ],
    "death": [
        "when did {person} die/VERB ?", "in which year did {person} die/VERB ?", "what is the death year of {person} ?",
    ],
}  # fmt: skip


def draw_life_question(rng: random.Random) -> Question:
    context, lives = Text(lexicon.POS_OF), []
    surnames = rng.sample(lexicon.SURNAMES, rng.choice([1, 2, 2, 3]))
    for surname in surnames:
        first = draw_name(rng)
        birth = rng.randrange(1750, 1930)
        years = {"birth": birth, "move": birth + rng.randint(15, 35), "death": birth + rng.randint(36, 69)}
        person = Entity((str(first), surname), first.pronoun)
        start = len(context.words)
        spans = context.add(
            rng.choice(LIVES), person=person, city=rng.choice(lexicon.CITIES), calling=rng.choice(lexicon.CALLINGS),
            **{name: str(year) for name, year in years.items()},
        )  # fmt: skip
        lives.append((person, spans, (start, len(context.words))))
    person, spans, life = rng.choice(lives)
    kind = rng.choice(["birth", "death"])
    return Question(kind, _ask(rng.choice(LIFE_QUESTIONS[kind]), person=person), context, spans[kind], [life])


SCHOOL_RULES = [
    "{punishment} is a common punishment in schools in {places} .",
    "{punishment} is the usual punishment in {places} .",
    "in {places} , {punishment} is a common punishment in schools .",
]
MEANING = "it means that pupils {meaning} ."
PUNISHMENT_QUESTIONS = [
    "what is a common punishment in schools in {places} ?",
    "what is the usual punishment in {places} ?",
    "which punishment is common in {places} ?",
]
PLACE_QUESTIONS = ["where is {punishment} a common punishment ?", "where is {punishment} used in schools ?"]
MEANING_QUESTIONS = ["what must pupils do/VERB for {punishment} ?", "what does {punishment} mean/VERB ?"]


def draw_school_question(rng: random.Random) -> Question:
    context, rules = Text(lexicon.POS_OF), []
    countries = rng.sample(["the UK", *lexicon.COUNTRIES[1:]], 6)
    for punishment in rng.sample(list(lexicon.PUNISHMENTS), rng.choice([1, 2, 3])):
        of_rule = [countries.pop() for _ in range(rng.choice([1, 2, 2]))]
        places, start = " and ".join(of_rule), len(context.words)
        spans = context.add(rng.choice(SCHOOL_RULES), punishment=punishment, places=places)
        spans |= context.add(MEANING, meaning=lexicon.PUNISHMENTS[punishment]) if rng.random() < 0.6 else {}
        rules.append((punishment, of_rule, spans, (start, len(context.words))))
    punishment, of_rule, spans, rule = rng.choice(rules)
    kind = rng.choice(["punishment", "punishment", "country", *(["meaning"] if "meaning" in spans else [])])
    if kind == "punishment":
        asked = rng.choice([*of_rule, " and ".join(of_rule)])
        question = _ask(rng.choice(PUNISHMENT_QUESTIONS), places=asked)
        return Question(kind, question, context, spans["punishment"], [rule])
    form, span = (PLACE_QUESTIONS, "places") if kind == "country" else (MEANING_QUESTIONS, "meaning")
    return Question(kind, _ask(rng.choice(form), punishment=punishment), context, spans[span], [rule])


FEAR, KIND_OF = "{feared_by} are afraid of {feared} .", "{person} is a {animal} ."
DEDUCTION_QUESTIONS = ["what is {person} afraid of ?", "which animals is {person} afraid of ?"]
FEAR_QUESTIONS = ["what are {animals} afraid of ?", "which animals are {animals} afraid of ?"]
DEDUCTION_SHARE = 0.7


def draw_fear_question(rng: random.Random) -> Question:
    animals = rng.sample(list(lexicon.ANIMALS), rng.choice([2, 3, 4]))
    fears = {a: rng.choice([b for b in animals if b != a]) for a in animals}
    people = {str(draw_name(rng)): rng.choice(animals) for _ in range(rng.choice([1, 2, 3]))}
    facts = [("fear", animal) for animal in animals] + [("is", person) for person in people]
    rng.shuffle(facts)
    context, answers, support, plural = Text(lexicon.POS_OF), {}, {}, lexicon.ANIMALS
    for fact, who in facts:
        start = len(context.words)
        if fact == "is":
            context.add(KIND_OF, person=who, animal=people[who])
        else:
            spans = context.add(FEAR, feared_by=plural[who], feared=plural[fears[who]])
            answers[who] = spans["feared"]
        support[who] = (start, len(context.words))
    if rng.random() < DEDUCTION_SHARE:
        person = rng.choice(list(people))
        question, animal = _ask(rng.choice(DEDUCTION_QUESTIONS), person=person), people[person]
        return Question("deduction", question, context, answers[animal], [support[person], support[animal]])
    animal = rng.choice(animals)
    question = _ask(rng.choice(FEAR_QUESTIONS), animals=plural[animal])
    return Question("fear", question, context, answers[animal], [support[animal]])


TOPICS: list[tuple[float, Callable[[random.Random], Question]]] = [
    (0.28, draw_life_question),
    (0.22, draw_school_question),
    (0.50, draw_fear_question),
]
KINDS = ("birth", "death", "punishment", "country", "meaning", "fear", "deduction")


def draw_question(rng: random.Random) -> Question:
    topic = rng.choices([draw for _, draw in TOPICS], [weight for weight, _ in TOPICS])[0]
    return topic(rng)


def is_kept_back(question: Question) -> bool:
    """Held out: by its sentences, or because it has the form of one of the homework's three questions."""
    words = " ".join(question.context.words)
    return (
        is_held_out(question.context)
        or "Nikola Tesla" in words
        or ("etention" in words and "UK and Ireland" in words)
        or ("olves are afraid of cats" in words and "heep are afraid" in words and "ice are afraid" in words)
    )


def training_question(rng: random.Random) -> Question:
    while is_kept_back(question := draw_question(rng)):
        pass
    return question


def held_out_question(rng: random.Random) -> Question:
    """A question with something in its context that no training text contains."""
    while not is_held_out((question := draw_question(rng)).context):
        pass
    return question


def homework_questions() -> list[Question]:
    """Three questions in the form of the homework's, in the grammar's words; training keeps clear of them."""
    return [_life_of_tesla(), _detention_in_ireland(), _fear_of_emily()]


def _life_of_tesla() -> Question:
    tesla, edison = Entity(("Nikola", "Tesla"), "he"), Entity(("Thomas", "Edison"), "he")
    context = Text(lexicon.POS_OF)
    context.add("the physicist {person} died in 1931 . *{person.he} was born in Boston in 1847 .", person=edison)
    spans = context.add(
        "{person} was born in {birth} . *{person.he} was a chemist , moved to Paris in 1882 and died in 1943 .",
        person=tesla, birth="1856",
    )  # fmt: skip
    return Question("birth", _ask("what is the birth year of {person} ?", person=tesla), context, spans["birth"])


def _detention_in_ireland() -> Question:
    context = Text(lexicon.POS_OF)
    context.add("in Singapore and Japan , cleaning duty is a common punishment in schools .")
    spans = context.add(
        "{punishment} is a common punishment in schools in the UK and Ireland .", punishment="detention"
    )
    context.add(MEANING, meaning=lexicon.PUNISHMENTS["detention"])
    context.add("silent lunch is the usual punishment in Canada .")
    question = _ask("what is a common punishment in schools in the UK and Ireland ?")
    return Question("punishment", question, context, spans["punishment"])


def _fear_of_emily() -> Question:
    context = Text(lexicon.POS_OF)
    spans = context.add("wolves are afraid of {feared} .", feared="cats")
    context.add("sheep are afraid of wolves . mice are afraid of sheep . cats are afraid of mice .")
    context.add("Gertrude is a mouse . Emily is a wolf . Jessica is a sheep .")
    return Question("deduction", _ask("what is Emily afraid of ?"), context, spans["feared"])
