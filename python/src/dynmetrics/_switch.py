"""The kill switch: DYNMETRICS_DISABLE, read once, when the package is imported. Imports nothing of ours.

`1` switches the whole package off: each call of it succeeds and does nothing, and the library is not loaded. A list of
parts, such as `adopt,server`, switches these off.
"""

import logging
import os

PARTS = ("adopt", "server")
"""What can be switched off by itself: metrics moved into cells of the library, and HTTP servers."""

_WHOLE = ("1", "true", "yes", "on", "all")
_NOTHING = ("", "0", "false", "no", "off")


def _read(value: str) -> frozenset[str]:
    words = {word.strip().lower() for word in value.split(",")}
    if words & set(_WHOLE):
        return frozenset(("all", *PARTS))
    unknown = sorted(words - set(PARTS) - set(_NOTHING))
    if unknown:
        logging.getLogger("dynmetrics").warning(
            "DYNMETRICS_DISABLE=%s: there is no part %r; use 1 for everything, or some of %s",
            value,
            unknown[0],
            ",".join(PARTS),
        )
    return frozenset(words & set(PARTS))


_off = _read(os.environ.get("DYNMETRICS_DISABLE", ""))


def is_off(part: str = "all") -> bool:
    """Whether a part is switched off, or the whole package."""
    return part in _off
