"""A11: a real capture comes out as it went in, item by item."""

import collections
import json

from google.protobuf import json_format
from gateway import Gateway, config, equal, eventually
from otlp import post
from scenario import need_data, run
from sinks import REQUESTS, Sinks, items


def hex_ids_to_base64(value):
    """OTLP/JSON has its ids in hex where protobuf's JSON has base64."""
    import base64

    if isinstance(value, dict):
        return {
            key: base64.b64encode(bytes.fromhex(each)).decode()
            if key in ("traceId", "spanId", "parentSpanId")
            else hex_ids_to_base64(each)
            for key, each in value.items()
        }
    return [hex_ids_to_base64(each) for each in value] if isinstance(value, list) else value


def count(signal, requests):
    """The items by their canonical bytes, each with its metric's name."""
    counted = collections.Counter()
    for request in requests:
        for item in items(signal, request):
            metric, part = item if signal == "metrics" else (None, item)
            name = metric.name.encode() if metric else b""
            if signal == "logs" and not part.time_unix_nano and not part.observed_time_unix_nano:
                part.observed_time_unix_nano = 1
            counted[name + part.SerializeToString(deterministic=True)] += 1
    return counted


def main():
    folder = need_data()
    sinks = Sinks()
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        for signal, sink, expected in (("logs", sinks.loki, 723), ("metrics", sinks.mimir, 2325)):
            sent = []
            for line in (folder / f"otel_demo_{signal}.jsonl").read_text().splitlines():
                equal(post(gateway.http_port, signal, line).status, 200, signal)
                sent.append(
                    json_format.ParseDict(hex_ids_to_base64(json.loads(line)), REQUESTS[signal]())
                )
            eventually(lambda: len(sink.items()) >= expected, f"{expected} {signal}")
            gateway.settle()
            equal(len(sink.items()), expected, signal)
            before, after = count(signal, sent), count(signal, sink.requests)
            equal(sum((before - after).values()), 0, f"{signal} that changed")
        traced = [record for record in sinks.loki.items() if record.trace_id]
        equal(len(traced), 677, "log records with a trace id")
        metrics = sum(
            len(scope.metrics)
            for request in sinks.mimir.requests
            for resource in request.resource_metrics
            for scope in resource.scope_metrics
        )
        equal(metrics, 455, "metrics")
        gateway.judge()


run(main)
