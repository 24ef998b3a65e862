package dev.headgate.exporters.backend;

import dev.headgate.config.BackendConfig;
import dev.headgate.config.BackendKind;
import dev.headgate.exporters.delivery.ExportOutcome.Adjustments;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.memory.Slices;
import dev.headgate.pipeline.otlp.PointOrder;
import dev.headgate.pipeline.otlp.SeededHash;
import java.util.ArrayList;
import java.util.List;

/// Changes requests so that their backend takes them, and says what was changed. The queue keeps
/// what came; each attempt is adapted anew, with the same result.
///
/// **Threading:** immutable.
final class RequestAdapter {
  private final boolean loki;
  private final boolean series;
  private final BackendConfig backend;
  private final SeededHash hash;

  /// A request in the form in which it is sent; without items there is nothing to send.
  record Adapted(ExportRequest request, Adjustments adjustments) {}

  RequestAdapter(BackendConfig backend, SeededHash hash) {
    this.backend = backend;
    this.loki = backend.kind() == BackendKind.LOKI;
    this.series = backend.kind() == BackendKind.MIMIR || backend.kind() == BackendKind.PROMETHEUS;
    this.hash = hash;
  }

  /// Whether it ever changes anything.
  static boolean isNeeded(BackendConfig backend) {
    return backend.promotesTraceIds()
        || backend.dropsDelta()
        || switch (backend.kind()) {
          case LOKI, MIMIR, PROMETHEUS -> true;
          case OTLP, TEMPO -> false;
        };
  }

  Adapted adapt(ExportRequest request) {
    return switch (request.signal()) {
      case TRACES -> new Adapted(request, Adjustments.NONE);
      case LOGS -> loki || backend.promotesTraceIds() ? logs(request) : unchanged(request);
      case METRICS -> series || backend.dropsDelta() ? metrics(request) : unchanged(request);
    };
  }

  private static Adapted unchanged(ExportRequest request) {
    return new Adapted(request, Adjustments.NONE);
  }

  private Adapted logs(ExportRequest request) {
    LogFields fields = new LogFields(loki, backend.promotesTraceIds());
    List<Bytes> parts = new ArrayList<>(request.parts().size());
    for (Content part : request.parts()) {
      parts.add(fields.adapt(part.whole()));
    }
    return new Adapted(
        request.with(parts, request.items()),
        new Adjustments(0, 0, 0, fields.promoted(), fields.repeated(), fields.unusableKeys()));
  }

  private Adapted metrics(ExportRequest request) {
    PointFilter filter = new PointFilter(series, backend.dropsDelta());
    Bytes bytes = filter.adapt(joined(request));
    int duplicates = 0;
    if (series) {
      PointOrder.Result order = PointOrder.sort(hash, bytes);
      bytes = order.bytes();
      duplicates = order.duplicates();
    }
    return new Adapted(
        request.with(List.of(bytes), filter.kept() - duplicates),
        new Adjustments(
            filter.unsupported(), filter.invalid(), duplicates, 0, 0, filter.unusableKeys()));
  }

  /// The parts as one: the points of a series may be spread over them.
  private static Bytes joined(ExportRequest request) {
    return request.parts().size() == 1
        ? request.parts().getFirst().whole()
        : new Slices(Content.slices(request.parts()), request.sizeBytes()).whole();
  }
}
