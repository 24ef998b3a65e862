"""A03: an OTLP/JSON trace is answered with `{}` and arrives."""

from gateway import Gateway, config, equal, eventually
from otlp import PAYLOADS, data_folder, post
from scenario import run
from sinks import Sinks

TRACE, SPAN = "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174"


def main():
    sinks = Sinks()
    folder = data_folder()
    own = (PAYLOADS / "traces.json").read_bytes()
    body = (folder / "otlp_example_trace.json").read_bytes() if folder else own
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        answer = post(gateway.http_port, "traces", body)
        equal(answer.status, 200, "status")
        equal(answer.headers["content-type"], "application/json", "content type")
        equal(answer.body, b"{}", "body")
        spans = eventually(sinks.tempo.items, "the span arrives")
        if folder:
            equal((spans[0].trace_id.hex(), spans[0].span_id.hex()), (TRACE, SPAN), "the ids")
        gateway.judge()


run(main)
