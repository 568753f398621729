"""Meat: grilled, roast, minced or skewered, whole and in slices, with what is served beside it."""

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides


def steak(studio):
    """A grilled steak, whole or sliced open, with fries or vegetables, now and then butter or gravy."""
    rng = studio.rng
    reach, floor = served(studio)
    with_fries = rng.random() < 0.55
    with studio.placed((0, 0, floor), (0, 0, rng.normal(0, 25))):
        with studio.placed((reach * rng.uniform(0.05, 0.25), -reach * 0.18, 0), (0, 0, rng.uniform(-50, 50))):
            if rng.random() < 0.45:
                gravy(studio, reach * 0.75)
            if rng.random() < 0.5:
                grilled_steak(studio, reach * rng.uniform(0.56, 0.7))
            else:
                sliced_steak(studio, reach * rng.uniform(0.6, 0.75))
        if with_fries:
            with studio.placed((-reach * 0.45, reach * 0.42, 0)):
                sides.fries(studio, rng.integers(35, 60), reach * 0.5)
        else:
            sides.side_dish(studio, (-reach * 0.5, reach * 0.42, 0), reach * 0.42)
        if rng.random() < 0.5:
            sides.side_dish(studio, (reach * 0.6, reach * 0.5, 0), reach * 0.28)
    if rng.random() < 0.25:
        sides.dip(studio, (reach * 0.6, reach * 0.55, floor))
    finish(studio, reach, floor + 0.3, cutlery=0.6)


def roast_slices(studio):
    """Slices of roast, pink or well done, fanned out under gravy with potatoes and vegetables."""
    rng = studio.rng
    reach, floor = served(studio)
    pink = rng.random() < 0.6
    meat = cut_meat(rng, m.pick(rng, "#b5443c", "#c25a4c", "#a84a3c") if pink else m.pick(rng, "#a8694a", "#b87c5a"))
    count, wide = rng.integers(4, 8), reach * rng.uniform(0.34, 0.46)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-40, 40))):
        with studio.placed((0, -reach * 0.3, 0)):
            for i in range(count):
                slice_ = toned_slab(s.wobbly(rng, wide, 0.06, 44) * (0.9, 1.1), rng.uniform(0.05, 0.1))
                x = (i - (count - 1) / 2) * reach * 1.2 / count
                at = (x, rng.normal(0, 0.04), 0.05 + 0.012 * i)
                slice_ = slice_.rough(rng, 0.008, 0.12).shifted(rng, 0.03, 0.7)
                studio.add(slice_, meat, "meat", at, (0, -11, rng.normal(0, 10)))
            if rng.random() < 0.65:
                with studio.placed((0, -wide * 0.25, 0.09)):
                    gravy(studio, reach * 0.4, 0.1)
        potato = m.pick(rng, sides.potatoes, sides.potatoes, sides.mash)
        potato(studio, reach=reach * 0.42, at=(-reach * 0.42, reach * 0.5, 0))
        sides.side_dish(studio, (reach * 0.45, reach * 0.48, 0), reach * 0.38)
    finish(studio, reach, floor + 0.25, cutlery=0.5)


def sausages(studio):
    """Grilled sausages with mustard and mash, fries or salad, or a board full of them."""
    rng = studio.rng
    reach, floor = served(studio, boards=0.3)
    colour = [("#c9783a", "#a3521f", "#4a2412"), ("#b05a36", "#84381e", "#3a1610"), ("#cf9a62", "#a3622e", "#4f2812")]
    skin = m.roast(rng, *colour[rng.integers(3)], grill=m.pick(rng, 0.0, 0.0, 0.0, 0.31), gloss=0.6, depth=0.012)
    count, long = rng.integers(2, 6), reach * rng.uniform(1.05, 1.4)
    thick = rng.uniform(0.11, 0.15)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-35, 35))):
        for i in range(count):
            at = (rng.normal(0, 0.05), (i - (count - 1) / 2) * thick * 2.15 - reach * 0.22, thick)
            studio.add(sausage(rng, long, thick), skin, "sausage", at, (0, 0, rng.normal(0, 4)))
        lean = m.pick(rng, "mash", "fries", "greens", "greens")
        with studio.placed((0, reach * 0.5, 0)):
            if lean == "mash":
                sides.mash(studio, reach * 0.5)
            elif lean == "fries":
                sides.fries(studio, 45, reach * 0.5)
            else:
                sides.side_dish(studio, reach=reach * 0.42)
        if rng.random() < 0.4:
            gravy(studio, reach * 0.55, 0.05)
    if rng.random() < 0.4:
        sides.dip(studio, (reach * 0.75, -reach * 0.55, floor), m.pick(rng, "#d99a1f", "#b3170f"), 0.26)
    finish(studio, reach, floor + 0.25, cutlery=0.4)


def meatballs(studio):
    """Meatballs in tomato sauce or gravy, in a dish, a pan or on a plate with mash."""
    rng = studio.rng
    reach, floor = served(studio, bowls=0.25, pans=0.2)
    red = rng.random() < 0.55
    colour = m.vary(rng, m.pick(rng, "#a8260f", "#b8381a") if red else m.pick(rng, "#8a5a2c", "#b98a52", "#6b3d1c"))
    pool = s.Mound(rng, reach * 0.97, 0.12, 0.25, 0.05)
    size = rng.uniform(0.17, 0.24)
    with studio.placed((0, 0, floor)):
        sauce = m.sauce(rng, colour, 0.18, 0.03, 0.08)
        studio.add(pool.skin(0.06).rough(rng, 0.02, 0.2), sauce, "sauce", sharp=180)
        balls = [s.blob(rng, size * rng.uniform(0.92, 1.08, 3), 0.05, 0.35) for _ in range(4)]
        brown = m.roast(rng, "#a0623a", "#7a4424", "#4a2614", gloss=0.5, depth=0.05)
        coated = m.sauce(rng, m.shade(colour, 0.85), 0.2, 0.06, 0.1)
        spots = s.heap(rng, rng.integers(12, 28), reach * 0.9, size, 1.2, 90, (0.9, 1.1))
        studio.scatter(balls, brown, "meat", spots, (0, 0, -0.02))
        caps = [s.Mound(rng, size * rng.uniform(0.7, 1.0), size * 0.7, 0.5).skin(0.2) for _ in range(4)]
        above = s.Places(np.add(spots.at[::2], (0, 0, size * 0.48)), spots.turn[::2] * (0.1, 0.1, 1), spots.scale[::2])
        studio.scatter(caps, coated, "sauce", above, sharp=180)
        with studio.placed((0, 0, 2 * size)):
            if rng.random() < 0.5:
                sides.herbs(studio, rng.integers(3, 8), reach * 0.5, size=0.2)
        flecks = s.box((0.05, 0.035, 0.01), 0.004).toned(1.0)
        studio.scatter(flecks, m.greens(rng, "#3f7d2a"), "herbs", pool.spots(rng.integers(0, 50), size * 1.2, 30))
    finish(studio, reach, floor + 0.3)


def braised(studio):
    """Pieces of meat in a dark glossy sauce, stewed or from the wok, with pepper, onion, carrot or broccoli."""
    rng = studio.rng
    reach, floor = served(studio, boards=0, bowls=0.25, pans=0.15)
    mound = s.Mound(rng, reach * 0.9, reach * rng.uniform(0.12, 0.25), 0.5, 0.2)
    colour = m.vary(rng, m.pick(rng, "#6b3416", "#84451c", "#9a5526", "#54260f"))
    thin = rng.random() < 0.45
    size = (0.42, 0.2, 0.06) if thin else (0.3, 0.26, 0.22)
    pieces = [s.box(np.multiply(size, rng.uniform(0.75, 1.2, 3)), 0.05, 6).shifted(rng, 0.04, 0.25) for _ in range(5)]
    pieces = [piece.rough(rng, 0.012, 0.09).bent(rng.uniform(5, 40)) for piece in pieces]
    with studio.placed((0, 0, floor)):
        pool = mound.skin(0.08).rough(rng, 0.02, 0.2)
        studio.add(pool, m.sauce(rng, m.shade(colour, 0.8), 0.15, 0.02), "sauce", sharp=180)
        meat = m.roast(rng, m.shade(colour, 1.25), colour, m.shade(colour, 0.45), gloss=0.7, depth=0.03)
        count = round((75 if thin else 45) * reach**2)
        studio.scatter(pieces, meat, "meat", mound.spots(count, 0.03, 22, (0.8, 1.2), 0.92))
        for vegetable in rng.permutation(["#c9281a", "#5f9a34", "#ec7a1c", "#efe3c8"])[: rng.integers(0, 4)]:
            strips = [
                s.tube(s.spline([(-0.2, 0, 0), (0, 0.07, 0.04), (0.2, 0, 0)], 9), w, 7, 0.4) for w in (0.05, 0.07)
            ]
            places = mound.spots(rng.integers(5, 13), 0.09, 20, reach=0.88)
            studio.scatter(strips, m.fruit(rng, str(vegetable), gloss=0.5), "vegetable", places)
        if rng.random() < 0.3:
            sides.broccoli(studio, 6, reach * 0.8, (0, 0, mound.height * 0.6))
        flecks = s.box((0.06, 0.045, 0.012), 0.004).bent(40).toned(1.0)
        places = mound.spots(rng.integers(0, 45), 0.14, 30, reach=0.7)
        studio.scatter(flecks, m.greens(rng, "#5f9a34"), "herbs", places)
        if rng.random() < 0.4:
            with studio.placed((0, 0, mound.height + 0.12)):
                sides.sesame(studio, 45, reach * 0.8)
    finish(studio, reach, floor + 0.3)


def skewers(studio):
    """Kebabs: cubes of meat on sticks between peppers and onions, or satay strips, side by side."""
    rng = studio.rng
    reach, floor = served(studio, boards=0.3)
    pale, brown, char = [("#a8663e", "#6b3a1e", "#180d08"), ("#d9a865", "#b0743a", "#4f2912")][rng.integers(2)]
    meat = m.roast(rng, pale, brown, char, gloss=0.6, depth=0.04)
    vegetables = [m.fruit(rng, colour, gloss=0.5) for colour in ("#c9281a", "#e9b320", "#5f9a34", "#ead9cf")]
    stick = m.wood(rng, "#d8b27c") if rng.random() < 0.7 else m.metal(rng, "#c9c9cb")
    chunks = [s.box(rng.uniform(0.26, 0.38, 3), 0.07, 6).moved(z=-0.16).shifted(rng, 0.05, 0.25) for _ in range(6)]
    chunks = [chunk.rough(rng, 0.015, 0.09) for chunk in chunks]
    pieces = [s.box((0.06, 0.3, 0.3), 0.02, 4).moved(z=-0.15).shifted(rng, 0.04, 0.3) for _ in range(3)]
    only_meat, count = rng.random() < 0.35, rng.integers(2, 6)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-60, 60))):
        if rng.random() < 0.4:
            sides.salad(studio, 14, reach * 0.6)
        for i in range(count):
            at = (rng.normal(0, 0.08), (i - (count - 1) / 2) * 0.42, 0.17)
            with studio.placed(at, (0, rng.normal(0, 2), rng.normal(0, 6))):
                studio.add(s.tube([(-reach * 0.95, 0, 0), (reach * 1.05, 0, 0)], 0.022), stick, "skewer")
                x = -reach * 0.72
                while x < reach * 0.68:
                    studio.add(chunks[rng.integers(6)], meat, "meat", (x, 0, 0), (rng.uniform(0, 360), 0, 0))
                    x += 0.29
                    if not only_meat:
                        colour = vegetables[rng.integers(4)]
                        turn = (rng.uniform(0, 360), 0, rng.normal(0, 8))
                        studio.add(pieces[rng.integers(3)], colour, "vegetable", (x - 0.06, 0, 0), turn)
                        x += 0.09
        speckle(studio, reach * 0.7, rng.integers(0, 50), 0.36)
    if rng.random() < 0.4:
        sides.dip(studio, (-reach * 0.6, reach * 0.75, floor), m.pick(rng, "#a3692c", "#f6eccd", "#b3170f"))
    finish(studio, reach, floor + 0.3)


def ribs(studio):
    """A rack of ribs, dark with glaze, or pork chops with their bone, with fries, corn or salad."""
    rng = studio.rng
    reach, floor = served(studio, boards=0.5)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-40, 40))):
        if rng.random() < 0.6:
            with studio.placed((0, -reach * 0.15, 0)):
                rack(studio, reach * rng.uniform(1.5, 1.8), reach * rng.uniform(0.65, 0.85))
        else:
            for i in range(rng.integers(1, 4)):
                with studio.placed(((i - 0.6) * 0.6, -0.25 + 0.08 * i, 0.06 * i), (0, -6 * i, rng.uniform(-40, 40))):
                    chop(studio, reach * 0.75)
        with studio.placed((rng.choice([-1, 1]) * reach * 0.4, reach * 0.62, 0)):
            if rng.random() < 0.4:
                sides.fries(studio, 40, reach * 0.42)
            else:
                sides.side_dish(studio, reach=reach * 0.36)
    if rng.random() < 0.4:
        sides.dip(studio, (reach * 0.7, reach * 0.6, floor), m.pick(rng, "#4a1c0c", "#b3170f"))
    finish(studio, reach, floor + 0.3)


def roast_chicken(studio):
    """Drumsticks and thighs, roast or glazed, or a whole roast chicken, with potatoes, lemon and herbs."""
    rng = studio.rng
    reach, floor = served(studio, boards=0.25, pans=0.15)
    pale, brown, dark = [("#e8ae58", "#c47c32", "#7a3c16"), ("#d98c3c", "#a8571f", "#4f220e")][rng.integers(2)]
    crisp = m.roast(rng, pale, brown, dark, gloss=0.6, depth=0.02)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-50, 50))):
        if rng.random() < 0.4:
            whole_bird(studio, reach * 0.6, crisp)
            spread = reach * 0.9
        else:
            spread = reach * 0.6
            for i, (x, y) in enumerate(s.spread(rng, rng.integers(3, 8), reach * 0.55, 0.36)):
                turn = (rng.normal(0, 12), rng.normal(-4, 4), np.degrees(np.arctan2(y, x)) + rng.normal(0, 40))
                with studio.placed((x, y, 0.2 + 0.05 * (i % 2)), turn):
                    drumstick(studio, rng.uniform(1.0, 1.25), crisp)
        for x, y in s.spread(rng, rng.integers(1, 3), spread, reach * 0.8, inner=spread * 0.9):
            sides.side_dish(studio, (x, y, 0), reach * 0.3)
        if rng.random() < 0.4:
            sides.lemon_wedge(studio, (reach * 0.5, -reach * 0.55, 0), (0, 0, rng.uniform(0, 360)))
        with studio.placed((0, 0, 0.42)):
            sides.herbs(studio, rng.integers(0, 9), reach * 0.6)
    finish(studio, reach, floor + 0.4)


DISHES = {
    "steak": steak,
    "roast slices": roast_slices,
    "sausages": sausages,
    "meatballs": meatballs,
    "braised meat": braised,
    "skewers": skewers,
    "ribs and chops": ribs,
    "roast chicken": roast_chicken,
}


def served(studio, boards=0.12, bowls=0.0, pans=0.0):
    """A plate, or at these odds a board, a dish or an iron pan: (how far the food may reach, the floor)."""
    rng = studio.rng
    chance = rng.random()
    if chance < boards:
        vessel = t.board(studio, rng.uniform(2.4, 3.0), rng.uniform(1.9, 2.3), "square")
        return 1.0, vessel.floor
    if chance < boards + bowls:
        vessel = t.bowl(studio, rng.uniform(0.9, 1.1), rng.uniform(0.35, 0.5))
        return vessel.radius * 0.85, vessel.floor + 0.06
    if chance < boards + bowls + pans:
        iron = m.plain(rng, "#1d1c1c", 0.35)
        profile = [(0, 0), (1.05, 0), (1.2, 0.3), (1.16, 0.3), (1.03, 0.04), (0, 0.04)]
        studio.add(s.lathe(profile, 48), iron, "pan")
        handle = s.tube([(1.15, 0, 0.24), (1.7, 0, 0.34), (2.3, 0, 0.4)], [0.09, 0.1, 0.12], 10, 0.4)
        studio.add(handle, iron, "pan", turn=(0, 0, rng.uniform(-80, 80)))
        return 1.05, 0.04
    vessel = t.plate(studio, rng.uniform(1.25, 1.5), m.pick(rng, "round", "round", "coupe", "coupe", "square", "flat"))
    return vessel.radius * 1.2, vessel.floor


def finish(studio, reach, height, cutlery=0.25):
    """Knife and fork now and then, and the photograph."""
    rng = studio.rng
    if rng.random() < cutlery:
        t.knife(studio, (reach + 0.55, -0.3, 0), 90 + rng.normal(0, 6))
        t.fork(studio, (rng.choice([-reach - 0.55, reach + 0.85]), -0.3, 0), 90 + rng.normal(0, 6))
    setting.everyday(studio, reach * rng.uniform(0.75, 1.12), height)


def gravy(studio, reach, height=0.06):
    """A puddle of gravy, pepper sauce or jus."""
    rng = studio.rng
    colour = m.pick(rng, "#4a2410", "#6b3a18", "#8a5426", "#b98a52")
    puddle = s.disc(rng, reach, height, 0.14, 0.3, rings=12, sides=64).rough(rng, 0.012, 0.3)
    studio.add(puddle, m.sauce(rng, colour, 0.12, 0.01), "sauce", sharp=180)


def toned_slab(outline, height, round=0.03):
    """An outline as a slab on z = 0 whose tone is 0 in the middle and 1 at its rim."""
    slab = s.prism(outline, height, round, rings=8)
    out = np.linalg.norm(slab.points[:, :2] - outline.mean(axis=0), axis=1)
    reach = np.linalg.norm(outline - outline.mean(axis=0), axis=1)
    return slab.toned(out / np.tile(reach, len(out) // len(reach)))


def cut_meat(rng, centre="#b5443c", crust="#3a1e12", done=0.72):
    """A cut through cooked meat: `centre` within, grey-brown beyond `done` of the way out, crusted at the rim."""
    paint = m.Paint(rng)
    fibre = paint.noise(0.05, 3, stretch=(0.35, 1, 1))
    away = paint.math(
        "ADD", paint.tone(), paint.math("MULTIPLY", paint.math("SUBTRACT", paint.noise(0.2, 3), 0.5), 0.3)
    )
    centre = m.vary(rng, centre)
    tint = paint.ramp(away, (0.35, centre), (done, m.shade(centre, 1.12)), (0.88, "#a8745a"), (0.96, crust))
    tint = paint.mix(paint.step(fibre, 0.35, 0.75), tint, paint.mix(0.35, tint, "#f0c8b0"))
    return paint.skin(tint, 0.35, paint.bump(fibre, 0.012), gloss=0.4, soft=0.1)


def steak_outline(rng, length):
    """A steak seen from above: broad at one end, tapering to the other, about `length` long."""
    half = length / 2
    right = [(-half, 0.05), (-half * 0.8, -0.4 * half), (0, -0.62 * half), (half * 0.75, -0.42 * half)]
    left = [(half, 0.05 * half), (half * 0.6, 0.42 * half), (-half * 0.1, 0.5 * half), (-half * 0.8, 0.36 * half)]
    corners = np.array(right + left)
    return s.spline(corners * rng.uniform(0.92, 1.08, corners.shape), 60, closed=True)


def seared(rng, grill=None):
    """The outside of a steak."""
    pale, brown, char = m.pick(rng, ("#b98352", "#8a542c", "#3d2212"), ("#a8734a", "#764526", "#301a0e"))
    grill = rng.choice([0.0, 0.2, 0.26]) if grill is None else grill
    paint = m.Paint(rng)
    cloud = paint.noise(0.5, 3)
    fibre, grain = paint.noise(0.07, 4, stretch=(1, 0.3, 1), distortion=1.0), paint.noise(0.025, 3, roughness=0.7)
    heat = paint.math("ADD", paint.math("MULTIPLY", cloud, 0.4), paint.math("MULTIPLY", fibre, 0.6))
    tint = paint.ramp(heat, (0.3, char), (0.46, m.vary(rng, brown)), (0.62, m.vary(rng, pale)))
    tint = paint.mix(paint.step(paint.upward(), 0.75, 0.3), tint, m.vary(rng, "#a06444"))  # the side saw less fire
    if grill:
        bars = paint.step(paint.bands(grill, "X", 0.5), 0.74, 0.9)
        marks = paint.math("MULTIPLY", bars, paint.step(paint.upward(), 0.5, 0.8))
        tint = paint.mix(paint.math("MULTIPLY", marks, paint.step(heat, 0.32, 0.5)), tint, "#20120a")
    height = paint.math("ADD", fibre, paint.math("MULTIPLY", grain, 0.5))
    return paint.skin(tint, 0.5, paint.bump(height, 0.05), gloss=0.12, shine=0.3)


def grilled_steak(studio, reach, grill=None, top=None):
    """A whole steak about the origin, rimmed with fat, with butter or rosemary on it now and then."""
    rng = studio.rng
    outline, thick = steak_outline(rng, 2 * reach), rng.uniform(0.18, 0.28)
    body = s.prism(outline, thick, 0.07, rings=16).rough(rng, 0.014, 0.12).shifted(rng, 0.03, 0.5)
    studio.add(body, seared(rng, grill), "meat", sharp=180)
    if rng.random() < 0.6:
        back = outline[34:54] * 1.01
        fat = s.tube(np.column_stack([back, np.full(20, thick * 0.5)]), thick * 0.42, 10).rough(rng, 0.015, 0.15)
        studio.add(fat, m.roast(rng, "#ecc98c", "#d49a50", "#8a5426", gloss=0.5), "meat", sharp=180)
    with studio.placed((0, 0, thick)):
        topping(studio, reach, top)


def topping(studio, reach, kind=None):
    """What lies on a steak: "butter", "rosemary" or "pepper" alone."""
    rng = studio.rng
    kind = kind or m.pick(rng, "butter", "rosemary", "pepper", "pepper")
    if kind == "butter":
        studio.add(s.prism(s.wobbly(rng, 0.15, 0.03), 0.07, 0.03), m.butter(rng), "butter", turn=(0, 0, 20))
    elif kind == "rosemary":
        with studio.placed((0, 0, 0.04), (0, 0, rng.uniform(0, 360))):
            rosemary(studio)
    speckle(studio, reach * 0.8, rng.integers(0, 60), 0.02)


def rosemary(studio):
    """A sprig along x."""
    rng = studio.rng
    path = s.spline([(-0.3, 0, 0), (0, 0.04, 0.03), (0.3, 0, 0.02)], 16)
    needle = s.ball((0.07, 0.011, 0.009), 1).moved(x=0.06)
    at = path[rng.integers(0, 16, 46)]
    turn = np.column_stack([np.zeros(46), rng.uniform(-60, 10, 46), rng.choice([-1, 1], 46) * rng.uniform(15, 60, 46)])
    green = m.greens(rng, "#3d6b38")
    studio.add(s.copies(needle, s.Places(at, turn, rng.uniform(0.8, 1.2, 46))).toned(1.0), green, "herbs")
    studio.add(s.tube(path, 0.014, 6), green, "herbs")


def speckle(studio, reach, count, height):
    """Coarse pepper and salt about the origin."""
    rng = studio.rng
    angle, away = rng.uniform(0, s.TAU, count), reach * 0.6 * np.sqrt(rng.uniform(0, 1, count))
    spots = np.column_stack([away * np.cos(angle), 0.7 * away * np.sin(angle)])
    places = s.scattered(rng, spots, height, 90, (0.6, 1.4))
    studio.scatter(s.ball(0.012, 1), m.plain(rng, m.pick(rng, "#1d1510", "#f6f0e6")), "pepper", places)


def sliced_steak(studio, reach):
    """A steak cut across: an uncut end and slices that lean on each other and show their pink inside."""
    rng = studio.rng
    thick, tall = reach * rng.uniform(0.13, 0.17), rng.uniform(0.24, 0.32)
    inside = cut_meat(rng, m.pick(rng, "#b23a38", "#c04c48", "#a8524a"), done=rng.uniform(0.62, 0.8))
    outside, count = seared(rng), rng.integers(6, 10)
    for i in range(count):
        along = (i + 0.5) / count
        wide = reach * (0.5 + 0.22 * np.sin(np.pi * along**0.8))
        profile = s.wobbly(rng, 1.0, 0.03, 44)
        power = np.abs(profile) ** 0.75 * np.sign(profile)
        outline = power * (tall / 2, wide)
        slice_ = toned_slab(outline, thick, 0.012).shifted(rng, 0.015, 0.4).moved(z=-thick / 2)
        lean = 58 + rng.normal(0, 5)
        at = (reach * 2 * (along - 0.5) * 0.92, rng.normal(0, 0.03), tall * 0.42)
        studio.add(slice_, inside, "meat", at, (0, lean - 115, rng.normal(0, 5)))
    end = s.ball((reach * 0.3, reach * 0.45, tall * 0.55)).rough(rng, 0.03, 0.3)
    studio.add(end, outside, "meat", (-reach * 0.98, 0, tall * 0.45))


def sausage(rng, length, thick):
    """A curved sausage along x with pinched ends."""
    path = s.spline([(-length / 2, rng.normal(0, 0.05), 0), (0, -rng.uniform(0, 0.2), 0), (length / 2, 0, 0)], 26)
    along = np.linspace(-1, 1, 26)
    radius = thick * (1 - np.abs(along) ** 9 * 0.75)
    tips = [
        s.tube([(x, 0, 0), (x * 1.04, 0, 0.01)], [0.03, 0.02], 6).moved(y=path[k, 1])
        for x, k in ((path[0, 0], 0), (path[-1, 0], -1))
    ]
    return s.join(s.tube(path, radius, 16), *tips).rough(rng, 0.008, 0.25)


def rack(studio, length, depth):
    """A rack of ribs along x: ridged, glazed, bones showing at the front."""
    rng = studio.rng
    count = round(length / 0.21)
    body = s.box((length, depth, 0.26), 0.08, 30)
    phase = s.TAU * count / length
    body = body.warped(
        lambda x, y, z: (
            x,
            y * (1 - 0.03 * np.cos(phase * x)),
            z * (0.86 + 0.16 * np.cos(phase * x)) + 0.05 * (1 - y**2),
        )
    )
    body = body.rough(rng, 0.02, 0.15).shifted(rng, 0.05, 0.7)
    glaze = m.roast(rng, m.pick(rng, "#a8541f", "#b5652a", "#8f4018"), "#6e2f12", "#22100a", gloss=0.7, depth=0.03)
    studio.add(body, glaze, "meat", sharp=180)
    bone = s.tube([(0, 0.1, 0.14), (0, -depth / 2 - 0.1, 0.12)], [0.04, 0.05], 10, 0.7)
    xs = (np.arange(count) - (count - 1) / 2) * length / count
    at = np.column_stack([xs, rng.normal(0, 0.02, count), np.zeros(count)])
    places = s.Places(at, rng.normal(0, 4, (count, 3)), np.ones(count))
    studio.scatter(bone, m.plain(rng, "#dcc09a", 0.5), "bone", places)
    with studio.placed((0, 0, 0.3)):
        if rng.random() < 0.5:
            sides.sesame(studio, 50, length * 0.4)
        else:
            speckle(studio, length * 0.4, 20, 0.02)


def chop(studio, reach):
    """A pork or lamb chop: an eye of meat, a rim of fat, a bone that sticks out."""
    rng = studio.rng
    outline = s.spline(
        np.multiply(
            [(-0.5, 0), (-0.4, -0.4), (0.1, -0.55), (0.55, -0.3), (0.6, 0.15), (0.2, 0.45), (-0.3, 0.4)], reach
        ),
        56,
        closed=True,
    )
    body = s.prism(outline, 0.17, 0.06, rings=10).rough(rng, 0.018, 0.25)
    studio.add(
        body, m.roast(rng, "#c98a50", "#93522a", "#45220f", grill=m.pick(rng, 0.0, 0.2), gloss=0.5), "meat", sharp=180
    )
    rim = np.column_stack([outline[14:36] * 1.02, np.full(22, 0.09)])
    fat = m.roast(rng, "#eccb92", "#d39a54", "#935a2a", gloss=0.5)
    studio.add(s.tube(rim, 0.075, 10).rough(rng, 0.012, 0.15), fat, "meat", sharp=180)
    path = s.spline(
        [(-0.3 * reach, 0.3 * reach, 0.1), (-0.65 * reach, 0.33 * reach, 0.1), (-0.9 * reach, 0.25 * reach, 0.1)], 10
    )
    studio.add(s.tube(path, 0.06, 8), m.plain(rng, "#d3b68a", 0.5), "bone")


def drumstick(studio, length, crisp):
    """A chicken leg along x, its bone towards +x."""
    rng = studio.rng
    half = length / 2
    profile = [
        (0, -half),
        (0.13, -half * 0.97),
        (0.22, -half * 0.6),
        (0.2, -0.05),
        (0.09, half * 0.45),
        (0.07, half * 0.6),
        (0, half * 0.62),
    ]
    body = s.lathe(s.spline(profile, 26), 26).turned(y=90).rough(rng, 0.02, 0.3).shifted(rng, 0.03, 0.5)
    studio.add(body, crisp, "meat", sharp=180)
    knob = s.join(
        s.tube([(half * 0.5, 0, 0), (half * 0.98, 0, 0)], 0.042, 9),
        s.ball(0.06, 2).moved(half, 0.035),
        s.ball(0.06, 2).moved(half, -0.035),
    )
    studio.add(knob, m.plain(rng, "#e3cba6", 0.5), "bone")


def whole_bird(studio, reach, crisp):
    """A roast chicken on its back: breast, two legs, wings tucked in."""
    rng = studio.rng
    body = s.ball((reach * 1.05, reach * 0.72, reach * 0.62), 4).moved(z=reach * 0.55)
    crease = 0.1 * reach
    body = body.warped(
        lambda x, y, z: (
            x,
            y * (1 - 0.25 * (x / reach).clip(0)),
            z - crease * np.exp(-((y / (0.12 * reach)) ** 2)) * (z > reach * 0.6),
        )
    )
    studio.add(body.rough(rng, 0.025, 0.35), crisp, "meat", sharp=180)
    for side in (-1, 1):
        with studio.placed(
            (reach * 0.62, side * reach * 0.62, reach * 0.55), (0, -14, -side * 16), 1.15 * reach / 0.5 * 0.55
        ):
            drumstick(studio, 1.3, crisp)
        wing = s.tube(
            s.spline([(-0.7, 0.62, 0.6), (-0.3, 0.85, 0.45), (-0.75, 0.95, 0.35)], 14) * (1, side, 1) * reach,
            0.13 * reach,
            10,
        )
        studio.add(wing.rough(rng, 0.015, 0.2), crisp, "meat", sharp=180)
