/// Tests of the load generator and the sink.
@NullMarked
package dev.headgate.bench.load;

import org.jspecify.annotations.NullMarked;
