/// The road of a payload from admission to the queues: bytes in, bytes out.
@NullMarked
package dev.headgate.pipeline;

import org.jspecify.annotations.NullMarked;
