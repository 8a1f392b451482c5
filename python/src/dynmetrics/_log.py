"""What the extension says, by way of `logging.getLogger("dynmetrics")`.

Called by the extension only, on threads of the library. Imports nothing of ours.
"""

import logging

_logger = logging.getLogger("dynmetrics")
_LEVELS = {1: logging.INFO, 2: logging.WARNING, 3: logging.ERROR}
_MOST_CAUSES = 16
_LONGEST_MESSAGE = 300


def library_message(level: int, message: str) -> None:
    """Hands on one line of the library."""
    _logger.log(_LEVELS.get(level, logging.ERROR), "%s", message)


class FailureLog:
    """Logs what goes wrong in one registered callback, each cause once: a scrape comes every few seconds, for ever.

    A cause is the exception's type and message. After 16 of them the callback is silent: its messages then differ each
    time, and the self-metrics count the failures anyway.
    """

    def __init__(self, callback: object) -> None:
        self._name = getattr(callback, "__qualname__", None) or type(callback).__qualname__
        self._seen: set[tuple[type[BaseException], str]] = set()

    def __call__(self, error: BaseException) -> None:
        try:
            message = str(error)[:_LONGEST_MESSAGE]
        except Exception:
            message = "(its message cannot be had)"
        cause = (type(error), message)
        if cause in self._seen or len(self._seen) >= _MOST_CAUSES:
            return
        self._seen.add(cause)
        last = " (failures of this callback are not logged from now on)" if len(self._seen) == _MOST_CAUSES else ""
        traceback = error if error.__traceback__ else None  # none: the extension found a wrong shape
        kind = type(error).__name__
        _logger.error("metrics callback %s failed: %s: %s%s", self._name, kind, message, last, exc_info=traceback)
