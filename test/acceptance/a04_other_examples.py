"""A04: the other example payloads are accepted and arrive; an event keeps its name."""

from gateway import Gateway, config, equal, eventually
from otlp import post
from scenario import need_data, run
from sinks import Sinks


def main():
    folder = need_data()
    sinks = Sinks()
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        for name, signal, sink, seen in (
            ("logs", "logs", sinks.loki, 1),
            ("events", "logs", sinks.loki, 2),
            ("metrics", "metrics", sinks.mimir, 1),
        ):
            answer = post(
                gateway.http_port, signal, (folder / f"otlp_example_{name}.json").read_bytes()
            )
            equal((answer.status, answer.body), (200, b"{}"), name)
            eventually(lambda: len(sink.items()) >= seen, f"{name} arrive")
        gateway.settle()
        names = [record.event_name for record in sinks.loki.items()]
        eventually(lambda: any(names), "an event name is kept", 1)
        gateway.judge()


run(main)
