/// The OTLP/HTTP receiver on Netty: HTTP/1.1 and HTTP/2 without TLS upgrade, protobuf and JSON.
@NullMarked
package dev.headgate.gateway.receive.http;

import org.jspecify.annotations.NullMarked;
