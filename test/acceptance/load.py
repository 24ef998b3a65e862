"""A steady client: sends over HTTP and gRPC in its own threads and remembers what was accepted."""

import threading
import time

import grpc

from otlp import PROTO, Ids, export, message, post


class Load:
    """A context. accepted: signal -> the ids answered OK; refused: what else was answered."""

    def __init__(self, gateway, signals=("traces",), per_request=20, pause=0.02, transports=None):
        self.gateway, self.signals = gateway, signals
        self.per_request, self.pause = per_request, pause
        self.transports = transports or ("http", "grpc")
        self.accepted = {signal: [] for signal in signals}
        self.refused = []
        self.ids = Ids()
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.threads = [
            threading.Thread(target=self.send, args=(signal, transport), daemon=True)
            for signal in signals
            for transport in self.transports
        ]

    def send(self, signal, transport):
        while not self.stopped.is_set():
            with self.lock:
                ids = self.ids.take(signal, self.per_request)
            body = message(signal, ids)
            try:
                if transport == "http":
                    answer = post(self.gateway.http_port, signal, body, PROTO)
                    outcome = answer.status if answer.status != 200 else None
                else:
                    export(self.gateway.grpc, signal, body)
                    outcome = None
            except grpc.RpcError as error:
                outcome = error.code()
            except OSError as error:
                outcome = type(error).__name__
            with self.lock:
                if outcome is None:
                    self.accepted[signal] += ids
                else:
                    self.refused.append((transport, outcome))
            time.sleep(self.pause)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)

    def __exit__(self, *_):
        self.stop()
