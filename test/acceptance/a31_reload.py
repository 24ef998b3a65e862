"""A31: reloads under load lose and duplicate nothing; a bad file changes nothing."""

import signal
import time

from gateway import Gateway, config, equal, eventually, expect
from load import Load
from otlp import request
from scenario import run
from sinks import Sinks

SAMPLER = "  attributes/mark:\n    actions: [{key: round, action: upsert, value: '%s'}]\n"
METRIC = "headgate_config_last_reload_successful"


def main():
    sinks = Sinks()
    chain = {**Sinks.PIPELINES, "traces": (("attributes/mark",), ("otlp_grpc/tempo",))}
    text = lambda number: config(sinks.exporters(), chain, SAMPLER % number)
    with Gateway(text("first")) as gateway:
        with Load(gateway, ("traces", "logs", "metrics")) as load:
            for number in range(20):
                gateway.config_path.write_text(text(number))
                if number % 2:
                    answer = request(gateway.admin_port, "POST", "/-/reload")
                    equal(answer.status, 200, f"reload: {answer.body}")
                else:
                    gateway.process.send_signal(signal.SIGHUP)
                time.sleep(0.3)
            good = gateway.config_path.read_text()
            gateway.config_path.write_text(good.replace("processors:", "procesors:", 1))
            answer = request(gateway.admin_port, "POST", "/-/reload")
            equal(answer.status, 400, "a bad file")
            expect(b"procesors" in answer.body, f"the answer does not name it: {answer.body}")
            equal(gateway.metric(METRIC), 0, METRIC)
            time.sleep(0.5)
            gateway.config_path.write_text(good)
            equal(request(gateway.admin_port, "POST", "/-/reload").status, 200, "the good file")
            equal(gateway.metric(METRIC), 1, METRIC)
        equal(load.refused, [], "what clients saw")
        gateway.settle()
        for sink in sinks:
            accepted = sorted(load.accepted[sink.signal])
            equal(len(sink.items()), len(accepted), f"{sink.signal} that arrived")
            equal(sorted(sink.ids().elements()), accepted, f"{sink.signal} that arrived")
        rounds = {
            attribute.value.string_value
            for span in sinks.tempo.items()
            for attribute in span.attributes
            if attribute.key == "round"
        }
        expect(len(rounds) > 15, f"only {len(rounds)} of the configurations took effect")
        print(", ".join(f"{len(ids)} {signal}" for signal, ids in load.accepted.items()))
        eventually(gateway.alive, "alive", 1)
        gateway.judge()


run(main)
