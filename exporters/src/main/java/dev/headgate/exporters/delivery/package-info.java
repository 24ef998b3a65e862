/// Queue, batch, send, retry, outcome: one state machine for every backend.
@NullMarked
package dev.headgate.exporters.delivery;

import org.jspecify.annotations.NullMarked;
