package dev.headgate.bench.load;

import java.util.Map;
import java.util.TreeMap;

/// Counts of requests by how they ended.
///
/// **Threading:** confined to one thread.
final class Tally {
  private static final int MOST_STATUSES = 20;

  private final Map<String, Long> statuses = new TreeMap<>();
  private long offeredRequests;
  private long offeredItems;
  private long acceptedRequests;
  private long acceptedItems;
  private long rejectedItems;
  private long refusedRequests;
  private long refusedItems;
  private long failedRequests;
  private long failedItems;
  private long uncompressedBytes;
  private long wireBytes;

  /// Books requests that were to be sent.
  void offered(long requests, long items) {
    offeredRequests += requests;
    offeredItems += items;
  }

  /// Books a request that was taken.
  void accepted(Answers.Request request, long rejected) {
    acceptedRequests++;
    acceptedItems += request.items() - rejected;
    rejectedItems += rejected;
    uncompressedBytes += request.uncompressedBytes();
    wireBytes += request.wireBytes();
  }

  /// Books a request that was not.
  void refused(Answers.Request request, boolean retryable, String status) {
    if (retryable) {
      refusedRequests++;
      refusedItems += request.items();
    } else {
      failedRequests++;
      failedItems += request.items();
    }
    if (statuses.size() < MOST_STATUSES || statuses.containsKey(status)) {
      statuses.merge(status, 1L, Long::sum);
    }
  }

  /// The requests that were taken.
  long acceptedRequests() {
    return acceptedRequests;
  }

  /// The items that were taken.
  long acceptedItems() {
    return acceptedItems;
  }

  /// Writes all counts.
  void write(JsonLine json) {
    json.field("offered_requests", offeredRequests)
        .field("offered_items", offeredItems)
        .field("accepted_requests", acceptedRequests)
        .field("accepted_items", acceptedItems)
        .field("rejected_items", rejectedItems)
        .field("refused_requests", refusedRequests)
        .field("refused_items", refusedItems)
        .field("failed_requests", failedRequests)
        .field("failed_items", failedItems)
        .field("bytes_uncompressed", uncompressedBytes)
        .field("bytes_wire", wireBytes);
    json.begin("statuses");
    statuses.forEach(json::field);
    json.end();
  }
}
