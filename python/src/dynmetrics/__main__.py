"""The `dynmetrics` command: the library's own, run in this process."""

import signal
import sys

from ._loading import command


def main() -> int:
    """Run the command with the arguments of this process; return its exit status."""
    # While the command runs no Python code does, so Python's handler would keep Ctrl-C to itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    status: int = command().tool_main(["dynmetrics", *sys.argv[1:]])
    return status


if __name__ == "__main__":
    sys.exit(main())
