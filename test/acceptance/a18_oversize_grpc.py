"""A18: a gRPC message announced with 70 MiB is refused from its prefix."""

import socket
import struct

from gateway import Gateway, config, equal, expect
from otlp import method
from scenario import run
from sinks import Sinks


def h2_frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(
        ">I", stream
    ) + payload  # fmt: skip


def literal(name, value):
    name, value = name.encode(), value.encode()
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


def read_exactly(connection, length):
    data = b""
    while len(data) < length:
        piece = connection.recv(length - len(data))
        expect(piece, "the connection was closed")
        data += piece
    return data


def main():
    sinks = Sinks()
    with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
        with socket.create_connection(("127.0.0.1", gateway.grpc_port), 20) as connection:
            headers = b"".join(
                literal(*each)
                for each in (
                    (":method", "POST"), (":scheme", "http"), (":path", method("traces")),
                    (":authority", "x"), ("content-type", "application/grpc"), ("te", "trailers"),
                )
            )  # fmt: skip
            connection.sendall(
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                + h2_frame(4, 0, 0, b"")
                + h2_frame(1, 4, 1, headers)
                + h2_frame(0, 0, 1, struct.pack(">BI", 0, 70 << 20))
            )
            seen = []
            while not any(kind == 1 for kind, _, _ in seen):
                head = read_exactly(connection, 9)
                payload = read_exactly(connection, int.from_bytes(head[:3]))
                seen.append((head[3], head[4], payload))
            _, flags, payload = seen[-1]
            expect(flags & 1, "the first headers do not end the stream: not Trailers-Only")
            expect(b"retryinfo" not in payload.lower(), "RetryInfo on what can never fit")
        refused = gateway.metric(
            "headgate_receiver_refused_requests_total", reason="too_large", transport="grpc"
        )
        equal(refused, 1, "refusals counted")
        gateway.judge()


run(main)
