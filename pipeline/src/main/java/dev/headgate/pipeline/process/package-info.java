/// The processors: each a function from payload to payload.
@NullMarked
package dev.headgate.pipeline.process;

import org.jspecify.annotations.NullMarked;
