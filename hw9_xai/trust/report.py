"""The whole exam: any methods, any classifier, on hundreds of scenes of which the truth is known."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import joblib
import torch
from torch import nn

from hw9_xai.arguments import choice, seed_number
from hw9_xai.cnn.scenes import Scene, load_scenes
from hw9_xai.output import write
from hw9_xai.progress import progress_bar
from hw9_xai.trust.exam import CONTROLS, MEASURES, examine
from hw9_xai.trust.methods import Method
from hw9_xai.trust.table import TrustTable, trust_table

PROTOCOL = 1  # another number where a measure, its scenes or a control changed: results are compared within one


@dataclass(frozen=True)
class TrustReport:
    """What every method scored on every scene, and what follows from it.

    `report.table` shows itself; `report.save("mine.json")` and `load_trust("mine.json")` keep it.
    """

    protocol: dict[str, Any]
    scenes: dict[str, dict[str, dict[str, Any]]]  # scene -> method, or "truth" -> what `examine` found

    @property
    def methods(self) -> list[str]:
        return self.protocol["methods"]

    @cached_property
    def measured(self) -> dict[str, dict[str, list[float]]]:  # measure -> method -> one number for each scene
        signed = {
            name for name in self.methods if any(scene[name]["has signs"] for scene in self.scenes.values())
        } | CONTROLS.keys()
        found: dict[str, dict[str, list[float]]] = {}
        for measure, asked in MEASURES.items():
            rows = {
                name: [scene[name][measure] for scene in self.scenes.values() if measure in scene[name]]
                for name in self.methods
                if name in signed or not asked.signed
            }
            if rows := {name: row for name, row in rows.items() if row}:
                found[measure] = rows
        return found

    @cached_property
    def table(self) -> TrustTable:
        bars = {measure: asked.bar for measure, asked in MEASURES.items() if asked.bar is not None}
        return trust_table(self.measured, controls=tuple(CONTROLS), bars=bars)

    def of_parts(self, key: str, method: str = "truth") -> list[float]:
        """Of all parts that were taken out: their true "effects", their "areas", or a method's "sums" on them."""
        return [value for scene in self.scenes.values() for value in scene[method][key].values()]

    def save(self, path: str | Path) -> Path:
        """Numbers in columns, one for each scene: a tenth of the size that names at every number would take."""
        found = self.scenes.values()
        columns = {
            name: {
                key: [scene[name].get(key) for scene in found]
                for key in dict.fromkeys(key for scene in found for key in scene[name] if key != "sums")
            }
            for name in self.methods
        }
        sums = {name: [[*scene[name]["sums"].values()] for scene in found] for name in self.methods}
        truth = [scene["truth"] for scene in found]
        about = {"date": str(date.today())} | self.protocol
        content = {"protocol": about, "scenes": [*self.scenes], "truth": truth, "columns": columns, "sums": sums}
        return _write(path, content)


def trust_report(
    model: nn.Module,
    methods: Mapping[str, Method],
    scenes: Sequence[Scene] | None = None,
    *,
    measures: Iterable[str] = MEASURES,
    jobs: int = 1,
    seed: int = 0,
    folder: str | Path | None = None,
) -> TrustReport:
    """Let methods sit the exam: any functions from (model, images (N,3,H,W), labels (N,)) to maps (N,H,W), and `seed`
    as a fourth argument of those that draw. A map with signs says what speaks for the label, and what against it.

    `scenes`: default all 440 of `load_scenes()`; `load_scenes(per_class=10)` is a quicker exam, and so are fewer
    `measures` of `trust.MEASURES`. `folder` keeps what is done, so that a run that was stopped goes on. The work is
    handed out by joblib, scene by scene: `jobs` processes, or inside `with joblib.parallel_config(backend="dask")` a
    cluster.

    >>> mine = {"brightness": lambda model, images, labels: images.mean(1)}
    >>> report = xai.trust_report(FoodCNN(width=8).eval(), mine, load_scenes(per_class=1)[:2])
    >>> report.methods, len(report.scenes)
    (['brightness', 'random', 'edges'], 2)
    """
    if not methods or not all(callable(method) for method in methods.values()):
        raise TypeError(f"methods: expected functions by their names, got {methods!r}")
    if taken := [name for name in methods if name in CONTROLS or name == "truth"]:
        raise ValueError(f"methods: expected other names than the controls', got {', '.join(taken)}")
    for measure in (measures := list(measures)):
        choice(measure, "measures", tuple(MEASURES))
    everyone = {**methods, **CONTROLS}
    scenes = load_scenes() if scenes is None else scenes
    protocol = {
        "protocol": PROTOCOL,
        "seed": seed_number(seed),
        "torch": torch.__version__.split("+")[0],
        "model": fingerprint(model),
        "methods": list(everyone),
        "measures": measures,
        "code": {name: _source(method) for name, method in everyone.items()},
    }
    kept = Kept(None if folder is None else Path(folder), protocol)
    missing = [scene for scene in scenes if scene.name not in kept.scenes]
    work = joblib.Parallel(n_jobs=jobs, return_as="generator")(
        joblib.delayed(examine)(model, everyone, scene, seed, measures) for scene in missing
    )
    for scene, found in zip(progress_bar(missing, total=len(missing), desc="trust"), work, strict=True):
        kept.add(scene.name, found)
    return TrustReport(protocol, {scene.name: kept.scenes[scene.name] for scene in scenes})


def load_trust(path: str | Path) -> TrustReport:
    """What `TrustReport.save` wrote.

    >>> from hw9_xai.assets import DATA
    >>> len(trust.load_trust(DATA / "trust" / "food_cnn.json").scenes)
    440
    """
    try:
        content = json.loads(Path(path).read_text("utf-8"))
        scenes: dict[str, dict[str, dict[str, Any]]] = {}
        for place, (scene, truth) in enumerate(zip(content["scenes"], content["truth"], strict=True)):
            scenes[scene] = {
                name: {key: column[place] for key, column in columns.items() if column[place] is not None}
                | {"sums": dict(zip(truth["effects"], content["sums"][name][place], strict=True))}
                for name, columns in content["columns"].items()
            } | {"truth": truth}
        return TrustReport(content["protocol"], scenes)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise ValueError(f"path: expected a report that TrustReport.save wrote, got {path}") from None


class Kept:
    """What is done, one file for each scene under a folder; without a folder only in memory."""

    def __init__(self, folder: Path | None, protocol: dict[str, Any]) -> None:
        self.folder, self.scenes = folder, {}
        if folder is None:
            return
        head = folder / "protocol.json"
        if head.exists():
            before = json.loads(head.read_text("utf-8"))
            if changed := ", ".join(key for key, value in protocol.items() if before.get(key) != value):
                raise ValueError(f"folder: {folder} holds an exam with another {changed}; name another folder")
        elif folder.is_dir() and any(folder.iterdir()):
            raise ValueError(f"folder: expected an empty folder or one of an earlier exam, got {folder}")
        else:
            _write(head, protocol)
        for path in folder.glob("scene_*.json"):
            self.scenes[path.stem.removeprefix("scene_")] = json.loads(path.read_text("utf-8"))

    def add(self, name: str, found: dict[str, dict[str, Any]]) -> None:
        self.scenes[name] = found
        if self.folder is not None:
            _write(self.folder / f"scene_{name}.json", found)


def _write(path: str | Path, content: Any) -> Path:
    return write(path, json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def fingerprint(model: nn.Module) -> str:  # of its architecture and its weights
    digest = hashlib.sha256(str(model).encode())
    for name, values in model.state_dict().items():
        digest.update(name.encode() + values.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def _source(method: Method) -> str:
    """A hash of a method's code: with other code, what was kept would not be its result."""
    function, settings = getattr(method, "func", method), getattr(method, "keywords", {})  # of a partial
    try:
        code = inspect.getsource(function).encode()
    except (OSError, TypeError):  # typed at a prompt, or no function
        code = getattr(getattr(function, "__code__", None), "co_code", repr(type(function)).encode())
    return hashlib.sha256(code + repr(settings).encode()).hexdigest()[:12]
