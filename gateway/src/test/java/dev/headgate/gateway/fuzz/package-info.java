/// Targets for a coverage-guided fuzzer. Each class has a `fuzzerTestOneInput(byte[])` that throws
/// when a promise is broken; `test/fuzz/run` drives them, and the build replays the kept corpus.
@NullMarked
package dev.headgate.gateway.fuzz;

import org.jspecify.annotations.NullMarked;
