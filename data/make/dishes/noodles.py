"""Noodles and pasta: tangles of strands, heaps of short shapes, layers of sheets; mostly on plates."""

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides

TOMATO, CREAM, PESTO = "#a3260f", "#f8d9a4", "#6f7f2a"


def spaghetti(studio):
    """Spaghetti with tomato sauce or bolognese on top, basil and grated cheese."""
    rng = studio.rng
    reach, floor = served(studio)
    mound = s.Mound(rng, reach, reach * rng.uniform(0.3, 0.5))
    with studio.placed((0, 0, floor)):
        stained = rng.random() < 0.35
        noodle = m.pick(rng, "#d98a3a", "#cf7430") if stained else m.pick(rng, "#f2c570", "#edb65a")
        tangle(studio, mound, noodle, rng.uniform(0.026, 0.036))
        bolognese(studio, mound, rng.uniform(0.5, 0.8), meaty=rng.random() < 0.65)
        garnish(studio, mound)
    finish(studio, reach, floor + mound.height)


def fried_noodles(studio):
    """Noodles browned in the pan with egg, vegetable and sausage or shrimp."""
    rng = studio.rng
    reach, floor = served(studio, bowls=0.15)
    mound = s.Mound(rng, reach, reach * rng.uniform(0.28, 0.45), uneven=0.2)
    with studio.placed((0, 0, floor)):
        colour = m.pick(rng, "#c98c3f", "#b87430", "#d9a860", "#e3bd74", "#a4632a")
        tangle(studio, mound, m.vary(rng, colour), rng.uniform(0.028, 0.045), wild=0.5, oily=0.7)
        shreds(studio, mound, m.greens(rng, m.pick(rng, "#5f9a34", "#86a848", "#3f7d2a")), rng.integers(10, 26))
        shreds(studio, mound, m.fruit(rng, "#e8771e"), rng.integers(0, 18), flat=0.6, width=0.035)
        if rng.random() < 0.6:
            scrambled(studio, mound, rng.integers(8, 18))
        chance = rng.random()
        if chance < 0.4:
            sausage_slices(studio, mound, rng.integers(6, 13))
        elif chance < 0.6:
            shape, material = sides.shrimp(rng)
            studio.scatter(shape, material, "shrimp", mound.spots(rng.integers(4, 8), 0.07, 20, reach=0.75))
        elif chance < 0.85:
            strips = s.box((0.4, 0.14, 0.06), 0.02, 4).shifted(rng, 0.04, 0.25).bent(30)
            meat = m.roast(rng, "#b97a4c", "#8a4d2a", "#4a2716")
            studio.scatter(strips, meat, "meat", mound.spots(rng.integers(7, 14), 0.03, 25, reach=0.85))
        if rng.random() < 0.2:
            with studio.placed((rng.normal(0, 0.1), rng.normal(0, 0.1), mound.height * 0.9)):
                sides.fried_egg(studio, reach * 0.5)
        rings(studio, mound, rng.integers(0, 22))
    if rng.random() < 0.5:
        t.chopsticks(studio, (reach * 1.1, -reach - 0.5, 0), rng.normal(0, 12))
    finish(studio, reach, floor + mound.height)


def creamy(studio):
    """Ribbons or spaghetti in cream (carbonara, alfredo) with bacon or mushrooms, pepper, now and then a yolk."""
    rng = studio.rng
    reach, floor = served(studio, bowls=0.1)
    mound = s.Mound(rng, reach, reach * rng.uniform(0.3, 0.5))
    with studio.placed((0, 0, floor)):
        noodle = m.pick(rng, "#f6d9a0", "#f2cc88", "#f9e0b4")
        wide = rng.random() < 0.6
        tangle(studio, mound, noodle, rng.uniform(0.06, 0.085) if wide else 0.032, flat=0.25 if wide else 1.0)
        pool = s.Mound(rng, reach * rng.uniform(0.95, 1.02), mound.height * 0.45, 0.3)
        studio.add(pool.skin(0.06), m.cream(rng, CREAM, 0.25, 0.01), "sauce", sharp=180)
        bits = rng.random()
        if bits < 0.6:
            bit = s.box((0.17, 0.09, 0.05), 0.015, 3).shifted(rng, 0.03, 0.15)
            crisp = m.flesh(rng, "#b04a30", "#e6b48a", 0.9)
            studio.scatter(bit, crisp, "bacon", strewn(mound, rng.integers(14, 34), 30, 0.85))
        elif bits < 0.8:
            mushrooms(studio, mound, rng.integers(8, 15))
        else:
            shape, material = sides.shrimp(rng)
            studio.scatter(shape, material, "shrimp", mound.spots(rng.integers(4, 7), 0.07, 20, reach=0.7))
        if rng.random() < 0.25:
            at = (*rng.normal(0, 0.06, 2), mound.height + 0.04)
            studio.add(s.ball((0.2, 0.2, 0.13)), m.yolk(rng), "egg", at)
        speckle(studio, mound, rng.integers(30, 90))
        garnish(studio, mound)
    finish(studio, reach, floor + mound.height)


def penne(studio):
    """Short tubes of pasta (penne, rigatoni) in tomato sauce, in pink cream or plain with tomatoes."""
    rng = studio.rng
    reach, floor = served(studio, bowls=0.2)
    long, thick, slant = rng.uniform(0.32, 0.46), rng.uniform(0.065, 0.09), m.pick(rng, 0.0, 0.8, 0.8)
    tubes = [quill(rng, long, thick, slant) for _ in range(3)]
    colour, sauce = [("#e0a04c", TOMATO), ("#e8b878", "#d9722f"), ("#efc680", TOMATO), ("#f3cd96", CREAM)][
        rng.integers(4)
    ]
    short_pasta(studio, tubes, reach, floor, m.noodle(rng, colour), sauce, long / 2, 0.55)


def fusilli(studio):
    """Spirals, bows or shells with pesto, tomato sauce or as a salad."""
    rng = studio.rng
    reach, floor = served(studio, bowls=0.2)
    kind = m.pick(rng, spiral, spiral, bow_tie)
    colour, sauce = [("#c9b45a", PESTO), ("#e0a04c", TOMATO), ("#efc680", None), ("#f3cd96", CREAM)][rng.integers(4)]
    short_pasta(studio, [kind(rng) for _ in range(3)], reach, floor, m.noodle(rng, colour), sauce, 0.2, 0.6)


def macaroni_cheese(studio):
    """Elbow macaroni in yellow cheese sauce, now and then baked with a crust."""
    rng = studio.rng
    reach, floor = served(studio, bowls=0.35)
    elbows = [s.tube(arc(rng.uniform(0.1, 0.14), rng.uniform(120, 190)), 0.062, 9, caps=False) for _ in range(3)]
    mound = s.Mound(rng, reach, reach * rng.uniform(0.25, 0.4), 0.5)
    cheese = m.vary(rng, m.pick(rng, "#efa02e", "#f2b34a", "#e8902a", "#f4c06a"))
    gratin = rng.random() < 0.3
    with studio.placed((0, 0, floor)):
        studio.add(mound.skin(0.04).rough(rng, 0.02, 0.2), m.sauce(rng, cheese, 0.25), "sauce", sharp=180)
        places = mound.spots(round(260 * reach**2), 0.025, 50, (0.9, 1.2))
        pasta = m.noodle(rng, m.shade(cheese, 1.12), 0.8)
        if gratin:
            pasta = m.crust(rng, m.shade(cheese, 1.1), "#d08a2e", "#8a4d1e", rng.uniform(0.3, 0.55), 0.4, 0.4)
        studio.scatter(elbows, pasta, "noodles", places, sharp=60)
        if gratin and rng.random() < 0.6:
            crumbs = s.blob(rng, 0.022, 0.2, detail=1)
            studio.scatter(crumbs, m.fried(rng), "crumbs", mound.spots(120, 0.08, 90))
        speckle(studio, mound, rng.integers(0, 40), 0.07)
        if rng.random() < 0.4:
            garnish(studio, mound)
    finish(studio, reach, floor + mound.height)


def lasagne(studio):
    """A square piece of lasagne: sheets, meat sauce, white sauce and a browned top."""
    rng = studio.rng
    reach, floor = served(studio, bowls=0)
    width, depth, layers = rng.uniform(0.95, 1.25), rng.uniform(0.8, 1.0), rng.integers(4, 7)
    meat, white = m.sauce(rng, "#8f2b12", 0.3, 0.06), m.cream(rng, "#f0dcae", 0.4)
    pasta, z = m.noodle(rng, "#e6bd6c"), 0.0
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-60, 60))):
        for _ in range(layers):
            for material, part, thick, spill in (
                (meat, "sauce", rng.uniform(0.07, 0.11), 0.045),
                (white, "sauce", 0.035, 0.025),
                (pasta, "noodles", 0.03, 0.01),
            ):
                sheet = s.box((width + rng.normal(0, spill), depth + rng.normal(0, spill), thick), thick * 0.45, 14)
                studio.add(sheet.rough(rng, spill, 0.14).shifted(rng, 0.035, 0.6), material, part, at=(0, 0, z))
                z += thick * 0.7
        top = s.box((width + 0.03, depth + 0.03, 0.07), 0.03, 18).rough(rng, 0.03, 0.2).shifted(rng, 0.04, 0.5)
        gratin = m.crust(rng, "#f3cf7e", "#dc8f34", "#8a3f16", rng.uniform(0.35, 0.6), 0.3, 0.4)
        studio.add(top, gratin, "cheese", at=(0, 0, z - 0.02), sharp=180)
        patches = s.spread(rng, 7, width * 0.42, 0.2)
        stain = [s.disc(rng, rng.uniform(0.08, 0.2), 0.025, 0.2, 0.6) for _ in range(3)]
        studio.scatter(stain, m.sauce(rng, "#b5381a"), "sauce", s.scattered(rng, patches, z + 0.045, 5))
        for side in (-1, 1):  # what runs out at the bottom
            pool = s.disc(rng, rng.uniform(0.3, 0.5), 0.07, 0.2, 0.5)
            studio.add(pool, meat, "sauce", at=(side * width * 0.3, rng.normal(0, 0.15) - depth * 0.3, 0), sharp=180)
        with studio.placed((0, 0, z + 0.06)):
            sides.herbs(studio, rng.integers(0, 6), 0.2, part="basil")
    if rng.random() < 0.4:
        with studio.placed((-reach * 0.75, reach * 0.45, floor), scale=0.8):
            sides.salad(studio, 9, 0.35)
    finish(studio, reach * 0.95, floor + z, elevation=rng.uniform(22, 58))


DISHES = {
    "spaghetti": spaghetti,
    "fried noodles": fried_noodles,
    "creamy pasta": creamy,
    "penne": penne,
    "fusilli": fusilli,
    "macaroni and cheese": macaroni_cheese,
    "lasagne": lasagne,
}


def served(studio, bowls=0.06):
    """A plate, seldom a bowl or a pan, and how far the food reaches on it: (radius, height of the floor)."""
    rng = studio.rng
    if rng.random() < bowls:
        vessel = t.bowl(studio, rng.uniform(0.95, 1.15), rng.uniform(0.35, 0.5))
        return vessel.radius * 0.8, vessel.floor + 0.1
    vessel = t.plate(studio, rng.uniform(1.2, 1.45))
    return vessel.radius * rng.uniform(0.92, 1.25), vessel.floor


def finish(studio, reach, height, elevation=None):
    """Cutlery now and then, and the photograph, mostly close."""
    rng = studio.rng
    if rng.random() < 0.45:
        side = rng.choice([-1, 1])
        t.fork(studio, (side * (reach + 0.55), -0.9, 0.0), 90 + rng.normal(0, 8))
    studio.brighter = rng.uniform(0, 0.35)
    setting.everyday(studio, reach * rng.uniform(0.8, 1.15), height, elevation=elevation)


def tangle(studio, mound, colour, thick, flat=1.0, wild=0.2, oily=0.5):
    """Strands of noodles in three shades, wound over a mound denser than the eye can follow."""
    rng = studio.rng
    core = s.Mound(rng, mound.radius * 0.96, mound.height * 0.9, mound.steep)
    core.ripples = mound.ripples
    studio.add(core.skin().moved(z=-thick), m.noodle(rng, m.shade(colour, 0.75)), "noodles", sharp=180)
    area = mound.radius**2 * (1 + mound.height / mound.radius)
    count = round(4.4 * area / thick / (1.6 if flat < 1 else 1.0))
    strands = [s.tube(strand(rng, mound, thick, wild), thick, 6, flat) for _ in range(min(count, 180))]
    for i, brightness in enumerate((0.84, 1.0, 1.12)):
        shaded = m.noodle(rng, m.shade(colour, brightness), oily)
        studio.add(s.join(*strands[i::3]), shaded, "noodles", sharp=180)


def strand(rng, mound, thick, wild):
    """The path of one noodle: an uneven loop over the mound's surface, here and there under others."""
    steps = 34
    turn = rng.uniform(0, s.TAU) + rng.choice([-1, 1]) * np.linspace(0, rng.uniform(2.0, 5.5), steps)
    loop = (
        mound.radius
        * rng.uniform(0.18, 0.62)
        * (1 + rng.uniform(0.1, 0.3 + wild) * np.sin(2 * turn + rng.uniform(0, 6)))
    )
    away, bearing = mound.radius * np.sqrt(rng.uniform(0, 0.55)), rng.uniform(0, s.TAU)
    x = away * np.cos(bearing) + loop * np.cos(turn) * rng.uniform(0.5, 1)
    y = away * np.sin(bearing) + loop * np.sin(turn) * rng.uniform(0.5, 1)
    path = np.column_stack([x, y])
    path += wild * 0.08 * np.column_stack([s.waves(rng, path, 0.35), s.waves(rng, path, 0.35)])
    over = np.hypot(*path.T) / mound.radius
    path *= min(1, rng.uniform(0.84, 1.03) / over.max())
    lift = thick * rng.uniform(-0.8, 2.2) + thick * (1 + 2 * wild) * np.sin(
        np.linspace(0, 9, steps) + rng.uniform(0, 6)
    )
    return np.column_stack([path, (mound.level(*path.T) + lift).clip(thick)])


def bolognese(studio, mound, share, meaty):
    """Tomato sauce over the middle of a mound, with minced meat where `meaty`."""
    rng = studio.rng
    colour = m.vary(rng, m.pick(rng, "#8c2a10", "#a3300f", "#b53214") if meaty else m.pick(rng, "#b8200c", "#c8321a"))
    cap = s.disc(rng, mound.radius * share, 0.09, 0.22, 0.5, rings=14, sides=72)
    cap = cap.warped(lambda x, y, z: (x, y, z + 0.05 + mound.level(x, y))).rough(rng, 0.03, 0.16)
    studio.add(cap, m.sauce(rng, colour, 0.2, 0.03, 0.07), "sauce", sharp=180)
    within = s.Mound(rng, mound.radius * share, mound.height)
    within.level = lambda x, y: mound.level(x, y) + 0.11
    if meaty:
        lumps = [s.blob(rng, rng.uniform(0.035, 0.07), 0.3, 0.7, 2) for _ in range(5)]
        minced = m.sauce(rng, m.vary(rng, m.pick(rng, "#7a3517", "#8f3f1c", "#6b2a12")), 0.3, 0.03, 0.05)
        studio.scatter(lumps, minced, "meat", within.spots(rng.integers(90, 170), 0.02, 90, (0.7, 1.3), 0.98))
    else:
        chunks = [s.blob(rng, rng.uniform(0.06, 0.11), 0.25, 0.8, 2) for _ in range(3)]
        studio.scatter(chunks, m.fruit(rng, "#c92a12", gloss=0.6), "tomato", within.spots(rng.integers(6, 16), 0.0, 90))


def garnish(studio, mound):
    """Leaves and grated cheese on top, each now and then."""
    rng = studio.rng
    with studio.placed((*rng.normal(0, 0.1, 2), mound.height * 1.05 + 0.08)):
        chance = rng.random()
        if chance < 0.4:
            sides.herbs(studio, rng.integers(2, 6), 0.14, size=rng.uniform(0.2, 0.34), part="basil")
    if rng.random() < 0.3:
        sprinkled(studio, mound, m.greens(rng, "#3f7d2a"), "herbs", rng.integers(30, 80))
    if rng.random() < 0.45:
        sprinkled(studio, mound, m.plain(rng, "#f5e6b8", 0.5), "cheese", rng.integers(60, 160), long=2.2)


def sprinkled(studio, mound, material, part, count, long=1.0):
    """Small flat crumbs over a mound: chopped herbs, grated cheese."""
    flake = s.box((0.045 * long, 0.03, 0.01), 0.004).toned(1.0)
    studio.scatter(flake, material, part, mound.spots(count, 0.1, 30, (0.5, 1.3), 0.65))


def speckle(studio, mound, count, lift=0.06):
    """Coarse pepper."""
    grain = s.ball(0.012, 1)
    studio.scatter(grain, m.plain(studio.rng, "#2a211b"), "pepper", mound.spots(count, lift, 90, (0.5, 1.3)))


def strewn(mound, count, tilt, reach):
    """Places among and on top of the strands of a tangle."""
    places = mound.spots(count, 0.0, tilt, (0.8, 1.2), reach)
    places.at[:, 2] += mound.rng.uniform(0.04, 0.12, count)
    return places


def shreds(studio, mound, material, count, width=0.07, flat=0.3, part="vegetable"):
    """Strips of cabbage, carrot or pepper, woven in."""
    rng = studio.rng
    strips = []
    for _ in range(4):
        length = rng.uniform(0.25, 0.5)
        path = s.spline([(-length / 2, 0, 0), (0, rng.normal(0, 0.06), 0.05), (length / 2, 0, 0)], 10)
        strips.append(s.tube(path, width * rng.uniform(0.7, 1.1), 6, flat).shifted(rng, 0.03, 0.2).toned(1.0))
    studio.scatter(strips, material, part, strewn(mound, count, 20, 0.9))


def scrambled(studio, mound, count):
    """Torn bits of omelette."""
    rng = studio.rng
    bits = [s.disc(rng, rng.uniform(0.12, 0.2), 0.05, 0.25, 0.3).shifted(rng, 0.06, 0.15) for _ in range(4)]
    paint = m.Paint(rng)
    tint = paint.ramp(paint.noise(0.15, 3), (0.32, "#fbf0cf"), (0.5, "#f3cc62"), (0.75, "#dca040"))
    egg = paint.skin(tint, 0.4, paint.bump(paint.noise(0.07, 3), 0.02), gloss=0.2)
    studio.scatter(bits, egg, "egg", strewn(mound, count, 25, 0.85), sharp=180)


RED_SAUSAGE, RICE_SAUSAGE = ("#b5432f", "#d97a5c", "#84281a"), ("#d9c6a4", "#f6eddb", "#a8814f")


def sausage_slices(studio, mound, count, colours=None):
    """Slanted slices of sausage, red or (of rice) pale: two colours within and the skin's."""
    rng = studio.rng
    slices = s.prism(s.wobbly(rng, 0.13, 0.03, 28) * (1.35, 1), 0.055, 0.018)
    slices = slices.toned(np.hypot(slices.points[:, 0] / 1.35, slices.points[:, 1]) / 0.13)
    paint = m.Paint(rng)
    dark, light, skin = colours or m.pick(rng, RED_SAUSAGE, RICE_SAUSAGE)
    inside = paint.ramp(paint.noise(0.05, 3), (0.35, m.vary(rng, dark)), (0.6, m.vary(rng, light)))
    tint = paint.mix(paint.step(paint.tone(), 0.82, 0.95), inside, skin)
    sausage = paint.skin(tint, 0.35, gloss=0.5)
    studio.scatter(slices, sausage, "sausage", strewn(mound, count, 22, 0.8))


def mushrooms(studio, mound, count):
    """Slices of mushroom, browned."""
    rng = studio.rng
    outline = [(0, -0.16), (0.05, -0.15), (0.05, -0.02), (0.17, -0.01), (0.15, 0.1), (0, 0.15)]
    outline = s.spline(outline + [(-x, y) for x, y in outline[-2:0:-1]], 36, closed=True)
    slice_ = s.prism(outline, 0.04, 0.012).shifted(rng, 0.015, 0.2)
    brown = m.crust(rng, "#e6cfa6", "#b98d58", "#6e4a2a", 0.4, 0.15, 0.4)
    studio.scatter(slice_, brown, "mushrooms", strewn(mound, count, 22, 0.8))


def rings(studio, mound, count):
    """Rings of spring onion."""
    rng = studio.rng
    ring = s.lathe([(0.045, 0), (0.05, 0.015), (0.045, 0.03), (0.03, 0.03), (0.03, 0)], 14).toned(1.0)
    studio.scatter(ring, m.greens(rng, "#6fae3c"), "vegetable", strewn(mound, count, 30, 0.75))


def arc(radius, angle, steps=9):
    turn = np.radians(np.linspace(-angle / 2, angle / 2, steps))
    return np.column_stack([radius * np.sin(turn), radius * (1 - np.cos(turn)), 0 * turn])


def quill(rng, length, thick, slant):
    """A hollow tube along x with ends cut aslant, finely ridged."""
    along, around = np.linspace(-length / 2, length / 2, 6), np.linspace(0, s.TAU, 20, endpoint=False)
    x, angle = np.meshgrid(along, around, indexing="ij")
    walls = []
    for reach in (thick, thick * 0.72):
        r = reach * (1 + 0.04 * (np.arange(20) % 2))
        walls.append(np.stack([x + slant * r * np.sin(angle), r * np.cos(angle), r * np.sin(angle)], -1))
    points = np.concatenate([walls[0], walls[1][::-1], walls[0][:1]])
    return s.grid(points, False, True).bent(rng.uniform(5, 25))


def spiral(rng, length=0.42, radius=0.085):
    """A fusillo: three blades twisted round a core."""
    blades = []
    along, turns = np.linspace(-0.5, 0.5, 22), rng.uniform(1.3, 1.8)
    for blade in range(3):
        turn = s.TAU * (turns * along + blade / 3)
        out = np.linspace(0.15, 1, 4)[:, None] * radius
        rim = np.stack(np.broadcast_arrays(along * length, out * np.cos(turn), out * np.sin(turn)), -1)
        side = 0.012 * np.stack(np.broadcast_arrays(0 * turn, -np.sin(turn), np.cos(turn)), -1)
        blades.append(s.grid(np.concatenate([rim + side, rim[::-1] - side])))
    return s.join(*blades)


def bow_tie(rng, length=0.42, width=0.3):
    """A farfalla: a small sheet pinched in the middle."""
    flat = s.sheet(length, width, 14, 18)
    pinch = np.exp(-((flat.points[:, 0] / 0.08) ** 2))
    fold = 0.05 * np.cos(flat.points[:, 1] / width * 13) * pinch
    return flat.warped(lambda x, y, z: (x, y * (1 - 0.6 * pinch), z + fold)).bent(rng.uniform(15, 50))


def short_pasta(studio, shapes, reach, floor, noodle, sauce, item, height):
    """Short pasta heaped, dressed with sauce (a colour, or None), with tomatoes, olives, cheese or leaves."""
    rng = studio.rng
    mound = s.Mound(rng, reach, reach * rng.uniform(0.25, 0.42), 0.55)
    with studio.placed((0, 0, floor)):
        under = m.sauce(rng, sauce, 0.25, 0.03, 0.08) if sauce else noodle
        studio.add(mound.skin(0.05).rough(rng, 0.03, 0.2), under, "sauce" if sauce else "noodles", sharp=180)
        places = mound.spots(round(rng.uniform(95, 130) * reach**2), 0.07, 22, (0.9, 1.15), 0.93)
        studio.scatter(shapes, noodle, "noodles", places, sharp=50)
        if sauce:
            drops = [s.disc(rng, rng.uniform(0.06, 0.16), 0.04, 0.25, 0.7).shifted(rng, 0.03, 0.1) for _ in range(4)]
            studio.scatter(drops, under, "sauce", mound.spots(rng.integers(12, 34), 0.12, 20, reach=0.8), sharp=180)
        if rng.random() < 0.45:
            halves = s.lathe(s.spline([(0, -0.1), (0.09, -0.06), (0.11, 0), (0.1, 0.01), (0, 0.01)], 12), 20)
            red = m.fruit(rng, "#cf2a17", "#e0532a", 0.08, gloss=0.6)
            studio.scatter(halves, red, "tomato", mound.spots(rng.integers(4, 10), 0.14, 40, reach=0.8))
        if rng.random() < 0.25:
            olives = s.tube(arc(0.05, 320, 14), 0.028, 7)
            studio.scatter(olives, m.plain(rng, "#1f1a20", 0.25), "olives", mound.spots(8, 0.14, 25, reach=0.8))
        lifted = s.Mound(rng, reach, mound.height + 0.08)
        garnish(studio, lifted)
    finish(studio, reach, floor + mound.height)
