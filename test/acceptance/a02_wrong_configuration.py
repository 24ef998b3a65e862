"""A02: a wrong configuration names file, line, key and the nearest valid name; nothing is bound."""

import pathlib
import subprocess
import tempfile

from gateway import HEADGATE, equal, expect
from scenario import run

TEXT = """\
receivers:
  otlp: {protocols: {grpc: {}}}
procesors:
  log_scrubber:
processors:
  log_scrubber/other:
    # Not closed.
    rules: [{pattern: "(", replacement: x}]
exporters:
  otlp_grpc:
    endpoint: 127.0.0.1:4317
    timeout: 10 parsecs
service:
  pipelines:
    logs: {receivers: [otlp], processors: [log_scrubber/other], exporters: [otlp_grpc]}
"""


def main():
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "bad.yaml"
        file.write_text(TEXT)
        for command in (["validate"], ["run"]):
            done = subprocess.run(
                [HEADGATE, *command, "--config", str(file)],
                capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            said = done.stdout + done.stderr
            expect(done.returncode != 0, f"{command}: exit code 0")
            for line, words in {
                3: ("procesors", "processors"),
                8: ("pattern",),
                12: ("timeout", "10 parsecs"),
            }.items():
                found = [each for each in said.splitlines() if f"bad.yaml:{line}" in each]
                equal(len(found), 1, f"{command}: problems named for line {line} in {said[:600]}")
                for word in words:
                    expect(word in found[0], f"{command}: {word!r} is not in {found[0]!r}")
            expect("listens" not in said, f"{command}: something was bound")


run(main)
