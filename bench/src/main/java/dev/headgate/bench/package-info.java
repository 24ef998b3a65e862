/// Benchmarks and load generators.
@NullMarked
package dev.headgate.bench;

import org.jspecify.annotations.NullMarked;
