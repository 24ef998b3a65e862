"""A01: without a configuration it starts with documented defaults, or says which key is missing."""

from gateway import Gateway, eventually, expect, free_port
from otlp import Ids, message, post, PROTO
from scenario import run


def main():
    # The default ports may be taken on this machine: only those are overridden.
    gateway = Gateway(
        arguments=[
            "--set", "receivers.otlp.protocols.grpc.endpoint=127.0.0.1:${env:GRPC_PORT}",
            "--set", "receivers.otlp.protocols.http.endpoint=127.0.0.1:${env:HTTP_PORT}",
            "--set", "service.telemetry.metrics.address=127.0.0.1:${env:ADMIN_PORT}",
        ]
    )  # fmt: skip
    with gateway:
        expect(".jsonl" in gateway.log(), "the log does not say where the data goes")
        ids = Ids().take("traces", 3)
        answer = post(gateway.http_port, "traces", message("traces", ids), PROTO)
        expect(answer.status == 200, f"answered {answer.status}")
        files = lambda: [f for f in gateway.folder.rglob("*") if f.suffix.startswith(".json")]
        eventually(
            lambda: any(ids[0][:32] in f.read_text() for f in files()), "the span is in a file", 20
        )
        gateway.judge()


run(main)
