"""Backends on loopback: Tempo over OTLP/gRPC, Loki and Mimir over OTLP/HTTP, each scriptable.

A script is a function from the number of the call (from 0) to a reaction; a reaction is None to
accept, or a dictionary: status (HTTP) or code (gRPC), headers or trailers, body, hang (seconds),
message (bytes of a successful answer).
"""

import collections
import concurrent.futures
import gzip
import http.server
import threading
import time

import grpc
import zstandard
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

REQUESTS = {
    "traces": ExportTraceServiceRequest,
    "logs": ExportLogsServiceRequest,
    "metrics": ExportMetricsServiceRequest,
}
POINTS = ("gauge", "sum", "histogram", "exponential_histogram", "summary")


def items(signal, request):
    """The items of a request: spans, log records or (metric, data point)."""
    if signal == "traces":
        return [s for r in request.resource_spans for c in r.scope_spans for s in c.spans]
    if signal == "logs":
        return [l for r in request.resource_logs for c in r.scope_logs for l in c.log_records]
    return [
        (metric, point)
        for r in request.resource_metrics
        for c in r.scope_metrics
        for metric in c.metrics
        for point in getattr(metric, metric.WhichOneof("data") or "gauge").data_points
    ]


def identity(signal, item):
    """What counts an item: a span's ids, the attribute `test.id` of the others."""
    if signal == "traces":
        return item.trace_id.hex() + item.span_id.hex()
    attributes = item[1].attributes if signal == "metrics" else item.attributes
    return next((a.value.string_value for a in attributes if a.key == "test.id"), None)


class Recorder:
    """What a sink took, and its script."""

    def __init__(self, signal):
        self.signal = signal
        self.lock = threading.Lock()
        self.script = lambda call: None
        self.calls = []  # (monotonic time, reaction)
        self.raw = []
        self.requests = []

    def react(self, body):
        with self.lock:
            reaction = self.script(len(self.calls))
            self.calls.append((time.monotonic(), reaction))
        if reaction is None or reaction.get("take"):
            request = REQUESTS[self.signal].FromString(body)
            with self.lock:
                self.raw.append(body)
                self.requests.append(request)
        if reaction and "hang" in reaction:
            time.sleep(reaction["hang"])
        return reaction

    def items(self):
        with self.lock:
            requests = list(self.requests)
        return [item for request in requests for item in items(self.signal, request)]

    def ids(self):
        return collections.Counter(identity(self.signal, item) for item in self.items())

    def bytes(self):
        with self.lock:
            return b"".join(self.raw)


class HttpSink(Recorder):
    """Loki or Mimir."""

    def __init__(self, signal, port=0, success=200):
        super().__init__(signal)
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                encoding = self.headers.get("content-encoding")
                if encoding == "gzip":
                    body = gzip.decompress(body)
                elif encoding == "zstd":
                    body = zstandard.ZstdDecompressor().decompressobj().decompress(body)
                reaction = sink.react(body) or {}
                self.send_response(reaction.get("status", success))
                for key, value in reaction.get("headers", {}).items():
                    self.send_header(key, value)
                answer = reaction.get("body", b"")
                if answer:
                    self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class GrpcSink(Recorder):
    """Tempo."""

    METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

    def __init__(self, port=0):
        super().__init__("traces")
        self.port = port
        self.start()

    def start(self):
        sink = self

        class Service(grpc.GenericRpcHandler):
            def service(self, details):
                if details.method != GrpcSink.METHOD:
                    return None
                return grpc.unary_unary_rpc_method_handler(sink.export)

        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(16))
        self.server.add_generic_rpc_handlers((Service(),))
        self.port = self.server.add_insecure_port(f"127.0.0.1:{self.port}")
        self.server.start()

    def export(self, body, context):
        reaction = self.react(body)
        if reaction and "code" in reaction:
            context.set_trailing_metadata(reaction.get("trailers", ()))
            context.abort(reaction["code"], reaction.get("text", "as the script says"))
        return (reaction or {}).get("message", b"")

    def stop(self):
        self.server.stop(0).wait()


class Sinks:
    """The three of them, and the exporters' block that points there."""

    def __init__(self):
        self.tempo, self.loki, self.mimir = (
            GrpcSink(),
            HttpSink("logs", success=204),
            HttpSink("metrics"),
        )

    def __iter__(self):
        return iter((self.tempo, self.loki, self.mimir))

    def exporters(self, extra=""):
        """extra: keys for each, the inside of a flow mapping."""
        extra = f", {extra}" if extra else ""
        return (
            f"  otlp_grpc/tempo: {{endpoint: 127.0.0.1:{self.tempo.port},"
            f" tls: {{insecure: true}}{extra}}}\n"
            f"  otlp_http/loki: {{logs_endpoint: http://127.0.0.1:{self.loki.port}/otlp/v1/logs{extra}}}\n"
            f"  otlp_http/mimir: {{metrics_endpoint: http://127.0.0.1:{self.mimir.port}/otlp/v1/metrics{extra}}}\n"
        )

    PIPELINES = {
        "traces": ((), ("otlp_grpc/tempo",)),
        "logs": ((), ("otlp_http/loki",)),
        "metrics": ((), ("otlp_http/mimir",)),
    }

    def stop(self):
        for sink in self:
            sink.stop()
