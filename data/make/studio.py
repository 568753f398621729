"""The studio: an empty Blender scene that is filled with named parts, photographed, and masked part by part.

One unit is ten centimetres, z points up, the table top is z = 0 and the subject stands around the origin.
"""

import hashlib
import tempfile
from contextlib import contextmanager
from math import radians
from pathlib import Path

import bpy
import develop
import numpy as np
from mathutils import Euler, Matrix, Vector
from shapes import Places, Shape

BACKGROUND = "background"
SETTING = {BACKGROUND, "table"}  # what shadows fall on


class Studio:
    """One picture to be: `add` things under part names, then take the `picture` and its `mask`."""

    def __init__(self, key: str):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        seed = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
        self.key = key
        self.rng = np.random.default_rng(seed)
        self.parts = [BACKGROUND]  # a part's place in this list is its id in the mask; id 0 is where nothing was hit
        self.light_colour = np.ones(3)  # what the camera's white balance tries to take out
        self.brighter = 0.0  # stops above what the meter says
        self._frames = [Matrix()]
        self._renamed = None
        self._exposure = None
        self._noise_seed = seed % 2**32
        self.scene = bpy.context.scene
        self.scene.world = bpy.data.worlds.new("world")
        self.scene.world.cycles.sampling_method = "NONE"
        lens = bpy.data.cameras.new("camera")
        self.camera = bpy.data.objects.new("camera", lens)
        self.scene.collection.objects.link(self.camera)
        self.scene.camera = self.camera
        lens.sensor_width, lens.clip_end = 36, 1000
        self._prepare_cycles(seed)

    def _prepare_cycles(self, seed):
        render, cycles = self.scene.render, self.scene.cycles
        render.engine = "CYCLES"
        # One thread a picture: the order of sums, and so every byte, is the same however many workers run.
        render.threads_mode, render.threads = "FIXED", 1
        render.image_settings.file_format = "OPEN_EXR"
        render.image_settings.color_depth = "32"
        render.image_settings.exr_codec = "NONE"
        render.use_compositing = render.use_sequencer = False
        cycles.seed = seed % 2**31
        cycles.use_adaptive_sampling = cycles.use_light_tree = False  # both cost more than they give at few samples
        cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 8, 2, 2
        cycles.transmission_bounces, cycles.transparent_max_bounces = 6, 6
        cycles.caustics_reflective = cycles.caustics_refractive = False
        cycles.sample_clamp_indirect = 4
        cycles.filter_width = 1.3

    # -- filling the scene ------------------------------------------------------------------------------------------

    def add(self, shape: Shape, material, part: str, at=(0, 0, 0), turn=(0, 0, 0), scale=1.0, sharp=40):
        """Put a shape (or one made before, to share its mesh) into the scene; turn in degrees, edges beyond `sharp`."""
        return self._place(shape.to_mesh(material, sharp), part, at, turn, scale)

    def scatter(self, shapes, material, part: str, places: Places, at=(0, 0, 0), sharp=40):
        """Put copies of a shape, or of several in turn, at many places; copies share their meshes."""
        shapes = [shapes] if isinstance(shapes, Shape) else list(shapes)
        meshes = [shape.to_mesh(material, sharp) for shape in shapes]
        for i, (spot, turn, scale) in enumerate(zip(places.at, places.turn, places.scale, strict=True)):
            self._place(meshes[i % len(meshes)], part, np.add(spot, at), turn, scale)

    def _place(self, mesh, part, at, turn, scale):
        part = self._renamed or part
        if part not in self.parts:
            self.parts.append(part)
        thing = bpy.data.objects.new(part, mesh)
        thing.pass_index = self.parts.index(part)
        scale = np.broadcast_to(scale, 3)
        thing.matrix_basis = self._frames[-1] @ Matrix.LocRotScale(
            Vector([float(v) for v in at]), Euler([radians(v) for v in turn]), Vector([float(v) for v in scale])
        )
        self.scene.collection.objects.link(thing)
        return thing

    @contextmanager
    def placed(self, at=(0, 0, 0), turn=(0, 0, 0), scale=1.0, part=None):
        """Everything added inside is moved, turned and scaled as a whole, and named `part` where one is given."""
        inner = Matrix.LocRotScale(Vector(at), Euler([radians(v) for v in turn]), Vector((scale,) * 3))
        self._frames.append(self._frames[-1] @ inner)
        before, self._renamed = self._renamed, self._renamed or part
        yield
        self._frames.pop()
        self._renamed = before

    def lamp(self, at, towards=(0, 0, 0), size=1.0, power=100.0, colour=(1, 1, 1)):
        """A rectangular area light, unseen by the camera but for its reflections."""
        light = bpy.data.lights.new("lamp", "AREA")
        light.shape, light.energy, light.color = "RECTANGLE", power, tuple(colour)
        light.size, light.size_y = np.broadcast_to(size, 2)
        lamp = bpy.data.objects.new("lamp", light)
        at = Vector([float(v) for v in at])
        lamp.matrix_basis = (
            Matrix.Translation(at) @ (Vector(towards) - at).to_track_quat("-Z", "Y").to_matrix().to_4x4()
        )
        lamp.visible_camera = False
        self.scene.collection.objects.link(lamp)

    # -- taking the picture -----------------------------------------------------------------------------------------

    def picture(self, size=128, samples=12, without=()) -> np.ndarray:
        """The photograph, (H, W, 3) uint8; parts named in `without` are taken out, at the full scene's exposure."""
        if without and self._exposure is None:
            self.picture(size, samples)
        light = self._light(size, samples, without)
        if self._exposure is None:
            self._exposure = develop.Exposure.metered(light, self.light_colour, self.brighter, self.rng)
        return self._exposure.develop(light, np.random.default_rng(self._noise_seed))

    def mask(self, size=128, without=()) -> np.ndarray:
        """The part id at the centre of each pixel, (H, W) uint8: what a ray without lens blur hits first."""
        lens, cycles, layer = self.camera.data, self.scene.cycles, self.scene.view_layers[0]
        background = self.scene.world.node_tree.nodes["Background"]
        saved = lens.dof.use_dof, cycles.filter_width, cycles.pixel_filter_type
        links = [(link.from_socket, link.to_socket) for link in background.inputs["Strength"].links]
        strength = background.inputs["Strength"].default_value
        for link in background.inputs["Strength"].links:
            self.scene.world.node_tree.links.remove(link)
        background.inputs["Strength"].default_value = 0
        lens.dof.use_dof, cycles.filter_width, cycles.pixel_filter_type = False, 0.01, "BOX"
        layer.material_override = _part_id_material()
        ids = self._render(size, samples=1, denoise=False, without=without)[..., 0]
        layer.material_override = None
        lens.dof.use_dof, cycles.filter_width, cycles.pixel_filter_type = saved
        background.inputs["Strength"].default_value = strength
        for link in links:
            self.scene.world.node_tree.links.new(*link)
        return np.rint(ids).astype(np.uint8)

    def shadow(self, size=128, samples=32, drop=0.15) -> np.ndarray:
        """Where the setting is darker by more than `drop` because of the parts that stand on it, (H, W) bool."""
        mask = self.mask(size)
        things = [thing for thing in self.scene.objects if self._part(thing) not in {None, *SETTING}]
        shaded = self._light(size, samples).mean(axis=2)
        for thing in things:
            thing.visible_shadow = thing.visible_diffuse = False
        lit = self._light(size, samples).mean(axis=2)
        for thing in things:
            thing.visible_shadow = thing.visible_diffuse = True
        ground = np.isin(mask, [i for i, part in enumerate(self.parts) if part in SETTING])
        return ground & (shaded < (1 - drop) * lit)

    def _part(self, thing):
        return self.parts[thing.pass_index] if thing.type == "MESH" else None

    def _light(self, size, samples, without=()):
        return self._render(size, samples, denoise=True, without=without)

    def _render(self, size, samples, denoise, without):
        scene = self.scene
        scene.render.resolution_x, scene.render.resolution_y = np.broadcast_to(size, 2).tolist()
        scene.cycles.samples, scene.cycles.use_denoising = samples, denoise
        scene.cycles.denoising_prefilter, scene.cycles.denoising_quality = "FAST", "BALANCED"
        hidden = [thing for thing in scene.objects if self._part(thing) in without]
        for thing in hidden:
            thing.hide_render = True
        with tempfile.TemporaryDirectory() as folder:
            scene.render.filepath = str(Path(folder) / "render.exr")
            bpy.ops.render.render(write_still=True)
            image = bpy.data.images.load(scene.render.filepath)
            width, height = image.size
            pixels = np.empty(width * height * image.channels, np.float32)
            image.pixels.foreach_get(pixels)
        bpy.data.images.remove(image)
        for thing in hidden:
            thing.hide_render = False
        return pixels.reshape(height, width, -1)[::-1, :, :3].copy()


def _part_id_material():
    material = bpy.data.materials.get("part id") or bpy.data.materials.new("part id")
    tree = material.node_tree
    tree.nodes.clear()
    info, glow = tree.nodes.new("ShaderNodeObjectInfo"), tree.nodes.new("ShaderNodeEmission")
    tree.links.new(info.outputs["Object Index"], glow.inputs["Strength"])
    tree.links.new(glow.outputs[0], tree.nodes.new("ShaderNodeOutputMaterial").inputs["Surface"])
    return material
