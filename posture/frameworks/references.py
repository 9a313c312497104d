"""The one place that reads a control reference such as `owasp-nhi-top10/NHI7:2025`."""

from __future__ import annotations

import re

from posture.model.errors import InputError

_FRAMEWORK = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


class Reference(str):
    """`framework/control` as the catalogues spell both. It is its own text, so it sorts and prints as is."""

    __slots__ = ()

    @property
    def framework(self) -> str:
        return self.partition("/")[0]

    @property
    def control(self) -> str:
        return self.partition("/")[2]


def parse(text: str) -> Reference:
    """The reference in `text`. Only the form is judged; whether it exists is for `Frameworks.get`."""
    framework, slash, control = text.partition("/")
    if not slash:
        raise InputError(
            f"'{text}' is no control reference; write framework/control, as in owasp-nhi-top10/NHI7:2025"
        )
    if not _FRAMEWORK.fullmatch(framework):
        raise InputError(
            f"'{text}' names no framework before the slash; `posture frameworks` lists their ids"
        )
    if not control or control != control.strip() or "/" in control:
        raise InputError(
            f"'{text}' names no control after the slash; `posture frameworks {framework}` lists their ids"
        )
    return Reference(text)
