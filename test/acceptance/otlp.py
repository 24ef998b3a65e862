"""Clients and payloads: HTTP by hand, gRPC by hand and by a real channel."""

import http.client
import json
import os
import pathlib
import struct

import grpc

from sinks import REQUESTS

JSON = "application/json"
PROTO = "application/x-protobuf"
NOW = 1_760_000_000_000_000_000
PAYLOADS = pathlib.Path(__file__).resolve().parents[1] / "clients" / "payloads"
SERVICES = {
    "traces": "trace.v1.TraceService",
    "logs": "logs.v1.LogsService",
    "metrics": "metrics.v1.MetricsService",
}


def data_folder():
    """The optional folder of third-party data, or None."""
    folder = os.environ.get("HEADGATE_DATA")
    return pathlib.Path(folder) if folder and pathlib.Path(folder).is_dir() else None


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


def request(port, method, path, body=None, headers=None, timeout=30):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(
            answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        )
    finally:
        connection.close()


def post(port, signal, body, content_type=JSON, **headers):
    """headers: names with underscores."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
    return request(port, "POST", f"/v1/{signal}", body, {"content-type": content_type, **named})


def method(signal):
    return f"/opentelemetry.proto.collector.{SERVICES[signal]}/Export"


def export(target, signal, message, timeout=30, metadata=(), compression=None):
    """Exports by a real gRPC channel; returns the answer's bytes, or raises grpc.RpcError."""
    options = [("grpc.max_send_message_length", -1), ("grpc.enable_retries", 0)]
    with grpc.insecure_channel(target, options=options, compression=compression) as channel:
        return channel.unary_unary(method(signal))(message, timeout=timeout, metadata=metadata)


def frame(message, compressed=0):
    return struct.pack(">BI", compressed, len(message)) + message


def any_value(text):
    from opentelemetry.proto.common.v1.common_pb2 import AnyValue

    return AnyValue(string_value=text)


def message(signal, ids, service="acceptance", attributes=None):
    """A request with an item for each id; returns its bytes. A span's id is 24 bytes in hex."""
    made = REQUESTS[signal]()
    if signal == "traces":
        resource = made.resource_spans.add()
        scope = resource.scope_spans.add()
    elif signal == "logs":
        resource = made.resource_logs.add()
        scope = resource.scope_logs.add()
    else:
        resource = made.resource_metrics.add()
        scope = resource.scope_metrics.add()
    resource.resource.attributes.add(key="service.name", value=any_value(service))
    for number, name in enumerate(ids):
        if signal == "traces":
            item = scope.spans.add(
                trace_id=bytes.fromhex(name[:32]),
                span_id=bytes.fromhex(name[32:]),
                name="work",
                kind=2,
                start_time_unix_nano=NOW,
                end_time_unix_nano=NOW + 1000,
            )
        elif signal == "logs":
            item = scope.log_records.add(
                time_unix_nano=NOW + number, body=any_value("a line"), severity_number=9
            )
            item.attributes.add(key="test.id", value=any_value(name))
        else:
            metric = scope.metrics.add(name="test.count", unit="1")
            metric.sum.aggregation_temporality = 2
            metric.sum.is_monotonic = True
            item = metric.sum.data_points.add(time_unix_nano=NOW + number, as_int=number)
            item.attributes.add(key="test.id", value=any_value(name))
        for key, value in (attributes or {}).items():
            item.attributes.add(key=key, value=any_value(value))
    return made.SerializeToString()


class Ids:
    """Fresh ids, never zero, the same in every run."""

    def __init__(self):
        self.count = 0

    def take(self, signal, number):
        first = self.count
        self.count += number
        if signal == "traces":
            return [f"{n + 1:032x}{n + 1:016x}" for n in range(first, first + number)]
        return [f"item-{n}" for n in range(first, first + number)]
