"""A29: the self-metrics pass promtool and the ledger adds up at rest."""

import os
import shutil
import subprocess

from gateway import Gateway, config, equal, expect
from load import Load
from scenario import Skip, run
from sinks import Sinks


def main():
    promtool = os.environ.get("PROMTOOL") or shutil.which("promtool")
    sinks = Sinks()
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        import time

        with Load(gateway, ("traces", "logs", "metrics")) as load:
            time.sleep(2)
        gateway.settle()
        for signal, ids in load.accepted.items():
            received = gateway.metric("headgate_ledger_received_items_total", signal=signal)
            equal(received, len(ids), f"{signal} received")
            delivered = gateway.metric("headgate_ledger_delivered_items_total", signal=signal)
            equal(delivered, len(ids), f"{signal} delivered")
        text = gateway.scrape()
        for name in ("otelcol_receiver_accepted_spans", "otelcol_exporter_sent_log_records",
                     "otelcol_exporter_queue_size", "otelcol_process_memory_rss"):  # fmt: skip
            expect(f"\n{name}{{" in text or f"\n{name} " in text, f"no {name}")
        gateway.judge()
        if not promtool:
            raise Skip("all but promtool check metrics: no promtool here")
        # The otelcol_* names are the Collector's, which do not follow the conventions.
        own = [l for l in text.splitlines() if "headgate_" in l.split(" ")[2 if l[0] == "#" else 0]]
        done = subprocess.run(
            [promtool, "check", "metrics"], input="\n".join(own) + "\n",
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        equal((done.returncode, done.stderr), (0, ""), "promtool check metrics")


run(main)
