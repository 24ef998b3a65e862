package dev.headgate.exporters.delivery;

import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.payload.NanoClock;
import java.util.random.RandomGenerator;

/// What all deliveries of a gateway share.
///
/// @param random for the jitter of retries; used on the scheduler's thread only
public record DeliveryContext(
    Scheduler scheduler,
    NanoClock clock,
    RandomGenerator random,
    Ledger ledger,
    ExporterMetrics metrics) {}
