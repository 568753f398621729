"""Eggs: fried, boiled, scrambled, folded into omelettes, stuffed, whole, and with a breakfast round them."""

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides


def fried_eggs(studio):
    """One to four fried eggs, on a plate or still in the pan, with herbs or a few tomatoes."""
    rng = studio.rng
    if rng.random() < 0.35:
        with studio.placed(turn=(0, 0, rng.choice([rng.uniform(-70, 20), rng.uniform(160, 250)]))):
            dish = t.pan(studio)
    else:
        dish = t.plate(studio, rng.uniform(0.95, 1.35))
    count = rng.choice([1, 2, 2, 3, 4])
    eggs(studio, count, dish.floor)
    if rng.random() < 0.5:
        with studio.placed((*rng.normal(0, 0.15, 2), 0)):
            sides.herbs(studio, rng.integers(4, 12), 0.3, dish.floor + 0.13, size=rng.uniform(0.06, 0.13))
    if rng.random() < 0.35:
        beside(studio, dish.radius * 0.72, dish.floor, 1)
    cutlery(studio, dish.radius)
    setting.everyday(studio, [0.55, 0.8, 0.9, 0.95][count - 1], dish.floor + 0.2, elevation=high(rng))


def egg_on_toast(studio):
    """A fried or a poached egg on toast, now and then on avocado or with sauce."""
    rng = studio.rng
    floor = served(studio)
    slices = rng.choice([1, 1, 2])
    for i in range(slices):
        x = (i - (slices - 1) / 2) * 1.05
        with studio.placed((x, rng.normal(0, 0.05), floor), (0, 0, rng.uniform(-40, 40) + rng.choice([0, 90, 180]))):
            egg_toast(studio)
    if rng.random() < 0.4:
        beside(studio, 0.85, floor, rng.integers(1, 3))
    cutlery(studio, 1.2)
    setting.everyday(studio, 0.7 + 0.3 * (slices - 1), floor + 0.3, elevation=rng.uniform(28, 85))


def boiled_eggs(studio):
    """Boiled eggs cut in halves, the yolk from soft to hard, and some still whole."""
    rng = studio.rng
    floor = served(studio)
    if rng.random() < 0.5:
        salad(studio, 0.8, floor)
        floor += 0.1
    done = rng.random()
    count = rng.integers(2, 9)
    spots = s.spread(rng, count, 0.3 + 0.08 * count, 0.47)
    for x, y in spots:
        with studio.placed((x, y, floor), (rng.normal(0, 9), rng.normal(0, 9), rng.uniform(0, 360))):
            half_egg(studio, done)
    if rng.random() < 0.3:
        at = (rng.choice([-1, 1]) * rng.uniform(0.55, 0.8), rng.uniform(0.2, 0.5), floor + 0.2)
        studio.add(egg_shape(), m.egg_white(rng, 0), "egg", at, (0, 0, rng.uniform(0, 360)), sharp=180)
    if rng.random() < 0.5:
        for x, y in spots:
            with studio.placed((x, y, 0)):
                sides.herbs(studio, rng.integers(1, 4), 0.14, floor + 0.22, size=rng.uniform(0.05, 0.1))
    setting.everyday(studio, 0.36 + 0.06 * count, floor + 0.25, elevation=rng.uniform(25, 80))


def stuffed_eggs(studio):
    """Stuffed eggs: halves with a swirl of yolk cream, paprika and chives, in rows or in a ring."""
    rng = studio.rng
    dish = t.plate(studio, rng.uniform(1.2, 1.5), m.pick(rng, "round", "flat", "oval", "square"))
    count = rng.integers(5, 11)
    ring = 0.2 + 0.065 * count
    white = half_of(egg_shape())
    cream = m.cream(rng, m.pick(rng, "#ffd052", "#fdc444", "#ffda72"), 0.45, 0.02)
    pale = m.egg_white(rng, 0)
    paprika = m.plain(rng, m.pick(rng, "#b3361a", "#7f2513", "#49752c"), 0.7)
    for i in range(count):
        turn = 360 * i / count + rng.normal(0, 5)
        x, y = ring * np.cos(np.radians(turn)), ring * np.sin(np.radians(turn))
        with studio.placed((x, y, dish.floor + 0.2), (rng.normal(0, 6), rng.normal(0, 6), turn), part="egg"):
            studio.add(white, pale, "egg")
            piped = s.lathe(piping(0.19, 0.13), 48, lambda a: 1 + 0.1 * np.cos(7 * a)).scaled(1.2, 0.95, 1)
            studio.add(piped.shifted(rng, 0.015, 0.2), cream, "egg", turn=(0, 0, rng.uniform(0, 60)), sharp=180)
            flecks = s.scattered(rng, rng.normal(0, 0.07, (14, 2)), rng.uniform(0.11, 0.15, 14))
            studio.scatter(s.ball((0.018, 0.012, 0.006), 0), paprika, "egg", flecks)
    if rng.random() < 0.6:
        salad(studio, ring * 0.55, dish.floor)
    setting.everyday(studio, ring + 0.05, dish.floor + 0.3, elevation=rng.uniform(28, 75))


def omelette(studio):
    """An omelette, rolled or folded over its filling, often with ketchup; or Japanese rolls in slices."""
    rng = studio.rng
    if rng.random() < 0.25:
        floor = served(studio)
        rolled_slices(studio, floor)
    else:
        dish = t.plate(studio, rng.uniform(1.15, 1.4))
        floor = dish.floor
        with studio.placed((0, 0, floor), (0, 0, rng.uniform(-50, 50) + rng.choice([0, 180]))):
            folded(studio)
        if rng.random() < 0.5:
            beside(studio, 0.85, floor, rng.integers(1, 3))
        cutlery(studio, dish.radius)
    setting.everyday(studio, 0.8, floor + 0.4, elevation=rng.uniform(28, 75))


def scrambled_eggs(studio):
    """Scrambled eggs in a heap, with chives, toast, tomatoes or bacon."""
    rng = studio.rng
    dish = m.pick(rng, t.plate, t.plate, t.plate, t.pan)(studio)
    reach = rng.uniform(0.5, 0.72)
    on_toast = rng.random() < 0.5
    floor = dish.floor
    if on_toast:
        slice_ = sides.bread_slice(rng, 1.3)
        studio.add(slice_, sides.sliced_bread(rng, 0.5), "toast", (0, 0, floor), (0, 0, rng.uniform(0, 360)))
        floor += 0.13
    curds = [s.blob(rng, (0.17, 0.13, 0.075), 0.22, 0.9, 3).shifted(rng, 0.03, 0.15) for _ in range(8)]
    for shade, share in (("#fbdc7c", 0.55), ("#f7cd62", 0.2), ("#fff0c4", 0.25)):
        places = s.heap(rng, int(140 * share * (reach / 0.6) ** 2), reach, 0.13, 0.42, 30, (0.5, 1.2))
        studio.scatter(curds, curd(rng, shade), "egg", places, (0, 0, floor), sharp=180)
    if rng.random() < 0.7:
        chives = s.tube([(-0.035, 0, 0), (0.035, 0, 0)], 0.016, 6, caps=False)
        spots = s.scattered(rng, rng.normal(0, reach * 0.45, (rng.integers(10, 40), 2)), floor + 0.27)
        studio.scatter(chives, m.plain(rng, "#4f8a2f", 0.4), "herbs", spots)
    if not on_toast:
        beside(studio, reach + 0.28, floor, rng.integers(0, 4))
    cutlery(studio, dish.radius)
    setting.everyday(studio, reach + 0.15, floor + 0.4, elevation=rng.uniform(30, 75))


def whole_eggs(studio):
    """Eggs in their shells: in a bowl, a basket or a carton, loose, or one in an egg cup, opened."""
    rng = studio.rng
    shells = [shell(rng) for _ in range(rng.choice([1, 1, 2]))]
    kind = rng.choice(["bowl", "carton", "cup", "loose", "basket"], p=[0.2, 0.2, 0.18, 0.12, 0.3])
    radius, height = 0.9, 0.4
    if kind == "cup":
        egg_in_cup(studio, shells[0])
        radius, height = 0.42, 0.7
    elif kind == "carton":
        radius = carton(studio, shells)
    else:
        floor, reach, count = 0.0, 0.75, rng.integers(3, 9)
        if kind == "bowl":
            vessel = t.bowl(studio, rng.uniform(0.75, 0.95), rng.uniform(0.4, 0.5))
            floor, reach, count, height = 0.15, vessel.radius * 0.72, rng.integers(7, 13), 0.7
        elif kind == "basket":
            vessel = t.basket(studio, 0.95, 0.5)
            floor, reach, count, height = 0.08, 0.75, rng.integers(8, 14), 0.7
        below = s.spread(rng, count, reach, 0.52)
        above = s.spread(rng, count // 3 if floor else 0, reach * 0.5, 0.55)
        for i, (x, y) in enumerate([*below, *above]):
            at = (x, y, floor + 0.2 + 0.3 * (i >= len(below)) + 0.12 * (floor > 0) * np.hypot(x, y) ** 2)
            turn = (rng.normal(0, 25), rng.normal(0, 25), rng.uniform(0, 360))
            studio.add(egg_shape(), shells[i % len(shells)], "egg", at, turn, rng.uniform(0.92, 1.06), sharp=180)
    if rng.random() < 0.15:
        setting.pack_shot(studio, radius, height, fill=rng.uniform(0.7, 1))
    else:
        setting.everyday(studio, radius, height, elevation=rng.uniform(25, 75))


def breakfast(studio):
    """Fried eggs with bacon and more: sausages, beans, tomatoes, mushrooms, toast."""
    rng = studio.rng
    dish = t.plate(studio, rng.uniform(1.3, 1.5))
    with studio.placed((rng.uniform(-0.35, 0.35), rng.uniform(-0.4, 0.1), 0)):
        eggs(studio, rng.choice([1, 2, 2]), dish.floor)
    with studio.placed((rng.uniform(-0.3, 0.3), rng.choice([-0.75, 0.6]), dish.floor), (0, 0, rng.uniform(-25, 25))):
        sides.bacon(studio, rng.integers(2, 5))
    beside(studio, 0.9, dish.floor, rng.integers(2, 5))
    cutlery(studio, dish.radius)
    setting.everyday(studio, rng.uniform(0.95, 1.25), dish.floor + 0.25, elevation=high(rng))


DISHES = {
    "fried eggs": fried_eggs,
    "egg on toast": egg_on_toast,
    "boiled eggs": boiled_eggs,
    "stuffed eggs": stuffed_eggs,
    "omelette": omelette,
    "scrambled eggs": scrambled_eggs,
    "whole eggs": whole_eggs,
    "breakfast": breakfast,
}


def high(rng):
    """The height of a camera held over a plate."""
    return rng.uniform(70, 90) if rng.random() < 0.3 else rng.uniform(32, 65)


def served(studio):
    """A plate, a board, or a pan; gives the height of its floor."""
    return m.pick(studio.rng, t.plate, t.plate, t.plate, t.board)(studio).floor


def cutlery(studio, reach):
    rng = studio.rng
    if rng.random() < 0.4:
        t.fork(studio, (-reach - 0.3, -0.1, 0), rng.uniform(75, 105))
    if rng.random() < 0.35:
        t.knife(studio, (reach + 0.35, -0.1, 0), rng.uniform(75, 105))


def eggs(studio, count, floor):
    """Fried eggs that touch each other, about the origin."""
    rng = studio.rng
    turn = rng.uniform(0, 360)
    for i in range(count):
        angle = np.radians(turn + 360 * i / count)
        out = 0 if count == 1 else 0.36 + 0.06 * count
        at = (out * np.cos(angle), out * np.sin(angle), floor + 0.012 * i)
        with studio.placed(at, (0, 0, rng.uniform(0, 360))):
            sides.fried_egg(studio)


def egg_toast(studio):
    """A slice of toast with an egg on it."""
    rng = studio.rng
    studio.add(sides.bread_slice(rng, rng.uniform(1.0, 1.25)), sides.sliced_bread(rng, rng.uniform(0.3, 0.8)), "toast")
    top = 0.13
    if rng.random() < 0.3:
        spread = s.disc(rng, 0.46, 0.05, 0.08, 0.1).rough(rng, 0.015, 0.12)
        studio.add(spread, m.sauce(rng, "#9cae4a", 0.4, 0.03), "avocado", (0, 0, top))
        top += 0.04
    with studio.placed((*rng.normal(0, 0.04, 2), top)):
        if rng.random() < 0.75:
            sides.fried_egg(studio, rng.uniform(0.4, 0.52))
        else:
            poached(studio)
    if rng.random() < 0.4:
        sides.herbs(studio, rng.integers(3, 10), 0.4, top + 0.13, size=rng.uniform(0.06, 0.14))


def poached(studio):
    """A poached egg, often under a yellow sauce, else broken so that the yolk runs."""
    rng = studio.rng
    body = s.blob(rng, (0.34, 0.3, 0.17), 0.1, 0.9).moved(z=0.13)
    studio.add(body, m.egg_white(rng, 0), "egg", sharp=180)
    runny = rng.random() < 0.4
    flow = s.disc(rng, rng.uniform(0.15, 0.2) if runny else rng.uniform(0.26, 0.36), 0.02, 0.2, 0.1, rings=12)
    x, y, _ = flow.points.T
    over = np.sqrt(np.clip(1 - (x / 0.36) ** 2 - (y / 0.33) ** 2, 0, 1))
    draped = flow.warped(lambda x, y, z: (x, y, z + 0.13 + 0.17 * over))
    sauce = m.yolk(rng) if runny else m.sauce(rng, "#f4d66e", 0.25, 0.01)
    studio.add(draped, sauce, "egg", sharp=180)


def egg_shape(length=0.3, width=0.22):
    """A whole egg lying along x."""
    return s.ball(1.0, 4).warped(lambda x, y, z: (x * length, y * width * (1 - 0.14 * x), z * width * (1 - 0.14 * x)))


def half_of(egg):
    """The lower half, its cut on z = 0."""
    return egg.warped(lambda x, y, z: (x, y, np.minimum(z, 0)))


def half_egg(studio, done):
    """Half a boiled egg, cut upwards; the yolk is runny where `done` is 0, pale and dry where 1."""
    rng = studio.rng
    studio.add(half_of(egg_shape()), m.egg_white(rng, 0), "egg", (0, 0, 0.2))
    colour = m.pick(rng, "#f5c04a", "#f7d36f") if done > 0.5 else m.pick(rng, "#f2940f", "#ef8410", "#f7a72b")
    paint = m.Paint(rng)
    x, y = paint.axis("x"), paint.axis("y")
    out = paint.math("SQRT", paint.math("ADD", paint.math("MULTIPLY", x, x), paint.math("MULTIPLY", y, y)))
    out = paint.math("ADD", out, paint.math("MULTIPLY", paint.noise(0.08, 3), 0.06))
    rim = m.shade(colour, 1.25) if done < 0.5 else m.shade(colour, 0.9)
    tint = paint.ramp(out, (0.1, m.vary(rng, colour)), (0.17, rim))
    grain = paint.bump(paint.noise(0.03, 2), 0.012 * done)
    yolk = paint.skin(tint, 0.15 + 0.5 * done, grain, gloss=0.6 * (done < 0.5), soft=0.2)
    round_ = s.disc(rng, rng.uniform(0.14, 0.165), 0.02, 0.04, 0.5, rings=6, sides=32)
    studio.add(round_, yolk, "egg", (rng.uniform(-0.06, 0.02), rng.normal(0, 0.01), 0.197))


def piping(radius, height):
    """The profile of a rosette from a piping bag."""
    return s.spline([(radius * 0.8, 0), (radius, 0.3 * height), (radius * 0.7, 0.6 * height), (0.02, height)], 14)


def curd(rng, colour):
    """Egg stirred while it sets: moist and soft."""
    paint = m.Paint(rng)
    colour = m.vary(rng, colour, 0.6)
    cloud = paint.noise(0.12, 4)
    tint = paint.ramp(cloud, (0.3, m.shade(colour, 0.9)), (0.6, colour), (0.75, m.shade(colour, 1.25)))
    return paint.skin(tint, 0.35, paint.bump(paint.noise(0.05, 3), 0.015), gloss=0.3, soft=0.15)


def browned_egg(rng):
    """The outside of an omelette: yellow, browned in patches by the pan."""
    paint = m.Paint(rng)
    heat = paint.math("ADD", paint.noise(0.35, 5, roughness=0.6), rng.uniform(-0.12, 0.08))
    yellow = m.vary(rng, m.pick(rng, "#f5c84c", "#f3bd3c", "#f7d56b"))
    tint = paint.ramp(heat, (0.45, yellow), (0.57, "#dc9a33"), (0.7, "#96561f"))
    return paint.skin(tint, 0.4, paint.bump(paint.noise(0.09, 4), 0.025), gloss=0.3, soft=0.1)


def folded(studio):
    """A rolled omelette or a folded one with its filling at the open edge, and often a stripe of ketchup."""
    rng = studio.rng
    length, width, skin = rng.uniform(0.7, 0.9), rng.uniform(0.34, 0.46), browned_egg(rng)
    bow = rng.uniform(0, 0.25)
    u = np.linspace(-1, 1, 40)
    path = np.column_stack([u * length, bow * u**2, 0 * u])
    body = s.tube(path, width * (1 - np.abs(u) ** 2.6 * 0.75) ** 0.8, 28)
    body = body.warped(lambda x, y, z: (x, y, np.where(z > 0, z * 0.55, z * 0.12) + 0.06)).shifted(rng, 0.07, 0.7)
    studio.add(body.rough(rng, 0.025, 0.18), skin, "egg", sharp=180)
    if rng.random() < 0.6:
        under = s.disc(rng, length * 0.97, 0.09, 0.04, 0.2).scaled(1, 0.62, 1).shifted(rng, 0.04, 0.4)
        studio.add(under, skin, "egg", (0, -0.12, 0), sharp=180)
        for colour in ("#c8331f", "#4f8a2f", "#e8b9a0", "#f6e2a6"):
            bits = s.Places(
                np.column_stack(
                    [rng.uniform(-0.6, 0.6, 14) * length, -width + rng.normal(0, 0.06, 14), np.full(14, 0.1)]
                ),
                rng.uniform(0, 360, (14, 3)),
                rng.uniform(0.6, 1.2, 14),
            )
            studio.scatter(s.box((0.09, 0.07, 0.05), 0.02), m.fruit(rng, colour), "filling", bits)
    over = lambda x, y: 0.07 + 0.55 * width * np.sqrt(np.clip(1 - ((y - bow * (x / length) ** 2) / width) ** 2, 0, 1))  # noqa: E731
    garnish = rng.random()
    if garnish < 0.45:
        x = np.linspace(-0.7, 0.7, 60) * length
        y = bow * (x / length) ** 2 + 0.17 * np.sin(np.linspace(0, rng.uniform(4, 9) * np.pi, 60))
        stripe = s.tube(np.column_stack([x, y, over(x, y)]), 0.04, 8)
        studio.add(stripe.shifted(rng, 0.02, 0.3), m.sauce(rng, "#b3200f", 0.15), "ketchup", sharp=180)
    elif garnish < 0.85:
        spots = rng.normal(0, (0.3, 0.12), (24, 2))
        places = s.scattered(rng, spots, over(*spots.T) + 0.01, 20)
        leaves = [s.leaf(rng.uniform(0.06, 0.12), 0.05, 40) for _ in range(3)]
        studio.scatter(leaves, m.greens(rng, "#3f7d2a"), "herbs", places)


def rolled_slices(studio, floor):
    """Slices of a rolled Japanese omelette, showing its layers."""
    rng = studio.rng
    paint = m.Paint(rng)
    y, z = paint.axis("y"), paint.math("SUBTRACT", paint.axis("z"), 0.19)
    out = paint.math("MAXIMUM", paint.math("ABSOLUTE", paint.math("MULTIPLY", y, 0.72)), paint.math("ABSOLUTE", z))
    out = paint.math("ADD", out, paint.math("MULTIPLY", paint.noise(0.2), 0.035))
    layer = paint.math("SINE", paint.math("MULTIPLY", out, 110.0))
    yellow = m.vary(rng, "#f6cf58")
    tint = paint.mix(paint.step(layer, 0.3, 0.9), yellow, "#dc962f")
    tint = paint.mix(paint.step(out, 0.185, 0.205), tint, "#c98a35")
    egg = paint.skin(tint, 0.35, paint.bump(paint.noise(0.1, 3), 0.01), gloss=0.3, soft=0.15)
    slice_ = s.box((0.26, 0.54, 0.38), 0.07, 5)
    count = rng.integers(3, 7)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(20, 160))):
        for i in range(count):
            lean = -rng.uniform(52, 66)
            at = ((i - (count - 1) / 2) * 0.27, rng.normal(0, 0.02), 0.12)
            studio.add(slice_.shifted(rng, 0.03, 0.4), egg, "egg", at, (0, lean, rng.normal(0, 5)))


def shell(rng):
    """Egg shell: brown, white, cream or pale blue, a little speckled."""
    paint = m.Paint(rng)
    colour = m.vary(rng, m.pick(rng, "#c98a5e", "#d9a679", "#b87448", "#f4efe4", "#f7f3ea", "#e8d3b5", "#e3ab80"))
    dots = paint.step(paint.cells(rng.uniform(0.05, 0.1)), 0.1, 0.2)
    cloud = paint.ramp(paint.noise(0.3, 3), (0.3, m.shade(colour, 0.92)), (0.7, m.shade(colour, 1.05)))
    tint = paint.mix(dots, paint.mix(0.35, cloud, m.shade(colour, 0.55)), cloud)
    return paint.skin(tint, rng.uniform(0.35, 0.6), paint.bump(paint.noise(0.03), 0.003), soft=0.1)


def egg_in_cup(studio, shell_material):
    """An egg in a cup, mostly opened so that the yolk shows, with toast and a spoon by it."""
    rng = studio.rng
    if rng.random() < 0.6:
        t.plate(studio, 1.0, "coupe")
    ware = t.ware(rng, 0.5)
    outer = [(0, 0), (0.2, 0), (0.08, 0.1), (0.2, 0.24), (0.235, 0.42)]
    inner = [(0.215, 0.42), (0.17, 0.26), (0, 0.2)]
    with studio.placed((0, 0, 0.06)):
        studio.add(s.lathe(np.concatenate([s.spline(outer, 18), s.spline(inner, 12)]), 36), ware, "egg cup")
        with studio.placed((0, 0, 0.46), (0, -90, 0)):
            whole = egg_shape()
            opened = rng.random() < 0.7
            cut = rng.uniform(0.05, 0.14) if opened else 1
            studio.add(whole.warped(lambda x, y, z: (np.minimum(x, cut), y, z)), shell_material, "egg", sharp=50)
        if opened:
            rim = 0.22 * np.sqrt(1 - (cut / 0.3) ** 2) * (1 - 0.14 * cut / 0.3)
            studio.add(s.disc(rng, rim * 0.96, 0.03, 0.03, 0.3), m.egg_white(rng, 0), "egg", (0, 0, 0.452 + cut))
            studio.add(s.disc(rng, rim * 0.68, 0.05, 0.08, 0.4), m.yolk(rng), "egg", (0, 0, 0.465 + cut))
    if rng.random() < 0.6:
        toast = sides.sliced_bread(rng, 0.5)
        for i in range(rng.integers(2, 5)):
            finger = s.box((0.8, 0.2, 0.13), 0.02, 6).toned(0.5).rough(rng, 0.01, 0.2)
            at = (rng.choice([-1, 1]) * rng.uniform(0.4, 0.6), rng.uniform(-0.5, 0.3), 0.07 + 0.06 * i)
            studio.add(finger, toast, "toast", at, (0, rng.normal(0, 5), rng.uniform(30, 150)))
    if rng.random() < 0.5:
        t.spoon(studio, (rng.choice([-0.75, 0.75]), -0.5, 0.05), rng.uniform(60, 120), 1.4)


def carton(studio, shells):
    """A carton of pulp with eggs in its cups; gives its radius."""
    rng = studio.rng
    rows, columns = rng.choice([2, 3]), rng.choice([3, 4, 5])
    pitch, paint = 0.52, m.Paint(rng)
    colour = m.vary(rng, m.pick(rng, "#a39a8e", "#8c8f92", "#b59a78", "#7f8f86", "#c9b9cf"))
    fibre = paint.noise(0.06, 4)
    pulp = paint.skin(paint.ramp(fibre, (0.3, m.shade(colour, 0.85)), (0.7, colour)), 0.95, paint.bump(fibre, 0.03))
    width, depth = columns * pitch + 0.14, rows * pitch + 0.14
    flat = s.sheet(width, depth, 14 * rows, 14 * columns)

    def cups(x, y, z):
        u, v = (np.cos(np.pi * ((p / pitch) + n / 2 % 1 + 0.5)) for p, n in ((x, columns), (y, rows)))
        inside = (np.abs(x) < width / 2 - 0.04) & (np.abs(y) < depth / 2 - 0.04)
        return x, y, np.where(inside, 0.03 + 0.34 * (1 - np.abs(u * v)) ** 1.5, 0.0)

    turn = rng.uniform(-40, 40)
    with studio.placed((0, 0, 0.02), (0, 0, turn)):
        studio.add(flat.warped(cups), pulp, "carton", sharp=60)
        for i in range(rows):
            for j in range(columns):
                if rng.random() < 0.85:
                    at = ((j - (columns - 1) / 2) * pitch, (i - (rows - 1) / 2) * pitch, 0.38)
                    studio.add(
                        egg_shape(),
                        shells[rng.integers(len(shells))],
                        "egg",
                        at,
                        (0, 88 + rng.normal(0, 6), rng.uniform(0, 360)),
                        sharp=180,
                    )
    return 0.47 * pitch * np.hypot(rows, columns)


def salad(studio, reach, z):
    """A bed of leaves."""
    rng = studio.rng
    leaves = [s.leaf(rng.uniform(0.35, 0.6), 0.3, rng.uniform(20, 90), 0.3).rough(rng, 0.03, 0.15) for _ in range(4)]
    places = s.scattered(rng, rng.normal(0, reach * 0.5, (26, 2)), z + rng.uniform(0.02, 0.12, 26), 22)
    studio.scatter(leaves, m.greens(rng, m.pick(rng, "#5a9a35", "#3f7d2a", "#7fae45")), "salad", places)


def beside(studio, away, floor, count):
    """Some of what eggs are eaten with, round the rim of the plate."""
    rng = studio.rng
    kinds = rng.permutation(["tomatoes", "toast", "sausages", "beans", "mushrooms", "salad", "bacon", "potatoes"])[
        :count
    ]
    start = rng.uniform(0, 360)
    for i, kind in enumerate(kinds):
        bearing = np.radians(start + i * 360 / max(count, 3) + rng.normal(0, 12))
        at = (away * np.cos(bearing), away * np.sin(bearing), floor)
        with studio.placed(at, (0, 0, np.degrees(bearing) + 90)):
            BESIDE[kind](studio)


def tomatoes(studio):
    rng = studio.rng
    half = s.ball((0.2, 0.2, 0.17), 3).warped(lambda x, y, z: (x, y, np.minimum(z, 0.05)))
    paint = m.Paint(rng)
    seeds = paint.noise(0.12, 3)
    inside = paint.ramp(seeds, (0.35, "#e8672f"), (0.5, "#c9301a"), (0.65, "#d9502c"))
    tint = paint.mix(paint.step(paint.axis("z"), 0.03, 0.045), m.vary(rng, "#c22418"), inside)
    flesh = paint.skin(tint, 0.2, paint.bump(seeds, 0.02), gloss=0.5)
    places = s.scattered(rng, s.spread(rng, rng.integers(2, 6), 0.3, 0.28), 0.13, 15)
    studio.scatter(half, flesh, "tomato", places)


def toast(studio):
    rng = studio.rng
    material = sides.sliced_bread(rng, rng.uniform(0.35, 0.75))
    for i in range(rng.integers(1, 3)):
        at = (rng.normal(0, 0.05), 0.15 * i, 0.05 + 0.12 * i)
        studio.add(sides.bread_slice(rng, 0.95), material, "toast", at, (rng.uniform(0, 14), 0, rng.uniform(-30, 30)))


def sausages(studio):
    rng = studio.rng
    skin = m.roast(rng, "#b5683a", "#8a4423", "#43200f", gloss=0.5, depth=0.01)
    for i in range(rng.integers(1, 4)):
        path = s.spline([(-0.42, 0, 0.12), (0, rng.normal(0, 0.08), 0.12), (0.42, 0, 0.12)], 12)
        link = s.tube(path, 0.115 * np.sqrt(np.sin(np.linspace(0.25, np.pi - 0.25, 12))), 14)
        studio.add(link, skin, "sausage", (rng.normal(0, 0.05), i * 0.24 - 0.2, 0), (0, 0, rng.normal(0, 8)), sharp=180)


def beans(studio):
    rng = studio.rng
    sauce = m.sauce(rng, "#b5471c", 0.15, 0.01)
    studio.add(s.disc(rng, 0.42, 0.06, 0.12, 0.3), sauce, "beans", sharp=180)
    places = s.heap(rng, 75, 0.36, 0.07, 0.8, 30)
    studio.scatter(s.ball((0.07, 0.045, 0.042), 2), m.sauce(rng, "#c9692f", 0.2, 0.005), "beans", places, (0, 0, 0.03))


def mushrooms(studio):
    rng = studio.rng
    cap = s.spline([(0, 0), (0.08, 0.0), (0.17, 0.03), (0.15, 0.12), (0, 0.17)], 14)
    brown = m.roast(rng, "#d3ae82", "#a57a4e", "#6b4828", gloss=0.35, depth=0.008)
    places = s.heap(rng, 9, 0.3, 0.14, 0.7, 50, (0.6, 0.9))
    studio.scatter(s.lathe(cap, 20), brown, "mushroom", places, sharp=180)


def potatoes(studio):
    rng = studio.rng
    dice = [s.box((0.17, 0.17, 0.15), 0.04, 3).shifted(rng, 0.04, 0.2) for _ in range(3)]
    places = s.heap(rng, 32, 0.42, 0.13, 1.0, 30)
    studio.scatter(dice, m.fried(rng, "#e9bd62", "#c98a3a", "#8a5222"), "potatoes", places)


BESIDE = {
    "tomatoes": tomatoes,
    "toast": toast,
    "sausages": sausages,
    "beans": beans,
    "mushrooms": mushrooms,
    "salad": lambda studio: salad(studio, 0.4, 0.02),
    "bacon": lambda studio: sides.bacon(studio, 2),
    "potatoes": potatoes,
}
