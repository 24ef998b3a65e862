/// Scrubbing: rules that rewrite parts of log bodies.
@NullMarked
package dev.headgate.pipeline.process.scrub;

import org.jspecify.annotations.NullMarked;
