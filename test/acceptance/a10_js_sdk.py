"""A10: the JS SDK by gRPC, http/json and http/protobuf: three equal spans."""

import os
import shutil
import subprocess
import tempfile

from gateway import ROOT, Gateway, config, equal, eventually
from scenario import Skip, run
from sinks import Sinks


def comparable(span):
    """What must be the same whichever way it came."""
    attributes = sorted(
        (a.SerializeToString() for a in span.attributes if a.key != "check")
    )
    return (
        attributes,
        [event.SerializeToString() for event in span.events],
        [link.SerializeToString() for link in span.links],
        span.status.SerializeToString(),
        span.flags,
        span.kind,
        span.parent_span_id,
    )


def main():
    if not shutil.which("npm"):
        raise Skip("no npm here")
    sinks = Sinks()
    with tempfile.TemporaryDirectory() as folder:
        source = ROOT / "test" / "clients" / "js"
        for file in source.iterdir():
            shutil.copy(file, folder)
        installed = subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock",
             "--ignore-scripts"],
            cwd=folder, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        if installed.returncode:
            raise Skip("the SDK could not be fetched: " + installed.stderr[-200:])
        with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
            for protocol, endpoint in (
                ("grpc", "http://" + gateway.grpc),
                ("http/json", gateway.http),
                ("http/protobuf", gateway.http),
            ):
                environment = dict(
                    os.environ,
                    OTEL_EXPORTER_OTLP_ENDPOINT=endpoint,
                    OTEL_EXPORTER_OTLP_PROTOCOL=protocol,
                    OTEL_NODE_RESOURCE_DETECTORS="env,host,os,process",
                    OTEL_SERVICE_NAME="js",
                    TEST_PASSWORD="x",
                    TEST_TOKEN="y",
                )
                done = subprocess.run(
                    ["node", "client.mjs", f"js-{protocol}"],
                    cwd=folder, env=environment, capture_output=True, text=True, timeout=60,
                )  # fmt: skip
                equal(done.returncode, 0, f"{protocol}: {done.stderr[-300:]}")
            eventually(lambda: len(sinks.tempo.items()) == 3, "three spans")
            first, *others = map(comparable, sinks.tempo.items())
            for other in others:
                equal(other, first, "a span")
            gateway.judge()


run(main)
