package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.otlp.OtlpField.Kind;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.OutputLimitException;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Turns OTLP/JSON into OTLP protobuf in one pass, without a tree and without strings in between
/// (opentelemetry-proto, "JSON Protobuf Encoding"; protobuf, "ProtoJSON Format").
///
/// Names that are not OTLP's are ignored with all they hold, snake_case spellings of OTLP's
/// included; `null` is absent. Refused besides what is not JSON: values of another type, ids that
/// are neither empty nor of their length in hexadecimal, enums by name, `null` in an array, a known
/// member given twice and two members of a oneof, because readers disagree about which of them
/// counts and a filter could be tricked with them.
///
/// A message's singular field number 1 (the key of an attribute, the resource, the scope, the trace
/// id) comes first in the output wherever it stood in the text, so that one walk over the result
/// always knows it.
///
/// **Threading:** confined to one thread.
public final class JsonTranscoder {
  /*
   * An AnyValue inside exemplar attributes starts at JSON level 15, each level of nested kvlists
   * takes four more, and the innermost may still open three: 134 levels for 30 nested values.
   */
  private static final int MAX_JSON_DEPTH = 140;
  private static final int MAX_VALUE_DEPTH = 30;
  private static final int START_BYTES = 1 << 14;
  private static final int KEEP_BYTES = 1 << 20;
  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;

  private final JsonPath path = new JsonPath();
  private final JsonCursor json = new JsonCursor(MAX_JSON_DEPTH, path);
  private WireWriter out = new WireWriter(START_BYTES);
  private long limitBytes = -1;
  private int valueDepth;
  private int snakeCaseNames;
  private int textFrom;
  private int textTo;

  /// Transcodes one request.
  ///
  /// @param json an array that holds the text in `[from, to)`; it is not kept
  /// @param maxOutputBytes how large the result may become
  /// @return the request in protobuf, not yet checked
  /// @throws MalformedInputException when the text is not OTLP/JSON; the message names the path and
  ///   holds nothing of the text
  /// @throws OutputLimitException when the result would be larger than allowed
  public byte[] toProtobuf(Signal signal, byte[] json, int from, int to, long maxOutputBytes) {
    if (maxOutputBytes != limitBytes) {
      limitBytes = maxOutputBytes;
      int limit = Math.clamp(maxOutputBytes, 0, Integer.MAX_VALUE - 8);
      out = new WireWriter(Math.min(START_BYTES, limit), limit);
    }
    path.reset();
    valueDepth = 0;
    snakeCaseNames = 0;
    this.json.reset(json, from, to);
    try {
      if (this.json.peek() == JsonCursor.END) {
        throw this.json.fail("empty body");
      }
      message(OtlpMessage.request(signal));
      this.json.end();
      return out.toByteArray();
    } finally {
      out.reset(KEEP_BYTES);
      this.json.release();
    }
  }

  /// How many members of the request transcoded last were ignored although they are OTLP's own,
  /// because they were spelt in snake_case: what its sender should be told.
  public int ignoredSnakeCaseNames() {
    return snakeCaseNames;
  }

  private void message(OtlpMessage message) {
    JsonNames names = JsonNames.of(message);
    int bodyStart = out.size();
    long seen = 0;
    boolean memberOfOneof = false;
    json.open('{');
    for (boolean first = true; json.nextMember(first); first = false) {
      OtlpField field = name(names);
      json.colon();
      if (field == null) {
        json.skipValue();
        continue;
      }
      path.push(field);
      if (!json.tryNull()) {
        if (((seen >> field.number()) & 1) != 0) {
          throw json.fail("given twice");
        }
        if (field.oneof() && memberOfOneof) {
          throw json.fail("given besides another member of its oneof");
        }
        seen |= 1L << field.number();
        memberOfOneof |= field.oneof();
        int fieldStart = out.size();
        field(field);
        if (field.number() == 1 && !field.repeated() && fieldStart > bodyStart) {
          moveToFront(bodyStart, fieldStart);
        }
      }
      path.pop();
    }
  }

  private @Nullable OtlpField name(JsonNames names) {
    json.peek();
    int from = json.position() + 1;
    if (json.skipString()) {
      int to = json.position() - 1;
      OtlpField field = names.find(json.array(), from, to);
      if (field == null && names.isSnakeCase(json.array(), from, to)) {
        snakeCaseNames++;
      }
      return field;
    }
    int to = json.position();
    json.position(from - 1);
    int start = out.size();
    json.string(out);
    OtlpField field = names.find(out.array(), start, out.size());
    out.truncate(start);
    json.position(to);
    return field;
  }

  /* Swaps what a message holds so far and its last field. */
  private void moveToFront(int bodyStart, int fieldStart) {
    byte[] array = out.array();
    int end = out.size();
    byte[] field = Arrays.copyOfRange(array, fieldStart, end);
    System.arraycopy(array, bodyStart, array, bodyStart + field.length, fieldStart - bodyStart);
    System.arraycopy(field, 0, array, bodyStart, field.length);
  }

  private void field(OtlpField field) {
    if (!field.repeated()) {
      singular(field);
      return;
    }
    int start = out.size();
    int mark = 0;
    if (field.packed()) {
      out.writeTag(field.number(), field.wireType());
      mark = out.beginLength();
    }
    int index = 0;
    json.open('[');
    for (boolean first = true; json.nextElement(first); first = false) {
      path.index(index++);
      if (json.peek() == 'n') {
        throw json.fail("null in an array");
      }
      if (field.packed()) {
        scalar(field);
      } else {
        lengthDelimited(field);
      }
    }
    if (index == 0) {
      out.truncate(start);
    } else if (field.packed()) {
      out.endLength(mark);
    }
  }

  private void singular(OtlpField field) {
    int start = out.size();
    boolean isDefault;
    if (field.wireType() == WireType.LENGTH_DELIMITED) {
      isDefault = lengthDelimited(field) == 0 && field.kind() != Kind.MESSAGE;
    } else {
      out.writeTag(field.number(), field.wireType());
      isDefault = scalar(field) == 0 && field.kind() != Kind.DOUBLE;
    }
    // What is at its default is the same as absent, except in a oneof; doubles may be optional.
    if (isDefault && !field.oneof()) {
      out.truncate(start);
    }
  }

  /* Returns the length of the value in bytes. */
  private int lengthDelimited(OtlpField field) {
    out.writeTag(field.number(), WireType.LENGTH_DELIMITED);
    if (field.kind() == Kind.STRING && tryPlainString()) {
      return textTo - textFrom;
    }
    int mark = out.beginLength();
    int start = out.size();
    OtlpMessage message = field.message();
    if (message == null) {
      json.string(out);
      if (field.kind() != Kind.STRING) {
        decode(field.kind(), start);
      }
    } else if (message == OtlpMessage.ANY_VALUE) {
      if (++valueDepth > MAX_VALUE_DEPTH) {
        throw json.fail("values nested deeper than " + MAX_VALUE_DEPTH + " levels");
      }
      message(message);
      valueDepth--;
    } else {
      message(message);
    }
    int length = out.size() - start;
    out.endLength(mark);
    return length;
  }

  /* Without escapes the value is the text itself, and its length is known before it is written. */
  private boolean tryPlainString() {
    json.peek();
    int before = json.position();
    if (!json.skipString()) {
      json.position(before);
      return false;
    }
    textFrom = before + 1;
    textTo = json.position() - 1;
    out.writeVarint(textTo - textFrom);
    out.writeRaw(json.array(), textFrom, textTo);
    return true;
  }

  private void decode(Kind kind, int start) {
    int chars = out.size() - start;
    int end;
    if (kind == Kind.BYTES) {
      end = JsonBytes.decodeBase64(out.array(), start, out.size());
      if (end == JsonBytes.INVALID) {
        throw json.fail("not base64");
      }
    } else {
      int digits = 2 * (kind == Kind.TRACE_ID ? TRACE_ID_BYTES : SPAN_ID_BYTES);
      boolean fits = chars == 0 || chars == digits;
      end = fits ? JsonBytes.decodeHex(out.array(), start, out.size()) : JsonBytes.INVALID;
      if (end == JsonBytes.INVALID) {
        throw json.fail("not an id of " + digits + " hexadecimal digits");
      }
    }
    out.truncate(end);
  }

  /* Returns the value's bits. */
  private long scalar(OtlpField field) {
    long bits =
        switch (field.kind()) {
          case BOOL -> json.bool() ? 1 : 0;
          case DOUBLE -> Double.doubleToRawLongBits(real());
          case ENUM, INT32, SINT32, UINT32, INT64, UINT64, FIXED32, FIXED64, SFIXED64 ->
              integer(field.kind());
          case STRING, BYTES, TRACE_ID, SPAN_ID, MESSAGE -> throw new IllegalStateException();
        };
    switch (field.kind().wireType()) {
      case WireType.FIXED32 -> out.writeFixed32((int) bits);
      case WireType.FIXED64 -> out.writeFixed64(bits);
      default ->
          out.writeVarint(
              field.kind() == Kind.SINT32 ? (bits << 1 ^ bits >> 63) & 0xffffffffL : bits);
    }
    return bits;
  }

  private long integer(Kind kind) {
    byte[] text = numberText(kind != Kind.ENUM);
    if (JsonNumber.scan(text, textFrom, textTo) != textTo) {
      throw json.fail("not a number");
    }
    try {
      return JsonNumber.integer(kind, text, textFrom, textTo);
    } catch (ArithmeticException e) {
      throw json.fail(String.valueOf(e.getMessage()));
    }
  }

  private double real() {
    byte[] text = numberText(true);
    if (JsonNumber.scan(text, textFrom, textTo) != textTo) {
      if (isWord(text, "NaN")) {
        return Double.NaN;
      }
      if (isWord(text, "Infinity")) {
        return Double.POSITIVE_INFINITY;
      }
      if (isWord(text, "-Infinity")) {
        return Double.NEGATIVE_INFINITY;
      }
      throw json.fail("not a number");
    }
    try {
      return JsonNumber.real(text, textFrom, textTo);
    } catch (ArithmeticException e) {
      throw json.fail(String.valueOf(e.getMessage()));
    }
  }

  /* Passes a number, in quotes or not: its text is [textFrom, textTo) of the array returned. */
  private byte[] numberText(boolean mayBeQuoted) {
    int b = json.peek();
    if (b != '"' || !mayBeQuoted) {
      if (b != '-' && (b < '0' || b > '9') && b != JsonCursor.END) {
        throw json.fail("not a number");
      }
      textFrom = json.number();
      textTo = json.position();
      return json.array();
    }
    int before = json.position();
    if (json.skipString()) {
      textFrom = before + 1;
      textTo = json.position() - 1;
      return json.array();
    }
    json.position(before);
    textFrom = out.size();
    json.string(out);
    textTo = out.size();
    out.truncate(textFrom);
    return out.array();
  }

  private boolean isWord(byte[] text, String word) {
    int length = word.length();
    if (textTo - textFrom != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text[textFrom + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
