"""Where and how the picture is taken: table, room, light, things standing about, and the camera."""

import materials as m
import numpy as np
import shapes as s
import tableware as t
from mathutils import Vector

DAYLIGHT, SHADE, LAMP = np.array([1.0, 0.97, 0.92]), np.array([0.82, 0.91, 1.0]), np.array([1.0, 0.72, 0.42])
PAINTS = ("#f2f0ec", "#e8e4da", "#2e2f33", "#7d8a94", "#b9c4bd", "#d6b48b")
SAUCES = ("#9e2314", "#5a3a1c", "#e9dcc0", "#6f7f33")


def everyday(studio, radius=1.4, height=0.4, *, clutter=None, elevation=None, fill=None, table=None):
    """A photograph at home or in a restaurant of a subject of this radius and height round the origin.

    Call it last: it takes from the rng whatever the subject left. `clutter` counts things about; `elevation` is the
    camera's height in degrees; `fill` the part of the frame that the subject takes; `table` a material.
    """
    rng = studio.rng
    elevation = _elevation(rng) if elevation is None else elevation
    table_top(studio, table)
    backdrop(studio)
    light(studio, radius)
    for _ in range(rng.choice(5, p=[0.25, 0.25, 0.25, 0.15, 0.1]) if clutter is None else clutter):
        _clutter(studio, radius)
    camera(studio, radius, height, elevation, fill)


def pack_shot(studio, radius=1.0, height=0.5, *, colour="#ffffff", elevation=None, fill=None):
    """On a white (or coloured) sweep under soft studio light, as shops show goods."""
    rng = studio.rng
    studio.brighter = rng.uniform(0.5, 1.1)  # a meter makes white paper grey, a shop's photographer does not
    paper = m.plain(rng, m.vary(rng, colour, 0.2), 0.7)
    curve = s.spline([(0, 0), (9, 0), (11, 0.5), (12, 3), (12, 14)], 24)
    x = np.linspace(-20, 20, 5)
    points = np.stack(np.broadcast_arrays(x[:, None], curve[:, 0] - 6, curve[:, 1]), -1)
    studio.add(s.grid(points), paper, "background", sharp=180)
    _sky(studio, (1, 1, 1), (1, 1, 1), rng.uniform(0.7, 1.1))
    side = rng.choice([-1, 1])
    studio.lamp((side * 4, -1.5, rng.uniform(4, 6)), size=rng.uniform(2, 4), power=rng.uniform(350, 700))
    camera(studio, radius, height, rng.uniform(12, 50) if elevation is None else elevation, fill)


def table_top(studio, material=None, part="table"):
    """The table everything stands on: wood, stone, cloth, plain; sometimes a place mat on it."""
    rng = studio.rng
    chance = rng.random()
    if material is None:
        if chance < 0.5:
            material = m.wood(rng, planks=m.pick(rng, 0.0, rng.uniform(0.8, 1.6)))
        elif chance < 0.65:
            material = m.stone(rng)
        elif chance < 0.85:
            material = m.cloth(rng)
        else:
            material = m.plain(rng, m.pick(rng, *PAINTS), rng.uniform(0.15, 0.6))
    studio.add(
        s.box((26, 9 + rng.uniform(0, 5), 0.3), 0.05).moved(z=-0.3), material, part, turn=(0, 0, rng.normal(0, 6))
    )
    if chance > 0.5 and rng.random() < 0.2:
        mat = s.box((rng.uniform(3.4, 4.2), rng.uniform(2.6, 3.2), 0.012), 0.005)
        studio.add(mat, m.cloth(rng), part, at=(0, 0, -0.004), turn=(0, 0, rng.normal(0, 4)))


def backdrop(studio):
    """A room far behind, seen only out of focus: a wall with blurred forms and now and then a window or lamps."""
    rng = studio.rng
    wall = m.vary(rng, m.pick(rng, "#cfc6b8", "#8a8378", "#5d534a", "#e7e3db", "#7f8f8c", "#3b3733", "#a58d72"))
    paint = m.Paint(rng)
    forms = paint.noise(rng.uniform(3, 7), 1, stretch=(1, 1, 0.6))
    tint = paint.ramp(forms, (0.35, m.shade(wall, 0.55)), (0.5, wall), (0.62, m.shade(wall, 1.3)))
    board = s.sheet(90, 40, 2, 2).turned(x=90)
    distance = rng.uniform(11, 20)
    studio.add(board, paint.skin(tint, 0.9), "background", at=(0, distance, 0))
    if rng.random() < 0.35:
        pane = s.sheet(rng.uniform(4, 9), rng.uniform(4, 8), 2, 2).turned(x=90)
        glow = m.glowing(m.pick(rng, "#ffffff", "#e8f2ff", "#fff1d8"), rng.uniform(1.2, 3))
        studio.add(pane, glow, "background", at=(rng.uniform(-9, 9), distance - 0.3, rng.uniform(2, 5)))
    if rng.random() < 0.2:
        bulbs = rng.integers(3, 9)
        at = np.column_stack([rng.uniform(-9, 9, bulbs), np.full(bulbs, distance - 0.5), rng.uniform(0.5, 5, bulbs)])
        places = s.Places(at, np.zeros((bulbs, 3)), rng.uniform(0.15, 0.4, bulbs))
        studio.scatter(s.ball(1.0, 1), m.glowing("#ffcf8a", 8), "background", places)


def light(studio, radius=1.4, kind=None):
    """Light as found: "window", "overcast", "sun", "lamp" (warm, indoors), "softbox" or "flash"."""
    rng = studio.rng
    kind = kind or rng.choice(
        ["window", "overcast", "sun", "lamp", "softbox", "flash"], p=[0.42, 0.12, 0.1, 0.16, 0.15, 0.05]
    )
    bearing = np.radians(rng.uniform(-30, 210))  # from the sides or from behind; hardly ever from the camera
    towards = np.array([np.cos(bearing), np.sin(bearing)])
    reach = radius * rng.uniform(2.6, 4)

    def lamp_at(height, size, power, colour):
        at = (*towards * reach, height * reach)
        studio.lamp(
            at, (0, 0, 0.2), np.multiply(size, reach), power * reach**2, colour * np.exp(rng.normal(0, 0.03, 3))
        )

    colour = DAYLIGHT
    if kind == "window":
        colour = m.pick(rng, DAYLIGHT, SHADE, 0.5 * (DAYLIGHT + SHADE))
        lamp_at(rng.uniform(0.5, 1.1), (rng.uniform(0.5, 1.1), rng.uniform(0.7, 1.3)), 55, colour)
        _sky(studio, colour * 0.9, colour * [1.0, 0.95, 0.9], rng.uniform(0.28, 0.6))
    elif kind == "overcast":
        colour = SHADE
        _sky(studio, SHADE, DAYLIGHT * 0.6, 1.0)
        lamp_at(1.6, 1.6, 14, SHADE)
    elif kind == "sun":
        _sky(studio, SHADE, DAYLIGHT * 0.6, rng.uniform(0.35, 0.6))
        lamp_at(rng.uniform(0.8, 1.5), 0.1, 60, np.array([1.0, 0.93, 0.8]))
    elif kind == "lamp":
        colour = LAMP + rng.uniform(0, 0.6) * (1 - LAMP)
        lamp_at(rng.uniform(1.2, 2.5), rng.uniform(0.25, 0.6), 45, colour)
        _sky(studio, colour, colour * 0.7, rng.uniform(0.22, 0.5))
    elif kind == "softbox":
        colour = np.ones(3)
        lamp_at(rng.uniform(0.8, 1.6), rng.uniform(0.8, 1.2), 50, colour)
        _sky(studio, colour, colour, rng.uniform(0.3, 0.7))
    else:
        colour = np.ones(3)
        studio.lamp((rng.uniform(-0.3, 0.3), -3.5 * radius, 3.5 * radius), size=0.3, power=60 * 12 * radius**2)
        _sky(studio, LAMP, LAMP * 0.6, 0.25)
    if kind != "flash":  # the wall behind the camera gives some light back, or backlit food would be dark
        studio.lamp((0, -2 * reach, reach), size=1.5 * reach, power=20 * reach**2, colour=colour)
    studio.light_colour = colour / (colour @ [0.2126, 0.7152, 0.0722])


def _sky(studio, above, below, strength):
    """Light from all round: one colour from above, one from below the horizon."""
    tree = studio.scene.world.node_tree
    world = tree.nodes.get("Background") or tree.nodes.new("ShaderNodeBackground")
    direction = tree.nodes.new("ShaderNodeTexCoord").outputs["Generated"]
    height = tree.nodes.new("ShaderNodeSeparateXYZ")
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    for element, colour, position in zip(ramp.color_ramp.elements, (below, above), (0.4, 0.75), strict=True):
        element.position, element.color = position, (*[float(c) for c in colour], 1)
    scale = tree.nodes.new("ShaderNodeMath")
    scale.operation, scale.inputs[1].default_value, scale.inputs[2].default_value = "MULTIPLY_ADD", 0.5, 0.5
    tree.links.new(direction, height.inputs[0])
    tree.links.new(height.outputs[2], scale.inputs[0])
    tree.links.new(scale.outputs[0], ramp.inputs[0])
    tree.links.new(ramp.outputs[0], world.inputs["Color"])
    world.inputs["Strength"].default_value = float(strength)


def _elevation(rng):
    kind = rng.random()
    if kind < 0.18:
        return rng.uniform(75, 90)
    return rng.uniform(35, 62) if kind < 0.75 else rng.uniform(17, 35)


def camera(studio, radius, height, elevation, fill=None, lens=None, blur=None, off=None, roll=None):
    """Point the camera along +y at the subject, so that it takes `fill` of the frame; the rest as it happens."""
    rng = studio.rng
    eye = studio.camera.data
    eye.lens = rng.uniform(28, 85) if lens is None else lens
    fill = rng.uniform(0.62, 1.15) if fill is None else fill
    up = np.radians(elevation)
    extent = max(radius, radius * np.sin(up) + 0.5 * height * np.cos(up))
    half_view = 18 / eye.lens
    distance = extent / (fill * half_view) + 0.3 * extent
    aim = np.array([0, 0, height * 0.45])
    place = aim + distance * np.array([0, -np.cos(up), np.sin(up)])
    studio.camera.location = place
    turn = Vector(aim - place).to_track_quat("-Z", "Y").to_euler()
    studio.camera.rotation_euler = turn
    studio.camera.rotation_euler.rotate_axis("Z", np.radians(rng.normal(0, 3) if roll is None else roll))
    eye.shift_x, eye.shift_y = rng.normal(0, 0.055, 2).clip(-0.14, 0.14) if off is None else off
    blur = rng.choice([0.002, 0.007, 0.015, 0.028], p=[0.3, 0.3, 0.25, 0.15]) if blur is None else blur
    eye.dof.use_dof = True
    eye.dof.focus_distance = distance - rng.uniform(-0.2, 0.7) * radius * np.cos(up)
    # `blur` is the circle of confusion, as a part of the frame, one subject radius behind the focus.
    aperture = blur * 2 * distance * half_view * (distance + radius) / radius
    eye.dof.aperture_fstop = eye.lens / 1000 / aperture


def _clutter(studio, radius):
    """One thing more on the table, mostly behind the subject and out of focus."""
    rng = studio.rng
    bearing = rng.normal(90, 60)
    away = radius * rng.uniform(1.25, 2.1) + 0.7
    at = (away * np.cos(np.radians(bearing)), away * np.sin(np.radians(bearing)), 0)
    kind = rng.choice(["glass", "drink", "plate", "bowl", "bottle", "napkin", "cutlery", "cup", "greens", "shaker"])
    with studio.placed(at, (0, 0, rng.uniform(0, 360)), part="clutter"):
        if kind == "glass":
            t.glass(studio)
        elif kind == "drink":
            vessel = t.glass(studio)
            reach, z = vessel.filling(rng.uniform(0.5, 0.85))
            drink = m.plain(rng, m.pick(rng, "#7a1b22", "#d98e1f", "#e9c46a", "#5b2a14", "#e8552d"), 0.1)
            studio.add(
                s.lathe([(0, vessel.floor), (reach * 0.85, vessel.floor), (reach, z), (0, z)], 32), drink, "drink"
            )
        elif kind == "plate":
            t.plate(studio)
        elif kind == "bowl":
            vessel = t.bowl(studio, rng.uniform(0.4, 0.7))
            reach, z = vessel.filling(0.7)
            studio.add(s.disc(rng, reach, 0.05, 0.0).moved(z=z), m.sauce(rng, m.pick(rng, *SAUCES)), "sauce")
        elif kind == "bottle":
            dark = m.plain(rng, m.pick(rng, "#1d2b17", "#3a1d0f", "#55101a"), 0.06)
            t.bottle(studio, material=m.pick(rng, dark, m.glass(rng)))
        elif kind == "napkin":
            t.napkin(studio)
        elif kind == "cutlery":
            m.pick(rng, t.fork, t.knife, t.spoon)(studio)
        elif kind == "cup":
            vessel = t.cup(studio)
            reach, z = vessel.filling(0.8)
            coffee = m.plain(rng, m.pick(rng, "#2b1408", "#9c6a3f", "#c48a2c"), 0.1)
            studio.add(s.lathe([(reach, z), (0, z)], 32), coffee, "coffee")
        elif kind == "greens":
            leaves = [s.leaf(rng.uniform(0.25, 0.5), 0.22, rng.uniform(10, 60)) for _ in range(3)]
            studio.scatter(
                leaves, m.greens(rng), "leaves", s.scattered(rng, s.spread(rng, 7, 0.4, 0.1), z=0.05, tilt=25)
            )
        else:
            body = [(0, 0), (0.2, 0), (0.22, 0.1), (0.17, 0.6), (0.2, 0.75), (0, 0.8)]
            studio.add(
                s.lathe(s.spline(body, 20), 28), m.pick(rng, m.wood(rng), m.metal(rng), m.ceramic(rng)), "shaker"
            )
