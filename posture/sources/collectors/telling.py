"""How far a collection has come, over all of its accounts."""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace


class Far(Struct, frozen=True):
    """Accounts and calls done and known so far, and the call that just ended."""

    accounts_done: int = 0
    accounts: int = 1
    calls_done: int = 0
    calls: int = 0
    account: str = ""
    call: str = ""


Progress = Callable[[Far], None]


class Teller:
    """Adds up what the accounts report, and tells it one at a time."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._far = Far()
        self._lock = threading.Lock()

    def found(self, calls: int = 0, accounts: int = 0) -> None:
        """More is to be done than was known."""
        with self._lock:
            far = self._far
            self._far = replace(far, calls=far.calls + calls, accounts=far.accounts + accounts)

    def ended(self, account: str, call: str = "", calls: int = 0, accounts: int = 0) -> None:
        """Some of it is done."""
        with self._lock:
            far = self._far
            self._far = replace(
                far,
                accounts_done=far.accounts_done + accounts,
                calls_done=far.calls_done + calls,
                account=account,
                call=call,
            )
            if self._progress is not None:
                self._progress(self._far)
