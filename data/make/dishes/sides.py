"""Things that accompany more than one class: berries, cookies, herbs, slices of lemon."""

import materials as m
import numpy as np
import shapes as s
import tableware as t


def strawberries(studio, count=3, reach=0.45, part="strawberries"):
    """Whole strawberries with their leaves, lying about the origin."""
    rng = studio.rng
    body = s.lathe(
        s.spline([(0, -0.3), (0.1, -0.26), (0.2, -0.1), (0.245, 0.05), (0.2, 0.18), (0.08, 0.23), (0, 0.21)], 22), 24
    )
    skin, green = m.strawberry(rng), m.greens(rng, "#4f8f2c")
    star = s.join(*[s.leaf(0.22, 0.11, -45).turned(y=-8, z=i * 360 / 7 + 9).moved(z=0.235) for i in range(7)])
    for x, y in s.spread(rng, count, reach, 0.38):
        size = rng.uniform(0.8, 1.1)
        with studio.placed((x, y, 0.2 * size), (rng.uniform(80, 110), 0, rng.uniform(0, 360)), size):
            studio.add(body.shifted(rng, 0.02, 0.3), skin, part)
            studio.add(star, green, part)


def cookies(studio, count=3, part="cookies"):
    """Cookies with chocolate chips, stacked carelessly round the origin."""
    rng = studio.rng
    dough, chip = m.crust(rng, "#e0b070", "#b97b3c", "#7a4a20", 0.4, 0.3), m.chocolate(rng)
    height = 0.0
    for _ in range(count):
        at = (*rng.normal(0, 0.12, 2), height)
        with studio.placed(at, (rng.normal(0, 4), rng.normal(0, 4), rng.uniform(0, 360))):
            studio.add(s.disc(rng, 0.36, 0.11, 0.04, 0.5), dough, part)
            spots = s.spread(rng, 8, 0.28, 0.1)
            studio.scatter(s.blob(rng, 0.04, 0.2, 0.5, 1), chip, part, s.scattered(rng, spots, 0.1))
        height += 0.1


def herbs(studio, count=5, reach=0.3, z=0.0, colour="#3f7d2a", size=0.18, part="herbs"):
    """Small leaves (parsley, basil, mint) strewn about the origin at height z."""
    rng = studio.rng
    leaves = [s.leaf(size, size * 0.55, rng.uniform(10, 60)) for _ in range(3)]
    places = s.scattered(rng, s.spread(rng, count, reach, size * 0.3), z, tilt=20)
    studio.scatter(leaves, m.greens(rng, colour), part, places)


def citrus_slice(studio, at=(0, 0, 0), turn=(0, 0, 0), radius=0.27, colour="#f4d03b", part="lemon"):
    """A round slice of lemon, lime or orange."""
    rng = studio.rng
    paint = m.Paint(rng)
    x, y = paint.axis("x"), paint.axis("y")
    angle = paint.math("ARCTAN2", y, x)
    segment = paint.math("ABSOLUTE", paint.math("SINE", paint.math("MULTIPLY", angle, 4.5)))
    reach = paint.math("SQRT", paint.math("ADD", paint.math("MULTIPLY", x, x), paint.math("MULTIPLY", y, y)))
    inside = paint.math("MULTIPLY", paint.step(segment, 0.08, 0.2), paint.step(reach, 0.86 * radius, 0.8 * radius))
    tint = paint.mix(inside, "#fbf3d0", m.vary(rng, colour))
    tint = paint.mix(paint.step(reach, 0.92 * radius, 0.95 * radius), tint, m.shade(colour, 0.95))
    slice_ = s.prism(s.wobbly(rng, radius, 0.01), 0.06, 0.015)
    studio.add(slice_, paint.skin(tint, 0.25, gloss=0.4, soft=0.2), part, at, turn)


def sesame(studio, count=30, reach=0.5, z=0.0, colour="#f1e3c0", part="sesame"):
    """Seeds strewn about the origin."""
    rng = studio.rng
    spots = rng.normal(0, reach / 2, (count, 2))
    places = s.Places(
        np.column_stack([spots, np.full(count, z)]), rng.uniform(0, 360, (count, 3)) * (0, 0, 1), np.ones(count)
    )
    studio.scatter(s.ball((0.03, 0.017, 0.01), 1), m.plain(rng, colour, 0.4), part, places)


def bread_slice(rng, width=1.1, thick=0.13, form=None):
    """A slice of a loaf lying on z = 0: "tin" (as for toast), "rustic" (long oval) or "round"; tone 1 at its crust."""
    form = form or m.pick(rng, "tin", "tin", "rustic")
    if form == "tin":
        right = [(0, -0.5), (0.4, -0.5), (0.46, -0.44), (0.45, 0.05), (0.5, 0.25), (0.45, 0.44), (0.25, 0.52), (0, 0.5)]
        left = [(-x, y) for x, y in right[-2:0:-1]]
        outline = s.spline(np.multiply(right + left, (width, width * rng.uniform(0.9, 1.1))), 60, closed=True)
    else:
        narrow = 1.0 if form == "round" else rng.uniform(0.58, 0.8)
        outline = s.wobbly(rng, width / 2, 0.04, 60) * (1, narrow) / narrow**0.4
    shape = s.prism(outline, thick, 0.025, rings=9)
    out, reach = (np.linalg.norm(xy - outline.mean(axis=0), axis=1) for xy in (shape.points[:, :2], outline))
    return shape.toned(out / np.tile(reach, len(out) // len(reach))).rough(rng, 0.012, 0.4).shifted(rng, 0.02, 0.6)


def sliced_bread(rng, baked=0.5, kind=None):
    """A material for `bread_slice`: white, wholemeal, rye or brioche, from untoasted (0) to dark (1)."""
    kind = kind or m.pick(rng, "white", "white", "white", "wholemeal", "wholemeal", "rye", "brioche")
    pale, brown, edge = {
        "white": ("#f6e4bd", "#bd8240", "#8f5626"),
        "wholemeal": ("#d6b07c", "#94622f", "#5e3a1d"),
        "rye": ("#a87b50", "#6b4526", "#3d2615"),
        "brioche": ("#f8de9c", "#c98a3e", "#8f5220"),
    }[kind]
    return m.toast(rng, pale, brown, m.vary(rng, edge), baked)


def fried_egg(studio, radius=None, lace=None, part="egg"):
    """A fried egg, sunny side up, about the origin: the white runs thin to a lace that is browned by `lace` 0 to 1."""
    rng = studio.rng
    radius = radius or rng.uniform(0.44, 0.58)
    lace = rng.uniform(0, 0.9) if lace is None else lace
    yolk, thick = radius * rng.uniform(0.36, 0.46), rng.uniform(0.05, 0.08)
    x0, y0 = rng.normal(0, 0.12 * radius, 2)

    def hump(x, y):
        return 0.09 * np.exp(-((np.hypot(x - x0, y - y0) / yolk / 1.35) ** 4))

    white = s.disc(rng, radius, thick, 0.1, 0.35, rings=14, sides=72)
    bubbles = 0.022 * s.waves(rng, white.points[:, :2], 0.22) + 0.02 * s.waves(rng, white.points[:, :2], 0.7)
    white = white.warped(lambda x, y, z: (x, y, z + hump(x, y) + bubbles * np.clip(white.tone * 1.2, 0.3, 1)))
    dome = s.ball((yolk, yolk, yolk * rng.uniform(0.5, 0.68)), 3).shifted(rng, 0.02, 0.5)
    pepper = m.pick(rng, 0.0, 0.0, 1.0)
    with studio.placed(turn=(0, 0, rng.uniform(0, 360)), part=part):
        studio.add(white, m.egg_white(rng, lace, pepper), part, sharp=180)
        colour = m.pick(rng, "#f7a51b", "#f5b82c", "#f08c14", "#f6c545")
        studio.add(dome, m.yolk(rng, colour), part, at=(x0, y0, thick * 0.75 + 0.07))


def bacon(studio, count=3, part="bacon"):
    """Rashers of bacon, waved by the pan, side by side about the origin along x."""
    rng = studio.rng
    paint = m.Paint(rng)
    y = paint.math("ADD", paint.axis("y"), paint.math("MULTIPLY", paint.noise(0.5, 2, stretch=(0.4, 1, 1)), 0.22))
    stripe = paint.math("SINE", paint.math("MULTIPLY", y, rng.uniform(26, 36)))
    lean = paint.ramp(paint.noise(0.25, 4), (0.35, "#7d2717"), (0.65, m.vary(rng, "#b5472c")))
    tint = paint.mix(paint.step(stripe, 0.15, 0.6), lean, m.vary(rng, "#e9b987"))
    crisp = paint.skin(tint, 0.35, paint.bump(paint.noise(0.1, 3), 0.02), gloss=0.5)
    for i in range(count):
        flat = s.sheet(rng.uniform(1.3, 1.8), rng.uniform(0.26, 0.34), 7, 44)
        swell = 0.055 * s.waves(rng, flat.points[:, :1], rng.uniform(0.3, 0.5)) + 0.03 * s.waves(rng, flat.points, 0.3)
        rasher = flat.warped(lambda x, y, z, swell=swell: (x, y, swell + 0.07)).shifted(rng, 0.05, 0.7)
        at = (rng.normal(0, 0.05), (i - (count - 1) / 2) * 0.27 + rng.normal(0, 0.03), 0.02 * (i % 2))
        studio.add(rasher, crisp, part, at, (0, 0, rng.normal(0, 6)), sharp=180)


def fries(studio, count=60, reach=0.6, tilt=14, thick=0.085, part="fries"):
    """Chips of potato heaped up about the origin, browner at their ends."""
    rng = studio.rng
    chips = [chip(rng, thick) for _ in range(7)]
    studio.scatter(chips, golden(rng), part, s.heap(rng, count, reach, 0.24, 0.3, tilt))


def golden(rng):
    """Fried potato."""
    paint = m.Paint(rng)
    end = paint.math("MULTIPLY", paint.math("ABSOLUTE", paint.axis("x")), 0.55)
    heat = paint.math("ADD", paint.math("ADD", paint.noise(0.12, 4), end), paint.math("MULTIPLY", paint.chance(), 0.14))
    gold = m.vary(rng, m.pick(rng, "#efc062", "#ecb652", "#f2cd7c", "#e2a545"))
    tint = paint.ramp(heat, (0.42, "#f8df9c"), (0.66, gold), (0.92, "#b5722a"))
    return paint.skin(tint, 0.42, paint.bump(paint.noise(0.04, 3), 0.012), gloss=0.2)


def chip(rng, thick=0.085):
    """One chip along x, a little bent and uneven."""
    length = rng.uniform(0.42, 0.82)
    stick = s.box((length, thick * rng.uniform(0.9, 1.2), thick), 0.018, 3).moved(z=-thick / 2)
    bow, side = rng.normal(0, 0.12), rng.normal(0, 0.1)
    return stick.warped(lambda x, y, z: (x, y + side * x**2, z + bow * x**2)).shifted(rng, 0.014, 0.25)


def dip(studio, at=(0, 0, 0), colour=None, radius=None, part="sauce"):
    """A little dish of ketchup, mayonnaise, mustard or chilli sauce."""
    rng = studio.rng
    colour = colour or m.pick(rng, "#b3170f", "#b3170f", "#f6eccd", "#d99a1f", "#c23a12", "#5c2a14")
    with studio.placed(at):
        vessel = t.bowl(studio, radius or rng.uniform(0.28, 0.36), rng.uniform(0.17, 0.24), part="dish")
        reach, z = vessel.filling(0.72)
        surface = s.disc(rng, reach, 0.05, 0.0, 0.3).rough(rng, 0.02, 0.25)
        studio.add(surface, m.sauce(rng, colour, 0.25), part, at=(0, 0, z - 0.03), sharp=180)


def shrimp(rng, peeled=True):
    """A cooked shrimp curled on its side about the origin, banded, with its tail fan: (shape, material)."""
    along = np.linspace(0, 1, 40)
    turn, bow = np.radians(rng.uniform(200, 260) * along), 0.2 + 0.03 * along
    path = np.column_stack([bow * np.cos(turn), bow * np.sin(turn), 0.03 * np.sin(3 * turn)])
    segment = (along * 7) % 1
    thick = np.interp(along, [0, 0.15, 0.75, 1], [0.035, 0.06, 0.105, 0.085]) * (1 + 0.09 * segment)
    body = s.tube(path, thick, 12, flat=0.8)
    body = body.toned(np.repeat(np.concatenate([[0], along, [1]]), 12))
    fan = s.join(*[s.leaf(0.16, 0.08, 15).turned(z=k - 90).moved(*path[0]) for k in (-32, 0, 32)]).toned(0.02)
    paint = m.Paint(rng)
    band = paint.math("FRACT", paint.math("MULTIPLY", paint.tone(), 7.0))
    band = paint.math("ADD", band, paint.math("MULTIPLY", paint.noise(0.09, 3), 0.9))
    pale, red = ("#f6cfb2", "#e8743f") if peeled else ("#ef9460", "#d4481c")
    tint = paint.ramp(band, (0.35, m.vary(rng, pale)), (0.85, m.vary(rng, red)), (1.3, m.vary(rng, pale)))
    tint = paint.mix(paint.step(paint.tone(), 0.12, 0.04), tint, m.vary(rng, "#cf4a1d"))
    return s.join(body, fan), paint.skin(tint, 0.32, paint.bump(band, 0.006), gloss=0.5, soft=0.12)


def lemon_wedge(studio, at=(0, 0, 0), turn=(0, 0, 0), radius=0.26, colour="#f4d03b", part="lemon"):
    """An eighth to a quarter of a lemon, lime or orange, lying on its back."""
    rng = studio.rng
    rind = [
        (0, -1.15),
        (0.25, -1.1),
        (0.6, -0.85),
        (0.92, -0.4),
        (1, 0),
        (0.92, 0.4),
        (0.6, 0.85),
        (0.25, 1.1),
        (0, 1.15),
    ]
    profile = s.spline(rind, 18) * radius
    skin, cuts = s.wedge(profile, rng.uniform(60, 90), 10)
    with studio.placed((at[0], at[1], at[2] + radius), turn), studio.placed(turn=(0, 90, 0)):
        studio.add(skin, m.fruit(rng, colour, peel=0.03), part)
        studio.add(cuts, m.fruit(rng, m.shade(colour, 1.7), m.shade(colour, 1.1), 0.1, gloss=0.6), part)


def broccoli(studio, count=5, reach=0.4, at=(0, 0, 0), part="vegetable"):
    """Florets of broccoli about `at`."""
    rng = studio.rng
    stalk = m.greens(rng, "#9dbb5a")
    buds = m.greens(rng, "#3d7a26", wet=0.15, crinkle=0.05)
    head = s.ball((0.2, 0.2, 0.15), 2).points
    head = head[head[:, 2] > -0.05]
    bead = s.Places(head, np.zeros((len(head), 3)), rng.uniform(0.7, 1.25, len(head)))
    crown = s.copies(s.ball(0.045, 1), bead)
    for x, y in s.spread(rng, count, reach, 0.3):
        turn = (rng.uniform(-70, 70), rng.uniform(-40, 40), rng.uniform(0, 360))
        with studio.placed((at[0] + x, at[1] + y, at[2] + 0.17), turn, rng.uniform(0.8, 1.15), part=part):
            studio.add(s.tube([(0, 0, -0.2), (0, 0, 0.05)], [0.07, 0.1]), stalk, part)
            studio.add(crown, buds, part)


def carrots(studio, count=8, reach=0.4, at=(0, 0, 0), part="vegetable"):
    """Slices of cooked carrot about `at`."""
    rng = studio.rng
    slices = s.prism(s.wobbly(rng, 0.12, 0.04, 24), 0.05, 0.015)
    orange = m.fruit(rng, "#ec7a1c", "#d9600f", 0.1)
    places = s.heap(rng, count, reach, 0.12, 0.45, tilt=18)
    studio.scatter(slices, orange, part, places, np.add(at, (0, 0, -0.02)))


def peas(studio, count=30, reach=0.4, at=(0, 0, 0), part="vegetable"):
    """Green peas heaped about `at`."""
    rng = studio.rng
    places = s.heap(rng, count, reach, 0.055, 1.6)
    studio.scatter(s.ball(0.055, 2), m.fruit(rng, "#6fa02c", "#86b441", gloss=0.4), part, places, at)


def tomatoes(studio, count=4, reach=0.4, at=(0, 0, 0), part="vegetable"):
    """Cherry tomatoes, whole, about `at`."""
    rng = studio.rng
    red = m.fruit(rng, m.pick(rng, "#c9201a", "#d33a1c", "#e08a1e"), rough=0.18, gloss=0.5)
    spots = s.spread(rng, count, reach, 0.26)
    studio.scatter(s.blob(rng, (0.15, 0.15, 0.135), 0.02), red, part, s.scattered(rng, spots, 0.13, 60), at)


def salad(studio, count=12, reach=0.45, at=(0, 0, 0), part="vegetable"):
    """Leaves of lettuce heaped about `at`."""
    rng = studio.rng
    leaves = [
        s.leaf(rng.uniform(0.4, 0.7), rng.uniform(0.3, 0.45), rng.uniform(40, 110), 0.3, 14, 9).shifted(rng, 0.06, 0.2)
        for _ in range(4)
    ]
    green = m.greens(rng, m.pick(rng, "#6da536", "#4c8a2c", "#8cb84a"), "#d5e2a0")
    places = s.scattered(rng, rng.normal(0, reach * 0.45, (count, 2)), rng.uniform(0.02, 0.2, count), 30)
    studio.scatter(leaves, green, part, places, at, sharp=180)


def potatoes(studio, count=8, reach=0.45, at=(0, 0, 0), part="potatoes"):
    """Roast potatoes, halved or whole, about `at`."""
    rng = studio.rng
    lumps = [s.blob(rng, (0.22, 0.16, 0.14), 0.08, 0.8) for _ in range(3)]
    skin = m.crust(rng, "#efcf7a", "#d19a3e", "#8a5420", rng.uniform(0.3, 0.6), 0.2, 0.25)
    studio.scatter(lumps, skin, part, s.heap(rng, count, reach, 0.19, 0.9), at)


def mash(studio, reach=0.5, at=(0, 0, 0), part="potatoes"):
    """Mashed potato, forked up about `at`."""
    rng = studio.rng
    mound = s.Mound(rng, reach, reach * rng.uniform(0.45, 0.7), 0.7, 0.25)
    studio.add(mound.skin(0.06).rough(rng, 0.03, 0.2), m.cream(rng, "#f3df9f", 0.45, 0.02), part, at)


def side_dish(studio, at=(0, 0, 0), reach=0.45):
    """Some vegetable or potato, as lies beside meat, fish or rice, about `at`."""
    rng = studio.rng
    kinds = (broccoli, carrots, peas, tomatoes, salad, potatoes)
    first = kinds[rng.integers(len(kinds))]
    counts = {broccoli: 5, carrots: 9, peas: 40, tomatoes: 5, salad: 12, potatoes: 7}
    first(studio, round(counts[first] * (reach / 0.45) ** 2), reach, at)


def dealt(studio, variants, places, at=(0, 0, 0), sharp=40):
    """Deal places out among things that are lists of (shape, material, part) each."""
    for i, pieces in enumerate(variants):
        some = s.Places(*(column[i :: len(variants)] for column in (places.at, places.turn, places.scale)))
        for shape, material, part in pieces:
            studio.scatter(shape, material, part, some, at, sharp)
