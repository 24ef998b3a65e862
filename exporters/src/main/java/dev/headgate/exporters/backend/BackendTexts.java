package dev.headgate.exporters.backend;

import dev.headgate.config.BackendKind;
import dev.headgate.exporters.delivery.ExportOutcome.Remedy;

/// What the backends' error texts mean where the status alone misleads. The texts of Loki and Mimir
/// quote labels, which are the clients', so theirs are trusted only where nothing is quoted.
final class BackendTexts {
  /// Attempts after which a limit on streams is taken for one that waiting does not lift: it does
  /// so only when streams have been idle for half an hour.
  private static final int MAX_STREAM_LIMIT_ATTEMPTS = 4;

  private BackendTexts() {}

  /// Whether a refusal is for the size of the request, so that a smaller one may pass. Tempo and
  /// Mimir answer a batch over their burst limit with a retryable status, for ever; Tempo cuts off
  /// large bodies with 400.
  static boolean neverFits(BackendKind kind, int status, String text) {
    return switch (status) {
      case 413 -> true;
      case 429, 500 -> isOverBurst(kind, text);
      case 400 -> kind != BackendKind.LOKI && text.strip().endsWith("request body too large");
      default -> false;
    };
  }

  private static boolean isOverBurst(BackendKind kind, String text) {
    return switch (kind) {
      case LOKI, PROMETHEUS -> false;
      case TEMPO -> isTempoBatchSize(text);
      case MIMIR -> text.contains("ingestion burst size limit");
      case OTLP -> isTempoBatchSize(text) || text.contains("ingestion burst size limit");
    };
  }

  /// Tempo 3 says this with a RetryInfo, as of a rate limit.
  static boolean isTempoBatchSize(String text) {
    return text.startsWith("batch size (") || text.startsWith("RATE_LIMITED: batch size (");
  }

  /// Whether a retryable refusal will not pass with time: no tenant, which only a change of the
  /// configuration helps against, and Loki's limits on streams, of which the rest is stored.
  static boolean isHopeless(BackendKind kind, String text, int attempt) {
    if (isTenantMissing(text)) {
      return true;
    }
    boolean streamLimit =
        kind == BackendKind.LOKI
            && (text.startsWith("Maximum active stream limit exceeded")
                || text.startsWith("Per stream rate limit exceeded")
                || text.startsWith("entry with timestamp"));
    return streamLimit && attempt >= MAX_STREAM_LIMIT_ATTEMPTS;
  }

  static boolean isTenantMissing(String text) {
    return text.strip().endsWith("no org id");
  }

  /// What may save the rest of a request that was refused with 400, 422 or 500.
  static Remedy remedy(BackendKind kind, int status, String text) {
    if (isTenantMissing(text) || text.startsWith("tenant ID ")) {
      return Remedy.NONE;
    }
    return switch (kind) {
      case TEMPO -> status == 400 ? Remedy.BISECT : Remedy.ISOLATE;
      case PROMETHEUS -> status == 422 ? Remedy.ISOLATE : Remedy.BISECT;
      // Everything else that Loki refuses with 400 has had its valid rest stored.
      case LOKI -> status == 400 && isLokiKeyError(text) ? Remedy.BISECT : Remedy.ISOLATE;
      case OTLP, MIMIR -> Remedy.ISOLATE;
    };
  }

  /// The errors of Loki's translation of attribute keys, at which it stops reading the request.
  private static boolean isLokiKeyError(String text) {
    String error = text.startsWith("symbolizer lookup: ") ? text.substring(19) : text;
    return error.startsWith("label name is empty")
        || error.startsWith("normalization for label name");
  }
}
