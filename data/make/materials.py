"""Materials from procedural nodes: one function a family, each `family(rng, ...) -> material`, varied by the rng.

Colours are sRGB hex strings as a colour picker shows them. Noise sizes are in units of ten centimetres, in the shape's
own coordinates, so that copies of a mesh share a pattern only as far as `Paint.spot` lets them.
"""

import colorsys

import bpy
import numpy as np


def linear(colour):
    """A hex string (or an RGB triple in linear light already) as linear RGBA."""
    if not isinstance(colour, str):
        return (*[float(c) for c in colour[:3]], 1.0)
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return (*np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).tolist(), 1.0)


def vary(rng, colour, amount=1.0):
    """A neighbour of a hex colour: a little other hue, saturation and brightness."""
    h, s, v = colorsys.rgb_to_hsv(*[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    h = (h + rng.normal(0, 0.012) * amount) % 1
    s = np.clip(s * (1 + rng.normal(0, 0.1) * amount), 0, 1)
    v = np.clip(v * (1 + rng.normal(0, 0.06) * amount), 0, 1)
    return "#" + "".join(f"{round(c * 255):02x}" for c in colorsys.hsv_to_rgb(h, s, v))


def pick(rng, *choices):
    """One of the choices, whatever they are."""
    return choices[rng.integers(len(choices))]


class Paint:
    """A material in the making. Every method gives a socket that the others take wherever they take a value."""

    def __init__(self, rng):
        self.rng = rng
        self.material = bpy.data.materials.new("material")
        self.tree = self.material.node_tree
        self.tree.nodes.clear()

    def node(self, kind, inputs=(), **settings):
        """Add a node by its type without "ShaderNode"; `inputs` maps input names or numbers to values or sockets."""
        node = self.tree.nodes.new("ShaderNode" + kind)
        for name, value in settings.items():
            setattr(node, name, value)
        for name, value in dict(inputs).items():
            self._feed(node.inputs[name], value)
        return node

    def _feed(self, socket, value):
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif socket.type == "RGBA":
            socket.default_value = linear(value)
        else:
            socket.default_value = value

    def spot(self, stretch=(1, 1, 1)):
        """Where on the thing we are: its own coordinates, stretched, shifted at random for each copy."""
        own = self.node("TexCoord").outputs["Object"]
        chance = self.node("ObjectInfo").outputs["Random"]
        far = self.math("MULTIPLY", chance, 50.0)
        shift = self.node("VectorMath", {0: own, 1: self.rng.uniform(-20, 20, 3).tolist()}, operation="ADD").outputs[0]
        shift = self.node("VectorMath", {0: shift, 1: far}, operation="ADD").outputs[0]
        return self.node("VectorMath", {0: shift, 1: stretch}, operation="MULTIPLY").outputs[0]

    def axis(self, name):
        """The thing's own x, y or z (bare, so that a recipe can say where its top is)."""
        own = self.node("TexCoord").outputs["Object"]
        return self.node("SeparateXYZ", {0: own}).outputs["XYZ".index(name.upper())]

    def chance(self):
        """A random number 0 to 1 for each copy."""
        return self.node("ObjectInfo").outputs["Random"]

    def tone(self):
        """The shape's tone."""
        return self.node("Attribute", attribute_name="tone").outputs["Fac"]

    def facing(self):
        """0 where the surface looks at the camera, 1 at its outline."""
        return self.node("LayerWeight", {"Blend": 0.5}).outputs["Facing"]

    def upward(self):
        """-1 to 1: how far the surface looks up (in the world)."""
        return self.node("SeparateXYZ", {0: self.node("NewGeometry").outputs["Normal"]}).outputs[2]

    def noise(self, size, detail=2, stretch=(1, 1, 1), distortion=0.0, roughness=0.5):
        """Clouds with lumps of about `size`; mostly 0.3 to 0.7."""
        values = {"Vector": self.spot(stretch), "Scale": 1 / size, "Detail": detail}
        return self.node("TexNoise", values | {"Distortion": distortion, "Roughness": roughness}).outputs[0]

    def cells(self, size, feature="F1", stretch=(1, 1, 1), randomness=1.0):
        """Distance to scattered dots `size` apart (F1), or to the borders between them (DISTANCE_TO_EDGE)."""
        values = {"Vector": self.spot(stretch), "Scale": 1 / size, "Randomness": randomness}
        return self.node("TexVoronoi", values, feature=feature).outputs["Distance"]

    def bands(self, size, direction="X", distortion=0.0, rings=False, detail=2, stretch=(1, 1, 1)):
        """Waves 0 to 1, `size` from crest to crest, as stripes or as rings round the z axis."""
        values = {"Vector": self.spot(stretch), "Scale": 0.314 / size, "Distortion": distortion, "Detail": detail}
        if rings:
            values["Vector"] = self.node("TexCoord").outputs["Object"]
            return self.node("TexWave", values, wave_type="RINGS", rings_direction="Z").outputs[1]
        return self.node("TexWave", values, bands_direction=direction).outputs[1]

    def math(self, operation, a, b=0.0, clamp=False):
        return self.node("Math", {0: a, 1: b}, operation=operation, use_clamp=clamp).outputs[0]

    def step(self, value, low, high):
        """0 below `low`, 1 above `high`, straight between; low > high turns it round."""
        values = {"Value": value, "From Min": low, "From Max": high}
        return self.node("MapRange", values, clamp=True).outputs[0]

    def ramp(self, value, *stops):
        """Colours along a value: ramp(v, (0.3, "#rrggbb"), (0.7, "#rrggbb"))."""
        node = self.node("ValToRGB", {0: value})
        stone = node.color_ramp.elements
        while len(stone) < len(stops):
            stone.new(0.5)
        for element, (position, colour) in zip(stone, stops, strict=True):
            element.position, element.color = position, linear(colour)
        return node.outputs[0]

    def mix(self, amount, a, b, blend="MIX"):
        """Colour a where amount is 0, b where it is 1."""
        node = self.node("Mix", data_type="RGBA", blend_type=blend)
        for socket, value in zip((node.inputs[0], node.inputs[6], node.inputs[7]), (amount, a, b), strict=True):
            self._feed(socket, value)
        return node.outputs[2]

    def bump(self, height, depth=0.01, strength=1.0):
        """A normal from a height 0 to 1 that stands for `depth`."""
        return self.node("Bump", {"Height": height, "Distance": depth, "Strength": strength}).outputs[0]

    def skin(
        self, colour, rough=0.5, bump=None, soft=0.0, gloss=0.0, metal=0.0, clear=0.0, ior=1.45, fuzz=0.0, shine=0.5
    ):
        """Finish as one surface: `soft` lets light in, `gloss` is a clear coat, `clear` see-through, `fuzz` cloth."""
        values = {"Base Color": colour, "Roughness": rough, "Metallic": metal, "IOR": ior, "Transmission Weight": clear}
        values |= {"Coat Weight": gloss, "Coat Roughness": 0.08, "Sheen Weight": fuzz, "Specular IOR Level": shine}
        if soft:
            values |= {"Subsurface Weight": soft, "Subsurface Scale": 0.06, "Subsurface Radius": (1.0, 0.5, 0.3)}
        if bump is not None:
            values["Normal"] = bump
        surface = self.node("BsdfPrincipled", values, subsurface_method="BURLEY").outputs[0]
        return self.finish(surface)

    def finish(self, surface):
        self.node("OutputMaterial", {"Surface": surface})
        return self.material


# -- things that are not food ---------------------------------------------------------------------------------------


def plain(rng, colour, rough=0.5, **skin):
    """One colour, hardly mottled."""
    paint = Paint(rng)
    dark = vary(rng, colour, 0.4)
    return paint.skin(paint.ramp(paint.noise(0.4), (0.3, colour), (0.7, dark)), rough, **skin)


def ceramic(rng, colour="#f4f1ea", rough=None, speckled=None):
    """Glazed ware, now and then speckled as stoneware."""
    paint = Paint(rng)
    rough = rng.uniform(0.06, 0.3) if rough is None else rough
    speckled = rng.random() < 0.2 if speckled is None else speckled
    if speckled:
        dots = paint.step(paint.cells(rng.uniform(0.06, 0.15)), 0.1, 0.2)
        colour = paint.mix(dots, vary(rng, "#6b543c"), colour)
    return paint.skin(colour, rough, paint.bump(paint.noise(0.5), 0.004))


def painted(rng, ground="#f4f1ea", ink="#27408b", style=None, size=0.25):
    """Patterned ware: rings, dots, waves or a mottled reactive glaze."""
    paint = Paint(rng)
    style = style or pick(rng, "rings", "dots", "waves", "glaze")
    if style == "rings":
        pattern = paint.step(paint.bands(size * rng.uniform(0.5, 1.2), rings=True), 0.8, 0.9)
    elif style == "dots":
        pattern = paint.step(paint.cells(size, randomness=0.1), 0.3, 0.25)
    elif style == "waves":
        pattern = paint.step(paint.bands(size * 0.8, "Z", distortion=4), 0.6, 0.7)
    else:
        pattern = paint.step(paint.noise(size * 2, detail=4), 0.4, 0.65)
    return paint.skin(paint.mix(pattern, ground, ink), rng.uniform(0.08, 0.25))


def wood(rng, colour=None, planks=0.0, rough=None, grain=1.0):
    """Grain along x; `planks` is the width of boards laid side by side, 0 for one piece."""
    paint = Paint(rng)
    colour = vary(rng, colour or pick(rng, "#a8743f", "#c79a63", "#6b4426", "#d9b98a", "#4a2f1f", "#8d6e53", "#b98b5c"))
    fine = paint.noise(0.06, detail=3, stretch=(0.06, 1, 1), distortion=0.3)
    rings = paint.noise(0.35, detail=2, stretch=(0.1, 1, 1), distortion=1.0)
    figure = paint.math("ADD", paint.math("MULTIPLY", fine, 0.5), paint.math("MULTIPLY", rings, 0.5))
    dark, light = shade(colour, 1 - 0.5 * grain), shade(colour, 1 + 0.15 * grain)
    tint = paint.ramp(figure, (0.3, dark), (0.5, colour), (0.68, light))
    height = fine
    if planks:
        y = paint.math("DIVIDE", paint.axis("y"), planks)
        board = paint.math("FLOOR", y)
        chance = paint.node("TexWhiteNoise", {"W": board}, noise_dimensions="1D").outputs[0]
        tint = paint.mix(paint.math("MULTIPLY", chance, 0.45), tint, shade(colour, 0.45))
        within = paint.math("SUBTRACT", y, board)
        gap = paint.step(paint.math("ABSOLUTE", paint.math("SUBTRACT", within, 0.5)), 0.475, 0.495)
        tint = paint.mix(gap, tint, "#140d08")
    rough = rng.uniform(0.35, 0.75) if rough is None else rough
    return paint.skin(tint, rough, paint.bump(height, 0.006), shine=0.3)


def stone(rng, colour=None):
    """Marble with veins, granite with grains, slate or concrete."""
    paint = Paint(rng)
    kind = pick(rng, "marble", "granite", "slate", "concrete")
    if kind == "marble":
        base = vary(rng, colour or pick(rng, "#eeece8", "#e6e2dc", "#2b2b2e"), 0.4)
        vein = paint.noise(1.2, detail=5, distortion=1.6)
        band = paint.math("ABSOLUTE", paint.math("SUBTRACT", vein, 0.5))
        tint = paint.ramp(band, (0.0, pick(rng, "#8f8d8c", "#a08c74")), (0.05, shade(base, 0.88)), (0.2, base))
        return paint.skin(tint, rng.uniform(0.08, 0.3))
    if kind == "granite":
        tint = paint.ramp(paint.cells(0.09), (0.1, "#2c2a29"), (0.35, vary(rng, colour or "#8b857f")), (0.7, "#cfc8c0"))
        return paint.skin(tint, rng.uniform(0.1, 0.3))
    base = vary(rng, colour or ("#3a3c40" if kind == "slate" else "#a8a49d"))
    cloud = paint.noise(0.8, detail=5, roughness=0.65)
    tint = paint.ramp(cloud, (0.3, shade(base, 0.7)), (0.7, shade(base, 1.2)))
    return paint.skin(tint, rng.uniform(0.4, 0.8), paint.bump(cloud, 0.02))


def cloth(rng, colour=None, pattern=None, size=None, second=None):
    """Linen or cotton: plain, stripes, checks (gingham) or dots, always woven."""
    paint = Paint(rng)
    colour = vary(rng, colour or pick(rng, "#f3efe6", "#d8cbb6", "#8c9aa6", "#c2504a", "#5c7a63", "#e9d9a8", "#2f3e55"))
    second = vary(rng, second or pick(rng, "#fbf8f1", "#b33a36", "#35507a", "#4f7052", "#d9a94e", "#7d6b5d"))
    pattern = pattern or pick(rng, "plain", "plain", "stripes", "checks", "dots")
    size = size or rng.uniform(0.25, 0.9)
    tint = colour
    across, along = (paint.step(paint.bands(size, d, detail=0), 0.45, 0.55) for d in "XY")
    if pattern == "stripes":
        tint = paint.mix(across, colour, second)
    elif pattern == "checks":
        tint = paint.mix(paint.math("MULTIPLY", paint.math("ADD", across, along), 0.5), colour, second)
    elif pattern == "dots":
        tint = paint.mix(paint.step(paint.cells(size * 0.7, randomness=0), 0.3, 0.25), colour, second)
    weave = paint.math("MULTIPLY", paint.bands(0.05, "X", 0.5), paint.bands(0.05, "Y", 0.5))
    soil = paint.ramp(paint.noise(0.2, detail=3), (0.3, "#e4e0da"), (0.7, "#ffffff"))
    return paint.skin(paint.mix(1.0, tint, soil, "MULTIPLY"), 0.9, paint.bump(weave, 0.012), fuzz=0.25)


def paper(rng, colour="#f6f3ec"):
    """Greaseproof or kraft paper."""
    paint = Paint(rng)
    return paint.skin(vary(rng, colour, 0.5), 0.7, paint.bump(paint.noise(0.25, 3, distortion=0.5), 0.02))


def metal(rng, colour=None, rough=None):
    """Steel, now and then brass or copper."""
    paint = Paint(rng)
    colour = colour or pick(rng, "#c9c9cb", "#c9c9cb", "#bdbdc0", "#d8b46a", "#c98d62")
    return paint.skin(colour, rng.uniform(0.12, 0.35) if rough is None else rough, metal=1.0)


def glass(rng, tint="#ffffff", rough=0.0, ior=1.4):
    """Clear glass; light that falls through it for shadows and bounces goes straight, as caustics would be noise."""
    paint = Paint(rng)
    clear = paint.node("BsdfPrincipled", {"Base Color": tint, "Roughness": rough, "Transmission Weight": 1, "IOR": ior})
    through = paint.node("BsdfTransparent", {"Color": shade(tint, 0.95)})
    path = paint.node("LightPath")
    bounced = paint.math("MAXIMUM", path.outputs["Is Shadow Ray"], path.outputs["Is Diffuse Ray"])
    mixed = paint.node("MixShader", {0: bounced, 1: clear.outputs[0], 2: through.outputs[0]})
    return paint.finish(mixed.outputs[0])


def glowing(colour="#ffffff", strength=1.0):
    """Gives light itself: a window, a candle, bokeh."""
    paint = Paint(None)
    return paint.finish(paint.node("Emission", {"Color": colour, "Strength": strength}).outputs[0])


# -- food ------------------------------------------------------------------------------------------------------------


def cream(rng, colour="#fbf5e6", rough=0.35, lumpy=0.004):
    """Milk, yogurt, whipped cream, icing, mayonnaise, mashed things: opaque, soft, slightly uneven."""
    paint = Paint(rng)
    return paint.skin(vary(rng, colour, 0.3), rough, paint.bump(paint.noise(0.12, 3), lumpy), soft=0.3)


def butter(rng, colour="#f8dc94"):
    paint = Paint(rng)
    colour = vary(rng, colour)
    smear = paint.noise(0.25, 3, stretch=(0.3, 1, 1))
    tint = paint.ramp(smear, (0.3, shade(colour, 0.95)), (0.7, shade(colour, 1.06)))
    return paint.skin(tint, rng.uniform(0.3, 0.45), paint.bump(smear, 0.012), soft=0.25)


def cheese(rng, colour=None):
    """The flesh of a firm cheese."""
    paint = Paint(rng)
    colour = vary(rng, colour or pick(rng, "#f0c46a", "#eab04e", "#f4dba4", "#e2933a"))
    cloud = paint.noise(0.3, 4)
    tint = paint.ramp(cloud, (0.3, shade(colour, 0.9)), (0.7, shade(colour, 1.06)))
    return paint.skin(tint, rng.uniform(0.35, 0.5), paint.bump(paint.noise(0.08, 3), 0.006), soft=0.2)


def crumb(rng, colour="#f1dcae", pore=0.06, depth=0.018):
    """The inside of bread or cake: pores."""
    paint = Paint(rng)
    colour = vary(rng, colour)
    holes = paint.math("MINIMUM", paint.cells(pore), paint.cells(pore * 2.3))
    tint = paint.ramp(holes, (0.08, shade(colour, 0.76)), (0.3, colour), (0.6, shade(colour, 1.08)))
    return paint.skin(tint, 0.85, paint.bump(paint.step(holes, 0.0, 0.5), depth))


def crust(rng, pale="#e2ae62", brown="#a65e22", burnt="#5a2e12", baked=0.5, size=0.5, gloss=0.1, depth=0.02):
    """Baked dough, browned more where it looks up; `baked` 0 to 1."""
    paint = Paint(rng)
    heat = paint.math("ADD", paint.noise(size, 4), paint.math("MULTIPLY", paint.upward(), 0.16))
    heat = paint.math("ADD", heat, (baked - 0.5) * 0.5)
    tint = paint.ramp(heat, (0.28, vary(rng, pale)), (0.6, vary(rng, brown)), (0.88, burnt))
    return paint.skin(tint, 0.5, paint.bump(paint.noise(0.08, 4), depth), gloss=gloss)


def toast(rng, pale="#ecc98d", brown="#9c5a23", edge="#6e3a16", baked=0.5):
    """A toasted slice: pores, brown islands, darkest where the shape's tone nears 1."""
    paint = Paint(rng)
    heat = paint.math("ADD", paint.noise(0.55, 3), (baked - 0.5) * 0.5)
    tint = paint.ramp(heat, (0.3, vary(rng, pale)), (0.68, vary(rng, brown)))
    tint = paint.mix(paint.step(paint.tone(), 0.86, 1.0), tint, edge)
    holes = paint.step(paint.noise(0.03, 2), 0.68, 0.6)
    tint = paint.mix(holes, paint.mix(1.0, tint, "#e0c49c", "MULTIPLY"), tint)
    return paint.skin(tint, 0.75, paint.bump(holes, 0.008))


def fried(rng, pale="#e2aa58", brown="#b5702a", dark="#75401a", crisp=0.05, greasy=0.25, depth=0.04):
    """Batter, breadcrumbs, chips: crisp bumps of size `crisp`, golden to brown, some fat on top."""
    paint = Paint(rng)
    cloud = paint.noise(0.3, 5, roughness=0.65)
    grain = paint.math("ADD", paint.math("MULTIPLY", paint.cells(crisp), 0.5), paint.noise(crisp, 3, distortion=0.6))
    heat = paint.math("ADD", cloud, paint.math("MULTIPLY", paint.math("SUBTRACT", grain, 0.75), 0.35))
    tint = paint.ramp(heat, (0.2, vary(rng, dark)), (0.4, vary(rng, brown)), (0.6, vary(rng, pale)))
    return paint.skin(tint, 0.45, paint.bump(grain, depth), gloss=greasy)


def roast(rng, pale="#a3603a", brown="#6b351d", char="#24140c", grill=0.0, gloss=0.3, depth=0.03):
    """Seared meat; `grill` is the distance between char marks across x, 0 for none."""
    paint = Paint(rng)
    cloud = paint.noise(0.3, 5, roughness=0.65)
    tint = paint.ramp(cloud, (0.3, vary(rng, char)), (0.45, vary(rng, brown)), (0.68, vary(rng, pale)))
    if grill:
        marks = paint.math(
            "MULTIPLY", paint.step(paint.bands(grill, "X", 0.6), 0.72, 0.88), paint.step(cloud, 0.3, 0.45)
        )
        tint = paint.mix(marks, tint, char)
    fibre = paint.noise(0.05, 3, stretch=(0.25, 1, 1))
    return paint.skin(tint, 0.42, paint.bump(paint.math("ADD", fibre, cloud), depth), gloss=gloss)


def flesh(rng, colour="#a33a33", fat="#ecd9c4", marbling=0.35, moist=0.4):
    """Meat inside: pink or red with fibres, veined with fat; `marbling` 0 to 1."""
    paint = Paint(rng)
    colour = vary(rng, colour)
    fibre = paint.noise(0.06, 3, stretch=(0.3, 1, 1))
    tint = paint.ramp(fibre, (0.3, shade(colour, 0.75)), (0.7, shade(colour, 1.2)))
    if marbling:
        vein = paint.math("ABSOLUTE", paint.math("SUBTRACT", paint.noise(0.25, 4, distortion=1.2), 0.5))
        tint = paint.mix(paint.step(vein, 0.06 * marbling, 0.0), tint, vary(rng, fat))
    return paint.skin(tint, 0.4, paint.bump(fibre, 0.01), gloss=moist, soft=0.15)


def salmon(rng, colour="#f0713a", stripe="#fbd3b4", gap=0.16, slant=0.6):
    """Raw fish with white stripes across x, bent like the muscle they part."""
    paint = Paint(rng)
    colour = vary(rng, colour)
    bend = paint.math("MULTIPLY", paint.math("MULTIPLY", paint.axis("y"), paint.axis("y")), slant)
    x = paint.math("ADD", paint.axis("x"), bend)
    x = paint.math("ADD", x, paint.math("MULTIPLY", paint.noise(0.4), 0.45 * gap / 0.16))
    x = paint.math("ADD", x, paint.math("MULTIPLY", paint.chance(), gap))  # no two slices alike
    wave = paint.math("ABSOLUTE", paint.math("SINE", paint.math("MULTIPLY", x, np.pi / gap)))
    tint = paint.ramp(wave, (0.0, vary(rng, stripe, 0.5)), (0.25, shade(colour, 1.15)), (0.7, colour))
    return paint.skin(tint, 0.25, paint.bump(wave, 0.006), gloss=0.4, soft=0.3)


def broth(rng, colour="#c98f3e", cloudy=0.5, oil=0.4, size=0.12):
    """The surface of a soup: cloudy towards cream, droplets of oil that shine."""
    paint = Paint(rng)
    colour = vary(rng, colour)
    cloud = paint.noise(0.7, 4, distortion=1.5)
    tint = paint.ramp(cloud, (0.3, shade(colour, 0.75)), (0.7, shade(colour, 1.1 + 0.3 * cloudy)))
    drops = paint.cells(size)
    rim = paint.step(drops, 0.42 * oil, 0.34 * oil)
    if oil:
        tint = paint.mix(paint.math("MULTIPLY", rim, 0.55), tint, shade(vary(rng, "#f2c14e"), 1.1))
    return paint.skin(tint, 0.08 + 0.1 * cloudy, paint.bump(rim, 0.006 * (oil > 0)), soft=0.15 * cloudy)


def sauce(rng, colour="#9e2314", rough=0.2, lumpy=0.02, size=0.12):
    """Thick and glossy: tomato, curry, gravy, syrup, jam, caramel, melted cheese."""
    paint = Paint(rng)
    colour = vary(rng, colour)
    lumps = paint.noise(size, 4)
    tint = paint.ramp(lumps, (0.3, shade(colour, 0.82)), (0.7, shade(colour, 1.08)))
    return paint.skin(tint, rough, paint.bump(lumps, lumpy), gloss=0.4)


def chocolate(rng, colour="#3d1d10", rough=0.3):
    paint = Paint(rng)
    return paint.skin(vary(rng, colour), rough, paint.bump(paint.noise(0.15, 3), 0.006), gloss=0.2)


def fruit(rng, colour="#c81d11", second=None, mottle=0.35, peel=0.0, rough=0.3, gloss=0.3, streak=1.0):
    """A smooth skin with patches of a second colour; `peel`: size of pores (orange), `streak` > 1: along z (apple)."""
    paint = Paint(rng)
    colour = vary(rng, colour)
    second = vary(rng, second) if second else shade(colour, 0.8)
    patch = paint.noise(mottle, 3, stretch=(1, 1, 1 / streak))
    tint = paint.ramp(patch, (0.38, colour), (0.68, second))
    bump = paint.bump(paint.step(paint.cells(peel), 0.0, 0.5), peel * 0.3) if peel else None
    return paint.skin(tint, rough, bump, gloss=gloss, soft=0.12)


def strawberry(rng, colour="#c9131a", seed="#d8a63c", size=0.05):
    """Red with a small long seed in each dimple; `size` is the distance between seeds."""
    paint = Paint(rng)
    colour = vary(rng, colour)
    pits = paint.cells(size, stretch=(1, 1, 0.6), randomness=0.55)
    body = paint.ramp(paint.noise(0.3), (0.35, shade(colour, 0.72)), (0.68, shade(colour, 1.18)))
    dimple = paint.step(pits, 0.1, 0.6)
    tint = paint.mix(dimple, paint.mix(1.0, body, "#b05048", "MULTIPLY"), body)
    tint = paint.mix(paint.step(pits, 0.15, 0.1), tint, seed)
    return paint.skin(tint, 0.3, paint.bump(dimple, 0.3 * size), gloss=0.25, soft=0.25)


def greens(rng, colour="#4c8a2c", rib="#a9c56b", wet=0.25, crinkle=0.02):
    """Leaves: paler along the rib where the shape's tone is 0."""
    paint = Paint(rng)
    colour = vary(rng, colour, 1.5)
    cloud = paint.ramp(paint.noise(0.2, 3), (0.3, shade(colour, 0.7)), (0.7, shade(colour, 1.25)))
    tint = paint.mix(paint.step(paint.tone(), 0.25, 0.02), cloud, vary(rng, rib))
    return paint.skin(tint, 0.42, paint.bump(paint.noise(0.1, 2), crinkle), gloss=wet)


def grain(rng, colour="#f7f3e6", wet=0.3):
    """Cooked rice, each grain a little other."""
    paint = Paint(rng)
    colour = vary(rng, colour, 0.4)
    tint = paint.ramp(paint.chance(), (0.0, shade(colour, 0.88)), (1.0, shade(colour, 1.04)))
    return paint.skin(tint, 0.4, gloss=wet)


def noodle(rng, colour="#efd48e", oily=0.5):
    paint = Paint(rng)
    colour = vary(rng, colour)
    tint = paint.ramp(paint.noise(0.3, 2), (0.3, shade(colour, 0.82)), (0.7, shade(colour, 1.08)))
    return paint.skin(tint, 0.35, gloss=oily, soft=0.1)


def egg_white(rng, fried_edge=0.5, pepper=0.0):
    """White of egg: browned lace where the shape's tone nears 1, by `fried_edge` 0 to 1; peppered or not."""
    paint = Paint(rng)
    lace = paint.math("ADD", paint.tone(), paint.math("MULTIPLY", paint.noise(0.09, 4, roughness=0.65), 0.4))
    lace = paint.math("SUBTRACT", lace, 0.5)
    tint = paint.ramp(lace, (0.58, "#fdfaf0"), (0.65, "#f6dd9c"), (0.71, "#c9853a"), (0.8, "#7a431a"))
    tint = paint.mix(fried_edge, "#fdfaf0", tint)
    if pepper:
        tint = paint.mix(paint.step(paint.cells(0.075), 0.2, 0.12), tint, "#2d241d")
    return paint.skin(tint, 0.3, paint.bump(paint.noise(0.12, 3), 0.02), gloss=0.4, soft=0.25)


def yolk(rng, colour="#f7a51b"):
    paint = Paint(rng)
    colour = vary(rng, colour)
    tint = paint.ramp(paint.noise(0.3), (0.3, shade(colour, 0.92)), (0.7, shade(colour, 1.05)))
    return paint.skin(tint, 0.18, gloss=0.6, soft=0.25)


def seaweed(rng, colour="#17251a"):
    paint = Paint(rng)
    return paint.skin(vary(rng, colour), 0.35, paint.bump(paint.noise(0.05, 3), 0.012), gloss=0.3)


def shade(colour, factor):
    """A hex colour made darker (< 1) or lighter (> 1), keeping its hue."""
    rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    rgb = [c * factor if factor <= 1 else 1 - (1 - c) / factor**1.5 for c in rgb]
    return "#" + "".join(f"{round(c * 255):02x}" for c in rgb)
