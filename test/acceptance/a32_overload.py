"""A32: five times what can be delivered, for OVERLOAD_SECONDS (20), in a heap of 256 MiB.

No OutOfMemoryError, every refusal is retryable and counted, a second client with modest traffic is
served, and afterwards everything is as before. Once with the queue that refuses when it is full, where
a client that retries as SDKs do gets its share by chance, so that its share is printed and not judged;
and once with `block_on_overflow`, where requests wait in the order they came and the modest client
loses nothing.
"""

import os
import random
import threading
import time

from gateway import Gateway, config, equal, eventually, expect
from load import Load
from otlp import PROTO, message, post
from scenario import run
from sinks import Sinks

SECONDS = float(os.environ.get("OVERLOAD_SECONDS", "20"))
# The exporter joins what waits: about 20 requests a second are delivered.
CALLS_AT_ONCE = 1
CALL_SECONDS = 1.0
QUEUE = f"queue_size: 20, num_consumers: {CALLS_AT_ONCE}"
MODES = {"refuse": "sending_queue: {%s}" % QUEUE,
         "block": "sending_queue: {%s, block_on_overflow: true}" % QUEUE}  # fmt: skip
RETRYABLE = {503, "UNAVAILABLE"}
# Each sends over HTTP and gRPC: 100 requests a second.
CLIENTS, PAUSE_SECONDS = 6, 0.12


class Modest(threading.Thread):
    """A client that sends a small request every half second and retries as an SDK does."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.stopped = port, threading.Event()
        self.waits, self.given_up, self.ids = [], 0, []

    def run(self):
        number = 1 << 40
        while not self.stopped.wait(0.5):
            number += 1
            ids = [f"{number:032x}{number:016x}"]
            started = time.monotonic()
            for attempt in range(6):
                if post(self.port, "traces", message("traces", ids), PROTO).status == 200:
                    self.waits.append(time.monotonic() - started)
                    self.ids += ids
                    break
                time.sleep(random.uniform(0.4, 0.8) * 1.5**attempt)
            else:
                self.given_up += 1


def overload(mode):
    sinks = Sinks()
    sinks.tempo.script = lambda call: {"hang": CALL_SECONDS, "take": True}
    with Gateway(config(sinks.exporters(MODES[mode]), sinks.PIPELINES), java_options="-Xmx256m") as gateway:
        loads = [Load(gateway, ("traces",), per_request=50, pause=PAUSE_SECONDS) for _ in range(CLIENTS)]
        for number, load in enumerate(loads):
            load.ids.count = number << 30
        modest = Modest(gateway.http_port)
        modest.start()
        heaps = []
        for load in loads:
            load.__enter__()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            time.sleep(1)
            heaps.append(gateway.heap_bytes())
        for load in loads:
            load.stop()
        modest.stopped.set()
        modest.join(60)

        accepted = [each for load in loads for each in load.accepted["traces"]]
        refused = [each for load in loads for each in load.refused]
        codes = {getattr(code, "name", code) for _, code in refused}
        expect(codes <= RETRYABLE, f"refusals that are not retryable: {codes - RETRYABLE}")
        counted = gateway.metric("headgate_receiver_refused_requests_total", signal="traces")
        print(
            f"{mode}: {len(accepted) // 50} requests accepted, {len(refused)} refused;"
            f" heap at most {max(heaps) / 1e6:.0f} MB; modest client: {len(modest.waits)} served,"
            f" {modest.given_up} given up, longest {max(modest.waits, default=0):.1f} s"
        )
        expect(counted >= len(refused), f"{counted} refusals counted of {len(refused)}")
        if mode == "refuse":
            expect(len(refused) > 3 * len(accepted) / 50, "that was no overload")
        else:
            equal(modest.given_up, 0, "requests the modest client gave up")
        gateway.settle()
        ids = sinks.tempo.ids()
        equal(set(accepted + modest.ids) - set(ids), set(), "accepted and lost")
        equal([each for each, count in ids.items() if count > 1], [], "delivered twice")
        sinks.tempo.script = lambda call: None
        eventually(gateway.at_rest, "rest", 10)
        gateway.judge()


def main():
    for mode in MODES:
        overload(mode)


run(main)
