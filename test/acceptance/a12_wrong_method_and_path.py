"""A12: wrong method, wrong path."""

from gateway import Gateway, config, equal
from otlp import JSON, request
from scenario import run
from sinks import Sinks


def main():
    sinks = Sinks()
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        answer = request(gateway.http_port, "GET", "/v1/traces")
        equal((answer.status, answer.headers.get("allow")), (405, "POST"), "GET")
        for path in ("/v1/trace", "/"):
            answer = request(gateway.http_port, "POST", path, "{}", {"content-type": JSON})
            equal(answer.status, 404, path)
        gateway.judge()


run(main)
