/// Delivery of payloads to the backends.
@NullMarked
package dev.headgate.exporters;

import org.jspecify.annotations.NullMarked;
