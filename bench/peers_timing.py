"""How long a run takes: processor time, so that other programs' turns are not counted."""

import time


def seconds(run, runs):
    """The processor time that so many runs take, in all threads together. If `run` can repeat itself, it does."""
    start = time.process_time()
    if repeat := getattr(run, "repeat", None):
        repeat(runs)
    else:
        for _ in range(runs):
            run()
    return time.process_time() - start


def warm_seconds(run, runs):
    """The same after twice as many runs, or one if that is one, as in `src/timing.rs`."""
    seconds(run, 1 if runs == 1 else 2 * runs)
    return seconds(run, runs)


def calibrate(run, sample):
    """The number of runs that take `sample` seconds, and how long one takes. Warms up, too."""
    runs = 1
    while (elapsed := seconds(run, runs)) < sample / 4:
        runs *= 2
    return max(1, round(runs * sample / elapsed)), elapsed / runs
