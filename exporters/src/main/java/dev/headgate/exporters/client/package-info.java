/// OTLP/gRPC and OTLP/HTTP clients: connections, compression, TLS. Know nothing of backends'
/// quirks.
@NullMarked
package dev.headgate.exporters.client;

import org.jspecify.annotations.NullMarked;
