package dev.headgate.exporters.backend;

import dev.headgate.config.BackendConfig;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportOutcome.Adjustments;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.pipeline.otlp.SeededHash;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A transport that changes each request so that its backend takes it, and reports with the outcome
/// what was changed and left out.
///
/// **Threading:** any thread; the changes are made on the shared export threads.
///
/// **Ownership:** owns the transport behind it.
public final class AdaptingTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(AdaptingTransport.class);

  private final Transport transport;
  private final RequestAdapter adapter;
  private final Executor executor;

  private AdaptingTransport(Transport transport, RequestAdapter adapter, Executor executor) {
    this.transport = transport;
    this.adapter = adapter;
    this.executor = executor;
  }

  /// Puts what a backend needs in front of the way to it; the same transport when it needs nothing.
  public static Transport of(
      BackendConfig backend, Transport transport, SeededHash hash, Executor executor) {
    return RequestAdapter.isNeeded(backend)
        ? new AdaptingTransport(transport, new RequestAdapter(backend, hash), executor)
        : transport;
  }

  @Override
  public void send(ExportRequest request, Consumer<ExportOutcome> onOutcome) {
    SingleOutcome outcome = new SingleOutcome(onOutcome);
    outcome.guard(executor, () -> adaptAndSend(request, outcome));
  }

  private void adaptAndSend(ExportRequest request, SingleOutcome outcome) {
    RequestAdapter.Adapted adapted = adapted(request);
    if (adapted.request().items() == 0) {
      // Nothing is left, and some backends refuse empty requests.
      outcome.accept(new ExportOutcome.Delivered(adapted.adjustments()));
      return;
    }
    transport.send(
        adapted.request(), answer -> outcome.accept(reported(answer, adapted.adjustments())));
  }

  /// A fault of ours must not cost the data: the request then goes as it is.
  private RequestAdapter.Adapted adapted(ExportRequest request) {
    try {
      return adapter.adapt(request);
    } catch (RuntimeException e) {
      LOG.error("a request of {} items could not be adapted", request.items(), e);
      return new RequestAdapter.Adapted(request, Adjustments.NONE);
    }
  }

  private static ExportOutcome reported(ExportOutcome outcome, Adjustments adjustments) {
    return switch (outcome) {
      case ExportOutcome.Delivered _ -> new ExportOutcome.Delivered(adjustments);
      case ExportOutcome.Partial partial ->
          new ExportOutcome.Partial(partial.rejectedItems(), partial.message(), adjustments);
      case ExportOutcome.Retryable _, ExportOutcome.Permanent _, ExportOutcome.TooLarge _ ->
          outcome;
    };
  }

  @Override
  public void close() {
    transport.close();
  }
}
