/// The cardinality guard: a budget of distinct series per service and metric.
@NullMarked
package dev.headgate.pipeline.process.cardinality;

import org.jspecify.annotations.NullMarked;
