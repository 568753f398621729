"""Vegetables and fruit: whole, sliced, cooked or as salad, in bowls, on plates and boards and on the bare table."""

from dataclasses import dataclass, replace

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides


def strawberries(studio):
    """Strawberries in a bowl, a basket or on a plate, some with other berries."""
    rng = studio.rng
    vessel = container(studio)
    places = filled(studio, vessel, "strawberries", amount=rng.uniform(0.7, 1.3))
    if rng.random() < 0.3:
        filled(studio, vessel, "blueberries", amount=rng.uniform(0.2, 0.5), lift=0.1)
    finish(studio, vessel, places)


def whole_fruit(studio):
    """Apples, oranges, pears, peaches, lemons: one kind or several, in a bowl, on a board or on the table."""
    rng = studio.rng
    vessel = container(studio, 1.2)
    kinds = ["apples", "oranges", "pears", "peaches", "lemons"]
    chosen = rng.choice(kinds, m.pick(rng, 1, 1, 2, 3), replace=False, p=[0.34, 0.24, 0.16, 0.14, 0.12])
    places = filled(studio, vessel, *chosen, amount=rng.uniform(0.4, 1.1))
    if rng.random() < 0.3:
        with studio.placed((-0.85 * vessel.radius, -0.75 * vessel.radius, max(0.0, vessel.floor - 0.1))):
            for i in range(rng.integers(1, 4)):
                sides.citrus_slice(studio, (0.2 * i, rng.normal(0, 0.15), 0.03 * i), radius=0.33, colour="#f09a26")
    finish(studio, vessel, places)


def bananas(studio):
    """A bunch or two of bananas, some with apples or oranges."""
    rng = studio.rng
    vessel = container(studio, 0.95, kinds=("table", "table", "board", "plate"))
    skin = banana_skin(rng)
    for bunch in range(m.pick(rng, 1, 1, 2)):
        with studio.placed(
            (0.1 * bunch, -0.25 - 0.2 * bunch, vessel.floor + 0.2 + 0.25 * bunch), (0, 0, rng.uniform(0, 360))
        ):
            banana_bunch(studio, skin, rng.integers(2, 6))
    places = s.Places(np.array([[0, 0, 0.3]]), np.zeros((1, 3)), np.ones(1))
    if rng.random() < 0.4:
        kind = m.pick(rng, "apples", "oranges", "lemons")
        places = s.scattered(rng, s.spread(rng, rng.integers(1, 4), 1.0, 0.8, inner=0.7), 0.36, 30)
        sides.dealt(studio, PRODUCE[kind](rng).variants, places, (0, 0, vessel.floor))
    finish(studio, vessel, places)


def berries(studio):
    """Grapes in bunches, or a heap of cherries, blueberries, small tomatoes."""
    rng = studio.rng
    kind = m.pick(rng, "grapes", "grapes", "cherries", "blueberries", "small tomatoes")
    vessel = container(studio, 0.85)
    if kind == "grapes":
        for i in range(m.pick(rng, 1, 2, 2)):
            at = (rng.normal(0, 0.1), (i - 0.4) * 0.45, vessel.floor)
            with studio.placed(at, (0, 0, rng.uniform(0, 360)), vessel.radius):
                places = grape_bunch(studio)
    else:
        places = filled(studio, vessel, kind, amount=rng.uniform(0.8, 1.3))
    finish(studio, vessel, places)


def cut_fruit(studio):
    """Slices of melon, kiwi and orange laid out in rows, or a fruit salad in a bowl."""
    rng = studio.rng
    if rng.random() < 0.45:
        vessel = t.bowl(studio, rng.uniform(0.75, 1.0))
        for kind in rng.choice(SWEET, rng.integers(3, 7), replace=False):
            places = filled(studio, vessel, kind, amount=rng.uniform(0.3, 0.5), lift=rng.uniform(0, 0.2))
        sides.herbs(studio, rng.integers(0, 6), 0.3, vessel.rim + 0.1, "#4f9a35")
    else:
        vessel = container(studio, 1.3, kinds=("plate", "plate", "board"))
        rows = rng.integers(2, 4)
        for y in (np.arange(rows) - (rows - 1) / 2) * 1.5 * vessel.radius / rows:
            with studio.placed((0, y, vessel.floor), (0, 0, rng.normal(0, 6))):
                slices_in_a_row(studio, m.pick(rng, "watermelon", "melon", "kiwi", "orange", "orange"), vessel.radius)
        places = s.scattered(rng, s.spread(rng, rng.integers(0, 7), vessel.radius, 0.4), 0.2, 80)
        sides.dealt(studio, PRODUCE["strawberries"](rng).variants, places, (0, 0, vessel.floor))
    finish(studio, vessel, places)


def salad(studio):
    """Leaves with tomato, cucumber, onion, olives, cheese or croutons, in a bowl or on a plate."""
    rng = studio.rng
    vessel = container(studio, kinds=("bowl", "bowl", "plate"))
    leaves = [[(lettuce_leaf(rng), green, "lettuce")] for green in lettuce_greens(rng) for _ in range(3)]
    deep = vessel.rim > 0.35
    level, reach = (vessel.rim * 0.55, vessel.radius * 0.8) if deep else (vessel.floor, vessel.radius)
    count = int(rng.uniform(40, 65) * reach**2)
    places = s.heap(rng, count, reach, 0.34, 0.16, 30, (0.6, 1.1))
    sides.dealt(studio, leaves, places, (0, 0, level + 0.03), sharp=180)
    toppings = [
        "small tomatoes",
        "tomato wedges",
        "cucumber",
        "onion",
        "olives",
        "cheese",
        "corn",
        "carrots",
        "radishes",
    ]
    for kind in rng.choice(toppings, rng.integers(2, 6), replace=False):
        rest = places.at[places.at[:, 2] > np.quantile(places.at[:, 2], 0.4)]
        spots = rest[rng.integers(0, len(rest), rng.integers(5, 14))]
        item = (PRODUCE | MORSELS)[str(kind)](rng)
        on_top = s.scattered(rng, spots[:, :2] + rng.normal(0, 0.08, (len(spots), 2)), spots[:, 2] + 0.07, 25)
        sides.dealt(studio, item.variants, on_top, (0, 0, level + 0.05))
    finish(studio, vessel, replace(places, at=places.at + np.array([0, 0, level])))


def raw_vegetables(studio):
    """Tomatoes, peppers, carrots, cucumbers, broccoli, mushrooms: on a board, a cloth, the table or in a basket."""
    rng = studio.rng
    vessel = container(studio, 1.3, kinds=("board", "table", "table", "plate", "basket"))
    long = rng.choice(["carrot roots", "cucumbers", "corn cobs", "aubergines"], m.pick(rng, 0, 1, 1, 2), replace=False)
    for kind in long:
        places = filled(studio, vessel, kind, amount=rng.uniform(0.5, 0.9))
    if len(long) == 0 or rng.random() < 0.7:
        round_ones = ["tomatoes", "tomatoes", "peppers", "broccoli", "mushrooms", "cauliflower"]
        chosen = rng.choice(round_ones, m.pick(rng, 1, 2, 3), replace=False)
        places = filled(studio, vessel, *chosen, amount=rng.uniform(0.4, 1.0))
    if rng.random() < 0.35:
        filled(studio, vessel, m.pick(rng, "cucumber", "radishes", "tomato wedges"), amount=0.15, lift=0.03)
    if rng.random() < 0.4:
        with studio.placed((rng.normal(0, 0.5), -0.6 * vessel.radius, vessel.floor + 0.05)):
            sides.herbs(studio, rng.integers(6, 16), 0.4, size=0.25)
    finish(studio, vessel, places)


def cooked_vegetables(studio):
    """Broccoli, carrots, beans, cauliflower, asparagus, peas, corn: steamed or stir-fried, glossy, mixed."""
    rng = studio.rng
    vessel = container(studio, kinds=("plate", "plate", "bowl"))
    kinds = ["cauliflower", "carrots", "beans", "asparagus", "mushrooms", "pepper strips", "peas", "corn"]
    chosen = ["broccoli"] if rng.random() < 0.5 else []
    chosen += [str(kind) for kind in rng.choice(kinds, m.pick(rng, 1, 2, 3) if chosen else 3, replace=False)]
    for kind in chosen:
        places = filled(studio, vessel, kind, amount=rng.uniform(1.0, 1.6) / len(chosen) ** 0.6)
    finish(studio, vessel, places)


def single(studio):
    """One fruit or vegetable, or a few of a kind, alone on plain ground."""
    rng = studio.rng
    kinds = [kind for kind in PRODUCE if kind not in ("blueberries", "cherries", "small tomatoes", "mushrooms")]
    kind, count = m.pick(rng, *kinds, "bananas", "grapes"), m.pick(rng, 1, 1, 2, 3)
    radius = 0.95
    if kind == "bananas":
        with studio.placed((0, -0.2, 0.2), (0, 0, rng.uniform(0, 360))):
            banana_bunch(studio, banana_skin(rng), rng.integers(1, 5))
    elif kind == "grapes":
        with studio.placed(turn=(0, 0, rng.uniform(0, 360))):
            grape_bunch(studio)
    else:
        item = PRODUCE[kind](rng)
        long = item.thick < 1
        if long:
            spots = [(rng.normal(0, 0.1), 0.45 * (i - (count - 1) / 2)) for i in range(count)]
        else:
            spots = [(0.0, 0.0)] if count == 1 else s.spread(rng, count, item.radius * 1.6, item.radius * 1.9)
        lows = [min(shape.points[:, 2].min() for shape, _, _ in variant) for variant in item.variants]
        for i, (x, y) in enumerate(spots):
            turn, size = rng.normal(0, 8) if long else rng.uniform(0, 360), rng.uniform(0.85, 1.15)
            for shape, skin, part in item.variants[i % len(lows)]:
                studio.add(shape, skin, part, (x, y, -lows[i % len(lows)] * size), (0, 0, turn), size)
        radius = 1.0 if long else item.radius * (1.3 if count == 1 else 2.4)
    if rng.random() < 0.6:
        colour = m.pick(rng, "#ffffff", "#ffffff", "#e9e4da", "#cfd9dc", "#e8d9b8")
        setting.pack_shot(studio, radius, radius * 0.8, colour=colour, elevation=rng.uniform(15, 70))
        studio.brighter = rng.uniform(0, 0.5)  # what is dark must stay so
    else:
        setting.everyday(studio, radius, radius * 0.8, clutter=0)


DISHES = {
    "strawberries": strawberries,
    "whole fruit": whole_fruit,
    "salad": salad,
    "bananas": bananas,
    "cooked vegetables": cooked_vegetables,
    "cut fruit": cut_fruit,
    "raw vegetables": raw_vegetables,
    "berries": berries,
    "single fruit and vegetables": single,
}

MOST = 240  # pieces of one kind


def container(studio, size=1.0, kinds=("bowl", "bowl", "plate", "plate", "board", "basket", "table")):
    """What vegetables and fruit lie in or on."""
    rng = studio.rng
    kind = m.pick(rng, *kinds)
    if kind == "bowl":
        return t.bowl(studio, size * rng.uniform(0.75, 1.0))
    if kind == "plate":
        return t.plate(studio)
    if kind == "board":
        return t.board(studio)
    if kind == "basket":
        return t.basket(studio, size * rng.uniform(0.9, 1.1), rng.uniform(0.35, 0.5))
    if rng.random() < 0.35:
        t.napkin(studio, (rng.normal(0, 0.2), rng.normal(0, 0.2), 0), rng.uniform(0, 90), 2.6)
    return t.Vessel(size, 0.0, 0.0, np.array([(size, 0.0)]))


def filled(studio, vessel, *kinds, amount=1.0, lift=0.0):
    """Heap kinds up in the vessel, mixed: `amount` 1 covers its floor about once and a half."""
    rng = studio.rng
    items = [(PRODUCE | MORSELS)[kind](rng) for kind in kinds]
    item = max(items, key=lambda item: item.radius)
    variants = [variant for item in items for variant in item.variants]
    reach, deep = vessel.radius * 0.95, vessel.rim > 0.3
    density = amount * 1.6 / item.radius**2
    reach = min(reach, np.sqrt(MOST / density))
    count = int(max(density * reach**2, 1))
    if item.thick > 1.2:
        wall = vessel.inner[np.argsort(vessel.inner[:, 0])]
        floor = (lambda x, y: np.interp(np.hypot(x, y), *wall.T)) if deep else lambda x, y: vessel.floor + 0 * x
        places = s.pile(
            rng,
            max(1, round(count * (1.3 - item.radius if deep else 0.85))),
            reach,
            item.radius,
            item.tilt,
            floor=floor,
        )
    else:
        level = 0.55 * vessel.rim if deep else vessel.floor
        floor = lambda x, y: level + 0 * x  # noqa: E731
        places = s.heap(rng, count, reach, item.radius, item.thick, item.tilt, floor=floor)
    places = replace(places, at=places.at + np.array([0, 0, lift]))
    sides.dealt(studio, variants, places)
    return places


def finish(studio, vessel, places):
    """The camera on it; goods on white now and then."""
    rng = studio.rng
    top = max(vessel.rim, places.at[:, 2].max() if len(places) else 0.2)
    radius = vessel.radius * 1.05
    if rng.random() < 0.12:
        setting.pack_shot(studio, radius, top, elevation=rng.uniform(25, 60))
    else:
        setting.everyday(studio, radius, top, elevation=rng.uniform(25, 88), fill=rng.uniform(0.75, 1.3))


@dataclass(frozen=True)
class Produce:
    """A thing to heap: variants that are lists of (shape, material, part), its radius, how thick it lies, its tilt."""

    variants: list
    radius: float
    thick: float
    tilt: float = 40


# -- whole things -----------------------------------------------------------------------------------------------------


def strawberry(rng):
    outline = [(0, -0.3), (0.1, -0.26), (0.2, -0.1), (0.245, 0.05), (0.2, 0.18), (0.08, 0.23), (0, 0.21)]
    body = s.lathe(s.spline(outline, 20), 22)
    star = s.join(*[s.leaf(0.24, 0.1, rng.uniform(10, 50)).turned(y=10, z=i * 45).moved(z=0.215) for i in range(8)])
    red, green = m.strawberry(rng, m.pick(rng, "#c21016", "#ae0d15")), m.greens(rng, "#4f8f2c")
    variants = [
        [(body.shifted(rng, 0.035, 0.35).turned(x=lying), red, "strawberries"), (star.turned(x=lying), green, "leaves")]
        for lying in (80, 105, 60, 130)
    ]
    return Produce(variants, 0.235, 1.5, 25)


def round_fruit(rng, outline, size, skin, part, tilt, stem=True, lobes=None):
    """A fruit turned from an outline with its stem on top."""
    body = s.lathe(s.spline(outline, 26), 32, lobes)
    twig = m.wood(rng, "#4a3420")
    variants = []
    for _ in range(3):
        pieces = [(body.shifted(rng, 0.035, 0.8).scaled(size), skin, part)]
        if stem:
            top = outline[-1][1]
            path = s.spline([(0, 0, top - 0.02), (0.01, 0, top + 0.12), (0.06, 0.02, top + 0.24)], 6)
            pieces.append((s.tube(path * size, 0.025 * size, 6), twig, "stem"))
        variants.append(pieces)
    return Produce(variants, size, 1.7, tilt)


APPLE = [(0, -0.78), (0.3, -0.88), (0.78, -0.6), (1.0, 0.1), (0.82, 0.66), (0.35, 0.86), (0.08, 0.68), (0, 0.6)]
PEAR = [(0, -0.85), (0.35, -0.92), (0.86, -0.5), (0.9, -0.05), (0.55, 0.62), (0.36, 1.1), (0.18, 1.3), (0, 1.24)]
LEMON = [(0, -1.3), (0.14, -1.24), (0.4, -1.0), (0.86, -0.5), (1, 0), (0.86, 0.5), (0.4, 1.0), (0.14, 1.24), (0, 1.32)]
BALL = [(0, -0.93), (0.45, -0.86), (0.87, -0.48), (1, 0), (0.87, 0.48), (0.45, 0.86), (0.06, 0.93), (0, 0.9)]


def apple(rng):
    colour, second = m.pick(
        rng, ("#b8151a", "#e0b040"), ("#a31420", "#c9302a"), ("#8fb53a", "#b5cc58"), ("#d9b83c", "#d4502a")
    )
    return round_fruit(rng, APPLE, 0.38, m.fruit(rng, colour, second, 0.16, streak=5, rough=0.22), "apples", 25)


def pear(rng):
    colour, second = m.pick(rng, ("#b5b83e", "#c9a83e"), ("#9fae3c", "#7d6a2e"), ("#d9bf4a", "#c46a34"))
    return round_fruit(rng, PEAR, 0.34, m.fruit(rng, colour, second, 0.25, peel=0.02, rough=0.4), "pears", 55)


def peach(rng):
    skin = m.fruit(rng, m.pick(rng, "#f0a860", "#f2b878"), m.pick(rng, "#c2443a", "#d0604a"), 0.6, rough=0.7, gloss=0)
    cleft = lambda a: 1 - 0.09 * np.exp(-(((a - 3) / 0.22) ** 2))  # noqa: E731
    return round_fruit(rng, APPLE, 0.34, skin, "peaches", 30, lobes=cleft)


def orange(rng):
    colour = m.pick(rng, "#f08a14", "#ee7b12", "#f29a24")
    skin = m.fruit(rng, colour, m.shade(colour, 0.92), peel=0.02, rough=0.4, gloss=0.15)
    return round_fruit(rng, BALL, rng.uniform(0.3, 0.39), skin, "oranges", 70, stem=False)


def lemon(rng):
    colour = m.pick(rng, "#f3d02c", "#f3d02c", "#7fa53a")
    return round_fruit(rng, LEMON, 0.25, m.fruit(rng, colour, m.shade(colour, 0.93), peel=0.018), "lemons", 80, False)


def cherry(rng):
    stalk = m.greens(rng, "#7d8f3c")
    skin = m.fruit(rng, m.pick(rng, "#8f0f1c", "#b3141f", "#5c0c18"), gloss=0.6, rough=0.15)
    variants = []
    for _ in range(3):
        path = s.spline([(0, 0, 0.08), (0.05, 0, 0.3), (0.2 * rng.normal(), 0.1, 0.5)], 8)
        fruit = s.lathe(s.spline(APPLE, 16), 18).scaled(0.12)
        variants.append([(fruit, skin, "cherries"), (s.tube(path, 0.011, 5), stalk, "stem")])
    return Produce(variants, 0.12, 1.6, 50)


def blueberry(rng):
    skin = m.fruit(rng, "#1b2140", "#39436b", 0.1, rough=0.5, gloss=0)
    crown = s.lathe([(0.03, 0.068), (0.035, 0.085), (0.022, 0.07), (0, 0.06)], 10)
    return Produce([[(s.join(s.ball((0.085, 0.085, 0.075), 2), crown), skin, "blueberries")]], 0.085, 1.5, 60)


def tomato(rng, size=0.33, part="tomatoes"):
    lobes = m.pick(rng, None, lambda a: 1 + 0.03 * np.cos(5 * a) + 0.02 * np.cos(3 * a))
    outline = [(0, -0.68), (0.4, -0.7), (0.88, -0.4), (1, 0.05), (0.85, 0.5), (0.4, 0.7), (0.08, 0.6), (0, 0.56)]
    colour = m.pick(rng, "#c8201a", "#d2331a", "#b8180f", "#c8201a", "#cf2a1a", "#e0901e")
    skin = m.fruit(rng, colour, m.shade(colour, 1.12), 0.6, rough=0.14, gloss=0.6)
    fruit = round_fruit(rng, outline, size, skin, part, 45, stem=False, lobes=lobes)
    star = s.join(*[s.leaf(0.45, 0.13, rng.uniform(-30, 60)).turned(z=i * 72).moved(z=0.62) for i in range(5)])
    calyx = (star.scaled(size), m.greens(rng, "#4c7a2a"), "stem")
    with_star = [[*pieces, calyx] for pieces in fruit.variants[: rng.integers(0, 4)]]
    return replace(fruit, variants=with_star + fruit.variants[len(with_star) :])


def pepper(rng):
    """A bell pepper with four lobes."""
    colour = m.pick(rng, "#c41a16", "#e9b41c", "#3f7f26", "#e87a18")
    skin = m.fruit(rng, colour, m.shade(colour, 0.9), 0.5, rough=0.12, gloss=0.7)
    outline = [(0, -0.95), (0.3, -1.08), (0.7, -0.95), (0.85, -0.3), (0.98, 0.35), (0.85, 0.8), (0.4, 0.92), (0, 0.7)]
    lobes = lambda a: 1 - 0.1 * np.abs(np.cos(2 * a)) ** 6 * 1.6  # noqa: E731
    body = s.lathe(s.spline(outline, 24), 40, lobes)
    stalk = s.tube(
        s.spline([(0, 0, 0.65), (0, 0, 0.95), (0.12, 0, 1.2)], 8), [0.22, 0.14, 0.1, 0.09, 0.09, 0.1, 0.12, 0.12], 8
    )
    green = m.greens(rng, "#4c8a2c")
    variants = [
        [
            (body.shifted(rng, 0.07, 0.9).turned(x=lying).scaled(0.4), skin, "peppers"),
            (stalk.turned(x=lying).scaled(0.4), green, "stem"),
        ]
        for lying in (85, 100, 10)
    ]
    return Produce(variants, 0.42, 1.7, 12)


def long_root(rng, length, radii, skin, part, bend=0.06, sides_=12):
    """Things long in x, thick as the radii say."""
    along = np.linspace(-0.5, 0.5, 26)
    variants = []
    for _ in range(3):
        path = np.column_stack([along * length, bend * length * s.waves(rng, along[:, None], 0.9), 0 * along])
        thick = np.interp(along + 0.5, np.linspace(0, 1, len(radii)), radii)
        thick = thick * (1 + 0.04 * s.waves(rng, along[:, None], 0.06))
        variants.append([(s.tube(path, thick, sides_), skin, part)])
    return variants


def carrot_root(rng):
    orange = m.fruit(rng, "#e8741c", "#d95f10", 0.2, rough=0.5, gloss=0.1)
    variants = long_root(rng, 1.7, [0.02, 0.05, 0.08, 0.11, 0.14, 0.16, 0.13], orange, "carrots", 0.02)
    green = m.greens(rng, "#4c8a2c")
    for pieces in variants[: rng.integers(0, 4)]:
        stalks = [
            s.tube(s.spline([(0.83, 0, 0), (1.2, k / 2, 0.1), (1.6, k, 0.05)], 10), 0.02, 5) for k in (-0.2, 0, 0.2)
        ]
        tufts = [
            s.leaf(0.2, 0.08, 20).turned(z=rng.uniform(-70, 70)).moved(rng.uniform(1.2, 1.6), rng.normal(0, 0.12), 0.06)
            for _ in range(24)
        ]
        pieces.append((s.join(*stalks, *tufts), green, "leaves"))
    return Produce(variants, 0.42, 0.5, 4)


def cucumber(rng):
    green = m.fruit(rng, "#2f5a22", "#5c8a3a", 0.15, peel=0.05, rough=0.3)
    return Produce(long_root(rng, 1.8, [0.1, 0.17, 0.19, 0.19, 0.18, 0.1], green, "cucumber", 0.03), 0.5, 0.5, 3)


def aubergine(rng):
    purple = m.fruit(rng, "#2d1730", "#43204a", rough=0.1, gloss=0.8)
    cap = m.greens(rng, "#6a8a3a")
    variants = long_root(rng, 1.5, [0.2, 0.33, 0.36, 0.32, 0.25, 0.2, 0.17], purple, "aubergines", 0.04, 20)
    hat = s.tube([(0.68, 0, 0), (0.78, 0, 0), (0.85, 0, 0), (1.05, 0.05, 0)], [0.19, 0.17, 0.06, 0.05], 12)
    return Produce([[*pieces, (hat, cap, "stem")] for pieces in variants], 0.5, 0.7, 4)


def mushroom(rng):
    """A button mushroom."""
    skin = m.cream(rng, m.pick(rng, "#efe4d0", "#c9a67d", "#b08a62"), 0.5)
    cap = [(0, 0.02), (0.2, 0.02), (0.24, 0.08), (0.2, 0.2), (0.1, 0.26), (0, 0.27)]
    stem = [(0, -0.16), (0.08, -0.16), (0.075, 0.03)]
    whole = s.join(s.lathe(s.spline(cap, 18), 24), s.lathe(stem, 16))
    variants = [[(whole.shifted(rng, 0.02, 0.3).turned(x=lying), skin, "mushrooms")] for lying in (20, 70, 110)]
    return Produce(variants, 0.24, 1.2, 20)


def corn_cob(rng):
    """A cob with its kernels in rows."""
    yellow = m.fruit(rng, m.pick(rng, "#f0c030", "#f2cc4e"), "#f7dc7a", 0.2, gloss=0.5)
    i, k = np.meshgrid(np.arange(14), np.arange(26))
    turn, x = s.TAU * (i.ravel() + 0.5 * (k.ravel() % 2)) / 14, (k.ravel() - 12.5) * 0.058
    reach = 0.2 * np.sqrt(1 - (x / 0.95) ** 2)
    at = np.column_stack([x, reach * np.cos(turn), reach * np.sin(turn)])
    kernels = s.copies(s.ball((0.033, 0.047, 0.047), 1), s.Places(at, np.zeros((len(at), 3)), np.ones(len(at))))
    return Produce([[(s.join(kernels, s.ball((0.78, 0.19, 0.19))), yellow, "corn")]], 0.42, 0.85, 3)


def floret(rng, colour, stalk_colour, part, size):
    """A floret of broccoli or cauliflower: a crown of many buds on a forked stalk."""
    buds, stalk = m.greens(rng, colour, wet=0.05, crinkle=0.03), m.greens(rng, stalk_colour)
    variants = []
    for lying in (0, 35, 75):
        heads, arms = [], []
        for x, y in s.spread(rng, 6, 0.17, 0.12):
            base = s.ball((0.12, 0.12, 0.1), 2).points
            base = base[(base[:, 2] > -0.03) & (rng.random(len(base)) < 0.6)]
            base = base * rng.uniform(0.9, 1.12, (len(base), 1))
            beads = s.Places(base, np.zeros((len(base), 3)), rng.uniform(0.6, 1.2, len(base)))
            heads.append(s.copies(s.ball(0.03, 1), beads).moved(x, y, 0.12 - 2 * (x * x + y * y)))
            arms.append(s.tube([(0, 0, -0.12), (x * 0.9, y * 0.9, 0.12)], [0.07, 0.06], 8))
        stem = s.tube([(0, 0, -0.3), (0, 0, -0.08)], [0.075, 0.09], 10)
        crown = replace(s.join(*heads), tone=None).toned(1.0)
        pieces = [(crown, buds, part), (s.join(*arms, stem).toned(1.0), stalk, part)]
        variants.append([(shape.turned(x=lying).scaled(size), skin, part) for shape, skin, part in pieces])
    return Produce(variants, 0.28 * size, 1.0, 25)


# -- cut things -------------------------------------------------------------------------------------------------------


def cut_face(rng, radius, *stops, seeds=None, ring=(0.2, 0.5), rays=0):
    """The face of a round slice: colours from its middle (0) to its skin (1), with seeds in a ring."""
    paint = m.Paint(rng)
    x, y = paint.axis("x"), paint.axis("y")
    square = paint.math("ADD", paint.math("MULTIPLY", x, x), paint.math("MULTIPLY", y, y))
    reach = paint.math("DIVIDE", paint.math("SQRT", square), radius)
    uneven = paint.math("MULTIPLY", paint.math("SUBTRACT", paint.noise(0.1, 2), 0.5), 0.12)
    tint = paint.ramp(paint.math("ADD", reach, uneven), *[(at, m.vary(rng, colour, 0.5)) for at, colour in stops])
    if rays:
        ray = paint.math("SINE", paint.math("MULTIPLY", paint.math("ARCTAN2", y, x), float(rays)))
        inside = paint.math("MULTIPLY", paint.step(reach, 0.2, 0.35), paint.step(reach, 0.8, 0.65))
        tint = paint.mix(paint.math("MULTIPLY", paint.step(ray, 0.2, 0.8), inside), tint, m.shade(stops[0][1], 1.05))
    if seeds:
        zone = paint.math(
            "MULTIPLY", paint.step(reach, ring[0], ring[0] + 0.03), paint.step(reach, ring[1], ring[1] - 0.03)
        )
        dots = paint.step(paint.cells(0.16 * radius), 0.36, 0.28)
        tint = paint.mix(paint.math("MULTIPLY", zone, dots), tint, seeds)
    return paint.skin(tint, 0.2, paint.bump(paint.noise(0.06, 2), 0.004), gloss=0.5)


def kiwi_face(rng, radius):
    stops = (0.0, "#e9ecb5"), (0.2, "#dfe6a0"), (0.32, "#7fae2c"), (0.9, "#8fbb3a"), (0.97, "#7a5c30")
    return cut_face(rng, radius, *stops, seeds="#15120c", ring=(0.27, 0.55), rays=16)


def melon_face(rng, radius, red):
    if red:
        stops = (0.0, "#d8323a"), (0.78, "#e2474a"), (0.85, "#f0cfae"), (0.92, "#dfe8bd"), (0.96, "#2f6a2c")
        return cut_face(rng, radius, *stops, seeds="#1c1410", ring=(0.3, 0.72))
    stops = (0.4, "#f0a050"), (0.8, "#f2b268"), (0.92, "#dfd998"), (0.97, "#c9b888")
    return cut_face(rng, radius, *stops)


def cucumber_face(rng, radius):
    stops = (0.0, "#d9e6a8"), (0.5, "#cfe09a"), (0.85, "#bcd67e"), (0.93, "#3f6f2a")
    return cut_face(rng, radius, *stops, seeds="#eef0cf", ring=(0.15, 0.5))


def tomato_face(rng, radius):
    stops = (0.0, "#e2685a"), (0.35, "#d0392a"), (0.8, "#cf3020"), (0.95, "#bb2016")
    return cut_face(rng, radius, *stops, seeds="#e8c27a", ring=(0.35, 0.75), rays=6)


def half_round(radius, thick, angle=180.0, steps=26):
    """A sector of a disc about the origin, standing for half a slice."""
    turn = np.radians(np.linspace(0, angle, steps))
    arc = radius * np.column_stack([np.cos(turn), np.sin(turn)])
    straight = np.linspace(arc[-1], arc[0], 14)[1:-1]
    return s.prism(np.concatenate([arc, straight]), thick, thick * 0.12)


def slices_in_a_row(studio, kind, radius):
    """Slices overlapping along x."""
    rng = studio.rng
    if kind == "orange":
        size, colour = rng.uniform(0.3, 0.38), m.pick(rng, "#f29a24", "#ee7b12", "#f4d03b", "#d9503a")
        for x in np.arange(-0.75, 0.8, 0.36 / radius) * radius:
            sides.citrus_slice(studio, (x, 0, 0.06), (0, -18, rng.uniform(-180, 180)), size, colour, part="oranges")
        return
    if kind == "kiwi":
        size = rng.uniform(0.24, 0.3)
        shape, face, step = s.prism(s.wobbly(rng, size, 0.02), 0.09, 0.015), kiwi_face(rng, size), 0.32
    else:
        size = rng.uniform(0.65, 0.9)
        shape, step = half_round(size, 0.18, rng.uniform(70, 180)), 0.28
        shape, face = shape.moved(y=-0.1), melon_face(rng, size, kind == "watermelon")
    part = {"watermelon": "melon"}.get(kind, kind)
    for x in np.arange(-0.75, 0.8, step / radius) * radius:
        turn = (0, -25, rng.normal(0, 180 if kind == "kiwi" else 6))
        studio.add(shape, face, part, (x, rng.normal(0, 0.03), 0.1), turn)


def morsel(rng, side, material, part):
    """Rough cubes."""
    cubes = [s.box(side * rng.uniform(0.7, 1.25, 3), side * 0.15, 2).shifted(rng, side * 0.15, side) for _ in range(4)]
    return Produce([[(cube.moved(z=-side / 2), material, part)] for cube in cubes], side * 0.7, 1.0, 60)


def rounds(rng, radius, thick, face, part, halved=0.5):
    """Round slices and halves of them."""
    whole, half = s.prism(s.wobbly(rng, radius, 0.02, 32), thick, thick * 0.2), half_round(radius, thick)
    variants = [[(whole, face, part)], [(half, face, part)]]
    return Produce(variants if rng.random() < halved else variants[:1], radius, 0.4, 30)


def wedge_piece(rng, size, skin, face, part):
    """A wedge cut out of a ball."""
    profile = s.spline([(0, -1), (0.6, -0.8), (0.98, -0.2), (0.98, 0.2), (0.6, 0.8), (0, 1)], 16) * size
    outside, cuts = s.wedge(profile, 65, 8)
    pieces = [
        (outside.turned(y=90).moved(z=size * 0.5), skin, part),
        (cuts.turned(y=90).moved(z=size * 0.5), face, part),
    ]
    return Produce([pieces], size, 0.6, 45)


def strips(rng, length, radius, skin, part, flat=1.0):
    """Curved strips or pods."""
    variants = []
    for _ in range(4):
        along = np.linspace(-0.5, 0.5, 12)
        path = np.column_stack([along * length, rng.uniform(-0.5, 0.5) * along**2, rng.uniform(-0.2, 0.3) * along**2])
        variants.append([(s.tube(path, radius * np.cos(1.2 * along) ** 0.5, 8, flat), skin, part)])
    return Produce(variants, length * 0.45, 0.4, 14)


def asparagus(rng):
    green, variants = m.greens(rng, "#6f9440", wet=0.35), []
    for _ in range(3):
        stalk = s.tube([(-0.7, 0, 0), (0, 0.03, 0), (0.5, 0, 0)], [0.06, 0.06, 0.05], 8)
        tip = s.tube([(0.5, 0, 0), (0.62, 0, 0), (0.78, 0, 0)], [0.055, 0.07, 0.015], 8)
        scales = [
            s.leaf(0.1, 0.05, 25).turned(z=rng.uniform(-25, 25)).moved(x, rng.normal(0, 0.02), 0.05)
            for x in (-0.3, -0.05, 0.2, 0.4, 0.5, 0.55, 0.6)
        ]
        variants.append([(s.join(stalk, tip, *scales).toned(1.0), green, "asparagus")])
    return Produce(variants, 0.35, 0.45, 5)


def ring(rng, radius, thick, colour, part, rough=0.2):
    """Rings as of onions and olives."""
    outline = [(radius, 0), (radius, thick), (radius * 0.84, thick), (radius * 0.84, 0), (radius, 0)]
    shape = s.lathe(outline, 30, lambda a: 1 + 0.06 * np.cos(2 * a))
    return Produce([[(shape, m.fruit(rng, colour, rough=rough), part)]], radius, 0.3, 40)


def carrot_pieces(rng):
    face = cut_face(rng, 0.15, (0.0, "#f2a03c"), (0.45, "#f0912c"), (0.55, "#e8741c"), (1.0, "#e06a14"))
    return rounds(rng, 0.15, 0.07, face, "carrots")


SWEET = ["melon", "mango", "apple pieces", "kiwi", "banana slices", "strawberry pieces", "blueberries", "orange pieces"]

PRODUCE = {
    "strawberries": strawberry,
    "apples": apple,
    "pears": pear,
    "peaches": peach,
    "oranges": orange,
    "lemons": lemon,
    "cherries": cherry,
    "blueberries": blueberry,
    "tomatoes": tomato,
    "small tomatoes": lambda rng: tomato(rng, rng.uniform(0.14, 0.17)),
    "peppers": pepper,
    "carrot roots": carrot_root,
    "cucumbers": cucumber,
    "aubergines": aubergine,
    "mushrooms": mushroom,
    "corn cobs": corn_cob,
    "broccoli": lambda rng: floret(rng, "#4d8a1e", "#a9c266", "broccoli", rng.uniform(0.85, 1.2)),
    "cauliflower": lambda rng: floret(rng, "#f1e8cf", "#e6e0bb", "cauliflower", rng.uniform(0.85, 1.2)),
}

MORSELS = {
    "melon": lambda rng: morsel(
        rng, 0.27, m.fruit(rng, m.pick(rng, "#d8323a", "#f0a050", "#cfdc8c"), gloss=0.5), "melon"
    ),
    "mango": lambda rng: morsel(rng, 0.24, m.fruit(rng, "#f2b02c", gloss=0.5), "mango"),
    "apple pieces": lambda rng: morsel(rng, 0.24, m.fruit(rng, "#f3ecc8", "#efe0a8", gloss=0.3), "apples"),
    "kiwi": lambda rng: rounds(rng, 0.25, 0.08, kiwi_face(rng, 0.25), "kiwi", 1.0),
    "banana slices": lambda rng: rounds(
        rng, 0.16, 0.09, cut_face(rng, 0.16, (0.0, "#e9d9a0"), (0.4, "#f6ecc4"), (0.95, "#f3e2ac")), "bananas", 0.0
    ),
    "strawberry pieces": lambda rng: wedge_piece(
        rng,
        0.22,
        m.strawberry(rng, "#b80f14"),
        m.fruit(rng, "#d8434a", "#f2b8a8", 0.1),
        "strawberries",
    ),
    "orange pieces": lambda rng: wedge_piece(
        rng, 0.25, m.fruit(rng, "#f2952a", gloss=0.5), m.fruit(rng, "#f5a63c", gloss=0.5), "oranges"
    ),
    "tomato wedges": lambda rng: wedge_piece(
        rng, 0.2, m.fruit(rng, "#c8201a", gloss=0.6), m.fruit(rng, "#d9482f", "#e8825c", 0.12, gloss=0.6), "tomatoes"
    ),
    "cucumber": lambda rng: rounds(rng, 0.2, 0.05, cucumber_face(rng, 0.2), "cucumber"),
    "tomato slices": lambda rng: rounds(rng, 0.28, 0.06, tomato_face(rng, 0.28), "tomatoes"),
    "onion": lambda rng: ring(
        rng, rng.uniform(0.14, 0.22), 0.035, m.pick(rng, "#8f4f72", "#c9a0b4", "#efe6e0"), "onion"
    ),
    "olives": lambda rng: ring(rng, 0.085, 0.07, m.pick(rng, "#231b24", "#6f7a34"), "olives", 0.15),
    "radishes": lambda rng: rounds(
        rng, 0.15, 0.03, cut_face(rng, 0.15, (0.0, "#fbf6f2"), (0.85, "#f9eff0"), (0.93, "#c42a54")), "radishes"
    ),
    "cheese": lambda rng: morsel(rng, 0.16, m.cream(rng, "#f8f3e4", 0.6, 0.02), "cheese"),
    "carrots": carrot_pieces,
    "corn": lambda rng: Produce(
        [[(s.blob(rng, (0.055, 0.045, 0.035), 0.1, 0.6, 2), m.fruit(rng, "#f2c230", gloss=0.4), "corn")]],
        0.055,
        1.2,
        60,
    ),
    "peas": lambda rng: Produce([[(s.ball(0.058, 2), m.fruit(rng, "#6fa02c", "#86b441"), "peas")]], 0.058, 1.6),
    "beans": lambda rng: strips(rng, 0.9, 0.045, m.greens(rng, "#4f8a2f", wet=0.5), "beans"),
    "pepper strips": lambda rng: strips(
        rng, 0.6, 0.07, m.fruit(rng, m.pick(rng, "#c41a16", "#e9b41c", "#3f7f26"), gloss=0.6), "peppers", 0.35
    ),
    "asparagus": asparagus,
}


# -- bananas, grapes, lettuce -----------------------------------------------------------------------------------------


def banana_skin(rng):
    """Yellow, greenish or brown at both ends, with freckles when ripe."""
    paint = m.Paint(rng)
    yellow = m.vary(rng, m.pick(rng, "#eec42c", "#f0cc3e", "#e8b928"))
    green = m.pick(rng, "#a8ad3a", yellow)
    tint = paint.ramp(
        paint.tone(), (0.0, "#4a3a1e"), (0.05, green), (0.22, yellow), (0.9, yellow), (0.95, green), (0.985, "#2f2416")
    )
    freckles = paint.math("MULTIPLY", paint.step(paint.noise(0.05, 3), 0.6, 0.68), rng.choice([0, 0.3, 0.8]))
    streaks = paint.step(paint.noise(0.3, 3, stretch=(0.3, 1, 1)), 0.55, 0.8)
    tint = paint.mix(paint.math("MULTIPLY", streaks, 0.35), tint, m.shade(yellow, 0.75))
    return paint.skin(paint.mix(freckles, tint, "#5c3a18"), 0.4, gloss=0.15)


def banana_bunch(studio, skin, count):
    """Bananas side by side that grow from one stem."""
    rng = studio.rng
    along = np.linspace(0, 1, 36)
    thick = np.interp(along, [0, 0.1, 0.2, 0.4, 0.75, 0.92, 0.97, 1], [0.07, 0.06, 0.13, 0.19, 0.18, 0.1, 0.05, 0.045])
    for i in range(count):
        turn = np.radians(rng.uniform(72, 88) * along - 45)
        path = np.column_stack([1.15 * np.sin(turn), 0 * along, 1.15 * (1 - np.cos(turn))])
        path = path - path[0]
        banana = s.tube(path, thick, 12).shifted(rng, 0.015, 0.4)
        banana = banana.toned(np.repeat(np.concatenate([[0], along, [1]]), 12))
        spread = (i - (count - 1) / 2) * 11
        turn = (78 - 11 * i + rng.normal(0, 3), 0, spread + rng.normal(0, 2))
        studio.add(banana, skin, "bananas", (-0.6, 0.16 * i, 0.1 + 0.05 * i), turn)


def grape_bunch(studio):
    """A bunch of grapes with its stalk; gives where they lie."""
    rng = studio.rng
    colour, second = m.pick(
        rng, ("#9fb04a", "#c4c46a"), ("#3a1830", "#5c2a4a"), ("#7a1f34", "#a3475a"), ("#1f1a30", "#3d3a5c")
    )
    skin = m.fruit(rng, colour, second, 0.2, rough=0.3, gloss=0.3)
    grape = s.ball((0.135, 0.12, 0.12), 2)
    places = s.heap(rng, rng.integers(45, 75), 0.6, 0.13, 1.4, 90)
    taper = 1 - 0.45 * (places.at[:, 0] / 0.6)
    places = replace(places, at=places.at * np.column_stack([np.full(len(taper), 1.6), taper, np.ones(len(taper))]))
    studio.scatter([grape, s.ball(0.125, 2)], skin, "grapes", places, (0, 0, 0.02))
    stalk = s.spline([(-0.3, 0, 0.35), (-0.85, 0.05, 0.45), (-1.15, 0.15, 0.3)], 10)
    studio.add(s.tube(stalk, 0.03, 6), m.wood(rng, "#6f5a30"), "stem")
    return places


def lettuce_leaf(rng):
    """A broad leaf with a ruffled edge. Tone: 0 on the rib."""
    leaf = s.leaf(rng.uniform(0.6, 0.9), rng.uniform(0.45, 0.7), rng.uniform(20, 80), 0.2, 16, 11, 2.2)
    lift = 0.09 * leaf.tone**1.5 * s.waves(rng, leaf.points, 0.16)
    return replace(leaf, points=leaf.points + np.array([-0.35, 0, 0]) + lift[:, None] * (0.3, 0.3, 1)).shifted(
        rng, 0.04, 0.3
    )


def lettuce_greens(rng):
    """Two or three greens, with purple leaves now and then."""
    colours = ["#7fae3c", "#5c9430", "#3f7a26", "#9cbf58", "#6da536"]
    chosen = list(rng.choice(colours, 2, replace=False)) + (["#5c2338"] if rng.random() < 0.35 else [])
    return [m.greens(rng, str(colour), m.pick(rng, "#d9e6b0", "#bcd480"), wet=0.35) for colour in chosen]
