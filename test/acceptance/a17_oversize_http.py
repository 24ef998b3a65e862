"""A17: bodies too large, bombs and endless bodies: 413 early, and the heap stays flat."""

import gzip
import itertools
import subprocess

import zstandard
from gateway import Gateway, config, equal, expect
from otlp import JSON, post
from scenario import run
from sinks import Sinks

MIB = 1 << 20


def big(mib):
    """A legal JSON text, so that only its size can be refused; in pieces."""
    return itertools.chain([b'{"zz":"'], itertools.repeat(b"a" * MIB, mib), [b'"}'])


def squeezed(pieces, compressor):
    return b"".join([*(compressor.compress(piece) for piece in pieces), compressor.flush()])


def main():
    sinks = Sinks()
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        import zlib

        gz = lambda mib: squeezed(big(mib), zlib.compressobj(9, zlib.DEFLATED, 31))
        bombs = {
            "gzip 1 GiB": ("gzip", gz(1024)),
            "gzip 70 MiB": ("gzip", gz(70)),
            "gzip in gzip": ("gzip", gzip.compress(gz(1024))),
            "many gzip members": ("gzip", gzip.compress(b" " * MIB) * 1024),
            "zstd 1 GiB": ("zstd", squeezed(big(1024), zstandard.ZstdCompressor(19).compressobj())),
            "many zstd frames": ("zstd", zstandard.compress(b" " * MIB) * 1024),
        }
        for name, (coding, body) in bombs.items():
            answer = post(gateway.http_port, "traces", body, content_encoding=coding)
            # What is inside the outer gzip is no JSON: that one is malformed, the rest too large.
            equal(answer.status, 400 if name == "gzip in gzip" else 413, name)
            expect("retry-after" not in answer.headers, f"{name}: Retry-After")

        # By curl, which can be answered while it still writes.
        plain = gateway.folder / "plain"
        with plain.open("wb") as file:
            for piece in big(70):
                file.write(piece)
        for name, command in {
            "70 MiB": f"curl -sS -o /dev/null -w '%{{http_code}} %{{size_upload}}' --max-time 30"
            f" --data-binary @{plain} -H 'content-type: {JSON}' {gateway.http}/v1/traces",
            "endless": "{ printf '{\"zz\":\"'; tr '\\0' a </dev/zero; } |"
            " curl -sS -o /dev/null -w '%{http_code} %{size_upload}' --max-time 30 -T - -X POST"
            f" -H 'content-type: {JSON}' {gateway.http}/v1/traces",
        }.items():
            done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
            status, _, uploaded = done.stdout.partition(" ")
            equal(status, "413", f"{name}: {done.stderr}")
            expect(float(uploaded) < 65 * MIB, f"{name}: {uploaded} bytes were read")
        expect(gateway.heap_bytes() < 250 * MIB, f"heap {gateway.heap_bytes()}")
        gateway.judge()


run(main)
