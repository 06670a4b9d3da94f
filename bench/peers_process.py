"""A library at work on one problem, in a process of its own: libraries with copies of the same parts, each in another version, do not
bear one another, and what crashes takes nobody with it.

Comes in: a peer's function and a problem. Goes out: whether the library does it right, and samples of its time, one whenever asked.
"""

import math
import multiprocessing

from peers_timing import calibrate, warm_seconds

# The largest error, relative to the largest output, that is taken for rounding. As in src/problem.rs.
TOLERANCE = 1e-4


class Contender:
    """A process that has prepared a problem. `entry` says how that went, or `missing` which library there is none of."""

    def __init__(self, prepare, problem, sample):
        # By `fork`, so that the problem need not be sent. This process has no library loaded.
        context = multiprocessing.get_context("fork")
        self.pipe, end = context.Pipe()
        self.process = context.Process(target=serve, args=(end, prepare, problem, sample), daemon=True)
        self.process.start()
        end.close()
        self.samples = []
        self.entry, self.missing = self._ask()

    def _ask(self):
        """The next of what the process has to say. If it died, of what."""
        try:
            self.pipe.send(True)
            return self.pipe.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            return {"failure": f"its process ended with status {self.process.exitcode}"}, None

    def measure(self):
        """One more sample, unless the library has failed."""
        if self.missing or "failure" in self.entry:
            return
        answer, _ = self._ask()
        if "failure" in answer:
            self.entry |= answer
        else:
            self.samples.append(answer["sample"])

    def end(self):
        """Kills the process, so that no library gets to tidy up."""
        self.process.kill()
        self.process.join()


def serve(pipe, prepare, problem, sample):
    """The process: tells how the preparation went, and takes a sample whenever it is asked again."""
    pipe.recv()
    run, entry, missing = None, {}, None
    try:
        run, output = prepare(problem)
        run()
        error = problem.error(output())
        if math.isfinite(error):  # JSON has no other numbers
            entry["error"] = error
        if not error <= TOLERANCE:
            raise ArithmeticError(f"wrong: relative error {error:.1e}, {TOLERANCE:.0e} is allowed")
        runs, _ = calibrate(run, sample)
    except ImportError as error:
        missing = str(error) or type(error).__name__
    except Exception as error:  # whatever a library raises is its result
        entry["failure"] = str(error).strip().partition("\n")[0]
    pipe.send((entry, missing))
    while pipe.recv():
        pipe.send(({"sample": warm_seconds(run, runs) / runs}, None))
