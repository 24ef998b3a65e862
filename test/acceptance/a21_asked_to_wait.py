"""A21: a destination that asks to wait is given the time, however it asks."""

import email.utils
import time

import grpc
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from gateway import Gateway, config, eventually, expect
from otlp import PROTO, Ids, message, post
from scenario import run
from sinks import Sinks

RETRY = "retry_on_failure: {initial_interval: 100ms, max_interval: 500ms}"


def retry_info():
    status = Status(code=14, message="wait")
    status.details.add().Pack(RetryInfo(retry_delay=Duration(seconds=3)))
    return {
        "code": grpc.StatusCode.UNAVAILABLE,
        "trailers": (("grpc-status-details-bin", status.SerializeToString()),),
    }


def main():
    sinks, ids = Sinks(), Ids()
    first = lambda reaction: lambda call: reaction() if call == 0 else None
    date = lambda: email.utils.formatdate(time.time() + 4, usegmt=True)
    sinks.loki.script = first(lambda: {"status": 503, "headers": {"Retry-After": "3"}})
    sinks.mimir.script = first(lambda: {"status": 429, "headers": {"Retry-After": date()}})
    sinks.tempo.script = first(retry_info)
    with Gateway(config(sinks.exporters(RETRY), sinks.PIPELINES)) as gateway:
        for sink in sinks:
            post(gateway.http_port, sink.signal, message(sink.signal, ids.take(sink.signal, 3)), PROTO)
        for sink in sinks:
            eventually(lambda: len(sink.calls) == 2, f"a second call for {sink.signal}", 20)
            waited = sink.calls[1][0] - sink.calls[0][0]
            print(f"{sink.signal}: waited {waited:.2f} s")
            expect(2.9 <= waited < 8, f"{sink.signal}: waited {waited:.2f} s (asked: 3 s)")
            eventually(lambda: len(sink.items()) == 3, "delivery")
        gateway.judge()


run(main)
