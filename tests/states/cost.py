"""What a text costs a rule, in seconds of processor time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def spent(rule: Callable[[str], object], text: str) -> float:
    """Without what measuring coverage costs."""
    tracing = sys.gettrace()
    sys.settrace(None)
    start = time.process_time()
    rule(text)
    took = time.process_time() - start
    sys.settrace(tracing)
    return took
