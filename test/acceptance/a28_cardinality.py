"""A28: exploding label values: bounded series at the sink, every point accounted for, a flat heap.

Stated difference: points over budget are dropped and counted by metric, not folded into an overflow
series, because a cumulative sum cannot be folded without inventing values.
"""

import json
import random

from gateway import Gateway, config, equal, expect
from otlp import NOW, PROTO, any_value, data_folder, post
from scenario import run
from sinks import REQUESTS, Sinks

LIMIT = 100
PROCESSORS = f"""\
  cardinality_guard:
    series_limit: {LIMIT}
"""
CHAINS = {
    **Sinks.PIPELINES,
    "metrics": (("cardinality_guard",), ("otlp_http/mimir",)),
}


def points(values, time):
    request = REQUESTS["metrics"]()
    resource = request.resource_metrics.add()
    resource.resource.attributes.add(key="service.name", value=any_value("shop"))
    metric = resource.scope_metrics.add().metrics.add(name="http.requests")
    metric.sum.aggregation_temporality = 2
    metric.sum.is_monotonic = True
    for value in values:
        point = metric.sum.data_points.add(time_unix_nano=time, as_int=1)
        point.attributes.add(key="span_name", value=any_value(value))
    return request.SerializeToString()


def main():
    folder, sinks, dice = data_folder(), Sinks(), random.Random(28)
    names = [f"GET /user/{dice.getrandbits(40):x}" for _ in range(10_000)]
    if folder:
        for file in ("spannames_prod1.json", "spannames_dev1.json"):
            names += json.loads((folder / "tempo" / file).read_text())
    with Gateway(config(sinks.exporters(), CHAINS, PROCESSORS)) as gateway:
        time, heaps = NOW, []
        rounds = [names[start : start + 2000] for start in range(0, len(names), 2000)]
        rounds += [[f"{dice.getrandbits(64):x}" for _ in range(5000)] for _ in range(200)]
        for number, values in enumerate(rounds):
            time += 1_000_000_000
            equal(post(gateway.http_port, "metrics", points(values, time), PROTO).status, 200, "post")
            if number % 20 == 0:
                heaps.append(gateway.heap_bytes())
        gateway.settle()
        series = {
            tuple(sorted((a.key, a.value.string_value) for a in point.attributes))
            for _, point in sinks.mimir.items()
        }
        dropped = gateway.metric("headgate_ledger_dropped_items_total", reason="cardinality")
        sent, arrived = sum(map(len, rounds)), len(sinks.mimir.items())
        print(f"{sent} points sent, {len(series)} series, heap at most {max(heaps) / 1e6:.0f} MB")
        equal(len(series), LIMIT, "series at the sink")
        equal(arrived + dropped, sent, "points that arrived or are counted as dropped")
        over = gateway.metric("headgate_cardinality_dropped_points_total", metric="http.requests")
        equal(over, dropped, "points over budget, by metric")
        expect(max(heaps) < 200e6, "the heap grew")
        gateway.judge()


run(main)
