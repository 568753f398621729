"""Drive a headless Chromium over the pipe of its own DevTools protocol: nothing to install beside it."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio",
    "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-features=IsolateSandboxedIframes,Translate",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--lang=en-US", "--remote-debugging-pipe",
]  # fmt: skip
KEYS = {"ArrowUp": 38, "ArrowDown": 40, "ArrowLeft": 37, "ArrowRight": 39, "Enter": 13, " ": 32, "Tab": 9, "Escape": 27,
        "Home": 36, "End": 35}  # fmt: skip
TEXT = {"Enter": "\r", " ": " "}


class Browser:
    def __init__(self) -> None:
        self._profile = tempfile.mkdtemp()
        read, theirs_write = os.pipe()
        theirs_read, write = os.pipe()
        # The protocol wants descriptors 3 and 4, which may be taken: theirs go out of the way first.
        given = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (theirs_read, theirs_write)]
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{given[0]} 4>&{given[1]}', "bash", EXECUTABLE, *FLAGS,
             f"--user-data-dir={self._profile}", "about:blank"],
            pass_fds=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for fd in (theirs_read, theirs_write, *given):
            os.close(fd)
        self._read, self._write, self._rest = read, write, b""
        self._count = 0
        self.events: list[dict] = []

    def send(self, method: str, session: str | None = None, **parameters) -> dict:
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive(120)
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def _receive(self, seconds: float) -> dict:
        while b"\0" not in self._rest:
            if not select.select([self._read], [], [], seconds)[0]:
                raise TimeoutError("Chromium does not answer")
            got = os.read(self._read, 1 << 20)
            if not got:
                raise RuntimeError("Chromium has ended")
            self._rest += got
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def open(self, path: Path, width: int = 1280, height: int = 900, dark: bool = False, scripts: bool = True) -> Page:
        """A page with an explorer, or with several in frames, once they are ready; without scripts, any page."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, target, session, path, width, height, dark, scripts)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        os.close(self._read)
        os.close(self._write)
        shutil.rmtree(self._profile, ignore_errors=True)


class Page:
    """Frame 0 is the page itself; 1, 2, ... are its frames in the order of the document."""

    def __init__(self, browser, target, session, path, width, height, dark, scripts) -> None:
        self._browser, self._target, self._session = browser, target, session
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.resize(width, height)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.send("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.send("Page.navigate", url=Path(path).resolve().as_uri())
        self.wait("document.readyState === 'complete'")
        if not scripts:
            return
        frames = self.evaluate("document.querySelectorAll('iframe').length")
        for frame in range(1, frames + 1) if frames else [0]:
            self.wait("document.documentElement.dataset.ready === 'true'", frame)

    def send(self, method: str, **parameters) -> dict:
        return self._browser.send(method, self._session, **parameters)

    def resize(self, width: int, height: int) -> None:
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def evaluate(self, expression: str, frame: int = 0):
        context = {"contextId": self._context(frame)} if frame else {}
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, **context)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait(self, expression: str, frame: int = 0, seconds: float = 60) -> None:
        end = time.perf_counter() + seconds
        while True:
            try:
                if self.evaluate(expression, frame):
                    return
            except (LookupError, RuntimeError):  # a frame that is still loading has no context, or has just lost it
                if time.perf_counter() > end:
                    raise
            if time.perf_counter() > end:
                raise TimeoutError(expression)
            time.sleep(0.02)

    def _context(self, frame: int) -> int:
        tree = self.send("Page.getFrameTree")["frameTree"]
        wanted = [child["frame"]["id"] for child in tree.get("childFrames", [])][frame - 1]
        made = [e["params"]["context"] for e in self._mine("Runtime.executionContextCreated")]
        gone = {e["params"]["executionContextId"] for e in self._mine("Runtime.executionContextDestroyed")}
        found = [c["id"] for c in made if c["auxData"]["frameId"] == wanted and c["id"] not in gone]
        if not found:
            raise LookupError(f"frame {frame} runs no script")
        return found[-1]

    def place(self, selector: str, frame: int = 0) -> tuple[float, float]:
        """The middle of an element, scrolled into view."""
        quoted = json.dumps(selector)
        x, y = self.evaluate(
            f"(() => {{ const e = document.querySelector({quoted}); e.scrollIntoView({{block: 'center'}});"
            "const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()",
            frame,
        )
        if frame:
            left, top = self.evaluate(
                f"(() => {{ const r = document.querySelectorAll('iframe')[{frame - 1}].getBoundingClientRect();"
                "return [r.x, r.y]; })()"
            )
            x, y = x + left, y + top
        return x, y

    def point(self, selector: str, frame: int = 0) -> None:
        x, y = self.place(selector, frame)
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, selector: str, frame: int = 0) -> None:
        x, y = self.place(selector, frame)
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def drag(self, selector: str, dx: float) -> None:
        x, y = self.place(selector)
        for kind, at in (("mousePressed", x), ("mouseMoved", x + dx), ("mouseReleased", x + dx)):
            self.send("Input.dispatchMouseEvent", type=kind, x=at, y=y, button="left", buttons=1, clickCount=1)

    def press(self, *keys: str) -> None:
        for key in keys:
            code = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": KEYS[key]}
            text = {"text": TEXT[key]} if key in TEXT else {}
            self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **code, **text)
            self.send("Input.dispatchKeyEvent", type="keyUp", **code)

    def write(self, text: str) -> None:
        """As if pasted where the focus is, in place of what was selected."""
        self.send("Input.insertText", text=text)

    def screenshot(self, path: Path, whole: bool = True) -> None:
        picture = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        Path(path).write_bytes(base64.b64decode(picture["data"]))

    @property
    def requests(self) -> list[str]:
        return [event["params"]["request"]["url"] for event in self._mine("Network.requestWillBeSent")]

    @property
    def errors(self) -> list[str]:
        thrown = [str(event["params"]) for event in self._mine("Runtime.exceptionThrown")]
        logged = [str(e["params"]) for e in self._mine("Log.entryAdded") if e["params"]["entry"]["level"] == "error"]
        said = [str(e["params"]) for e in self._mine("Runtime.consoleAPICalled") if e["params"]["type"] == "error"]
        return thrown + logged + said

    def _mine(self, method: str) -> list[dict]:
        return [e for e in self._browser.events if e.get("sessionId") == self._session and e["method"] == method]

    def close(self) -> None:
        self._browser.send("Target.closeTarget", targetId=self._target)
