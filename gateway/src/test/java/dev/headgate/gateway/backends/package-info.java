/// Backends for tests, inside the JVM, that answer exactly as Tempo, Loki, Mimir and Prometheus do.
@NullMarked
package dev.headgate.gateway.backends;

import org.jspecify.annotations.NullMarked;
