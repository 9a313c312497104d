"""A cloud on this machine: moto behind a door that counts, refuses, throttles, stops and fills gaps."""

import json
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from urllib.parse import parse_qs

from moto.server import DomainDispatcherApplication, create_backend_app
from msgspec import Struct, field
from werkzeug.serving import make_server

ERRORS = {
    "AccessDenied": (403, "AccessDenied", "not \x1b[31mauthorized"),
    "Throttling": (400, "Throttling", "Rate exceeded"),
}


class Door(Struct):
    """What stands before moto. Operations are named as requests name them: an action, a target, or a path."""

    application: Callable
    seen: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    throttled: Counter = field(default_factory=Counter)
    answers: dict[str, bytes] = field(default_factory=dict)
    meeting: dict[str, threading.Barrier] = field(default_factory=dict)
    stop_at: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reset(self) -> None:
        self.seen.clear()
        self.refused.clear()
        self.broken.clear()
        self.throttled.clear()
        self.answers.clear()
        self.meeting.clear()
        self.stop_at = 0
        self.stopped.clear()
        self.go_on.clear()

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        name, asked = _operation(environ, body)
        with self.lock:
            self.seen.append(asked)
            count = len(self.seen)
            throttled = self.throttled[name] > 0
            self.throttled[name] -= throttled
        if self.stop_at and count >= self.stop_at:
            self.stopped.set()
            self.go_on.wait(30)
        if name in self.meeting:
            self.meeting[name].wait()
        if name in self.refused:
            return _error(environ, start_response, *ERRORS["AccessDenied"])
        if name in self.broken:
            start_response("500 Internal Server Error", [("Content-Type", "text/html")])
            return [b"<!doctype html><title>500 Internal Server Error</title>"]
        if throttled:
            return _error(environ, start_response, *ERRORS["Throttling"])
        # Several services call an operation alike: then the whole target tells them apart.
        kept = self.answers.get(environ.get("HTTP_X_AMZ_TARGET", ""), self.answers.get(name))
        if kept is not None:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [kept]
        said: list[tuple[str, list[tuple[str, str]]]] = []
        try:
            answer = self.application(environ, lambda status, headers, *_: said.append((status, headers)))
        except (AttributeError, NotImplementedError):
            # moto has no such service, or not this call of it.
            return _error(environ, start_response, 501, "NotImplemented", "not here")
        if said[0][0].startswith("500"):
            return _error(environ, start_response, 501, "NotImplemented", "not here")
        start_response(*said[0])
        return answer


def _operation(environ, body: bytes) -> tuple[str, str]:
    """The operation, and the same with what it asked for."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        name = target.rpartition(".")[2]
        return name, f"{name} {body.decode()}"
    form = parse_qs(body.decode("utf-8", "replace"))
    if "Action" in form:
        rest = {key: value for key, value in form.items() if key not in ("Action", "Version")}
        return form["Action"][0], f"{form['Action'][0]} {json.dumps(rest, sort_keys=True)}"
    path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else "")
    name = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    return name, f"{environ['REQUEST_METHOD']} {path} {body.decode('utf-8', 'replace')}"


def _error(environ, start_response, status: int, code: str, message: str):
    if "HTTP_X_AMZ_TARGET" in environ or not environ.get("CONTENT_TYPE", "").startswith(
        "application/x-www-form"
    ):
        kind = ("Content-Type", "application/x-amz-json-1.1")
        body = json.dumps({"__type": code, "message": message})
        headers = [kind, ("x-amzn-ErrorType", code)]
    else:
        shown = message.replace("\x1b", "")
        body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{shown}</Message></Error></ErrorResponse>"
        headers = [("Content-Type", "text/xml")]
    start_response(f"{status} Error", headers)
    return [body.encode()]


@contextmanager
def cloud() -> Iterator[tuple[str, Door]]:
    """The address of the door, and the door."""
    door = Door(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, door, threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", door
    finally:
        server.shutdown()
        running.join()
        server.server_close()
