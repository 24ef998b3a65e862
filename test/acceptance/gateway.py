"""A gateway under test: started with a configuration on free ports, watched, stopped, judged."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADGATE = os.environ.get("HEADGATE", str(ROOT / "headgate"))
PATIENCE = 60
SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


class Failure(Exception):
    """An expectation that did not hold."""


def expect(condition, what):
    if not condition:
        raise Failure(what)


def equal(seen, expected, what):
    expect(seen == expected, f"{what}: {str(seen)[:300]} (expected: {str(expected)[:300]})")


def eventually(probe, what, seconds=PATIENCE):
    """Waits until the probe says something true, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        value = probe()
        if value:
            return value
        expect(time.monotonic() < deadline, f"not within {seconds} s: {what}")
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def config(exporters, pipelines=None, processors="", receiver=""):
    """A configuration with both transports, the sinks' exporters and a pipeline a signal.

    exporters: the block under `exporters:`, indented by two; pipelines: signal -> (processors,
    exporters); receiver: more keys of `http:` and `grpc:`, a flow mapping's inside.
    """
    more = f", {receiver}" if receiver else ""
    lines = [
        "receivers:",
        "  otlp:",
        "    protocols:",
        '      grpc: {endpoint: "127.0.0.1:${env:GRPC_PORT}"%s}' % more,
        '      http: {endpoint: "127.0.0.1:${env:HTTP_PORT}"%s}' % more,
    ]
    if processors:
        lines += ["processors:", processors.rstrip("\n")]
    lines += ["exporters:", exporters.rstrip("\n"), "service:"]
    lines += ['  telemetry: {metrics: {address: "127.0.0.1:${env:ADMIN_PORT}"}}', "  pipelines:"]
    for name, (chain, ends) in pipelines.items():
        lines.append(
            f"    {name}: {{receivers: [otlp], processors: [{', '.join(chain)}],"
            f" exporters: [{', '.join(ends)}]}}"
        )
    return "\n".join(lines) + "\n"


class Gateway:
    """A context: started on entry, ended on exit; `judge` what every scenario must leave."""

    def __init__(self, text=None, environment=None, java_options="", arguments=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="headgate-acceptance."))
        self.grpc_port, self.http_port, self.admin_port = (free_port() for _ in range(3))
        self.http = f"http://127.0.0.1:{self.http_port}"
        self.grpc = f"127.0.0.1:{self.grpc_port}"
        self.admin = f"http://127.0.0.1:{self.admin_port}"
        self.log_path = self.folder / "gateway.log"
        self.config_path = self.folder / "headgate.yaml"
        self.arguments = list(arguments)
        if text is not None:
            self.config_path.write_text(text)
            self.arguments += ["--config", str(self.config_path)]
        self.environment = dict(
            os.environ,
            GRPC_PORT=str(self.grpc_port),
            HTTP_PORT=str(self.http_port),
            ADMIN_PORT=str(self.admin_port),
            HEADGATE_JAVA_OPTS=java_options,
            **(environment or {}),
        )
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def start(self):
        self.process = subprocess.Popen(
            [HEADGATE, "run", *self.arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=self.log_path.open("ab"),
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        eventually(self.ready, "the gateway is ready\n" + self.log()[-2000:])

    def ready(self):
        expect(self.process.poll() is None, "the gateway ended: " + self.log()[-2000:])
        return self.status("/readyz") == 200

    def status(self, path):
        try:
            with urllib.request.urlopen(self.admin + path, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def alive(self):
        return self.process.poll() is None

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def scrape(self):
        with urllib.request.urlopen(self.admin + "/metrics", timeout=10) as answer:
            return answer.read().decode()

    def metric(self, name, **labels):
        """The sum of a metric's samples that have the labels; None without any."""
        total = None
        for line in self.scrape().splitlines():
            match = SAMPLE.match(line)
            if not match or match[1] != name:
                continue
            has = dict(LABEL.findall(match[2] or ""))
            if all(has.get(key) == value for key, value in labels.items()):
                total = (total or 0) + float(match[3])
        return total

    def heap_bytes(self):
        return self.metric("otelcol_process_runtime_heap_alloc_bytes")

    def at_rest(self):
        """Nothing is in flight, the budget is free, and received = delivered + dropped, as the
        gateway says itself."""
        text = self.scrape()
        sums = dict.fromkeys(("received", "delivered", "dropped", "in_flight", "unaccounted"), 0)
        lines = {}
        for line in text.splitlines():
            match = SAMPLE.match(line)
            if match and match[1].startswith("headgate_ledger_"):
                labels = dict(LABEL.findall(match[2] or ""))
                what = match[1].removeprefix("headgate_ledger_").split("_items")[0]
                key = (labels["pipeline"], labels.get("exporter", ""))
                lines.setdefault(key, dict(sums))[what] += float(match[3])
        for (pipeline, exporter), counts in lines.items():
            if not exporter:
                continue
            before = lines.get((pipeline, ""), sums)
            if before["received"] != counts["delivered"] + counts["dropped"] + before["dropped"]:
                return False
            if counts["in_flight"] or counts["unaccounted"]:
                return False
        return self.metric("headgate_budget_used_bytes") == 0

    def settle(self, seconds=PATIENCE):
        eventually(self.at_rest, "the ledger adds up and nothing is in flight", seconds)

    def terminate(self, seconds=60):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failure(f"did not end within {seconds} s of SIGTERM") from None

    def judge(self):
        """What must hold after each scenario."""
        expect(self.alive(), "the gateway ended: " + self.log()[-2000:])
        self.settle()
        equal(self.terminate(), 0, "exit code after SIGTERM")
        self.check_log()

    def check_log(self):
        traces = [
            line
            for line in self.log().splitlines()
            if re.match(r"^\s+at |^Exception|.*(OutOfMemory|StackOverflow)Error", line)
        ]
        equal(traces, [], "stack traces in the log")

    def __exit__(self, kind, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if kind:
            print("--- the end of the gateway's log\n" + self.log()[-1500:])
