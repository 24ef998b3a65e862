package dev.headgate.exporters.backend;

import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireReader;
import dev.headgate.pipeline.wire.WireType;
import java.nio.charset.StandardCharsets;

/// Reads an export response. `partial_success` has the same field numbers for all signals.
final class PartialSuccess {
  private static final int PARTIAL_SUCCESS = WireType.tag(1, WireType.LENGTH_DELIMITED);
  private static final int REJECTED = WireType.tag(1, WireType.VARINT);
  private static final int MESSAGE = WireType.tag(2, WireType.LENGTH_DELIMITED);

  private PartialSuccess() {}

  /// The outcome that a protobuf response stands for; an unreadable one of a backend that said OK
  /// is a warning, because the data was taken.
  static ExportOutcome read(byte[] response) {
    long rejected = 0;
    String message = "";
    try {
      WireReader reader = new WireReader(response);
      while (!reader.atEnd()) {
        int tag = reader.readTag();
        if (tag != PARTIAL_SUCCESS) {
          reader.skip(tag);
          continue;
        }
        int outer = reader.pushLimit(reader.readLength());
        while (!reader.atEnd()) {
          int inner = reader.readTag();
          if (inner == REJECTED) {
            rejected = reader.readVarint();
          } else if (inner == MESSAGE) {
            int length = reader.readLength();
            message = new String(response, reader.position(), length, StandardCharsets.UTF_8);
            reader.advance(length);
          } else {
            reader.skip(inner);
          }
        }
        reader.popLimit(outer);
      }
    } catch (MalformedInputException e) {
      return new ExportOutcome.Partial(0, "the backend's response is not an export response");
    }
    return rejected == 0 && message.isEmpty()
        ? new ExportOutcome.Delivered()
        : new ExportOutcome.Partial(Math.max(0, rejected), BackendMessage.clean(message));
  }
}
