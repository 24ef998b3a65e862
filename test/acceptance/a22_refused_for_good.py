"""A22, A23: what a destination refuses, whole or in part, is not sent again, and counted."""

import grpc
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from gateway import Gateway, config, equal, eventually
from otlp import PROTO, Ids, message, post
from scenario import run
from sinks import Sinks


def dropped(gateway, signal, **labels):
    return gateway.metric(
        "headgate_ledger_dropped_items_total", signal=signal, stage="send", **labels
    )


def main():
    sinks, ids = Sinks(), Ids()
    always = lambda reaction: lambda call: reaction
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        sinks.loki.script = always({"status": 400})
        sinks.tempo.script = always({"code": grpc.StatusCode.INVALID_ARGUMENT})
        for sink in (sinks.tempo, sinks.loki):
            for _ in range(5):
                # One item: nothing to find the poison in by bisecting.
                body = message(sink.signal, ids.take(sink.signal, 1))
                equal(post(gateway.http_port, sink.signal, body, PROTO).status, 200, "accepted")
                gateway.settle()
            equal(len(sink.calls), 5, f"attempts for {sink.signal}")
            equal(dropped(gateway, sink.signal), 5, f"{sink.signal} booked")
        lines = [line for line in gateway.log().splitlines() if '"warn"' in line or '"error"' in line]
        equal(len(lines) <= 4, True, f"log lines for ten refusals: {len(lines)}")

        partial = ExportTraceServiceResponse()
        partial.partial_success.rejected_spans = 3
        partial.partial_success.error_message = "three of them"
        sinks.tempo.script = always({"message": partial.SerializeToString(), "take": True})
        partial = ExportLogsServiceResponse()
        partial.partial_success.rejected_log_records = 3
        partial.partial_success.error_message = "three of them"
        sinks.loki.script = always({"status": 200, "body": partial.SerializeToString(), "take": True})
        for sink in (sinks.tempo, sinks.loki):
            before = len(sink.calls)
            post(gateway.http_port, sink.signal, message(sink.signal, ids.take(sink.signal, 9)), PROTO)
            rejected = lambda: dropped(gateway, sink.signal, reason="partial_rejected")
            eventually(lambda: rejected() == 3, "3 counted")
            gateway.settle()
            equal(len(sink.calls) - before, 1, "attempts after a partial success")
        gateway.judge()


run(main)
