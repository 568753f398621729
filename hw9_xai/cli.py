"""The command line: hw9-xai, or python -m hw9_xai.cli."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="hw9-xai", description="Explainable AI that can be checked.")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_bench(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except (ValueError, TypeError, OSError, ImportError) as error:
        if options.debug:
            raise
        print(f"hw9-xai: {error}", file=sys.stderr)
        return 1


def _add_bench(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "bench",
        help="time the methods beside the public libraries and the bare network",
        description="Times our methods and others turn about in one process; prints medians and ratios. "
        "Needs the packages lime and captum. On 2 cores it takes about five minutes.",
        epilog="example: hw9-xai bench --rounds 3",
    )
    parser.add_argument("--width", type=int, default=32, help="width of the network, with random weights (default 32)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each pair is timed (default 5)")
    parser.set_defaults(run=_bench)


def _bench(options: argparse.Namespace) -> int:
    import torch

    from hw9_xai.bench import bench
    from hw9_xai.cnn.classifier import FoodCNN

    torch.manual_seed(0)
    images, labels = torch.rand(10, 3, 128, 128), torch.arange(10)
    print(f"FoodCNN of width {options.width}, 128x128, {torch.get_num_threads()} threads, torch {torch.__version__}")
    print(f"{'method':25}{'against':22}{'ours':>9}{'theirs':>9}{'ratio':>8}")
    with redirect_stderr(io.StringIO()):  # progress bars would tear the table
        for row in bench(FoodCNN(options.width), images, labels, rounds=options.rounds):
            print(f"{row.method:25}{row.against:22}{row.ours:8.2f}s{row.theirs:8.2f}s{row.ratio:8.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
