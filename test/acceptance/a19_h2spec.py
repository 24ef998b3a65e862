"""A19: h2spec finds nothing outside the recorded list.

H2SPEC names the binary; without it, it is built by Go when that is here.
"""

import os
import re
import shutil
import subprocess
import tempfile

from gateway import Gateway, config, equal
from scenario import Skip, run
from sinks import Sinks

# What Netty's HTTP/2 answers otherwise than h2spec expects, harmless each; docs/rationale.md says why.
BOTH = {
    "http2/5.1: half closed (remote): Sends a HEADERS frame",
    "http2/5.1: closed: Sends a HEADERS frame",
    "http2/5.1.1: Sends stream identifier that is numerically smaller than previous",
}
KNOWN = {
    "grpc": BOTH,
    "http": BOTH
    | {
        "http2/3.5: Sends invalid connection preface",
        "http2/4.2: Sends a large size HEADERS frame that exceeds the SETTINGS_MAX_FRAME_SIZE",
    },
}


def binary(folder):
    given = os.environ.get("H2SPEC") or shutil.which("h2spec")
    if given:
        return given
    if not shutil.which("go"):
        raise Skip("no h2spec and no Go here")
    done = subprocess.run(
        ["go", "install", "github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible"],
        env=dict(os.environ, GOBIN=folder, GOFLAGS=""), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if done.returncode:
        raise Skip("h2spec could not be built: " + done.stderr[-200:])
    return os.path.join(folder, "h2spec")


def failures(report):
    """The failed cases of a JUnit report, as section and words."""
    import xml.etree.ElementTree as tree

    return {
        f"{case.get('package')}: {case.get('classname')}"
        for case in tree.parse(report).iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    }


def main():
    sinks = Sinks()
    with tempfile.TemporaryDirectory() as folder:
        h2spec = binary(folder)
        with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
            for name, port in (("grpc", gateway.grpc_port), ("http", gateway.http_port)):
                report = os.path.join(folder, name + ".xml")
                done = subprocess.run(
                    [h2spec, "-h", "127.0.0.1", "-p", str(port), "-o", "3", "-j", report],
                    capture_output=True, text=True, timeout=300,
                )  # fmt: skip
                print(name, re.findall(r"\d+ tests, .*", done.stdout)[-1:])
                new = failures(report) - KNOWN[name]
                equal(new, set(), f"{name}: failures that are not known")
            gateway.judge()


run(main)
