"""A30: the health endpoint turns not-ready while draining; the operator's page is not there yet.

Stated difference: there is no operator's page in this version, only /metrics and health.
"""

import signal

from gateway import Gateway, config, equal, eventually
from otlp import Ids, PROTO, message, post
from scenario import run
from sinks import Sinks


def main():
    sinks = Sinks()
    sinks.tempo.script = lambda call: {"hang": 2, "take": True}
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        equal(gateway.status("/readyz"), 200, "/readyz")
        equal(gateway.status("/livez"), 200, "/livez")
        equal(gateway.status("/ops"), 404, "/ops")
        ids = Ids().take("traces", 5)
        post(gateway.http_port, "traces", message("traces", ids), PROTO)
        gateway.process.send_signal(signal.SIGTERM)
        eventually(lambda: gateway.status("/readyz") == 503, "not ready while it drains", 2)
        equal(gateway.process.wait(30), 0, "exit code")
        equal(sorted(sinks.tempo.ids()), sorted(ids), "what was accepted arrived")
        gateway.check_log()


run(main)
