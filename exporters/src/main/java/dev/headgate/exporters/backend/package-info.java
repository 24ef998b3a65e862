/// What is particular to Tempo, Loki, Mimir and Prometheus: caps, statuses, headers.
@NullMarked
package dev.headgate.exporters.backend;

import org.jspecify.annotations.NullMarked;
