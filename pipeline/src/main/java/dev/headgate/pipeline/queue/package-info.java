/// Bounded queues; the only place that names JCTools.
@NullMarked
package dev.headgate.pipeline.queue;

import org.jspecify.annotations.NullMarked;
