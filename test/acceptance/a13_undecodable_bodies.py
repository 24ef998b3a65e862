"""A13, A14, A15: bodies that cannot be read, or have wrong types: 400 with a status, nothing sent."""

import json

from google.rpc.status_pb2 import Status
from gateway import Gateway, config, equal, expect
from otlp import JSON, PROTO, Ids, data_folder, message, post
from scenario import run
from sinks import Sinks

ID = "5b8efff798038103d269b633813fc60c"


def trace(**span):
    span = {"traceId": ID, "spanId": "eee19b7ec3c1b174", "name": "x", **span}
    return {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}


def refused(gateway, body, content_type=JSON, words=()):
    answer = post(gateway.http_port, "traces", body, content_type)
    equal(answer.status, 400, str(body)[:80])
    equal(answer.headers["content-type"], content_type, "content type")
    if content_type == JSON:
        text = json.loads(answer.body)["message"]
    else:
        text = Status.FromString(answer.body).message
    expect(text, "the status has no message")
    for word in words:
        expect(word in text, f"{word!r} is not in {text!r}")


def main():
    sinks = Sinks()
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        count = lambda: gateway.metric(
            "headgate_receiver_refused_requests_total", reason="malformed", transport="http"
        )
        binary = message("traces", Ids().take("traces", 3))
        text = json.dumps(trace())
        refused(gateway, text[:-9])
        refused(gateway, binary[:-9], PROTO)
        refused(gateway, binary)
        refused(gateway, "<!DOCTYPE html><html><body>hello</body></html>")
        equal(count(), 4, "rejections counted")

        path = "resourceSpans[0].scopeSpans[0].spans[0]."
        for field, value in (
            ("traceId", "W47/95gDgQPSabYzgT/GDA=="),
            ("traceId", ID[:-1]),
            ("traceId", "z" * 32),
            ("kind", "SPAN_KIND_SERVER"),
            ("attributes", {"a": "b"}),
        ):
            refused(gateway, trace(**{field: value}), words=[path + field])
        equal(count(), 9, "rejections counted")

        # Names in snake_case are unknown names: ignored as the specification says, and told.
        snake = trace()
        span = snake["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
        span["trace_id"] = span.pop("traceId")
        answer = post(gateway.http_port, "traces", snake)
        told = answer.body.decode()
        equal(answer.status, 200, "snake_case")
        expect("partialSuccess" in told and "rejectedSpans" in told, f"a silent 200: {told}")
        folder = data_folder()
        if folder:
            answer = post(
                gateway.http_port, "traces", (folder / "alloy_trace_sample.json").read_bytes()
            )
            expect(
                answer.status == 400 or b"snake_case" in answer.body,
                f"a silent {answer.status}: {answer.body}",
            )
        equal(sinks.tempo.items(), [], "spans sent on")
        gateway.judge()


run(main)
