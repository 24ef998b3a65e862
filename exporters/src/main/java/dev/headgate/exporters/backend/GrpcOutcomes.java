package dev.headgate.exporters.backend;

import dev.headgate.config.BackendKind;
import dev.headgate.exporters.client.GrpcReply;
import dev.headgate.exporters.delivery.ExportOutcome;

/// What a gRPC reply means (OTLP specification, "Failures"), with the backends' own words where the
/// status code alone misleads.
final class GrpcOutcomes {
  private GrpcOutcomes() {}

  static ExportOutcome of(GrpcReply reply, BackendKind backend) {
    String code = reply.code();
    return switch (code) {
      case "OK" -> PartialSuccess.read(reply.body());
      case "CANCELLED", "DEADLINE_EXCEEDED", "ABORTED", "UNAVAILABLE", "DATA_LOSS" ->
          retryable(reply);
      // tonic's answer to an oversize message
      case "OUT_OF_RANGE" ->
          reply.message().contains("message length too large")
              ? new ExportOutcome.TooLarge(code, ForeignText.clean(reply.message()))
              : retryable(reply);
      case "RESOURCE_EXHAUSTED" -> exhausted(reply, backend);
      default -> new ExportOutcome.Permanent(code, ForeignText.clean(reply.message()));
    };
  }

  private static ExportOutcome retryable(GrpcReply reply) {
    return new ExportOutcome.Retryable(
        reply.retryDelay(), reply.code(), ForeignText.clean(reply.message()));
  }

  /// Tempo sends RetryInfo even for a batch that can never fit, so the text comes first; its 2.x
  /// sends none for rate limits. The other texts are those of grpc-go, grpc-java and ours.
  private static ExportOutcome exhausted(GrpcReply reply, BackendKind backend) {
    String message = reply.message();
    if (message.contains("batch size (")
        || message.contains("larger than max")
        || message.contains("exceeds maximum size")
        || message.contains("exceeds the maximum")
        || message.contains("larger than limit")
        || message.startsWith("body: too large")) {
      return new ExportOutcome.TooLarge(reply.code(), ForeignText.clean(message));
    }
    boolean tempoRateLimit = backend == BackendKind.TEMPO && message.startsWith("RATE_LIMITED:");
    if (reply.retryDelay() != null || tempoRateLimit) {
      return retryable(reply);
    }
    return new ExportOutcome.Permanent(reply.code(), ForeignText.clean(message));
  }
}
