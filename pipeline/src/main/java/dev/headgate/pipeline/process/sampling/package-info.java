/// The probabilistic sampler: a pure function of trace id and configuration.
@NullMarked
package dev.headgate.pipeline.process.sampling;

import org.jspecify.annotations.NullMarked;
