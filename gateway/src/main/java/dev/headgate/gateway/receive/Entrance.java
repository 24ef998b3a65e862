package dev.headgate.gateway.receive;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Transit;
import dev.headgate.gateway.receive.connection.Connections;
import dev.headgate.pipeline.worker.Route;

/// What everything that comes to one receiver goes through.
///
/// @param connections takes and counts its connections
/// @param admission takes or refuses its requests
/// @param transit what messages may take in direct memory while they arrive, over all receivers
/// @param route where its requests go
public record Entrance(
    Connections connections, Admission admission, Transit transit, Route route) {}
