package dev.headgate.exporters.delivery;

import java.util.function.Consumer;

/// The way to one backend.
///
/// **Threading:** [#send] is called on delivery threads and must not block; outcomes come on any
/// thread.
///
/// **Ownership:** whoever created it closes it, after the last outcome.
public interface Transport extends AutoCloseable {
  /// Sends a request. The consumer is called exactly once, also when the attempt times out or the
  /// transport is closed; it does not throw and does not block.
  ///
  /// **Ownership:** the request's parts are lent until the outcome. What may still read them then
  /// retains them before: their arrays are another request's afterwards.
  void send(ExportRequest request, Consumer<ExportOutcome> onOutcome);

  @Override
  void close();
}
