"""One page for a browser on this machine, which loads it anew when it changes.

The only module that knows http. It is opened to this machine alone, and has nothing but the page.
"""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Final, Self

_HERE: Final = "127.0.0.1"
_WAIT: Final = 10  # seconds after which an open page is asked whether it is still there


class Shown:
    """A page that can be looked at while this is open, at `address`."""

    def __init__(self) -> None:
        self.page = b""
        self.version = 0
        self.given = 0  # the version that a browser has got
        self.is_open = True
        self.changed = Condition()
        shown = self

        class Handler(_Handler):
            asked = shown

        self._server = ThreadingHTTPServer((_HERE, 0), Handler)
        self._server.daemon_threads = True
        self.host = f"{_HERE}:{self._server.server_address[1]}"
        self.address = f"http://{self.host}/"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        with self.changed:
            self.is_open = False
            self.changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def show(self, page: bytes) -> None:
        """Put a page in the place of the last one; browsers that show it load it anew."""
        with self.changed:
            self.page, self.version = page, self.version + 1
            self.changed.notify_all()

    def after(self, version: int) -> int:
        """Wait for another version than this one, though not for long; give the present one."""
        with self.changed:
            self.changed.wait_for(lambda: self.version != version or not self.is_open, _WAIT)
            return self.version


class _Handler(BaseHTTPRequestHandler):
    """Answers for the page, and tells those who wait that there is another."""

    asked: Shown

    def do_GET(self) -> None:
        """Give the page, or wait for the next one."""
        if self.headers["Host"] != self.asked.host:  # a page from elsewhere under a name of its own
            self.send_error(HTTPStatus.FORBIDDEN)
        elif self.path == "/":
            with self.asked.changed:
                page, self.asked.given = self.asked.page, self.asked.version
            self.begin("text/html; charset=utf-8")
            self.wfile.write(page)
        elif self.path == "/saved":
            self.begin("text/event-stream")
            self.tell()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def begin(self, kind: str) -> None:
        """Send what comes before the answer."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def tell(self) -> None:
        """Write a line when the page changes, and a blank one now and then, until nobody reads."""
        known = self.asked.given
        try:
            while self.asked.is_open:
                now = self.asked.after(known)
                self.wfile.write(b":\n\n" if now == known else b"data: saved\n\n")
                known = now
        except OSError:
            return

    def log_message(self, *args: object) -> None:
        """Say nothing: what matters is said by `watch`."""
