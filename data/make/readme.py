"""Write what the READMEs show of results, from what was measured: python data/make/readme.py picture|tables

readme.py picture                        data/readme.png, from the kit's own pictures and model
readme.py tables [--report report] [--bench bench.txt]
                                         what stands between <!-- notebooks -->, <!-- kaggle -->, <!-- trust --> or
                                         <!-- speed --> and <!-- end -->, and data/thumbnails/: from the executed
                                         notebooks, data/trust/food_cnn.json, the times of
                                         `hw9-xai run --report report` (which calls this after --in-place), and what
                                         `hw9-xai bench` printed
"""

import argparse
import base64
import io
import json
import re
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import hw9_xai as xai
from hw9_xai.assets import KIT
from hw9_xai.plots.images import brightness
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.key import points
from hw9_xai.trust import MEASURES, TrustReport, load_trust

CHOSEN = {2: "strawberries", 5: "egg", 9: "soup"}  # pictures, and the part whose outline is drawn
THUMBNAIL = (320, 200)
SHOWS_BEST = {  # the cell whose first figure stands for the notebook
    "00_start": "ten-pictures", "01_lime": "cake-overlay", "02_saliency": "parts-figure",
    "03_smoothgrad": "parts-figure", "04_filters": "jug-figure", "05_integrated_gradients": "cake-figure",
    "06_attention": "functions", "07_embedding_visualization": "distance", "08_embedding_analysis": "curves",
    "09_trust": "effects-pictures",
}  # fmt: skip
TOPICS = {
    "en": {
        "00_start": "The pictures, the model and what it confuses",
        "09_trust": "Which explanation can be believed?",
    },
    "zh": {"00_start": "圖片、模型與混淆矩陣", "09_trust": "哪一種解釋可以相信？"},
}
WIDE = "&nbsp;" * 32  # keeps the thumbnails' column open on a phone, where a picture alone gives way to words
HEADS = {
    "en": [WIDE, "notebook", "on a CPU", "questions", "points"],
    "zh": [WIDE, "筆記本", "CPU 時間", "題數", "分數"],
}
READMES = {"en": KIT / "README.md", "zh": KIT / "README.zh-TW.md"}
ADDRESS = re.search(r'^Homepage = "https://github\.com/(.*)"', (KIT / "pyproject.toml").read_text("utf-8"), re.M)[1]
COLAB = "https://colab.research.google.com/assets/colab-badge.svg", "https://colab.research.google.com/github/"
KAGGLE = (
    "https://kaggle.com/static/images/open-in-kaggle.svg",
    "https://kaggle.com/kernels/welcome?src=https://github.com/",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("picture", "tables"))
    parser.add_argument("--report", type=Path, help="folder that `hw9-xai run` wrote; without it the times stay")
    parser.add_argument("--bench", type=Path, help="what `hw9-xai bench` printed; without it that table stays")
    order = parser.parse_args()
    if order.what == "picture":
        draw_picture()
    else:
        write_tables(order)


def draw_picture() -> None:
    model, pictures = xai.load_classifier(), xai.load_pictures()
    images, labels = pictures.images[list(CHOSEN)], pictures.labels[list(CHOSEN)]
    maps = {
        "LIME": torch.stack([e.overlay() for e in xai.lime(model, images, labels)]).permute(0, 2, 3, 1),
        "saliency": brightness(xai.saliency(model, images, labels, of="score")),
        "SmoothGrad": brightness(xai.smoothgrad(model, images, labels, of="score", samples=200).mean(1)),
        "integrated gradients": brightness(
            xai.integrated_gradients(model, images, labels, steps=256).attributions.sum(1).abs()
        ),
    }
    columns = {"a rendered picture": images.permute(0, 2, 3, 1), **maps}
    figure, axes = plt.subplots(3, 6, figsize=(11, 5.7), dpi=100, layout="constrained")
    for row, (number, part) in enumerate(CHOSEN.items()):
        mask = pictures.masks[number][part]
        for panel, (name, values) in zip(axes[row], columns.items(), strict=False):
            panel.imshow(values[row], cmap="inferno")
            panel.contour(mask, [0.5], colors="white", linewidths=0.8)
            panel.set_title(name if row == 0 else "", fontsize=11)
        axes[row, 5].imshow(mask, cmap="gray")
        axes[row, 5].set_title(f"where it is: {part}", fontsize=11)
    for panel in axes.flat:
        panel.set_axis_off()
    figure.savefig(KIT / "data" / "readme.png")


def write_tables(order) -> None:
    measured = json.loads((order.report / "times.json").read_text()) if order.report else {}
    notebooks = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(KIT.glob("notebooks/*.ipynb"))}
    (KIT / "data" / "thumbnails").mkdir(exist_ok=True)
    for name, notebook in notebooks.items():
        save_thumbnail(name, notebook)
    for language, path in READMES.items():
        text = path.read_text("utf-8")
        times = times_in(text) | measured  # what was not run again keeps its time
        text = replaced(text, "notebooks", notebook_table(language, notebooks, times))
        text = replaced(text, "kaggle", kaggle_badges(notebooks))
        text = replaced(text, "trust", trust_table(load_trust(KIT / "data" / "trust" / "food_cnn.json"), language))
        if order.bench:
            text = replaced(text, "speed", speed_table(order.bench.read_text("utf-8")))
        path.write_text(text, "utf-8")


def times_in(text: str) -> dict[str, float]:
    """The seconds that the table of notebooks shows now."""
    rows = re.findall(r"\(notebooks/(\w+)\.ipynb\).*?\| (\d+) s \|", text)
    return {name: float(seconds) for name, seconds in rows}


def replaced(text: str, block: str, table: str) -> str:
    """The text with another table between the marks of a block."""
    marks = rf"(<!-- {block} -->\n).*?(<!-- end -->)"
    return re.sub(marks, lambda found: f"{found[1]}{table}\n{found[2]}", text, count=1, flags=re.S)


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def save_thumbnail(name: str, notebook: dict) -> None:
    outputs = next(cell["outputs"] for cell in notebook["cells"] if cell["id"] == SHOWS_BEST[name])
    shown = (output.get("data", {}) for output in outputs)
    picture = next(data[kind] for data in shown for kind in ("image/png", "image/jpeg") if kind in data)
    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    fitted = ImageOps.pad(image, THUMBNAIL, Image.Resampling.LANCZOS, color="white")
    fitted.quantize(128).save(KIT / "data" / "thumbnails" / f"{name}.png", optimize=True)


def notebook_table(language: str, notebooks: dict, times: dict[str, float]) -> str:
    bank = load_bank()
    topics = {topic.notebook: (key, getattr(topic.name, language)) for key, topic in bank.topics.items()}
    rows = []
    for name in notebooks:
        key, topic = topics.get(name, ("", TOPICS[language].get(name, "")))
        questions = bank.of_topic(key) if key else []
        total = points(sum(question.tenths for question in questions)) if questions else ""
        rows.append([
            f'<img src="data/thumbnails/{name}.png" width="160" alt="{topic}">',
            f"[{name}](notebooks/{name}.ipynb)<br>{topic}<br>{badge('Open in Colab', COLAB, name)}",
            f"{times[name]:.0f} s", str(len(questions) or ""), total,
        ])  # fmt: skip
    return table(HEADS[language], rows)


def kaggle_badges(notebooks: dict) -> str:
    return "\n".join(f"* `{name}` {badge('Open in Kaggle', KAGGLE, name)}" for name in notebooks)


def badge(words: str, door: tuple[str, str], name: str) -> str:
    image, opens = door
    return f"[![{words}]({image})]({opens}{ADDRESS}/blob/main/notebooks/{name}.ipynb)"


def trust_table(report: TrustReport, language: str) -> str:
    """Question by question: who cleared the bar, best first, and what the bar is."""
    head, none = {
        "en": (["question", "measure", "cleared the bar, best first (mean)", "the bar", "scenes"], "no evidence yet"),
        "zh": (["問題", "量什麼", "過關的方法，最好的在前（平均）", "門檻", "場景數"], "還沒有證據"),
    }[language]
    marked = report.table
    rows = []
    for measure, scored in marked.intervals.items():
        trusted = ", ".join(f"{name} ({scored[name].mean:.2f})" for name in marked.trusted(measure))
        question = MEASURES[measure].question[language == "en"]
        rows.append([question, measure, trusted or none, f"{marked.bars[measure]:.2f}", str(marked.pictures[measure])])
    return table(head, rows)


def speed_table(printed: str) -> str:
    """The rows that `hw9-xai bench` printed: method, against, ours, theirs, ratio."""
    rows = re.findall(r"^(\S.*?)\s{2,}(\S.*?)\s{2,}([\d.]+)s\s+([\d.]+)s\s+([\d.]+)$", printed, flags=re.M)
    setting = printed.splitlines()[0]
    return (
        table(
            ["", "against", "ours", "theirs", "ratio"],
            [[method, against, f"{ours} s", f"{theirs} s", ratio] for method, against, ours, theirs, ratio in rows],
        )
        + f"\n\n{setting}; medians of pairs timed turn about, each side in a process of its own."
    )


if __name__ == "__main__":
    main()
