/// Large arrays that are lent and given back. Knows nothing but bytes; every other package may use
/// it.
@NullMarked
package dev.headgate.pipeline.memory;

import org.jspecify.annotations.NullMarked;
