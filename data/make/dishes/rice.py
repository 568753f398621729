"""Rice: grains by the hundred, white in bowls, fried, under curry, from the pan, pressed, or with toppings."""

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides


def white_rice(studio):
    """A bowl (or a rounded heap on a plate) of white rice, with sesame, a plum or seaweed now and then."""
    rng = studio.rng
    if rng.random() < 0.75:
        vessel = rice_bowl(studio)
        reach, z = vessel.filling(rng.uniform(0.8, 0.95))
        mound = s.Mound(rng, reach, reach * rng.uniform(0.25, 0.55), 0.8, 0.1)
    else:
        vessel = t.plate(studio)
        reach, z = vessel.radius * rng.uniform(0.6, 0.9), vessel.floor
        mound = s.Mound(rng, reach, reach * rng.uniform(0.45, 0.75), 0.55, 0.08)
    with studio.placed((0, 0, z)):
        grains(studio, mound, rng.choice(["#fbf4e2", "#fcf8ec", "#f7edd2", "#8b5a3c"], p=[0.4, 0.3, 0.22, 0.08]))
        topping = rng.random()
        if topping < 0.2:
            seeds = s.ball((0.03, 0.017, 0.012), 1)
            black = m.plain(rng, m.pick(rng, "#1d1815", "#e8c98c"), 0.4)
            studio.scatter(seeds, black, "sesame", mound.spots(70, 0.03, 20, reach=0.6))
        elif topping < 0.32:
            plum = s.blob(rng, (0.15, 0.14, 0.12), 0.05)
            studio.add(plum, m.fruit(rng, "#a8202a", peel=0.04), "plum", (0, 0, mound.level(0.0, 0.0) + 0.05))
        elif topping < 0.5:
            chopped(studio, mound, "herbs", "#4f8f2c", 40, 0.035)
        elif topping < 0.6:
            with studio.placed((0, 0, mound.level(0.0, 0.0) + 0.06)):
                sides.herbs(studio, 4, 0.08, size=0.22)
    if rng.random() < 0.55:
        t.chopsticks(studio, (vessel.radius, -vessel.radius * 1.25 - 0.2, 0), rng.normal(0, 15))
    studio.brighter = rng.uniform(0.2, 0.6)
    finish(studio, reach * 1.1, vessel.rim + mound.height * 0.5)


def fried_rice(studio):
    """Fried rice, moulded or heaped, with egg, peas, carrot, ham, spring onion, now and then shrimp."""
    rng = studio.rng
    reach, floor = served(studio, bowls=0.25)
    moulded = rng.random() < 0.3
    mound = s.Mound(rng, reach * (0.8 if moulded else 1), reach * rng.uniform(0.3, 0.5), 0.5 if moulded else 0.75)
    with studio.placed((0, 0, floor)):
        grains(studio, mound, m.pick(rng, "#edcf94", "#e6bf78", "#f2ddb0", "#d9a45c", "#f0d28a"), 0.5)
        scrambled(studio, mound, rng.integers(14, 34))
        diced(studio, mound, m.fruit(rng, "#ec7a1c"), "carrot", rng.integers(14, 40))
        balls(studio, mound, rng.integers(10, 32))
        chance = rng.random()
        if chance < 0.5:
            ham = m.flesh(rng, m.pick(rng, "#d9776a", "#b84a36", "#c98a5c"), marbling=0.15)
            diced(studio, mound, ham, "ham", rng.integers(14, 34), 0.09)
        elif chance < 0.8:
            shape, material = sides.shrimp(rng)
            places = mound.spots(rng.integers(4, 8), 0.06, 20, reach=0.75)
            studio.scatter(shape, material, "shrimp", places)
        if rng.random() < 0.6:
            chopped(studio, mound, "onion", "#63a535", rng.integers(30, 70), 0.05)
        if rng.random() < 0.15:
            with studio.placed((*rng.normal(0, 0.08, 2), mound.height)):
                sides.fried_egg(studio, reach * 0.55)
    if rng.random() < 0.25:
        cucumber(studio, (0, 0, floor), reach)
    if rng.random() < 0.5:
        t.spoon(studio, (reach + 0.6, -0.7, 0), 90 + rng.normal(0, 10))
    finish(studio, reach, floor + mound.height)


def curry_rice(studio):
    """Rice and curry side by side on a plate or in a deep dish: chunks of meat, potato and carrot in the sauce."""
    rng = studio.rng
    if rng.random() < 0.35:
        vessel = t.bowl(studio, rng.uniform(0.95, 1.1), rng.uniform(0.35, 0.45))
    else:
        vessel = t.plate(studio, rng.uniform(1.2, 1.45), m.pick(rng, "round", "coupe", "oval"))
    reach, floor = vessel.radius * 0.95, vessel.floor
    rice = s.Mound(rng, reach * 0.66, reach * rng.uniform(0.3, 0.5), 0.6)
    colour = m.pick(rng, "#7a4416", "#8f5518", "#b8741c", "#c9701f", "#a33d14", "#7c8a3a", "#d69a2c")
    sauce = m.sauce(rng, colour, 0.18, 0.03)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(0, 360))):
        with studio.placed((-reach * 0.36, 0, 0)):
            grains(studio, rice, m.pick(rng, "#f8f3e4", "#fbf8ee", "#f2d98a"))
            if rng.random() < 0.3:
                chopped(studio, rice, "herbs", "#3f7d2a", 25, 0.035)
        with studio.placed((reach * 0.3, 0, 0)):
            pool = s.Mound(rng, reach * 0.78, 0.17, 0.25, 0.05)
            studio.add(pool.skin(0.07).rough(rng, 0.02, 0.2), sauce, "sauce", sharp=180)
            lumps = [s.box(rng.uniform(0.15, 0.26, 3), 0.05, 4).shifted(rng, 0.025, 0.3) for _ in range(4)]
            meat = m.roast(rng, m.shade(colour, 1.1), m.shade(colour, 0.75), m.shade(colour, 0.4), gloss=0.6)
            studio.scatter(lumps, meat, "meat", pool.spots(rng.integers(5, 11), -0.06, 30, reach=0.8))
            potato = m.cream(rng, "#e6b54f", 0.3)
            studio.scatter(lumps, potato, "potatoes", pool.spots(rng.integers(2, 7), -0.06, 30, reach=0.8))
            coins = s.prism(s.wobbly(rng, 0.13, 0.05, 24), 0.09, 0.03)
            orange = m.fruit(rng, "#e06f1c", gloss=0.5)
            studio.scatter(coins, orange, "carrot", pool.spots(rng.integers(2, 7), 0.0, 30, reach=0.8))
            balls(studio, pool, rng.choice([0, 0, 9]))
            chopped(studio, pool, "herbs", "#3f7d2a", rng.integers(0, 30), 0.03)
    if rng.random() < 0.5:
        t.spoon(studio, (vessel.radius + 0.75, -0.8, 0), 90 + rng.normal(0, 10))
    finish(studio, reach, floor + 0.3)


def from_the_pan(studio):
    """Paella in its pan or yellow rice on a plate: shrimp, mussels, peppers, peas and lemon."""
    rng = studio.rng
    if rng.random() < 0.65:
        reach, floor = 1.25, paella_pan(studio, 1.35)
    else:
        reach, floor = served(studio)
    mound = s.Mound(rng, reach, rng.uniform(0.08, 0.25), 0.4, 0.3)
    with studio.placed((0, 0, floor)):
        grains(studio, mound, m.pick(rng, "#eeb23a", "#e6a02c", "#f0c052", "#d98a2c"), 0.6, size=1.15)
        strips = s.tube(s.spline([(-0.28, 0, 0), (0, 0.06, 0.03), (0.28, 0, 0)], 10), 0.05, 8, 0.4)
        for colour, count in (("#c8201a", rng.integers(5, 12)), ("#5f9a34", rng.integers(0, 8))):
            studio.scatter(strips, m.fruit(rng, colour, gloss=0.5), "pepper", mound.spots(count, 0.04, 15, reach=0.85))
        balls(studio, mound, rng.integers(12, 40))
        if rng.random() < 0.75:
            shape, material = sides.shrimp(rng, peeled=rng.random() < 0.3)
            places = mound.spots(rng.integers(4, 9), 0.09, 15, (1.2, 1.6), 0.8)
            studio.scatter(shape, material, "shrimp", places)
        if rng.random() < 0.45:
            mussels(studio, mound, rng.integers(3, 8))
        if rng.random() < 0.4:
            chunks = s.blob(rng, (0.2, 0.14, 0.11), 0.15, 0.8)
            roast = m.roast(rng, "#c98a4c", "#9a5a2a", "#5a3018")
            studio.scatter(chunks, roast, "chicken", mound.spots(rng.integers(4, 8), 0.04, 25, reach=0.8))
        chopped(studio, mound, "herbs", "#3f7d2a", rng.integers(10, 60), 0.04)
        for bearing in np.arange(rng.choice([0, 3, 4])) * 1.9:
            spot = 0.78 * reach * np.array([np.cos(bearing), np.sin(bearing)])
            sides.lemon_wedge(studio, (*spot, mound.level(*spot) - 0.06), (0, 0, rng.uniform(0, 360)), 0.22)
    finish(studio, reach, floor + 0.2)


def risotto(studio):
    """Creamy rice with mushrooms, peas, pumpkin or asparagus, under grated cheese."""
    rng = studio.rng
    reach, floor = served(studio, bowls=0.4)
    mound = s.Mound(rng, reach, rng.uniform(0.14, 0.25), 0.35, 0.15)
    colour = m.pick(rng, "#f3dc9c", "#f6e3b0", "#eeb95a", "#f0cf7c", "#d98e54")
    with studio.placed((0, 0, floor)):
        studio.add(mound.skin(0.05).moved(z=0.012), m.sauce(rng, m.shade(colour, 0.85), 0.2, 0.02), "sauce", sharp=180)
        grains(studio, mound, m.shade(colour, 1.15), 0.8, size=1.1, share=0.75)
        kind = m.pick(rng, "mushrooms", "peas", "squares", "asparagus")
        if kind == "mushrooms":
            cap = s.lathe(s.spline([(0, 0.02), (0.12, -0.01), (0.13, 0.04), (0.07, 0.1), (0, 0.11)], 14), 20)
            brown = m.crust(rng, "#d9b98a", "#a3703e", "#5c3a20", 0.5, 0.15, 0.4)
            studio.scatter(cap, brown, "mushrooms", mound.spots(rng.integers(9, 18), 0.0, 40, reach=0.8))
        elif kind == "peas":
            balls(studio, mound, rng.integers(25, 60))
        elif kind == "squares":
            diced(studio, mound, m.fruit(rng, "#e8871c", gloss=0.4), "pumpkin", rng.integers(15, 30), 0.14)
        else:
            stalk = s.tube(
                [(-0.3, 0, 0), (0, 0, 0.02), (0.2, 0, 0), (0.34, 0, 0)], [0.04, 0.045, 0.05, 0.012], 9
            ).toned(1.0)
            green = m.greens(rng, "#6f9a35")
            studio.scatter(stalk, green, "asparagus", mound.spots(rng.integers(6, 11), 0.05, 8, reach=0.6))
        flakes = s.box((0.1, 0.035, 0.012), 0.005).bent(40)
        studio.scatter(flakes, m.plain(rng, "#f8e8b8"), "cheese", mound.spots(rng.integers(0, 45), 0.05, 30, reach=0.6))
        chopped(studio, mound, "herbs", "#3f7d2a", rng.integers(0, 45), 0.045)
    finish(studio, reach, floor + 0.15)


def onigiri(studio):
    """Rice balls pressed to triangles, girt with seaweed, on a plate or a board."""
    rng = studio.rng
    floor = (t.board(studio) if rng.random() < 0.35 else t.plate(studio, 1.3, "flat")).floor
    count = rng.integers(2, 5)
    with studio.placed((0, 0, floor), (0, 0, rng.normal(0, 20))):
        for i in range(count):
            standing = rng.random() < 0.4
            x = (i - (count - 1) / 2) * (0.72 if not standing else 0.62)
            at = (x, rng.normal(0, 0.08), 0.3 if standing else 0.0)
            turn = (rng.normal(75, 5), 0, rng.normal(0, 18)) if standing else (0, 0, rng.uniform(-40, 40))
            with studio.placed(at, turn, 0.9):
                rice_ball(studio)
    if rng.random() < 0.4:
        pickles = s.lathe(s.spline([(0, 0), (0.12, 0), (0.13, 0.02), (0.12, 0.04), (0, 0.04)], 12), 20)
        yellow = m.fruit(rng, "#f2c41f")
        places = s.heap(rng, 5, 0.25, 0.13, 0.3, 10)
        studio.scatter(pickles, yellow, "pickles", places, at=(rng.choice([-0.5, 0.5]), -0.75, floor))
    studio.brighter = rng.uniform(0.1, 0.4)
    finish(studio, 0.9, floor + 0.4, elevation=rng.uniform(20, 60))


def rice_and_meat(studio):
    """White rice with grilled meat, egg or vegetables: a bowl topped over, or a plate side by side."""
    rng = studio.rng
    if rng.random() < 0.5:
        vessel = rice_bowl(studio, wide=1.25)
        reach, z = vessel.filling(rng.uniform(0.72, 0.88))
        mound = s.Mound(rng, reach, reach * 0.22, 0.5)
        with studio.placed((0, 0, z)):
            grains(studio, mound)
            with studio.placed((reach * 0.18, 0, mound.height * 0.75), (0, 0, rng.uniform(0, 360))):
                slices_of_meat(studio, reach * 0.6)
            chopped(studio, mound, "onion", "#63a535", 30, 0.1)
        rim = vessel.rim
    else:
        vessel = t.plate(studio, rng.uniform(1.25, 1.5))
        reach, rim = vessel.radius, 0.3
        mound = s.Mound(rng, reach * rng.uniform(0.5, 0.62), reach * rng.uniform(0.35, 0.5), 0.5)
        with studio.placed((0, 0, vessel.floor), (0, 0, rng.uniform(-60, 60))):
            with studio.placed((-reach * 0.4, 0.1, 0)):
                grains(studio, mound)
            with studio.placed((reach * 0.42, -0.12, 0), (0, 0, 90)):
                slices_of_meat(studio, reach * 0.5)
            sides.side_dish(studio, (reach * 0.25, reach * 0.55, 0), reach * 0.3)
    studio.brighter = rng.uniform(0.1, 0.4)
    finish(studio, reach, rim)


def bibimbap(studio):
    """A bowl of rice hidden under sectors of vegetable and meat, an egg in the middle, sesame over it."""
    rng = studio.rng
    vessel = rice_bowl(studio, wide=1.3)
    reach, z = vessel.filling(rng.uniform(0.75, 0.9))
    mound = s.Mound(rng, reach, reach * 0.2, 0.5, 0.1)
    fillings = [
        ("carrot", m.fruit(rng, "#ec7a1c", gloss=0.5)),
        ("vegetable", m.greens(rng, "#3f7d2a", wet=0.5)),
        ("bean sprouts", m.fruit(rng, "#f0e6c0", gloss=0.4)),
        ("meat", m.roast(rng, "#9a5a34", "#6b3a20", "#3a2012")),
        ("mushrooms", m.crust(rng, "#b98d58", "#6e4a2a", "#3a2616", 0.5, 0.1, 0.4)),
        ("cucumber", m.fruit(rng, "#9cc45a", "#d3e3a0", 0.1)),
    ]
    chosen = rng.permutation(len(fillings))[: rng.integers(4, 7)]
    bare = rng.integers(1, 3)
    sector = s.TAU / (len(chosen) + bare)
    with studio.placed((0, 0, z), (0, 0, rng.uniform(0, 360))):
        grains(studio, mound)
        for i, which in enumerate(chosen):
            part, material = fillings[which]
            shreds = [strip(rng) for _ in range(3)]
            angle, away = (i + rng.uniform(0.04, 0.96, 36)) * sector, reach * np.sqrt(rng.uniform(0.08, 0.86, 36))
            spots = np.column_stack([away * np.cos(angle), away * np.sin(angle)])
            places = s.scattered(rng, spots, mound.level(*spots.T) + rng.uniform(0.02, 0.1, 36), 15)
            places.turn[:, 2] = np.degrees((i + 0.5) * sector) + rng.normal(0, 22, 36)
            studio.scatter(shreds, material, part, places)
        with studio.placed((*rng.normal(0, 0.05, 2), mound.height + 0.05), scale=reach * 0.75):
            if rng.random() < 0.7:
                sides.fried_egg(studio)
            else:
                studio.add(s.ball((0.24, 0.24, 0.16)), m.yolk(rng), "egg")
        with studio.placed((0, 0, mound.height + 0.14)):
            sides.sesame(studio, 30, reach * 0.6)
    if rng.random() < 0.5:
        t.chopsticks(studio, (vessel.radius, -vessel.radius * 1.2 - 0.2, 0), rng.normal(0, 12))
    finish(studio, reach * 1.05, vessel.rim)


DISHES = {
    "white rice": white_rice,
    "fried rice": fried_rice,
    "curry rice": curry_rice,
    "paella": from_the_pan,
    "risotto": risotto,
    "onigiri": onigiri,
    "rice and meat": rice_and_meat,
    "bibimbap": bibimbap,
}


def finish(studio, reach, height, elevation=None):
    setting.everyday(studio, reach * studio.rng.uniform(0.85, 1.15), height, elevation=elevation)


def served(studio, bowls=0.1):
    """A plate or now and then a shallow bowl; how far the rice reaches on it, and its floor."""
    rng = studio.rng
    if rng.random() < bowls:
        vessel = t.bowl(studio, rng.uniform(0.9, 1.1), rng.uniform(0.35, 0.5))
        return vessel.radius * 0.82, vessel.floor + 0.1
    vessel = t.plate(studio, rng.uniform(1.2, 1.45))
    return vessel.radius * rng.uniform(0.92, 1.2), vessel.floor


def rice_bowl(studio, wide=1.0):
    """A small bowl as rice is served in: china, stoneware or lacquer."""
    rng = studio.rng
    radius = wide * rng.uniform(0.6, 0.72)
    if rng.random() < 0.15:
        return t.lacquer_bowl(studio, radius, m.pick(rng, "#1b1311", "#8f1712"), "#1b1311")
    return t.bowl(studio, radius, radius * rng.uniform(0.6, 0.8))


def grains(studio, mound, colour="#fbf4e2", wet=0.3, size=1.0, share=1.0):
    """Cover a mound with grains of rice, lying as they fell, over a skin of the same colour."""
    rng = studio.rng
    paint = m.Paint(rng)
    colour = m.vary(rng, colour, 0.4)
    tint = paint.ramp(paint.tone(), (0.0, m.shade(colour, 0.9)), (1.0, m.shade(colour, 1.06)))
    rice = paint.skin(tint, 0.42, gloss=wet, soft=0.15)
    studio.add(mound.skin().toned(0.6), rice, "rice", sharp=180)
    count = round(share * min(1500 * mound.radius**2 * (1 + 0.5 * mound.height / mound.radius) / size**2, 2000))
    places = mound.spots(count, 0.0, 20, (0.8, 1.15), 1.0)
    places.at[:, 2] += rng.uniform(-0.008, 0.02, count)
    grain = s.ball(np.multiply((0.046, 0.019, 0.018), size), 1)
    studio.add(s.copies(grain, places), rice, "rice", sharp=180)


def chopped(studio, mound, part, colour, count, lift):
    """Finely cut green over a mound."""
    rng = studio.rng
    bit = s.box((0.06, 0.045, 0.014), 0.005).bent(30).toned(1.0)
    studio.scatter(bit, m.greens(rng, colour), part, mound.spots(count, lift, 30, (0.5, 1.3), 0.8))


def scrambled(studio, mound, count):
    """Torn bits of scrambled egg."""
    rng = studio.rng
    bits = [s.blob(rng, (0.11, 0.08, 0.04), 0.25, 0.7, 2) for _ in range(4)]
    paint = m.Paint(rng)
    tint = paint.ramp(paint.noise(0.1, 3), (0.32, "#fbf0cf"), (0.5, "#f3cc62"), (0.75, "#dfa640"))
    egg = paint.skin(tint, 0.4, gloss=0.2)
    studio.scatter(bits, egg, "egg", mound.spots(count, 0.03, 25, (0.6, 1.2), 0.92), sharp=180)


def diced(studio, mound, material, part, count, size=0.075):
    """Small cubes, half sunk."""
    rng = studio.rng
    cubes = [s.box(size * rng.uniform(0.8, 1.2, 3), 0.012).moved(z=-size / 2) for _ in range(3)]
    studio.scatter(cubes, material, part, mound.spots(count, 0.03, 35, reach=0.93))


def balls(studio, mound, count):
    """Green peas, half sunk."""
    green = m.fruit(studio.rng, "#6fa52c", "#86b441", gloss=0.4)
    studio.scatter(s.ball(0.05, 2), green, "peas", mound.spots(count, 0.03, reach=0.93))


def strip(rng):
    """A shred of vegetable or meat along x."""
    length = rng.uniform(0.2, 0.34)
    path = s.spline([(-length / 2, 0, 0), (0, rng.normal(0, 0.03), 0.03), (length / 2, 0, 0)], 7)
    return s.tube(path, rng.uniform(0.022, 0.032), 5).toned(1.0)


def cucumber(studio, at, reach):
    """Slices of cucumber along the plate's edge."""
    rng = studio.rng
    slice_ = s.prism(s.wobbly(rng, 0.17, 0.01, 28), 0.035, 0.01)
    slice_ = slice_.toned(np.hypot(*slice_.points[:, :2].T) / 0.17)
    paint = m.Paint(rng)
    tint = paint.ramp(paint.tone(), (0.4, "#dfe8b4"), (0.85, "#c3d98a"), (0.94, "#2f5a22"))
    green = paint.skin(tint, 0.3, gloss=0.4)
    bearing = rng.uniform(0, 360)
    for i in range(rng.integers(3, 6)):
        angle = np.radians(bearing + 14 * i)
        spot = np.add(at, (reach * 1.02 * np.cos(angle), reach * 1.02 * np.sin(angle), 0.06))
        studio.add(slice_, green, "cucumber", spot, (rng.normal(20, 5), 0, np.degrees(angle) + 90))


def paella_pan(studio, radius):
    """A wide flat pan with two handles; gives the height of its floor."""
    rng = studio.rng
    iron = m.metal(rng, m.pick(rng, "#3a3836", "#b9b6b0", "#4a4540"), 0.4)
    profile = [(0, 0), (radius * 0.9, 0), (radius, 0.25), (radius * 0.98, 0.25), (radius * 0.89, 0.03), (0, 0.03)]
    studio.add(s.lathe(profile, 56), iron, "pan")
    for side in (-1, 1):
        path = [(radius * 0.98, -0.3, 0.2), (radius * 1.18, -0.2, 0.28), (radius * 1.18, 0.2, 0.28)]
        path = s.spline([*path, (radius * 0.98, 0.3, 0.2)], 16) * (side, side, 1)
        studio.add(s.tube(path, 0.04), iron, "pan")
    return 0.03


def mussels(studio, mound, count):
    """Open mussels: black half shells with orange flesh."""
    rng = studio.rng
    half = s.lathe([(1.0, 0.0), (0.95, -0.35), (0.6, -0.75), (0.05, -0.95)][::-1], 24).scaled(0.25, 0.13, 0.12)
    shell, flesh = m.plain(rng, "#1b2030", 0.25, gloss=0.5), m.fruit(rng, "#e8912f", gloss=0.6)
    for x, y, z in mound.spots(count, 0.12, reach=0.75).at:
        with studio.placed((x, y, z), (rng.normal(0, 20), rng.normal(0, 20), rng.uniform(0, 360))):
            studio.add(half, shell, "mussels")
            studio.add(half, shell, "mussels", at=(0, -0.1, 0.03), turn=(-125, 0, 0))
            studio.add(s.blob(rng, (0.17, 0.085, 0.06), 0.1), flesh, "mussels", at=(0, 0, -0.03))


def rice_ball(studio):
    """A rounded triangle of rice on its side, grains standing out of it, a strip of seaweed round its foot."""
    rng = studio.rng
    corner = np.radians([90, 210, 330])
    core = 0.3 * np.column_stack([np.cos(corner), np.sin(corner)])
    around = np.radians(np.arange(0, 360, 7.5) + 90)
    outline = np.array(
        [core[np.argmax(core @ v)] + 0.17 * v for v in np.column_stack([np.cos(around), np.sin(around)])]
    )
    outline = s.spline(outline[::4], 48, closed=True)
    body = s.prism(outline, 0.26, 0.09, rings=6).shifted(rng, 0.012, 0.3)
    white = m.grain(rng, "#f9f5ea", 0.25)
    studio.add(body, white, "rice", sharp=180)
    spots = (outline[rng.integers(0, 48, 380)] * np.sqrt(rng.uniform(0, 1, (380, 1)))) * 0.97
    edge = np.column_stack([outline[rng.integers(0, 48, 150)], rng.uniform(0.05, 0.2, 150)])
    points = np.concatenate([np.column_stack([spots, np.full(380, 0.25)]), edge])
    places = s.Places(points, rng.uniform(0, 360, (530, 3)) * (0.1, 0.1, 1), rng.uniform(0.85, 1.15, 530))
    studio.add(s.copies(s.ball((0.044, 0.019, 0.018), 1), places), white, "rice", sharp=180)
    wide = rng.uniform(0.24, 0.34)
    band = s.box((wide, 0.34, 0.31), 0.03, 6).rough(rng, 0.006, 0.1)
    studio.add(band, m.seaweed(rng), "seaweed", at=(0, -0.2, -0.025))
    if rng.random() < 0.4:
        filling = m.fruit(rng, m.pick(rng, "#a8202a", "#ee7f4c", "#e9b13a"), gloss=0.4)
        studio.add(s.blob(rng, (0.08, 0.08, 0.04), 0.15), filling, "filling", at=(0, 0.25, 0.26))


def slices_of_meat(studio, reach):
    """Slices of grilled chicken, pork or beef laid over each other along x, glazed."""
    rng = studio.rng
    pale, brown, dark = [("#c98a4c", "#9a5226", "#4a2412"), ("#a3603a", "#6b351d", "#2c1810")][rng.integers(2)]
    roast = m.roast(rng, pale, brown, dark, gloss=0.6)
    count = rng.integers(5, 9)
    for i in range(count):
        x = (i - (count - 1) / 2) * 2 * reach / count
        outline = s.wobbly(rng, 0.3, 0.08, 32) * (1.0, reach * 1.2 / 0.6)
        slice_ = s.prism(outline, 0.08, 0.03).shifted(rng, 0.03, 0.4)
        studio.add(
            slice_, roast, "meat", at=(x, rng.normal(0, 0.03), 0.06), turn=(rng.normal(0, 4), 22, rng.normal(0, 6))
        )
