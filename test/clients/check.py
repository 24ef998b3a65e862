"""Judges what the gateway answered, wrote and counted. Exits 0, or 1 with the reason on stderr.

    check.py ports N                     prints N free loopback ports
    check.py bound PORT...               0 if something listens on one of them
    check.py status json|proto BODY      the body is a google.rpc.Status with a message
    check.py settled URL SIGNAL=N...     waits until N items were received and none is in flight
    check.py arrived OUTPUT EXPECTED     every check of EXPECTED/SIGNAL is in OUTPUT/SIGNAL.jsonl once
    check.py masked OUTPUT               every password and token was replaced, and none was lost
    check.py same OUTPUT PREFIX N        the N spans whose check begins with PREFIX are alike
    check.py absent SECRET FILE...       none of the files holds the secret
    check.py ledger METRICS              received = delivered + dropped + in flight, everywhere
    check.py value METRICS NAME [LABEL=VALUE...]   prints the sum of the samples
"""

import collections
import json
import pathlib
import re
import socket
import sys
import time
import urllib.request

SIGNALS = ("traces", "logs", "metrics")
SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


def fail(reason):
    print(f"check: {reason}", file=sys.stderr)
    sys.exit(1)


def ports(count):
    sockets = [socket.socket() for _ in range(int(count))]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    print(*(each.getsockname()[1] for each in sockets))


def bound(*numbers):
    for number in numbers:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", int(number))) == 0:
                return
    fail(f"nothing listens on {', '.join(numbers)}")


def proto_fields(data):
    """The fields of a protobuf message, by number: numbers or bytes."""
    fields, at = collections.defaultdict(list), 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = varint()
        if tag & 7 == 0:
            fields[tag >> 3].append(varint())
        elif tag & 7 == 2:
            length = varint()
            if at + length > len(data):
                raise ValueError("truncated")
            fields[tag >> 3].append(data[at : at + length])
            at += length
        else:
            raise ValueError(f"wire type {tag & 7}")
    return fields


def status(encoding, path):
    body = pathlib.Path(path).read_bytes()
    try:
        if encoding == "json":
            decoded = json.loads(body)
            code, message = decoded.get("code"), decoded.get("message")
        else:
            fields = proto_fields(body)
            code, message = fields[1][-1], fields[2][-1].decode("utf-8")
    except (ValueError, IndexError, AttributeError) as problem:
        fail(f"no google.rpc.Status in {encoding}: {body[:200]!r} ({problem})")
    if not isinstance(code, int) or code == 0 or not isinstance(message, str) or not message:
        fail(f"a google.rpc.Status without code or message: {body[:200]!r}")


def samples(text):
    for line in text.splitlines():
        if line and not line.startswith("#"):
            match = SAMPLE.match(line)
            if not match:
                fail(f"not a sample: {line}")
            yield match[1], dict(LABEL.findall(match[2] or "")), float(match[3])


def total(text, name, **labels):
    return sum(
        value
        for sample, have, value in samples(text)
        if sample == name and labels.items() <= have.items()
    )


def settled(url, *wanted):
    wanted = {signal: int(count) for signal, count in (each.split("=") for each in wanted)}
    deadline = time.monotonic() + 20
    while True:
        with urllib.request.urlopen(url, timeout=5) as answer:
            text = answer.read().decode("utf-8")
        received = {
            signal: int(total(text, "headgate_ledger_received_items_total", signal=signal))
            for signal in wanted
        }
        in_flight = total(text, "headgate_ledger_in_flight_items")
        if received == wanted and in_flight == 0:
            return
        if time.monotonic() > deadline:
            fail(f"received {received}, expected {wanted}; in flight {in_flight:.0f}")
        time.sleep(0.1)


def plain(value):
    """An AnyValue of OTLP/JSON as a Python value."""
    if "arrayValue" in value:
        return [plain(each) for each in value["arrayValue"].get("values", [])]
    if "kvlistValue" in value:
        return attributes(value["kvlistValue"].get("values", []))
    return next(iter(value.values()), None)


def attributes(pairs):
    return {pair["key"]: plain(pair.get("value", {})) for pair in pairs}


def items(output, signal):
    """Every span, log record or data point of a file of JSON lines."""
    for line in (pathlib.Path(output) / f"{signal}.jsonl").read_text("utf-8").splitlines():
        request = json.loads(line)
        if signal == "traces":
            for resource in request["resourceSpans"]:
                for scope in resource["scopeSpans"]:
                    yield from scope["spans"]
        elif signal == "logs":
            for resource in request["resourceLogs"]:
                for scope in resource["scopeLogs"]:
                    yield from scope["logRecords"]
        else:
            for resource in request["resourceMetrics"]:
                for scope in resource["scopeMetrics"]:
                    for metric in scope["metrics"]:
                        for kind in ("gauge", "sum", "histogram"):
                            yield from metric.get(kind, {}).get("dataPoints", [])


def check_of(item):
    return attributes(item.get("attributes", [])).get("check")


def arrived(output, expected):
    wrong = []
    for signal in SIGNALS:
        listed = (pathlib.Path(expected) / signal).read_text("utf-8").split()
        wanted = collections.Counter(listed)
        seen = collections.Counter(check_of(item) for item in items(output, signal))
        for check in sorted(wanted.keys() | seen.keys(), key=str):
            if wanted[check] != seen[check]:
                wrong.append(f"{signal}/{check}: {seen[check]} instead of {wanted[check]}")
    if wrong:
        fail("; ".join(wrong))


def masked(output):
    def passwords(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                if "password" in key:
                    yield inner
                else:
                    yield from passwords(inner)

    for signal in SIGNALS:
        count = 0
        for item in items(output, signal):
            if check_of(item) == "zero-ids":
                continue
            owners = [item, *item.get("events", [])]
            found = [p for o in owners for p in passwords(attributes(o.get("attributes", [])))]
            if not found or any(each != "[REDACTED]" for each in found):
                fail(f"{signal}/{check_of(item)}: passwords became {found}")
            if signal == "logs":
                body = plain(item["body"])
                if body != "sent Authorization: Bearer [REDACTED] to the shop":
                    fail(f"logs/{check_of(item)}: body became {body!r}")
            count += 1
        if count == 0:
            fail(f"{signal}: no item")


def same(output, prefix, count):
    spans = {}
    for item in items(output, "traces"):
        name = check_of(item)
        if name and name.startswith(prefix):
            item["attributes"] = [a for a in item["attributes"] if a["key"] != "check"]
            spans[name] = json.dumps(item, sort_keys=True, ensure_ascii=False)
    if len(spans) != int(count):
        fail(f"{len(spans)} spans {sorted(spans)}, expected {count}")
    if len(set(spans.values())) != 1:
        fail("they differ:\n" + "\n".join(f"{k}: {v}" for k, v in sorted(spans.items())))
    span = json.loads(next(iter(spans.values())))
    for part in ("events", "links", "status", "flags", "parentSpanId"):
        if not span.get(part):
            fail(f"no {part} in {span}")


def absent(secret, *paths):
    for path in paths:
        if secret.encode("utf-8") in pathlib.Path(path).read_bytes():
            fail(f"a secret is in {pathlib.Path(path).name}")


def ledger(path):
    text = pathlib.Path(path).read_text("utf-8")
    prefix = "headgate_ledger_"
    lines = 0
    for name, labels, in_flight in samples(text):
        if name != prefix + "in_flight_items":
            continue
        pipeline = {key: labels[key] for key in ("pipeline", "signal")}
        received = total(text, prefix + "received_items_total", **pipeline)
        delivered = total(text, prefix + "delivered_items_total", **labels)
        dropped = total(text, prefix + "dropped_items_total", **labels)
        dropped += total(text, prefix + "dropped_items_total", **pipeline, exporter="")
        if received != delivered + dropped + in_flight:
            fail(
                f"{labels}: received {received:.0f} != delivered {delivered:.0f}"
                f" + dropped {dropped:.0f} + in flight {in_flight:.0f}"
            )
        if received == 0:
            fail(f"{labels}: received nothing")
        lines += 1
    if lines != len(SIGNALS):
        fail(f"{lines} ledger lines, expected {len(SIGNALS)}")


def value(path, name, *labels):
    wanted = dict(each.split("=", 1) for each in labels)
    print(f"{total(pathlib.Path(path).read_text('utf-8'), name, **wanted):.0f}")


COMMANDS = {
    each.__name__: each
    for each in (
        ports, bound, status, settled, arrived, masked, same, absent, ledger, value
    )
}  # fmt: skip

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
