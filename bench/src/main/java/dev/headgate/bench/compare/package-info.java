/// Headgate against other gateways and itself, on one machine and in interleaved rounds.
///
/// [dev.headgate.bench.compare.Scenarios] says what is measured, as data; one class for each kind
/// of [dev.headgate.bench.compare.Measurement] does it; what it found are rows, which
/// [dev.headgate.bench.compare.Report] reads.
@NullMarked
package dev.headgate.bench.compare;

import org.jspecify.annotations.NullMarked;
