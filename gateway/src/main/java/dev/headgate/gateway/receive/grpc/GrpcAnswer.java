package dev.headgate.gateway.receive.grpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import dev.headgate.gateway.admit.ExportResponse;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.worker.IngestResult;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;

/// An answer in gRPC's words (OTLP specification, "OTLP/gRPC Response").
///
/// @param trailers what goes with the status
/// @param message the export response, empty when the status is not OK
record GrpcAnswer(Status status, Metadata trailers, RawMessage message) {
  private static final Metadata.Key<byte[]> STATUS_DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /// Where the Python SDK looks for the delay.
  private static final Metadata.Key<byte[]> RETRY_INFO =
      Metadata.Key.of("google.rpc.retryinfo-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static final RawMessage EMPTY = new RawMessage(Bytes.of(new byte[0]), false);

  static GrpcAnswer of(IngestResult result) {
    return switch (result) {
      case IngestResult.Accepted accepted ->
          new GrpcAnswer(
              Status.OK,
              new Metadata(),
              new RawMessage(Bytes.of(ExportResponse.protobuf(accepted)), false));
      case IngestResult.Overloaded overloaded -> overloaded(overloaded.retryAfter());
      case IngestResult.Malformed malformed -> malformed(malformed.message());
      case IngestResult.TooLarge tooLarge ->
          error(Status.RESOURCE_EXHAUSTED.withDescription(tooLarge.message()));
      case IngestResult.NoPipeline none ->
          error(Status.UNIMPLEMENTED.withDescription(none.message()));
      case IngestResult.Failed failed -> error(Status.INTERNAL.withDescription(failed.message()));
    };
  }

  static GrpcAnswer error(Status status) {
    return new GrpcAnswer(status, new Metadata(), EMPTY);
  }

  private static GrpcAnswer malformed(String message) {
    BadRequest details =
        BadRequest.newBuilder()
            .addFieldViolations(BadRequest.FieldViolation.newBuilder().setDescription(message))
            .build();
    return detailed(Status.INVALID_ARGUMENT.withDescription(message), Any.pack(details));
  }

  private static GrpcAnswer overloaded(Duration retryAfter) {
    RetryInfo retry =
        RetryInfo.newBuilder()
            .setRetryDelay(
                com.google.protobuf.Duration.newBuilder()
                    .setSeconds(retryAfter.toSeconds())
                    .setNanos(retryAfter.toNanosPart()))
            .build();
    GrpcAnswer answer =
        detailed(
            Status.UNAVAILABLE.withDescription("overloaded: try again later"), Any.pack(retry));
    answer.trailers.put(RETRY_INFO, retry.toByteArray());
    return answer;
  }

  private static GrpcAnswer detailed(Status status, Any detail) {
    GrpcAnswer answer = error(status);
    String description = status.getDescription();
    answer.trailers.put(
        STATUS_DETAILS,
        com.google.rpc.Status.newBuilder()
            .setCode(status.getCode().value())
            .setMessage(description == null ? "" : description)
            .addDetails(detail)
            .build()
            .toByteArray());
    return answer;
  }
}
