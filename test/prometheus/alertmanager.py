"""A real Alertmanager with the configuration of deploy/, its receivers pointed at a server of this process."""

import http.server
import json
import pathlib
import subprocess
import threading
import urllib.request

from gateway import eventually, expect, free_port

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "deploy/alertmanager/alertmanager.yaml"


class Receiver:
    """A context: keeps what is posted to it, by path."""

    def __enter__(self):
        self.received = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers["content-length"]))
                self.received.setdefault(handler.path, []).append(json.loads(body))
                handler.send_response(200)
                handler.end_headers()
                handler.wfile.write(b"ok")

            def log_message(handler, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def alerts(self):
        """What came by the webhook."""
        return [alert for post in self.received.get("/webhook", []) for alert in post["alerts"]]


class Alertmanager:
    """A context: critical alerts go to the webhook, warnings to Slack's, both after a second."""

    def __init__(self, program, folder, receiver):
        self.program, self.folder = program, folder
        self.port = free_port()
        slack = folder / "slack_url"
        slack.write_text(f"{receiver.url}/slack")
        text = SHIPPED.read_text()
        for old, new in (
            ("\n  receiver: nobody\n", "\n  receiver: webhook\n"),
            ('[severity="warning"]\n      repeat', '[severity="warning"]\n      receiver: slack\n      repeat'),
            ("group_wait: 30s", "group_wait: 1s"),
            ("group_interval: 5m", "group_interval: 1s"),
            ("http://receiver.example:8080/alerts", f"{receiver.url}/webhook"),
            ("/etc/alertmanager/slack_url", str(slack)),
        ):  # fmt: skip
            expect(text.count(old) == 1, f"{SHIPPED}: not once: {old!r}")
            text = text.replace(old, new)
        self.config = folder / "alertmanager.yaml"
        self.config.write_text(text)

    def __enter__(self):
        self.log = (self.folder / "alertmanager.log").open("wb")
        self.process = subprocess.Popen(
            [
                self.program,
                f"--config.file={self.config}",
                f"--storage.path={self.folder / 'alertmanager'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--cluster.listen-address=",
            ],
            cwd=self.folder, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        eventually(self.alerts_or_none, "Alertmanager is ready")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def alerts_or_none(self):
        try:
            return [self.alerts()]
        except OSError:
            return None

    def alerts(self):
        """The alert's name -> the states of its alerts: active, suppressed, or unprocessed."""
        url = f"http://127.0.0.1:{self.port}/api/v2/alerts"
        states = {}
        with urllib.request.urlopen(url, timeout=5) as answer:
            for each in json.load(answer):
                name = each["labels"]["alertname"]
                states.setdefault(name, set()).add(each["status"]["state"])
        return states
