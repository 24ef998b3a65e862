package dev.headgate.pipeline.worker;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.payload.Tenant;
import java.util.function.Consumer;

/// One export request as it came off a transport, on its way to a worker.
///
/// @param lease the pipelines that take it; whoever answers it lets go
/// @param body the body as sent, still compressed
/// @param maxBodyBytes the largest inflated (and, for JSON, transcoded) size allowed
/// @param reservation charged with the size of the body's array, and carries it; the worker
///   releases it
/// @param deadlineNanos when the client must have its answer
/// @param responder takes the answer, exactly once, on any thread, perhaps before the offer of the
///   request returns; must not block
///
///   **Ownership:** the reservation carries the body: nobody reads it after its last release.
public record IngestRequest(
    Routing.Lease lease,
    Signal signal,
    Encoding encoding,
    ContentCoding coding,
    Tenant tenant,
    Bytes body,
    long maxBodyBytes,
    Reservation reservation,
    long deadlineNanos,
    Consumer<IngestResult> responder) {

  /// How the message is written.
  public enum Encoding {
    PROTOBUF,
    JSON
  }
}
