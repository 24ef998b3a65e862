/// Reads telemetry back from Tempo, Loki and Mimir through their query APIs.
@NullMarked
package dev.headgate.gateway.readback;

import org.jspecify.annotations.NullMarked;
