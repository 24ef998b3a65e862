"""A26: SIGTERM under load loses nothing that was accepted; SIGKILL loses at most what was queued."""

import os
import signal
import time

from gateway import Gateway, config, equal, expect
from load import Load
from scenario import run
from sinks import Sinks


def main():
    sinks = Sinks()
    sinks.tempo.script = lambda call: {"hang": 0.02, "take": True}
    gateway = Gateway(config(sinks.exporters(), sinks.PIPELINES))
    with gateway:
        with Load(gateway, ("traces", "logs")) as load:
            time.sleep(2)
            equal(gateway.terminate(), 0, "exit code after SIGTERM")
        for sink in (sinks.tempo, sinks.loki):
            accepted = set(load.accepted[sink.signal])
            expect(len(accepted) > 100, f"only {len(accepted)} {sink.signal} were accepted")
            lost = accepted - set(sink.ids())
            equal(lost, set(), f"{sink.signal} accepted and lost")
            twice = [each for each, count in sink.ids().items() if count > 1]
            equal(twice, [], f"{sink.signal} delivered twice")
        ledger = [line for line in gateway.log().splitlines() if line.startswith("ledger ")]
        equal(len(ledger), 3, "ledger lines at the end")
        gateway.check_log()

    with gateway:
        before = len(sinks.tempo.items())
        with Load(gateway, ("traces",)) as load:
            time.sleep(1)
            queued = gateway.metric("headgate_ledger_in_flight_items", signal="traces")
            os.kill(gateway.process.pid, signal.SIGKILL)
            gateway.process.wait()
        accepted = set(load.accepted["traces"])
        lost = len(accepted - set(sinks.tempo.ids()))
        # In memory by design: at most what was on its way, some requests of 20 items.
        print(f"SIGKILL: {len(accepted)} accepted, {lost} lost, {queued:.0f} in flight just before")
        expect(lost <= queued + 20 * 20, f"{lost} lost")
        expect(len(sinks.tempo.items()) > before, "nothing was delivered")
    with gateway:
        gateway.judge()


run(main)
