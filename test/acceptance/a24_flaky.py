"""A24: a destination that fails 70 % of the calls gets every item exactly once."""

import random

import grpc
from gateway import Gateway, config, equal, expect
from load import Load
from scenario import run
from sinks import Sinks

RETRY = "retry_on_failure: {initial_interval: 50ms, max_interval: 200ms}"


def main():
    sinks, dice = Sinks(), random.Random(7)
    sinks.tempo.script = lambda call: (
        {"code": grpc.StatusCode.UNAVAILABLE} if dice.random() < 0.7 else None
    )
    with Gateway(config(sinks.exporters(RETRY), sinks.PIPELINES)) as gateway:
        import time

        with Load(gateway, ("traces",), per_request=200, pause=0.03) as load:
            time.sleep(5)
        equal(load.refused, [], "what clients saw")
        gateway.settle(120)
        accepted = load.accepted["traces"]
        equal(len(sinks.tempo.items()), len(accepted), "spans that arrived")
        equal(sorted(sinks.tempo.ids().elements()), sorted(accepted), "spans that arrived")
        print(f"{len(accepted)} spans in {len(sinks.tempo.calls)} calls")
        expect(len(accepted) > 5000, f"only {len(accepted)} spans were sent")
        gateway.judge()


run(main)
