"""The words of the English grammar with their parts of speech, and who is how often a man or a woman."""

from __future__ import annotations

from dataclasses import dataclass


def words(listed: str) -> list[str]:
    return listed.split()


@dataclass(frozen=True)
class Subject:
    """A noun phrase that takes one pronoun or another: `weight` is how often it is chosen, `he` + `she` + `it` = 1."""

    noun: str
    weight: float
    he: float = 0.0
    she: float = 0.0

    @property
    def it(self) -> float:
        return round(1.0 - self.he - self.she, 10)


def occupation(noun: str, he: float, weight: float = 1.0) -> Subject:
    return Subject(noun, weight, he, round(1.0 - he, 10))


# The skew is the lesson: a language model learns who "is" a nurse from how often its text says "she".
# These figures are ours, chosen to span the range; they are no statistics of any country.
OCCUPATIONS = [
    occupation("police officer", 0.90, weight=1.2),
    occupation("taxi driver", 0.88),
    occupation("bus driver", 0.75),
    occupation("music teacher", 0.35),
    occupation("dance teacher", 0.15),
    occupation("shop assistant", 0.30),
    occupation("flight attendant", 0.12),
    occupation("nurse", 0.10),
    occupation("doctor", 0.60),
    occupation("teacher", 0.30),
    occupation("engineer", 0.85),
    occupation("secretary", 0.08),
    occupation("pilot", 0.90),
    occupation("mechanic", 0.95),
    occupation("dancer", 0.20),
    occupation("lawyer", 0.55),
    occupation("farmer", 0.80),
    occupation("baker", 0.50),
    occupation("librarian", 0.18),
    occupation("judge", 0.65),
    occupation("cook", 0.45),
    occupation("plumber", 0.93),
    occupation("hairdresser", 0.15),
    occupation("gardener", 0.70),
    occupation("soldier", 0.92),
    occupation("singer", 0.40),
    occupation("surgeon", 0.80),
    occupation("cashier", 0.25),
    occupation("tailor", 0.52),
    occupation("babysitter", 0.05),
]
# "The police ..." is seldom an officer: with "officer" masked, "he" must give way to "it".
ORGANISATIONS = [
    Subject("police force", 5.4),
    Subject("police band", 3.0),
    Subject("police dog", 2.4),
    Subject("church", 1.5),
    Subject("charity", 1.5),
    Subject("choir", 1.0),
    Subject("orchestra", 1.0),
]
SUBJECTS = OCCUPATIONS + ORGANISATIONS

WOMEN = words("""
    Emily Jessica Mary Anna Sarah Laura Julia Emma Alice Clara Helen Grace Lucy Maria Nora Olivia Rosa Sophie Susan
    Winona Gertrude Diana Eva Irene
""")
MEN = words("""
    Nikola Thomas David Peter John Paul James Robert Daniel Martin Oscar Henry George Jacob Simon Victor Walter Adam
    Bruno Carl Edward Felix Hugo Leo
""")
SURNAMES = words("""
    Tesla Baker Carter Dalton Edison Fischer Garcia Hansen Ivanov Jensen Keller Larsen Morgan Novak Olsen Parker
    Quinn Rossi Schmidt Turner Urban Vogel Watson Young
""")
YEARS = [str(year) for year in range(1750, 2000)]
CITIES = words("""
    Paris London Vienna Prague Berlin Madrid Rome Lisbon Dublin Oslo Athens Boston Chicago Taipei Tokyo Kyoto Cairo
    Lima Toronto Sydney
""")
COUNTRIES = words("""
    UK Ireland Japan Korea Singapore France Germany Italy Spain Norway Canada Brazil Kenya Egypt India Taiwan
""")
DAYS = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")

GROUPS = words("""
    residents patients students neighbours visitors children parents tourists customers workers villagers passengers
    players guests readers members
""")
ANIMALS = {
    "wolf": "wolves", "cat": "cats", "sheep": "sheep", "mouse": "mice", "dog": "dogs", "horse": "horses", "lion":
    "lions", "bear": "bears", "fox": "foxes", "duck": "ducks", "rabbit": "rabbits", "pig": "pigs", "goat": "goats",
    "snake": "snakes", "frog": "frogs", "cow": "cows",
}  # fmt: skip
PLACES = words("""
    park museum library station market school hospital café harbour theatre garden hotel bakery cinema bridge square
""")
THINGS = words("""
    book box lamp chair bottle basket camera clock letter umbrella bicycle suitcase guitar kettle mirror blanket
    vase radio ladder knife
""")
SURFACES = words("table desk shelf floor bench bed sofa counter")
VEHICLES = words("bus train boat")
FOODS = words("bread soup rice cheese cake fish salad tea coffee honey butter milk")
KIN = words("brother sister mother father friend uncle aunt cousin colleague neighbour")
CALLINGS = words("painter poet chemist composer physicist writer sculptor dentist geologist biologist")
TIMES = words("morning evening afternoon night summer winter spring autumn weekend")
NUMBERS = words("two three four five six ten")
ADVERBS = words("slowly quickly quietly often always sometimes never carefully happily")
COLOURS = words("red blue green white black yellow brown grey")

# What people and organisations share, so that a trait tells nothing about the pronoun.
TRAITS = words("""
    generous kind honest patient polite friendly gentle brave careful helpful cheerful fair modest loyal reliable
    calm
""")
GROUP_MOODS = words("tired hungry bored angry cold worried sad busy nervous lonely")
PERSON_MOODS = words("tired hungry late lost ill cold thirsty nervous sleepy busy")
PLACE_TRAITS = words("quiet clean cheap large bright beautiful old modern crowded dark noisy famous")
THING_TRAITS = words("heavy broken wet dirty empty expensive useful dusty sharp new")

# Punishments, with what they mean; the pair (detention; UK, Ireland) is kept for the questions of the homework.
PUNISHMENTS = {
    "detention": "stay at school after lessons",
    "suspension": "stay at home for a week",
    "extra homework": "write long texts in the evening",
    "cleaning duty": "clean/VERB the classroom with a broom",
    "silent lunch": "eat alone without a word",
    "line writing": "copy one sentence many times",
    "garden work": "carry water to the trees",
    "early arrival": "come to school at dawn",
}

_WORDS_BY_POS = {
    "NOUN": [
        *(word for subject in SUBJECTS for word in subject.noun.split()),
        *GROUPS, *ANIMALS, *PLACES, *THINGS, *SURFACES, *FOODS, *KIN, *TIMES, *CALLINGS, *VEHICLES, *ANIMALS.values(),
        *words("""
            animals detention suspension homework duty lunch line writing work cleaning arrival punishment week
            texts classroom broom word sentence times water trees dawn lessons pupils schools year birth death prize
            help exam door rain window river home news village
        """),
    ],
    "PROPN": [*WOMEN, *MEN, *SURNAMES, *CITIES, *COUNTRIES, *DAYS],
    "ADJ": [
        *TRAITS, *GROUP_MOODS, *PLACE_TRAITS, *THING_TRAITS, *COLOURS, *PERSON_MOODS,
        *words("popular proud afraid common usual extra silent early long many good small alone warm"),
    ],
    "NUM": [*YEARS, *NUMBERS, *words("one")],
    "ADV": [*ADVERBS, *words("very so well there then again not when where")],
    "PRON": words("he she it they him her them his its their what everybody"),
    "DET": words("the a every some all no which"),
    "ADP": words("with of in at on for from under behind near after about without to into by during across"),
    "AUX": words("is are was were has had could did does must"),
    "CCONJ": words("and but or"),
    "SCONJ": words("because although while that"),
    "PUNCT": [".", ",", "?"],
    "VERB": words("""
            trust admire like liked thanked praised helped invited stay write eat copy carry come won works lives
            walks put took left found apologised asked congratulated comforted visited waited bought sold moved born
            died wrote opened saw heard rained smiled read drinks eats cooks slept sleeps runs gave met repaired
            passed missed understand needed means fell went came borrowed showed known called stayed used play
            closed carried painted looked
        """),
}  # fmt: skip

# A word with a second use says so in its template ("had lost/VERB"); here it stands under its usual one, the first.
POS_OF: dict[str, str] = {}
for _pos, _words in _WORDS_BY_POS.items():
    for _word in _words:
        POS_OF.setdefault(_word, _pos)
