"""A20: Tempo is away for a while: clients notice nothing, everything arrives once.

OUTAGE_SECONDS says how long (10; the scenario's full length is 60).
"""

import os
import time

from gateway import Gateway, config, equal, eventually, expect
from load import Load
from scenario import run
from sinks import Sinks

OUTAGE = float(os.environ.get("OUTAGE_SECONDS", "10"))
RETRY = "retry_on_failure: {initial_interval: 200ms, max_interval: 1s}"


def main():
    sinks = Sinks()
    with Gateway(config(sinks.exporters(RETRY), sinks.PIPELINES)) as gateway:
        queue = lambda: gateway.metric("headgate_exporter_queue_bytes", exporter="otlp_grpc/tempo")
        with Load(gateway, ("traces", "logs", "metrics")) as load:
            time.sleep(1)
            sinks.tempo.stop()
            time.sleep(OUTAGE / 2)
            expect(queue() > 0, "the queue did not grow")
            logs = len(sinks.loki.requests)
            time.sleep(OUTAGE / 2)
            expect(len(sinks.loki.requests) > logs, "logs stalled")
            sinks.tempo.start()
            eventually(lambda: queue() == 0 or load.stop(), "the queue drains", 60)
            load.stop()
            equal(load.refused, [], "what clients saw")
        gateway.settle()
        for sink in sinks:
            accepted = sorted(load.accepted[sink.signal])
            equal(len(sink.items()), len(accepted), f"{sink.signal} that arrived")
            equal(sorted(sink.ids().elements()), accepted, f"{sink.signal} that arrived")
        print(", ".join(f"{len(ids)} {signal}" for signal, ids in load.accepted.items()))
        gateway.judge()


run(main)
