"""Writes a small OTLP request in binary protobuf, by hand, so that no OTLP library judges itself.

    encode.py traces|logs|metrics CHECK PASSWORD TOKEN > request.binpb
    encode.py frame [FLAG] < request.binpb > request.grpc
"""

import struct
import sys

VARINT, FIXED64, LENGTH_DELIMITED = 0, 1, 2


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def message(number, *parts):
    content = b"".join(parts)
    return varint(number << 3 | LENGTH_DELIMITED) + varint(len(content)) + content


def text(number, value):
    return message(number, value.encode("utf-8"))


def integer(number, value):
    return varint(number << 3 | VARINT) + varint(value)


def fixed64(number, value):
    return varint(number << 3 | FIXED64) + struct.pack("<Q", value)


def attribute(number, key, value):
    return message(number, text(1, key), message(2, text(1, value)))


def request(item):
    """The envelope, alike for the three signals."""
    resource = message(1, attribute(1, "service.name", "curl"))
    scope = message(1, text(1, "test.clients"))
    return message(1, resource, message(2, scope, item))


def traces(check, password, _token):
    return request(
        message(
            2,
            message(1, bytes.fromhex("0af7651916cd43dd8448eb211c80319c")),
            message(2, bytes.fromhex("b7ad6b7169203331")),
            text(5, "GET /cart"),
            integer(6, 2),
            fixed64(7, 1_700_000_000_000_000_000),
            fixed64(8, 1_700_000_000_250_000_000),
            attribute(9, "check", check),
            attribute(9, "user.password", password),
        )
    )


def logs(check, password, token):
    return request(
        message(
            2,
            fixed64(1, 1_700_000_000_000_000_000),
            integer(2, 9),
            message(5, text(1, f"sent Authorization: Bearer {token} to the shop")),
            attribute(6, "check", check),
            attribute(6, "password", password),
        )
    )


def metrics(check, password, _token):
    point = message(
        1,
        fixed64(3, 1_700_000_001_000_000_000),
        fixed64(6, 42),
        attribute(7, "check", check),
        attribute(7, "user.password", password),
    )
    return request(message(2, text(1, "cart.size"), message(5, point)))


def main():
    if sys.argv[1] == "frame":
        content = sys.stdin.buffer.read()
        flag = int(sys.argv[2]) if len(sys.argv) > 2 else 0
        sys.stdout.buffer.write(struct.pack(">BI", flag, len(content)) + content)
    else:
        encoders = {"traces": traces, "logs": logs, "metrics": metrics}
        sys.stdout.buffer.write(encoders[sys.argv[1]](*sys.argv[2:]))


if __name__ == "__main__":
    main()
