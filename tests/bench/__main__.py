"""python -m tests.bench: how fast the methods are, in a quarter of an hour on 2 cores; lime and captum are needed."""

import argparse
import sys
from itertools import chain

import torch

from hw9_xai.cnn.classifier import FoodCNN
from hw9_xai.progress import no_bars
from tests.bench.speed import bench, bench_as_near


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.manual_seed(0)
    images, labels = torch.rand(10, 3, 128, 128), torch.arange(10)
    print(f"FoodCNN of width {options.width}, 128x128, {torch.get_num_threads()} threads, torch {torch.__version__}")
    print(f"{'method':31}{'against':22}{'ours':>9}{'theirs':>9}{'ratio':>8}")
    try:
        with no_bars():
            random = bench(FoodCNN(options.width), images, labels, rounds=options.rounds)
            for row in chain(random, bench_as_near(rounds=options.rounds)):
                print(f"{row.method:31}{row.against:22}{row.ours:8.2f}s{row.theirs:8.2f}s{row.ratio:8.2f}", flush=True)
    except ImportError as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
