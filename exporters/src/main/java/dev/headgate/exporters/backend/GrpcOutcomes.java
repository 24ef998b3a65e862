package dev.headgate.exporters.backend;

import dev.headgate.config.BackendKind;
import dev.headgate.exporters.client.GrpcReply;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportOutcome.Remedy;

/// What a gRPC reply means (OTLP specification, "Failures"), with the backends' own words where the
/// status code alone misleads.
final class GrpcOutcomes {
  private GrpcOutcomes() {}

  static ExportOutcome of(GrpcReply reply, BackendKind backend) {
    String code = reply.code();
    String message = reply.message();
    if (reply.streamReset()) {
      return retryable(reply);
    }
    return switch (code) {
      case "OK" -> PartialSuccess.read(reply.body());
      case "CANCELLED", "DEADLINE_EXCEEDED", "ABORTED", "DATA_LOSS" -> retryable(reply);
      case "UNAVAILABLE" ->
          BackendTexts.isTenantMissing(message) ? permanent(reply, Remedy.NONE) : retryable(reply);
      // tonic's answer to an oversize message
      case "OUT_OF_RANGE" ->
          message.contains("message length too large") ? tooLarge(reply) : retryable(reply);
      case "RESOURCE_EXHAUSTED" -> exhausted(reply, backend);
      case "UNAUTHENTICATED", "PERMISSION_DENIED", "UNIMPLEMENTED" -> permanent(reply, Remedy.NONE);
      // A proxy's answer, in grpc-java's words.
      case "UNKNOWN" ->
          message.startsWith("HTTP status code 413")
              ? tooLarge(reply)
              : permanent(reply, Remedy.ISOLATE);
      default -> permanent(reply, remedy(reply, backend));
    };
  }

  /// Tempo takes a request whole or not at all; ids of a wrong length fail already in its decoder.
  private static Remedy remedy(GrpcReply reply, BackendKind backend) {
    if (reply.message().startsWith("tenant ID ")) {
      return Remedy.NONE;
    }
    boolean whole =
        backend == BackendKind.TEMPO
            && (reply.code().equals("INVALID_ARGUMENT") || reply.code().equals("INTERNAL"));
    return whole ? Remedy.BISECT : Remedy.ISOLATE;
  }

  private static ExportOutcome retryable(GrpcReply reply) {
    return new ExportOutcome.Retryable(
        reply.retryDelay(), reply.code(), BackendMessage.clean(reply.message()));
  }

  private static ExportOutcome permanent(GrpcReply reply, Remedy remedy) {
    return new ExportOutcome.Permanent(reply.code(), BackendMessage.clean(reply.message()), remedy);
  }

  private static ExportOutcome tooLarge(GrpcReply reply) {
    return new ExportOutcome.TooLarge(reply.code(), BackendMessage.clean(reply.message()));
  }

  /// Tempo sends RetryInfo even for a batch that can never fit, so the text comes first; its 2.x
  /// sends none for rate limits. The other texts are those of grpc-go, grpc-java and ours.
  private static ExportOutcome exhausted(GrpcReply reply, BackendKind backend) {
    String message = reply.message();
    if (BackendTexts.isTempoBatchSize(message)
        || message.contains("larger than max")
        || message.contains("exceeds maximum size")
        || message.contains("exceeds the maximum")
        || message.contains("larger than limit")
        || message.startsWith("body: too large")) {
      return tooLarge(reply);
    }
    boolean tempoRateLimit = backend == BackendKind.TEMPO && message.startsWith("RATE_LIMITED:");
    if (reply.retryDelay() != null || tempoRateLimit) {
      return retryable(reply);
    }
    return permanent(reply, Remedy.ISOLATE);
  }
}
