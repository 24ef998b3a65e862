package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.OtlpField.Kind;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireReader;
import dev.headgate.pipeline.wire.WireType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// Renders OTLP protobuf as one line of OTLP/JSON, without a line end: ids in lower-case
/// hexadecimal, 64-bit integers as strings, enums as integers, other bytes in base64. Members that
/// are at their default are left out, fields that this version does not know too.
///
/// The input is a request that was checked. Of a field that may occur once, or of a oneof, only the
/// first occurrence is rendered.
///
/// **Threading:** confined to one thread.
public final class JsonRenderer {
  /*
   * JSON wants the elements of a repeated field side by side, protobuf does not promise it: at the
   * first of them the rest of the message is searched for the others.
   */
  private static final int MAX_MESSAGE_DEPTH = 128;

  private final JsonSink sink = new JsonSink();

  /// Renders a request into an array of its own.
  public byte[] render(Signal signal, Bytes request) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(request.length() + request.length() / 2);
    try {
      render(signal, request, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// Renders a request into a stream, a bounded part at a time; neither flushes nor closes it.
  ///
  /// @throws MalformedInputException when the bytes are no such request
  public void render(Signal signal, Bytes request, OutputStream out) throws IOException {
    sink.begin(out);
    try {
      message(OtlpMessage.request(signal), request.array(), 0, request.length(), 0);
      sink.drain();
    } finally {
      sink.end();
    }
  }

  private void message(OtlpMessage message, byte[] source, int from, int to, int depth)
      throws IOException {
    if (depth > MAX_MESSAGE_DEPTH) {
      throw new MalformedInputException(from, "messages nested too deep");
    }
    WireReader reader = reader(source, from, to);
    long seen = 0;
    boolean memberOfOneof = false;
    boolean first = true;
    sink.ascii('{');
    while (!reader.atEnd()) {
      int tag = reader.readTag();
      OtlpField field = message.field(WireType.field(tag));
      if (field == null
          || !carries(field, tag)
          || ((seen >> field.number()) & 1) != 0
          || (field.oneof() && memberOfOneof)) {
        reader.skip(tag);
        continue;
      }
      seen |= 1L << field.number();
      memberOfOneof |= field.oneof();
      if (field.repeated()) {
        first = array(field, source, reader.tagStart(), to, first, depth);
        reader.skip(tag);
      } else {
        first = singular(field, reader, first, depth);
      }
    }
    sink.ascii('}');
  }

  private static WireReader reader(byte[] source, int from, int to) {
    WireReader reader = new WireReader();
    reader.reset(source, from, to);
    return reader;
  }

  private static boolean carries(OtlpField field, int tag) {
    int type = WireType.type(tag);
    return type == field.wireType() || (field.repeated() && type == field.kind().wireType());
  }

  private boolean singular(OtlpField field, WireReader reader, boolean first, int depth)
      throws IOException {
    if (field.wireType() == WireType.LENGTH_DELIMITED) {
      int length = reader.readLength();
      int from = reader.position();
      reader.advance(length);
      if (length == 0 && field.kind() != Kind.MESSAGE && !field.oneof()) {
        return first;
      }
      sink.name(field.jsonName(), first);
      lengthDelimited(field, reader.array(), from, from + length, depth);
      return false;
    }
    long bits = bits(field.kind(), reader);
    // Doubles may be optional: a zero that was written is not the same as none.
    if (bits == 0 && field.kind() != Kind.DOUBLE && !field.oneof()) {
      return first;
    }
    sink.name(field.jsonName(), first);
    scalar(field.kind(), bits);
    return false;
  }

  private boolean array(OtlpField field, byte[] source, int from, int to, boolean first, int depth)
      throws IOException {
    WireReader reader = reader(source, from, to);
    boolean empty = true;
    while (!reader.atEnd()) {
      int tag = reader.readTag();
      if (WireType.field(tag) != field.number() || !carries(field, tag)) {
        reader.skip(tag);
        continue;
      }
      boolean run = field.packed() && WireType.type(tag) == WireType.LENGTH_DELIMITED;
      int outer = run ? reader.pushLimit(reader.readLength()) : reader.limit();
      while (!run || !reader.atEnd()) {
        if (empty) {
          sink.name(field.jsonName(), first);
          sink.ascii('[');
          empty = false;
        } else {
          sink.ascii(',');
        }
        element(field, reader, depth);
        if (!run) {
          break;
        }
      }
      if (run) {
        reader.popLimit(outer);
      }
    }
    if (empty) {
      return first;
    }
    sink.ascii(']');
    return false;
  }

  private void element(OtlpField field, WireReader reader, int depth) throws IOException {
    if (field.packed()) {
      scalar(field.kind(), bits(field.kind(), reader));
      return;
    }
    int length = reader.readLength();
    int from = reader.position();
    reader.advance(length);
    lengthDelimited(field, reader.array(), from, from + length, depth);
  }

  private void lengthDelimited(OtlpField field, byte[] source, int from, int to, int depth)
      throws IOException {
    OtlpMessage message = field.message();
    if (message != null) {
      message(message, source, from, to, depth + 1);
      return;
    }
    switch (field.kind()) {
      case STRING -> sink.string(source, from, to);
      case TRACE_ID, SPAN_ID -> sink.hex(source, from, to);
      default -> sink.base64(source, from, to);
    }
  }

  private static long bits(Kind kind, WireReader reader) {
    return switch (kind.wireType()) {
      case WireType.FIXED32 -> Integer.toUnsignedLong(reader.readFixed32());
      case WireType.FIXED64 -> reader.readFixed64();
      default -> varint(kind, reader.readVarint());
    };
  }

  /* Parsers cut varints to the size of their field. */
  private static long varint(Kind kind, long value) {
    return switch (kind) {
      case BOOL -> value == 0 ? 0 : 1;
      case ENUM, INT32 -> (int) value;
      case SINT32 -> (int) value >>> 1 ^ -((int) value & 1);
      case UINT32 -> value & 0xffffffffL;
      default -> value;
    };
  }

  private void scalar(Kind kind, long bits) throws IOException {
    switch (kind) {
      case BOOL -> sink.ascii(bits == 0 ? "false" : "true");
      case DOUBLE -> sink.real(Double.longBitsToDouble(bits));
      case INT64, SFIXED64 -> sink.quoted(Long.toString(bits));
      case UINT64, FIXED64 -> sink.quoted(Long.toUnsignedString(bits));
      case ENUM, INT32, SINT32, UINT32, FIXED32 -> sink.ascii(Long.toString(bits));
      case STRING, BYTES, TRACE_ID, SPAN_ID, MESSAGE -> throw new IllegalStateException();
    }
  }
}
