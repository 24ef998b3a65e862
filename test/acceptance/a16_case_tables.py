"""A16: the case tables of other projects: legal is 200, illegal 400, and nothing breaks."""

import json

from gateway import Gateway, config, equal, eventually, expect
from otlp import post
from scenario import need_data, run
from sinks import Sinks

# Missing fields are legal in proto3 although fluent-bit refuses them.
LEGAL = "missing"


def main():
    folder = need_data()
    sinks = Sinks()
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        for signal in ("logs", "metrics", "traces"):
            cases = json.loads((folder / f"fluentbit_cases_{signal}.json").read_text())
            for name, case in cases.items():
                status = post(gateway.http_port, signal, json.dumps(case["input"])).status
                expect(status in (200, 400), f"{signal} {name}: {status}")
                if LEGAL in name:
                    equal(status, 200, f"{signal} {name}")

        for file in sorted((folder / "jsontestsuite" / "test_parsing").iterdir()):
            body = b'{"zz_unknown":' + file.read_bytes() + b"}"
            status = post(gateway.http_port, "logs", body).status
            allowed = {"y": (200,), "n": (400,), "i": (200, 400)}[file.name[0]]
            expect(status in allowed, f"{file.name}: {status} (expected: one of {allowed})")

        sinks.loki.requests.clear()
        strings = json.loads((folder / "blns.json").read_text())
        records = [
            {
                "timeUnixNano": str(1_760_000_000_000_000_000 + number),
                "body": {"stringValue": text},
                "attributes": [
                    {"key": "value", "value": {"stringValue": text}},
                    {"key": text or "empty", "value": {"stringValue": "key"}},
                ],
            }
            for number, text in enumerate(strings)
        ]
        logs = {"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}
        equal(post(gateway.http_port, "logs", logs).status, 200, "naughty strings")
        eventually(lambda: len(sinks.loki.items()) >= len(strings), "naughty strings arrive")
        for text, record in zip(strings, sinks.loki.items(), strict=True):
            equal(record.body.string_value, text, "a body")
            equal(record.attributes[0].value.string_value, text, "a value")
        keys = {attribute.key for record in sinks.loki.items() for attribute in record.attributes}
        print(f"{sum(text in keys for text in strings)} of {len(strings)} keys left unchanged")
        gateway.judge()


run(main)
