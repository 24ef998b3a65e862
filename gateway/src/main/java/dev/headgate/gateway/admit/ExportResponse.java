package dev.headgate.gateway.admit;

import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import dev.headgate.pipeline.worker.IngestResult;

/// The protobuf response to an export request; its field numbers are the same for all signals.
public final class ExportResponse {
  private static final byte[] EMPTY = {};

  private ExportResponse() {}

  /// The response's bytes: none for a full success, `partial_success` otherwise.
  public static byte[] protobuf(IngestResult.Accepted accepted) {
    if (accepted.rejectedItems() == 0 && accepted.message().isEmpty()) {
      return EMPTY;
    }
    WireWriter out = new WireWriter(64 + accepted.message().length());
    out.writeTag(1, WireType.LENGTH_DELIMITED);
    int mark = out.beginLength();
    if (accepted.rejectedItems() > 0) {
      out.writeTag(1, WireType.VARINT);
      out.writeVarint(accepted.rejectedItems());
    }
    if (!accepted.message().isEmpty()) {
      out.writeStringField(2, accepted.message());
    }
    out.endLength(mark);
    return out.toByteArray();
  }
}
