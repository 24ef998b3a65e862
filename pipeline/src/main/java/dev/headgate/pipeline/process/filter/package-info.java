/// The filter: drops items for which a condition in a subset of OTTL holds.
@NullMarked
package dev.headgate.pipeline.process.filter;

import org.jspecify.annotations.NullMarked;
