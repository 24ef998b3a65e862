"""A07, A08: gRPC by a real client and by hand."""

import subprocess

from gateway import Gateway, config, equal, eventually, expect
from otlp import Ids, export, frame, message, method
from scenario import run
from sinks import Sinks


def main():
    sinks, ids = Sinks(), Ids()
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        sent = []
        for signal in ("traces", "logs", "metrics"):
            equal(export(gateway.grpc, signal, message(signal, ids.take(signal, 5))), b"", signal)
        for sink in sinks:
            eventually(lambda: len(sink.items()) == 5, f"{sink.signal} arrive")

        sent = ids.take("traces", 1)
        body, head, out = (gateway.folder / name for name in ("body", "head", "out"))
        body.write_bytes(frame(message("traces", sent)))
        subprocess.run(
            ["curl", "-sS", "--max-time", "20", "--http2-prior-knowledge", "-D", head,
             "-H", "content-type: application/grpc", "-H", "te: trailers",
             "--data-binary", f"@{body}", "-o", out,
             f"http://{gateway.grpc}{method('traces')}"],
            check=True,
        )  # fmt: skip
        equal(out.read_bytes(), bytes(5), "the answer's frame")
        said = head.read_text()
        expect(said.startswith("HTTP/2 200"), said)
        expect("grpc-status: 0" in said, f"no trailer grpc-status: 0 in {said}")
        eventually(lambda: sinks.tempo.ids()[sent[0]] == 1, "the span sent by hand arrives")
        gateway.judge()


run(main)
