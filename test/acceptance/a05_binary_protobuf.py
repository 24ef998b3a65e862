"""A05, A06: protobuf and JSON, plain and gzip, with a length and chunked: all arrive."""

import gzip

from google.protobuf import json_format
from gateway import Gateway, config, equal, eventually
from otlp import JSON, PROTO, Ids, message, post
from scenario import run
from sinks import REQUESTS, Sinks


def otlp_json(binary):
    """The JSON of OTLP: ids in hex."""
    import base64
    import re

    text = json_format.MessageToJson(
        REQUESTS["traces"].FromString(binary), use_integers_for_enums=True
    )
    return re.sub(
        r'("(?:traceId|spanId)": ")([^"]*)"',
        lambda m: m[1] + base64.b64decode(m[2]).hex() + '"',
        text,
    ).encode()


def main():
    sinks, ids, sent = Sinks(), Ids(), []
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        for content_type in (PROTO, JSON):
            for coding in (None, "gzip"):
                for chunked in (False, True):
                    mine = ids.take("traces", 2)
                    sent += mine
                    body = message("traces", mine)
                    body = otlp_json(body) if content_type == JSON else body
                    headers = {"content_encoding": coding} if coding else {}
                    body = gzip.compress(body) if coding else body
                    answer = post(
                        gateway.http_port,
                        "traces",
                        iter([body[:10], body[10:]]) if chunked else body,
                        content_type,
                        **headers,
                    )
                    case = f"{content_type} {coding} chunked={chunked}"
                    equal(answer.status, 200, case)
                    equal(answer.headers["content-type"], content_type, case)
                    equal(answer.body, b"{}" if content_type == JSON else b"", case)
        eventually(lambda: len(sinks.tempo.ids()) == len(sent), "all arrive")
        equal(sorted(sinks.tempo.ids().elements()), sorted(sent), "the spans")
        gateway.judge()


run(main)
