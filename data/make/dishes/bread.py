"""Bread: toast, loaves, baguettes, rolls, croissants and pretzels, pizza, sandwiches and burgers."""

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides


def toast(studio):
    """Slices of toast on a plate, with butter, jam, avocado or tomatoes, or nothing."""
    rng = studio.rng
    floor = t.plate(studio).floor if rng.random() < 0.75 else t.board(studio).floor
    count = rng.choice([1, 2, 2, 3, 4])
    bread = sides.sliced_bread(rng, rng.uniform(0.25, 0.85))
    form = m.pick(rng, "tin", "tin", "rustic")
    topped = rng.random() < 0.55
    step = np.array([rng.uniform(0.3, 0.95), rng.uniform(-0.3, 0.3)]) if count < 4 else np.array([0.25, 0.05])
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(0, 360))):
        for i in range(count):
            x, y = (i - (count - 1) / 2) * step
            lean = 8 if i and step[0] < 0.9 else 0
            with studio.placed((x, y, 0.1 * i * (step[0] < 0.9)), (0, lean, rng.uniform(-25, 25))):
                studio.add(sides.bread_slice(rng, rng.uniform(1.0, 1.2), form=form), bread, "toast")
                if topped and (i == count - 1 or step[0] > 0.9):
                    topping(studio)
    if rng.random() < 0.3:
        t.knife(studio, (rng.choice([-1.25, 1.25]), -0.2, 0.03), rng.uniform(70, 110))
    setting.everyday(studio, 0.65 + 0.35 * step[0] * (count - 1), floor + 0.3)


def toast_and_egg(studio):
    """Slices of toast of which one or two carry a little egg: bread all the same, and easily taken for egg."""
    rng = studio.rng
    floor = m.pick(rng, t.plate, t.plate, t.plate, t.board)(studio).floor
    count = rng.choice([1, 2, 2, 3])
    bread, form = sides.sliced_bread(rng, rng.uniform(0.25, 0.8)), m.pick(rng, "tin", "tin", "rustic")
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(0, 360))):
        for i in range(count):
            at = ((i - (count - 1) / 2) * rng.uniform(0.95, 1.1), rng.normal(0, 0.06), 0)
            with studio.placed(at, (0, 0, rng.uniform(-25, 25))):
                studio.add(sides.bread_slice(rng, rng.uniform(1.05, 1.3), form=form), bread, "toast")
                if i == 0 or rng.random() < 0.3:
                    a_little_egg(studio)
                elif rng.random() < 0.4:
                    topping(studio)
    if rng.random() < 0.3:
        t.knife(studio, (rng.choice([-1.3, 1.3]), -0.2, 0.03), rng.uniform(70, 110))
    setting.everyday(studio, 0.68 + 0.33 * (count - 1), floor + 0.3, elevation=rng.uniform(28, 85))


def loaf(studio):
    """A loaf, from a tin or round, part of it sliced."""
    rng = studio.rng
    floor = t.board(studio).floor if rng.random() < 0.75 else t.plate(studio).floor
    radius = 1.0
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(15, 75) * rng.choice([-1, 1]))):
        if rng.random() < 0.6:
            cut_loaf(studio)
        else:
            boule(studio)
            radius = 0.85
    if rng.random() < 0.35:
        t.knife(studio, (0.2, -1.0, floor), rng.uniform(-25, 25) + rng.choice([0, 180]), 2.6)
    setting.everyday(studio, radius, floor + 0.7, elevation=rng.uniform(18, 70))


def baguette(studio):
    """Baguettes, whole or cut, in a basket, on a board or on paper."""
    rng = studio.rng
    crust = scored_crust(rng)
    if rng.random() < 0.35:
        vessel = t.basket(studio, rng.uniform(0.85, 1.05), 0.45)
        slices = [oval_slice(rng) for _ in range(4)]
        places = s.heap(rng, 24, vessel.radius * 0.8, 0.32, 0.6, 45)
        studio.scatter(slices, sides.sliced_bread(rng, 0.15, "white"), "bread", places, (0, 0, 0.12))
        setting.everyday(studio, 0.95, 0.7)
        return
    floor = m.pick(rng, t.board, t.board, t.sheet_of_paper)(studio).floor
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-60, 60))):
        for i in range(rng.integers(1, 4)):
            with studio.placed((rng.normal(0, 0.3), i * 0.62 - 0.3, 0), (0, 0, rng.normal(0, 7))):
                studio.add(stick(rng, rng.uniform(2.6, 3.6)), crust, "bread", sharp=180)
        if rng.random() < 0.65:
            crumb = sides.sliced_bread(rng, 0.1, "white")
            for i in range(rng.integers(3, 8)):
                at = (-1.1 + i * 0.27, -0.85 + rng.normal(0, 0.04), 0.1)
                studio.add(oval_slice(rng), crumb, "bread", at, (0, rng.uniform(-70, -35), rng.normal(0, 8)))
    setting.everyday(studio, rng.uniform(0.9, 1.4), floor + 0.4, elevation=rng.uniform(25, 75))


def rolls(studio):
    """Rolls, buns or bagels, in a basket, on a plate or on a board."""
    rng = studio.rng
    if rng.random() < 0.5:
        vessel = t.basket(studio, rng.uniform(0.95, 1.15), rng.uniform(0.35, 0.5))
        floor, reach, count = 0.08, vessel.radius * 0.8, rng.integers(6, 11)
    else:
        floor = m.pick(rng, t.plate, t.board, t.tray)(studio).floor
        reach, count = 0.75, rng.integers(2, 8)
    shapes, crust, seeds = m.pick(rng, buns, buns, crusty_rolls, bagels)(rng)
    places = s.heap(rng, count, reach, 0.36, 1.1, 14, (0.9, 1.1))
    for i, (at, turn, scale) in enumerate(zip(places.at, places.turn, places.scale, strict=True)):
        with studio.placed(at + np.array([0, 0, floor - 0.2]), turn, scale):
            studio.add(shapes[i % len(shapes)], crust, "bread", sharp=180)
            if seeds:
                strew(studio, shapes[i % len(shapes)], seeds)
    setting.everyday(studio, reach + 0.15, floor + 0.45)


def pastries(studio):
    """Croissants or pretzels."""
    rng = studio.rng
    floor = m.pick(rng, t.plate, t.plate, t.board, t.sheet_of_paper)(studio).floor
    count = rng.choice([1, 2, 2, 3, 4])
    make, size = (croissant, 0.75) if rng.random() < 0.6 else (pretzel, 0.8)
    spots = s.spread(rng, count, 0.15 + 0.26 * count, size * 0.95) if count > 1 else [(0, 0)]
    for i, (x, y) in enumerate(spots):
        with studio.placed((x, y, floor + 0.03 * i), (rng.normal(0, 5), rng.normal(0, 5), rng.uniform(0, 360))):
            make(studio)
    setting.everyday(studio, 0.5 + 0.22 * count, floor + 0.3, elevation=rng.uniform(28, 85))


def pizza(studio):
    """A whole pizza, cut or not, now and then with a piece missing."""
    rng = studio.rng
    radius = rng.uniform(1.3, 1.6)
    kind = rng.choice(["board", "plate", "tray", "paper"])
    if kind == "board":
        floor = t.board(studio, 2.3 * radius, form=m.pick(rng, "round", "handle", "square")).floor
    elif kind == "plate":
        floor = t.plate(studio, radius * 1.2, "flat").floor
    elif kind == "tray":
        floor = t.plate(studio, radius * 1.12, "flat", m.metal(rng, "#9a9896", 0.4), part="tray").floor
    else:
        floor = t.sheet_of_paper(studio, 2.6 * radius).floor + 0.04
    recipe = Recipe(rng)
    pieces = rng.choice([1, 6, 8])
    missing = 0 if pieces == 1 else rng.choice([0, 1, 1, 2])
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(0, 360))):
        if pieces == 1:
            pizza_piece(studio, recipe, radius, 360)
        for i in range(pieces - missing if pieces > 1 else 0):
            with studio.placed(turn=(0, 0, i * 360 / pieces)), studio.placed((rng.uniform(0.01, 0.05), 0, 0)):
                pizza_piece(studio, recipe, radius, 360 / pieces)
    setting.everyday(studio, radius * rng.uniform(0.75, 1.0), floor + 0.15, elevation=rng.uniform(30, 85))


def pizza_slice(studio):
    """A slice or two of pizza on a plate, often with knife and fork."""
    rng = studio.rng
    floor = m.pick(rng, t.plate, t.plate, t.plate, t.board, t.sheet_of_paper)(studio).floor + 0.01
    radius, recipe = rng.uniform(1.3, 1.6), Recipe(rng)
    count = rng.choice([1, 1, 2])
    turn = rng.uniform(0, 360)
    for i in range(count):
        aside = (i - (count - 1) / 2) * rng.uniform(0.62, 0.75)
        heading = rng.normal(180 * i, 7)
        with (
            studio.placed((0, 0, floor), (0, 0, turn)),
            studio.placed((0, aside, 0), (0, 0, heading)),
            studio.placed((-0.62 * radius, 0, 0)),
        ):
            pizza_piece(studio, recipe, radius, rng.uniform(38, 52))
    if rng.random() < 0.5:
        t.fork(studio, (-0.95, -0.35, floor + 0.1), rng.uniform(60, 120))
        t.knife(studio, (1.05, -0.35, floor + 0.1), rng.uniform(60, 120))
    setting.everyday(studio, rng.uniform(0.62, 0.9), floor + 0.15, elevation=rng.uniform(28, 85))


def sandwich(studio):
    """A burger, or a sandwich cut across, its layers to be seen."""
    rng = studio.rng
    floor = m.pick(rng, t.plate, t.plate, t.board, t.sheet_of_paper)(studio).floor
    if rng.random() < 0.5:
        with studio.placed((0, 0, floor), (0, 0, rng.uniform(0, 360))):
            height = burger(studio)
        setting.everyday(studio, 0.68, floor + height, elevation=rng.uniform(8, 45))
    else:
        with studio.placed((0, 0, floor), (0, 0, rng.uniform(-35, 35))):
            halves(studio)
        setting.everyday(studio, 0.8, floor + 0.5, elevation=rng.uniform(12, 55))


DISHES = {
    "toast": toast,
    "toast and egg": toast_and_egg,
    "loaf": loaf,
    "baguette": baguette,
    "rolls": rolls,
    "croissants and pretzels": pastries,
    "pizza": pizza,
    "slice of pizza": pizza_slice,
    "sandwich or burger": sandwich,
}


def a_little_egg(studio):
    """A small fried egg, or slices of a boiled one, on a slice of bread whose middle is the origin."""
    rng = studio.rng
    with studio.placed((*rng.normal(0, 0.08, 2), 0.13)):
        if rng.random() < 0.55:
            sides.fried_egg(studio, rng.uniform(0.32, 0.48))
            return
        if rng.random() < 0.4:
            sides.salad(studio, 6, 0.36)
        white, yolk = m.egg_white(rng, 0), m.yolk(rng, m.pick(rng, "#f3c04a", "#f5ae2e", "#f7d36f"))
        for x, y in s.spread(rng, rng.integers(2, 6), 0.34, 0.25):
            with studio.placed((x, y, 0.02), (rng.normal(0, 6), rng.normal(0, 6), 0)):
                studio.add(s.disc(rng, 0.18, 0.035, 0.02, 0.2), white, "egg")
                studio.add(s.disc(rng, 0.11, 0.02, 0.02, 0.3), yolk, "egg", (0, 0, 0.03))
    if rng.random() < 0.4:
        sides.herbs(studio, rng.integers(3, 10), 0.35, 0.2, size=0.08)


def topping(studio):
    """What is spread or laid on a slice of toast whose middle is the origin."""
    rng = studio.rng
    kind = rng.choice(["butter", "jam", "avocado", "tomatoes", "cream cheese"])
    spread = s.disc(rng, rng.uniform(0.36, 0.48), 0.045, 0.07, 0.15, rings=10).rough(rng, 0.018, 0.15)
    top = 0.125
    if kind == "butter":
        pat = s.box((0.3, 0.28, 0.09), 0.03, 4).shifted(rng, 0.02, 0.3)
        melted = s.disc(rng, 0.3, 0.012, 0.2, 0.1)
        studio.add(melted, m.sauce(rng, "#edb74e", 0.15), "butter", (0, 0, top))
        studio.add(pat, m.butter(rng), "butter", (*rng.normal(0, 0.08, 2), top + 0.01), (0, 0, rng.uniform(0, 360)))
    elif kind == "jam":
        studio.add(spread, m.sauce(rng, m.pick(rng, "#8c1220", "#c9561a", "#4a1230"), 0.12, 0.04), "jam", (0, 0, top))
    elif kind == "avocado":
        studio.add(spread, m.sauce(rng, "#a3b356", 0.4, 0.04), "avocado", (0, 0, top))
        if rng.random() < 0.35:
            for x, y in s.spread(rng, 3, 0.28, 0.25):
                studio.add(s.disc(rng, 0.17, 0.03, 0.02, 0.2), m.egg_white(rng, 0), "egg", (x, y, top + 0.045))
                studio.add(s.disc(rng, 0.1, 0.02, 0.02, 0.3), m.yolk(rng, "#f3c04a"), "egg", (x, y, top + 0.07))
        else:
            sides.sesame(studio, 20, 0.45, top + 0.05, m.pick(rng, "#f1e3c0", "#a3261a"))
    elif kind == "tomatoes":
        dice = [s.box((0.11, 0.1, 0.08), 0.03, 2).shifted(rng, 0.03, 0.1) for _ in range(4)]
        places = s.heap(rng, 45, 0.42, 0.08, 0.9, 35)
        studio.scatter(dice, m.fruit(rng, "#d0341c", "#e8683a", gloss=0.6), "tomato", places, (0, 0, top))
        sides.herbs(studio, rng.integers(4, 10), 0.35, top + 0.12)
    else:
        studio.add(spread, m.cream(rng), "cream cheese", (0, 0, top))
        if rng.random() < 0.6:
            sides.herbs(studio, rng.integers(6, 20), 0.35, top + 0.05, size=0.08)


def scored_crust(rng, pale="#e6bf80", brown="#b57a3a", burnt="#6e4220", flour=None):
    """Crust that is pale or floury where the shape's tone nears 1."""
    paint = m.Paint(rng)
    heat = paint.math("ADD", paint.noise(0.4, 4), paint.math("MULTIPLY", paint.upward(), 0.14))
    tint = paint.ramp(heat, (0.3, m.vary(rng, pale)), (0.55, m.vary(rng, brown)), (0.85, burnt))
    opened = paint.math("ADD", paint.tone(), paint.math("MULTIPLY", paint.noise(0.08, 3), 0.3))
    tint = paint.mix(paint.step(opened, 0.55, 0.95), tint, m.vary(rng, flour or "#ecd09a"))
    dust = paint.math("MULTIPLY", paint.step(paint.noise(0.15, 5), 0.5, 0.7), paint.step(paint.upward(), 0.1, 0.9))
    tint = paint.mix(paint.math("MULTIPLY", dust, m.pick(rng, 0.0, 0.25, 0.7)), tint, "#f6ecd8")
    return paint.skin(tint, 0.55, paint.bump(paint.noise(0.06, 4), 0.025), gloss=0.08)


def stick(rng, length, thick=0.34):
    """A baguette along x with slanting cuts; tone 1 in the cuts."""
    u, angle = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 90))[:, None], np.linspace(0, s.TAU, 32, endpoint=False)
    reach = thick * (1 - np.abs(u) ** 5) ** 0.45 * np.ones_like(angle)
    from_top = (angle - np.pi / 2 + np.pi) % s.TAU - np.pi
    phase = (u * length / 2 / rng.uniform(0.42, 0.6) + 0.5 * from_top) % 1 - 0.5
    cut = np.exp(-((phase / 0.13) ** 2)) * np.clip(1.5 - 1.9 * np.abs(from_top), 0, 1) * (np.abs(u) < 0.9)
    reach = (
        reach
        - 0.03 * cut
        + 0.05 * (np.abs(u) < 0.9) * np.exp(-(((phase - 0.24) / 0.1) ** 2)) * (np.abs(from_top) < 0.8)
    )
    y, z = reach * np.cos(angle), reach * np.sin(angle) * 0.82
    points = np.stack([u * length / 2 + 0 * y, y, np.maximum(z, -0.5 * thick) + 0.5 * thick], -1)
    bow = rng.normal(0, 0.06)
    shape = s.grid(points, False, True).toned(cut.ravel())
    return shape.warped(lambda x, y, z: (x, y + bow * x**2, z)).shifted(rng, 0.04, 0.8)


def oval_slice(rng):
    """A slice of baguette, on its cut."""
    return sides.bread_slice(rng, rng.uniform(0.56, 0.68), rng.uniform(0.1, 0.16), "rustic")


def cut_loaf(studio):
    """A loaf along x with its cut end at +x and slices fallen from it."""
    rng = studio.rng
    width, length = rng.uniform(0.85, 1.05), rng.uniform(0.8, 1.5)
    kind = m.pick(rng, "white", "wholemeal", "rye", "brioche")
    crumb = sides.sliced_bread(rng, rng.uniform(0.0, 0.15), kind)
    slice_ = sides.bread_slice(rng, width, 0.12, "tin")
    count = len(slice_.points) // 60
    rim = slice_.points.reshape(count, 60, 3)[count // 2]
    u = np.linspace(0, 1, 26)[:, None, None]
    shrink = 1 - 0.35 * np.maximum(0, 1 - u / 0.12) ** 2
    low = rim[:, 1].min()
    y, z = rim[:, 0] * shrink, (rim[:, 1] - low) * (0.9 + 0.1 * shrink)
    body = s.grid(
        np.concatenate([u * -length * np.ones_like(y), y, z], 1).reshape(26, 3, 60).swapaxes(1, 2)[::-1], False, True
    )
    back = s.grid(
        np.linspace(1, 0, 5)[:, None, None] * (body.points[-60:] - body.points[-60:].mean(0))
        + body.points[-60:].mean(0),
        False,
        True,
    )
    crust = m.crust(
        rng,
        *{
            "white": ("#e2b878", "#a9703a", "#6b4322"),
            "wholemeal": ("#b98a55", "#80542c", "#4d301a"),
            "rye": ("#8a5b34", "#5d371a", "#331c0c"),
            "brioche": ("#d69a4c", "#98602a", "#5c3417"),
        }[kind],
        0.5,
        0.25,
        gloss=0.25 if kind == "brioche" else 0.05,
    )
    with studio.placed((0.15, 0, 0)):
        studio.add(s.join(body, back).shifted(rng, 0.05, 0.7), crust, "bread", sharp=60)
        x = 0.0
        for i in range(rng.integers(1, 6)):
            lean = 0 if i == 0 else min(12 + 16 * i + rng.uniform(0, 12), 80)
            with studio.placed((x, rng.normal(0, 0.03) * i, 0), (0, lean, rng.normal(0, 4) * i)):
                studio.add(slice_, crumb, "bread", (-0.11, 0, -low), (90, 0, 90))
            x += 0.13 + 0.28 * np.sin(np.radians(lean))


def boule(studio):
    """A round country loaf with cuts on top, floury."""
    rng = studio.rng
    r, angle = np.linspace(0.001, 1, 34)[:, None], np.linspace(0, s.TAU, 64, endpoint=False)
    x, y = r * np.cos(angle), r * np.sin(angle)
    style = rng.integers(3)
    if style == 0:
        line = np.minimum(np.abs(x), np.abs(y))
    elif style == 1:
        line = np.abs((x + 0.12 * y**2) % 0.4 - 0.2)
    else:
        line = np.abs(y + 0.2 * x**2 - 0.1)
    cut = np.exp(-((line / 0.055) ** 2)) * (r < 0.82)
    radius, height = rng.uniform(0.75, 0.95), rng.uniform(0.45, 0.6)
    z = height * np.sqrt(np.clip(1 - r**2.6, 0, 1)) - 0.05 * cut + 0.1
    top = np.stack([radius * x, radius * y, z], -1)
    bottom = top[-1:] * (0.93, 0.93, 0)
    shape = s.grid(np.concatenate([bottom, top[::-1]]), False, True)
    tone = np.concatenate([np.zeros(64), cut[::-1].ravel()])
    crust = scored_crust(rng, "#d9a35c", "#95561f", "#4f280f", "#ecd9b4")
    studio.add(shape.toned(tone).shifted(rng, 0.07, 0.7).rough(rng, 0.015, 0.2), crust, "bread", sharp=180)


def buns(rng):
    """Soft glossy buns: shapes, crust, seeds."""
    shapes = [
        s.blob(rng, (0.39, 0.39, 0.27), 0.04, 1.2).warped(lambda x, y, z: (x, y, np.maximum(z, -0.12) + 0.12))
        for _ in range(3)
    ]
    crust = browned_top(rng)
    return shapes, crust, m.pick(rng, None, "#f3e6c6", "#2b2620")


def browned_top(rng):
    """Soft crust: brown and glossy above, pale where the buns stood close."""
    paint = m.Paint(rng)
    heat = paint.math("ADD", paint.math("MULTIPLY", paint.upward(), 0.4), paint.math("MULTIPLY", paint.noise(0.5), 0.5))
    brown, dark = m.pick(rng, ("#c07a34", "#8a4a1c"), ("#a8622a", "#6f3a16"), ("#cd9148", "#a3622a"))
    tint = paint.ramp(heat, (0.0, "#f6e3b8"), (0.22, "#ecc383"), (0.42, m.vary(rng, brown)), (0.7, m.vary(rng, dark)))
    return paint.skin(tint, 0.4, paint.bump(paint.noise(0.1, 3), 0.006), gloss=0.25)


def crusty_rolls(rng):
    """Crusty rolls with one cut along the top."""
    shapes = [stick(rng, rng.uniform(0.85, 1.05), 0.33).scaled(1, 1, 1.1).moved(z=0.02) for _ in range(3)]
    return shapes, scored_crust(rng, "#dcae6c", "#b07a40"), m.pick(rng, None, None, "#2b2620")


def bagels(rng):
    """Bagels."""
    turn = np.linspace(0, s.TAU, 28, endpoint=False)
    ring = np.column_stack([0.27 + 0.16 * np.cos(turn), 0.15 + 0.15 * np.sin(turn)])
    shapes = [s.lathe(np.concatenate([ring, ring[:1]]), 36).shifted(rng, 0.05, 0.5) for _ in range(3)]
    crust = m.crust(rng, "#e5ac5c", m.pick(rng, "#b0672a", "#8f4d1c"), "#5f3012", 0.5, gloss=0.35, depth=0.006)
    return shapes, crust, m.pick(rng, None, "#f3e6c6", "#f3e6c6", "#2b2620")


def strew(studio, shape, colour, part="bread"):
    """Seeds on the upper side of a shape."""
    rng = studio.rng
    up = np.flatnonzero(shape.normals[:, 2] > 0.55)
    at = shape.points[rng.choice(up, 34)]
    places = s.Places(at, rng.uniform(0, 360, (34, 3)) * (0, 0, 1), np.ones(34))
    studio.scatter(s.ball((0.032, 0.02, 0.014), 1), m.plain(rng, colour, 0.5), part, places)


def croissant(studio):
    """A croissant bent round the origin, in ridged windings."""
    rng = studio.rng
    u = np.linspace(-1, 1, 110)
    windings = rng.uniform(3.2, 4.2)
    phase = (np.abs(u) * windings + 0.35) % 1
    thick = 0.27 * (1 - np.abs(u) ** 1.7 * 0.82) * (1 - 0.22 * phase)
    bend = np.radians(rng.uniform(45, 95))
    path = np.column_stack(
        [0.62 / np.sin(bend) * np.sin(bend * u), 0.62 / np.sin(bend) * (1 - np.cos(bend * u)) - 0.2, 0 * u]
    )
    body = s.tube(path, thick, 20)
    tone = np.repeat(np.concatenate([[0.5], 1 - phase, [0.5]]), 20)
    low = 0.16
    body = body.toned(tone).warped(lambda x, y, z: (x, y, np.maximum(z * 0.9, -low) + low))
    paint = m.Paint(rng)
    heat = paint.math("ADD", paint.math("MULTIPLY", paint.tone(), 0.35), paint.noise(0.2, 4))
    heat = paint.math("ADD", heat, paint.math("MULTIPLY", paint.upward(), 0.08))
    tint = paint.ramp(heat, (0.42, "#efc57c"), (0.66, m.vary(rng, "#c57a2c")), (0.85, "#7d4016"))
    flakes = paint.noise(0.07, 4, stretch=(0.4, 1, 1))
    studio.add(
        body.shifted(rng, 0.05, 0.5),
        paint.skin(tint, 0.42, paint.bump(flakes, 0.02), gloss=0.35),
        "croissant",
        sharp=60,
    )


def pretzel(studio):
    """A soft pretzel with salt."""
    rng = studio.rng
    half = [
        (0.0, -0.42),
        (0.35, -0.36),
        (0.56, -0.02),
        (0.48, 0.36),
        (0.2, 0.34),
        (0.0, 0.08),
        (-0.16, -0.14),
        (-0.3, -0.34),
    ]
    loop = s.spline([(-x, y) for x, y in half[:0:-1]] + half, 110)
    t_ = np.linspace(-1, 1, 110)
    rise = 0.12 + 0.09 * np.exp(-(((np.abs(t_) - 0.72) / 0.09) ** 2)) * np.sign(t_)
    thick = 0.075 + 0.05 * np.exp(-((t_ / 0.35) ** 2)) + 0.02 * np.abs(t_)
    body = s.tube(np.column_stack([loop, rise]), thick, 14).shifted(rng, 0.03, 0.5)
    split = np.repeat(np.exp(-((np.concatenate([[-1], t_, [1]]) / 0.22) ** 2)), 14)
    angle = np.tile(np.linspace(0, s.TAU, 14, endpoint=False), 112)
    tone = split * (np.abs(np.sin(angle) - 0.6) < 0.35)
    crust = scored_crust(rng, "#b5642a", "#8a421a", "#55260f")
    studio.add(body.toned(tone), crust, "pretzel", sharp=180)
    strew(studio, body, "#fbf7ee", "pretzel")


class Recipe:
    """What a pizza is made of, so that its slices are alike: one material for the top, and some toppings."""

    def __init__(self, rng, toppings=None):
        self.toppings = toppings or rng.choice(
            list(TOPPINGS), rng.choice([0, 1, 1, 2, 3]), replace=False, p=ORDERED / ORDERED.sum()
        )
        self.things = {name: TOPPINGS[name](rng) for name in self.toppings}
        self.top, self.crumb = pizza_top(rng), m.crumb(rng, "#f0d9a8", 0.05)
        self.rim = rng.uniform(0.11, 0.2)
        self.herbs = rng.random() < 0.5


THICK = 0.1  # of a pizza within its rim


def pizza_top(rng, bare=None):
    """Crust at the rim (tone 1), then a line of sauce, then browned cheese that lets the sauce through in places."""
    paint = m.Paint(rng)
    edge = paint.math(
        "ADD", paint.tone(), paint.math("MULTIPLY", paint.math("SUBTRACT", paint.noise(0.22, 4), 0.5), 0.34)
    )
    bare = rng.uniform(0.28, 0.42) if bare is None else bare
    melted = paint.step(paint.noise(0.26, 5, distortion=0.5), bare, bare + 0.13)
    blister = paint.math("ADD", paint.noise(0.14, 5), rng.uniform(-0.06, 0.03))
    cheese = paint.ramp(
        blister,
        (0.36, m.vary(rng, "#fbeec4", 0.5)),
        (0.52, m.vary(rng, "#f3cf72")),
        (0.66, "#dd9438"),
        (0.78, "#8f4a1c"),
    )
    sauce = paint.ramp(paint.noise(0.1, 3), (0.3, "#8f1d0f"), (0.7, m.vary(rng, "#c8401f")))
    heat = paint.math("ADD", paint.noise(0.25, 5, roughness=0.6), rng.uniform(-0.08, 0.05))
    dough = paint.ramp(heat, (0.32, "#f0d3a0"), (0.5, m.vary(rng, "#cf9550")), (0.66, "#8a5022"), (0.76, "#38200f"))
    tint = paint.mix(paint.step(edge, 0.79, 0.83), paint.mix(melted, sauce, cheese), sauce)
    baked = paint.step(edge, 0.84, 0.88)
    tint = paint.mix(baked, tint, dough)
    height = paint.math("ADD", melted, paint.math("MULTIPLY", paint.noise(0.07, 3), 0.5))
    rough = paint.step(baked, -0.6, 1.2)
    return paint.skin(tint, rough, paint.bump(height, 0.06), gloss=0.25)


def pizza_piece(studio, recipe, radius, angle, part="pizza"):
    """A slice of pizza from its tip at the origin along +x, or a whole one where the angle is 360."""
    rng = studio.rng
    rim = recipe.rim
    under = [(0, 0), (radius * 0.8, 0), (radius * 0.97, 0.02), (radius, 0.5 * rim)]
    over = [(radius * 0.985, rim * 0.9), (radius * 0.94, rim), (radius * 0.89, rim * 0.8), (radius * 0.855, 0.12)]
    profile = np.concatenate([s.spline(under, 12), s.spline([*over, (radius * 0.8, THICK), (0, THICK)], 40)])
    rows = np.arange(len(profile))
    if angle == 360:
        skin = s.lathe(profile, 96)
    else:
        skin, cuts = s.wedge(profile, angle, 40)
    tone = np.repeat(np.where(rows < 12, 1.0, profile[:, 0] / radius), len(skin.points) // len(profile))
    seed = rng.integers(2**31)
    studio.add(risen(skin.toned(tone), seed, radius), recipe.top, part, sharp=180)
    if angle < 360:
        studio.add(risen(cuts, seed, radius), recipe.crumb, part)
    share = angle / 360 * (radius / 1.45) ** 2
    for name, (shapes, material, count, size) in recipe.things.items():
        spots = sector(rng, max(2, round(count * share)), radius * 0.8, angle, size)
        studio.scatter(shapes, material, name, s.scattered(rng, spots, THICK + 0.035, 5, (0.85, 1.15)), sharp=60)
    if recipe.herbs:
        leaves = [s.leaf(rng.uniform(0.15, 0.34), 0.15, rng.uniform(10, 50)) for _ in range(3)]
        spots = sector(rng, max(2, round(22 * share)), radius * 0.75, angle, 0.14, 1.0)
        studio.scatter(leaves, m.greens(rng, "#3c7a28"), "herbs", s.scattered(rng, spots, THICK + 0.05, 14))


def risen(shape, seed, radius):
    """Dough as the oven leaves it, uneven and blown up here and there at the rim; the same seed fits parts together."""
    rng = np.random.default_rng(seed)
    rim = np.clip(np.hypot(*shape.points[:, :2].T) / radius * 8 - 6.7, 0, 1)
    blown = 1 + rim * (0.1 + 0.45 * s.waves(rng, shape.points[:, :2], 0.35))
    cheese = 1 + 0.1 * (1 - rim) * s.waves(rng, shape.points[:, :2], 0.2)  # it ran, and set in lumps
    shape = shape.warped(lambda x, y, z: (x, y, z * blown * cheese))
    return shape.shifted(rng, 0.012, 0.25).shifted(rng, 0.025, 0.5)


def sector(rng, count, radius, angle, size, margin=0.6):
    """Spots on a slice that keep their distance and stay within its sides by a part of their size."""
    spots = s.spread(rng, round(count * 360 / angle), radius, size * 0.85)
    bearing, out = np.degrees(np.arctan2(spots[:, 1], spots[:, 0])), np.hypot(*spots.T)
    inside = (np.abs(bearing) < angle / 2) & (out * np.sin(np.radians(angle / 2 - np.abs(bearing))) > size * margin)
    return spots if angle == 360 else spots[inside]


def pepperoni(rng):
    """Slices of sausage, darker and curled up at the edge, with specks of fat."""
    paint = m.Paint(rng)
    fat = paint.step(paint.cells(0.07), 0.2, 0.12)
    tint = paint.mix(fat, m.vary(rng, "#a8301c"), "#d9754a")
    tint = paint.mix(paint.step(paint.tone(), 0.8, 1.0), tint, "#641a0f")
    shapes = []
    for _ in range(3):
        flat = s.disc(rng, 0.17, 0.03, 0.02, 0.1, sides=32)
        shapes.append(flat.warped(lambda x, y, z: (x, y, z + 1.0 * (x * x + y * y))).shifted(rng, 0.02, 0.3))
    return shapes, paint.skin(tint, 0.3, paint.bump(paint.noise(0.06, 3), 0.015), gloss=0.5), 40, 0.33


def olives(rng):
    ring = np.linspace(0, s.TAU, 10)
    shape = s.lathe(np.column_stack([0.065 + 0.03 * np.cos(ring), 0.03 + 0.03 * np.sin(ring)]), 18)
    return shape, m.plain(rng, m.pick(rng, "#211a1c", "#211a1c", "#5f6a24"), 0.2, gloss=0.4), 30, 0.2


def mushrooms(rng):
    cap = np.array(
        [
            (-0.2, 0.0),
            (-0.05, -0.01),
            (-0.05, -0.18),
            (0.05, -0.18),
            (0.05, -0.01),
            (0.2, 0.0),
            (0.16, 0.12),
            (0, 0.17),
            (-0.16, 0.12),
        ]
    )
    shape = s.prism(s.spline(cap * 0.9, 40, closed=True), 0.035, 0.012, rings=3)
    return (
        shape.shifted(rng, 0.02, 0.3),
        m.roast(rng, "#ecd5ae", "#b8926a", "#6b4728", gloss=0.2, depth=0.006),
        26,
        0.34,
    )


def peppers(rng):
    colour = m.pick(rng, "#3f8a2a", "#c8281a", "#e8b020")
    arcs = []
    for _ in range(3):
        a = np.linspace(0, rng.uniform(2.0, 4.0), 14)
        r = rng.uniform(0.12, 0.2)
        arcs.append(s.tube(np.column_stack([r * np.cos(a), r * np.sin(a) * 0.8, 0 * a + 0.03]), 0.032, 6))
    return arcs, m.fruit(rng, colour, gloss=0.5), 22, 0.3


def tomatoes(rng):
    paint = m.Paint(rng)
    seeds = paint.noise(0.1, 3)
    tint = paint.ramp(seeds, (0.35, "#e2703c"), (0.5, "#c8331c"), (0.65, "#d9542f"))
    tint = paint.mix(paint.step(paint.tone(), 0.8, 0.9), tint, "#b0210f")
    shapes = [s.disc(rng, 0.19, 0.04, 0.03, 0.2, sides=32) for _ in range(3)]
    return shapes, paint.skin(tint, 0.2, paint.bump(seeds, 0.02), gloss=0.5), 16, 0.4


def ham(rng):
    bits = [s.box((0.17, 0.14, 0.04), 0.015, 3).shifted(rng, 0.03, 0.2) for _ in range(3)]
    return bits, m.flesh(rng, "#dd8f84", "#f0c9bd", 0.3), 40, 0.2


def mozzarella(rng):
    drops = [s.disc(rng, rng.uniform(0.13, 0.22), 0.03, 0.06, 0.4) for _ in range(3)]
    return drops, m.cheese(rng, "#f8ebc8"), 14, 0.45


TOPPINGS = {
    "pepperoni": pepperoni,
    "olives": olives,
    "mushrooms": mushrooms,
    "peppers": peppers,
    "tomatoes": tomatoes,
    "ham": ham,
    "mozzarella": mozzarella,
}
ORDERED = np.array([3.0 if name == "pepperoni" else 1.0 for name in TOPPINGS])  # how often, against each other


def frill(rng, radius, waves=0.07, depth=1.0):
    """A leaf of lettuce as a flat round with a wavy edge."""
    reach, angle = np.linspace(0.05, 1, 9)[:, None], np.linspace(0, s.TAU, 90, endpoint=False)
    crest = sum(np.sin(k * angle + rng.uniform(0, 6)) / k**0.3 for k in (7, 11, 17, 25)) * waves * reach**4
    r = radius * reach * (1 + 0.06 * np.sin(3 * angle + rng.uniform(0, 6)))
    return s.grid(
        np.stack([r * np.cos(angle), r * np.sin(angle) * depth, crest - 0.12 * reach**6], -1)[::-1], False, True
    ).toned(0.5)


def drooping(rng, side):
    """A square slice of cheese that hangs down at its corners."""
    flat = s.box((side, side, 0.035), 0.012, 12)
    return flat.warped(lambda x, y, z: (x, y, z - 0.55 * np.clip(np.hypot(x, y) - 0.5, 0, 1) ** 1.2)).shifted(
        rng, 0.02, 0.4
    )


def burger(studio):
    """A burger about the origin; gives its height."""
    rng = studio.rng
    bread = m.crust(
        rng, "#eab868", m.pick(rng, "#b86d25", "#a3581c", "#c98838"), "#71390f", 0.55, gloss=0.4, depth=0.005
    )
    crumb = m.crumb(rng, "#f3dba6", 0.04)
    r = rng.uniform(0.5, 0.58)
    foot = s.spline([(0, 0), (r * 0.85, 0), (r, 0.07), (r * 0.98, 0.16), (r * 0.9, 0.19)], 16)
    studio.add(s.lathe(foot, 44).shifted(rng, 0.03, 0.6), bread, "bun", sharp=180)
    studio.add(s.disc(rng, r * 0.92, 0.02, 0.02, 0.2), crumb, "bun", (0, 0, 0.18))
    z = 0.2
    layers = {
        "lettuce": lambda z: studio.add(
            frill(rng, r * 1.12), m.greens(rng, "#7fb23c"), "lettuce", (0, 0, z + 0.05), sharp=180
        ),
        "tomato": lambda z: tomato_layer(studio, r, z),
        "onion": lambda z: onion_layer(studio, r, z),
        "sauce": lambda z: studio.add(
            s.disc(rng, r * 0.95, 0.05, 0.12, 0.3),
            m.sauce(rng, m.pick(rng, "#b3200f", "#f3e3b5", "#e0a92e")),
            "sauce",
            (0, 0, z),
        ),
    }
    thick = {"lettuce": 0.07, "tomato": 0.07, "onion": 0.05, "sauce": 0.03}
    order = rng.permutation(list(layers))[: rng.integers(1, 5)]
    below = rng.integers(0, len(order) + 1)
    for name in order[:below]:
        layers[name](z)
        z += thick[name]
    for _ in range(rng.choice([1, 1, 2])):
        patty = s.disc(rng, r * 1.02, 0.2, 0.03, 0.15, rings=12).rough(rng, 0.025, 0.13)
        studio.add(patty, m.roast(rng, "#8a5232", "#5c321c", "#28160d", depth=0.05), "patty", (0, 0, z), sharp=180)
        z += 0.19
        if rng.random() < 0.8:
            cheese = m.sauce(rng, m.pick(rng, "#f0a92a", "#f2bd48", "#f3d98a"), 0.35, 0.004)
            studio.add(drooping(rng, r * 1.75), cheese, "cheese", (0, 0, z), (0, 0, rng.uniform(0, 90)))
            z += 0.03
    for name in order[below:]:
        layers[name](z)
        z += thick[name]
    crown = rng.uniform(0.32, 0.45)
    dome = s.spline([(r * 0.9, 0), (r * 1.03, 0.06), (r * 0.93, crown * 0.6), (r * 0.5, crown * 0.95), (0, crown)], 24)
    lid = s.lathe(np.concatenate([[(0, 0.01)], dome]), 48).shifted(rng, 0.04, 0.7)
    with studio.placed((*rng.normal(0, 0.02, 2), z), (rng.normal(0, 3), rng.normal(0, 3), 0)):
        studio.add(lid, bread, "bun", sharp=70)
        if rng.random() < 0.7:
            for _ in range(3):
                strew(studio, lid, "#f5e8c8", "bun")
    return z + crown


def tomato_layer(studio, r, z):
    shapes, material, _, _ = tomatoes(studio.rng)
    turn = studio.rng.uniform(0, 360)
    spots = [r * 0.55 * np.array([np.cos(a), np.sin(a)]) for a in np.radians(turn + np.array([0, 120, 240]))]
    studio.scatter(
        [shape.scaled(1.6) for shape in shapes],
        material,
        "tomato",
        s.scattered(studio.rng, np.array(spots), z + 0.01, 2),
    )


def onion_layer(studio, r, z):
    rng = studio.rng
    turn = np.linspace(0, s.TAU, 30)
    ring = s.tube(np.column_stack([np.cos(turn), np.sin(turn), 0 * turn]), 0.03 / 0.3, 6).scaled(0.3, 0.3, 0.4)
    spots = s.spread(rng, 7, r * 0.75, 0.12)
    studio.scatter(
        ring,
        m.plain(rng, m.pick(rng, "#e9dfe6", "#b886a6"), 0.3, gloss=0.4),
        "onion",
        s.scattered(rng, spots, z + 0.02, 6),
    )


def halves(studio):
    """Two triangles of a sandwich, cut side to the camera, one leaning on the other."""
    rng = studio.rng
    bread, fillings = (
        sides.sliced_bread(rng, m.pick(rng, 0.05, 0.5)),
        rng.permutation(list(FILLINGS))[: rng.integers(2, 5)],
    )
    materials = {name: FILLINGS[name](rng) for name in fillings}
    triangle = np.array([(-0.78, 0.0), (0.78, 0.0), (0.06, 0.74), (-0.06, 0.74)])
    outline = np.concatenate(
        [np.linspace(a, b, 14, endpoint=False) for a, b in zip(triangle, np.roll(triangle, -1, 0), strict=True)]
    )
    slice_ = crusted(outline, 0.13)
    for at, turn in (((0, -0.25, 0), rng.normal(0, 6)), ((0.2, 0.3, 0.0), rng.normal(8, 10))):
        with studio.placed(at, (0, 0, turn)):
            z = 0.0
            studio.add(slice_.rough(rng, 0.012, 0.3), bread, "bread")
            z += 0.13
            for name in fillings:
                material, thick, wave = materials[name]
                layer = s.prism((outline - (0, 0.3)) * (1.0, 1.03) + (0, 0.28), thick, thick / 3, 6).rough(
                    rng, wave, 0.22
                )
                studio.add(layer.shifted(rng, wave * 1.5, 0.25), material, name, (0, 0, z))
                z += thick
            studio.add(slice_.rough(rng, 0.012, 0.3), bread, "bread", (0, 0, z), (rng.normal(0, 2), 0, 0))


def crusted(outline, thick):
    """A half slice of bread, its cut along y = 0; tone 1 on the crust of the other sides."""
    shape = s.prism(outline, thick, 0.02, rings=9)
    centre = outline.mean(axis=0)
    out, reach = (np.linalg.norm(xy - centre, axis=1) for xy in (shape.points[:, :2], outline))
    tone = out / np.tile(reach, len(out) // len(reach))
    return shape.toned(np.where(shape.points[:, 1] < 0.05, 0.4, tone))


FILLINGS = {
    "ham": lambda rng: (m.flesh(rng, "#e39a8e", "#f3cfc4", 0.2), 0.07, 0.02),
    "cheese": lambda rng: (m.cheese(rng), 0.05, 0.008),
    "lettuce": lambda rng: (m.plain(rng, m.vary(rng, "#86b542"), 0.4, gloss=0.3), 0.07, 0.05),
    "tomato": lambda rng: (m.fruit(rng, "#cf3a22", "#e06a40", gloss=0.5), 0.08, 0.01),
    "egg": lambda rng: (m.sauce(rng, "#f0d777", 0.4, 0.05), 0.12, 0.02),
    "salami": lambda rng: (m.flesh(rng, "#a3392f", "#e6c4b2", 0.6), 0.05, 0.015),
    "cucumber": lambda rng: (m.fruit(rng, "#cfe0a3", "#9dbf6a", gloss=0.4), 0.06, 0.008),
}
