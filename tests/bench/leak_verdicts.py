#!/usr/bin/env python3
"""Is a leak of 2 KiB a session suspected, and none not, every time? Twenty seeds of each, with and without saw teeth.

usage: leak_verdicts.py [--seeds N] [--at-once N]; LSRUN_BUILD is the build's folder. All runs together take some five minutes.
Exit code 1 if any verdict was wrong.
"""

import argparse
import concurrent.futures
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from support.memory import LEAK, TARGET, coming_and_going, verdict  # noqa: E402
from support.run import Lsrun, write_config  # noqa: E402
from support.target import Target  # noqa: E402

TEETH = ("--garbage", "2MiB/3s")  # a fifth of the target's own memory
# name, options, seconds of the steady phase, what is right
CASES = (("leak", LEAK, 30, "suspected"), ("no leak", (), 30, "not_suspected"),
         ("leak, saw teeth", (*LEAK, *TEETH), 120, "suspected"), ("no leak, saw teeth", TEETH, 120, "not_suspected"))


def judged(options, seconds, seed):
    """The verdict on one run, and its slope in bytes an hour with its interval."""
    target = Target(*TARGET, *options, "--seed", seed).start()
    with tempfile.TemporaryDirectory(prefix="lsrun-leak-") as folder:
        where = pathlib.Path(folder)
        config = write_config(where, coming_and_going(target.url, seconds, run={"seed": seed}))
        one = Lsrun(("--config", config, "--no-color"), where, where / "results")
        try:
            ended = one.finish(seconds + 60)
            return verdict(ended.report), ended.report["leak"]
        finally:
            one.close()
            target.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=20)
    chosen = parser.parse_args()
    wrong = 0
    for name, options, seconds, right in CASES:
        with concurrent.futures.ThreadPoolExecutor(chosen.at_once) as pool:
            got = list(pool.map(lambda seed: judged(options, seconds, seed), range(1, chosen.seeds + 1)))
        words = [word for word, _ in got]
        wrong += sum(word != right for word in words)
        each = sorted(leak["bytes_per_session"] for _, leak in got if "bytes_per_session" in leak)
        print(f"{name:20} {words.count(right)} of {len(words)} {right}; growth a session {each[0]:.0f} to {each[-1]:.0f} B"
              + "".join(f"\n  seed {seed}: {word} {leak}" for seed, (word, leak) in enumerate(got, 1) if word != right), flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
