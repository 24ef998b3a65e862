"""A25: a full queue refuses, retryably and with the delay in all its places, and counts."""

import json

import grpc
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from gateway import Gateway, config, equal, eventually, expect
from otlp import Ids, export, message, post, PROTO
from scenario import run
from sinks import Sinks

QUEUE = "sending_queue: {queue_size: 2}, retry_on_failure: {initial_interval: 200ms, max_interval: 200ms}"


def main():
    sinks, ids = Sinks(), Ids()
    away = {"code": grpc.StatusCode.UNAVAILABLE}
    sinks.tempo.script = lambda call: away
    with Gateway(config(sinks.exporters(QUEUE), sinks.PIPELINES)) as gateway:
        sent, refused = [], None
        for _ in range(100):
            mine = ids.take("traces", 5)
            refused = post(gateway.http_port, "traces", message("traces", mine), PROTO)
            if refused.status != 200:
                break
            sent += mine
        expect(refused.status in (429, 503), f"the queue never filled: {refused.status}")
        expect(int(refused.headers["retry-after"]) >= 1, "Retry-After")
        expect(Status.FromString(refused.body).message, "the status says nothing")

        try:
            export(gateway.grpc, "traces", message("traces", ids.take("traces", 5)))
            expect(False, "gRPC was not refused")
        except grpc.RpcError as error:
            equal(error.code(), grpc.StatusCode.UNAVAILABLE, "gRPC code")
            trailers = dict(error.trailing_metadata())
            status = Status.FromString(trailers["grpc-status-details-bin"])
            info = RetryInfo()
            expect(status.details[0].Unpack(info), "no RetryInfo in the status")
            own = RetryInfo.FromString(trailers["google.rpc.retryinfo-bin"])
            equal(own, info, "the delay of both trailers")
            expect(info.retry_delay.seconds >= 1 or info.retry_delay.nanos > 0, "no delay")
            equal(list(error.initial_metadata() or ()), [], "headers before the trailers")
        for transport in ("http", "grpc"):
            count = gateway.metric(
                "headgate_receiver_refused_requests_total",
                reason="queue_full", signal="traces", transport=transport,
            )  # fmt: skip
            equal(count, 1, f"refusals counted for {transport}")
        answer = post(gateway.http_port, "logs", message("logs", ids.take("logs", 2)), PROTO)
        equal(answer.status, 200, "logs while Tempo is away")

        away = None
        eventually(lambda: len(sinks.tempo.items()) >= len(sent), "what was accepted arrives")
        gateway.settle()
        equal(sorted(sinks.tempo.ids().elements()), sorted(sent), "what arrived")
        gateway.judge()


run(main)
