package dev.headgate.config;

import java.time.Duration;

/// How an exporter joins what waits in its queue: from a `batch` processor or
/// `sending_queue.batch`.
///
/// @param flushTimeout a batch leaves when its oldest payload is this old
/// @param minSize or when it holds this many units of `sizer`
/// @param maxSize and holds at most so many; 0 = no limit but the exporter's bytes
/// @param sizer ITEMS or BYTES
public record BatchingConfig(
    Duration flushTimeout, long minSize, long maxSize, QueueConfig.Sizer sizer) {}
