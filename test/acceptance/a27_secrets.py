"""A27: secrets in every place: what the rule pack knows never leaves, in no file and no log.

Prints the share of the examples that is masked, for each place.
"""

import collections
import json

from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from gateway import Gateway, config, equal, eventually, expect
from otlp import NOW, PROTO, post
from scenario import need_data, run
from sinks import REQUESTS, Sinks

PROCESSORS = """\
  redaction:
    allow_all_keys: true
    rule_packs: [secrets]
  log_scrubber:
    rule_packs: [secrets]
"""
CHAINS = {
    "traces": (("redaction",), ("otlp_grpc/tempo",)),
    "logs": (("redaction", "log_scrubber"), ("otlp_http/loki",)),
    "metrics": (("redaction",), ("otlp_http/mimir",)),
}
GOAL = 0.9


def text(value):
    return AnyValue(string_value=value)


def nested(value):
    made = AnyValue()
    made.kvlist_value.values.add(key="deep").value.kvlist_value.values.add(
        key="deeper", value=text(value)
    )
    return made


def array(value):
    made = AnyValue()
    made.array_value.values.append(text(value))
    return made


def traces(values, first):
    request = REQUESTS["traces"]()
    for number, value in enumerate(values, first):
        resource = request.resource_spans.add()
        resource.resource.attributes.add(key="resource", value=text(value))
        span = resource.scope_spans.add().spans.add(
            trace_id=(number + 1).to_bytes(16), span_id=(number + 1).to_bytes(8), name="x",
            start_time_unix_nano=NOW, end_time_unix_nano=NOW,
        )  # fmt: skip
        span.attributes.add(key="attribute", value=text(value))
        span.attributes.add(key="nested", value=nested(value))
        span.attributes.add(key="array", value=array(value))
        span.events.add(name="e").attributes.add(key="event", value=text(value))
    return request


def logs(values, first):
    request = REQUESTS["logs"]()
    scope = request.resource_logs.add().scope_logs.add()
    for number, value in enumerate(values, first):
        scope.log_records.add(time_unix_nano=NOW + number, body=text(value))
    return request


def places(tempo, loki):
    """place -> the strings that arrived there, in the order of the examples."""
    spans = [
        (resource.resource, span)
        for request in tempo.requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    spans.sort(key=lambda each: each[1].trace_id)
    value = lambda attributes, key: next(a.value for a in attributes if a.key == key)
    deep = lambda v: v.kvlist_value.values[0].value.kvlist_value.values[0].value
    return {
        "resource attribute": [value(r.attributes, "resource").string_value for r, _ in spans],
        "span attribute": [value(s.attributes, "attribute").string_value for _, s in spans],
        "nested": [deep(value(s.attributes, "nested")).string_value for _, s in spans],
        "array": [
            value(s.attributes, "array").array_value.values[0].string_value for _, s in spans
        ],
        "event attribute": [
            value(s.events[0].attributes, "event").string_value for _, s in spans
        ],
        "log body": [r.body.string_value for r in sorted(loki.items(), key=lambda r: r.time_unix_nano)],
    }


def main():
    folder = need_data()
    examples = [json.loads(l) for l in (folder / "secret_examples.jsonl").read_text().splitlines()]
    strings = [example["text"] for example in examples if example["label"] == 1]
    sinks = Sinks()
    with Gateway(config(sinks.exporters(), CHAINS, PROCESSORS)) as gateway:
        for start in range(0, len(strings), 200):
            part = strings[start : start + 200]
            for signal, made in (("traces", traces(part, start)), ("logs", logs(part, start))):
                answer = post(gateway.http_port, signal, made.SerializeToString(), PROTO)
                equal(answer.status, 200, signal)
            gateway.settle()
            eventually(lambda: len(sinks.loki.items()) >= start + len(part), "logs arrive")
        seen = places(sinks.tempo, sinks.loki)
        recall = {}
        for place, arrived in seen.items():
            masked = [before != after for before, after in zip(strings, arrived, strict=True)]
            recall[place] = sum(masked) / len(strings)
            print(f"{place}: {recall[place]:.1%} of {len(strings)} masked")
        for text_before, *after in zip(strings, *seen.values(), strict=True):
            changed = {each != text_before for each in after}
            equal(len(changed), 1, f"places that mask {text_before[:6]}... and places that do not")
            if changed == {True} and len(text_before) > 16:
                for name, own in (("log", gateway.log()), ("metrics", gateway.scrape())):
                    expect(text_before not in own, f"a secret is in the gateway's own {name}")
        expect(min(recall.values()) >= GOAL, f"recall {min(recall.values()):.1%}")

        before = len(sinks.loki.items())
        lines = (folder / "otel_demo_logs.jsonl").read_text().splitlines()
        sent = []
        for line in lines:
            request = json.loads(line)
            sent += [
                record.get("body", {}).get("stringValue", "")
                for resource in request["resourceLogs"]
                for scope in resource["scopeLogs"]
                for record in scope["logRecords"]
            ]
            equal(post(gateway.http_port, "logs", line).status, 200, "a capture")
        gateway.settle()
        equal(len(sinks.loki.items()), before + len(sent), "records of the captures")
        arrived = collections.Counter(r.body.string_value for r in sinks.loki.items()[before:])
        changed = collections.Counter(sent) - arrived
        equal(sum(changed.values()), 0, f"of {len(sent)} bodies of a real capture were changed")
        gateway.judge()


run(main)
