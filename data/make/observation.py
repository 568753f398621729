"""The ten observation pictures, the homework's scenes in the homework's order."""

from scenes import butter, cake, egg, milk, pizza, waffle

SCENES = {scene.stem: scene for scene in (module.SCENE for module in (pizza, butter, milk, cake, waffle, egg))}
