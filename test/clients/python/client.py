"""One span, one log record and one data point by the OTel Python SDK.

    client.py grpc|http CHECK     also reads OTEL_EXPORTER_OTLP_*, TEST_PASSWORD and TEST_TOKEN
"""

import logging
import os
import sys

from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

if sys.argv[1] == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter


class Complaints(logging.Handler):
    """Counts what the SDK complains about: its exporters swallow errors otherwise."""

    count = 0

    def emit(self, record):
        Complaints.count += 1
        print("python:", record.getMessage(), file=sys.stderr)


def main():
    check = sys.argv[2]
    password = os.environ["TEST_PASSWORD"]
    token = os.environ["TEST_TOKEN"]
    logging.getLogger().addHandler(Complaints(logging.WARNING))
    resource = Resource.create({"service.name": "python"})

    tracers = TracerProvider(resource=resource)
    tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    with tracers.get_tracer("test.clients").start_as_current_span(
        "checkout", kind=trace.SpanKind.SERVER
    ) as span:
        span.set_attribute("check", check)
        span.set_attribute("user.password", password)
        span.set_attribute("tags", ["a", "b"])
        span.add_event("paid", {"amount": 12.5, "card.password": password})
        context = trace.set_span_in_context(span)
    tracers.shutdown()

    loggers = LoggerProvider(resource=resource)
    loggers.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    loggers.get_logger("test.clients").emit(
        LogRecord(
            context=context,
            severity_number=SeverityNumber.WARN,
            severity_text="WARN",
            body=f"sent Authorization: Bearer {token} to the shop",
            attributes={"check": check, "password": password},
        )
    )
    loggers.shutdown()

    # Collects once, when it is shut down.
    reader = PeriodicExportingMetricReader(OTLPMetricExporter())
    meters = MeterProvider(resource=resource, metric_readers=[reader])
    meters.get_meter("test.clients").create_counter("carts").add(
        3, {"check": check, "user.password": password}
    )
    meters.shutdown()
    return 0 if Complaints.count == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
