package dev.headgate.pipeline.otlp;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Spells a request in other ways that protobuf allows, or breaks it. What the respelt request
/// means is what protobuf-java reads from it.
public final class WireMutator {
  /// A way to spell.
  public enum Spelling {
    /// Fields in any order: value before key, scope after spans.
    SHUFFLED,
    /// A field occurs again with the same, an empty or another value.
    DUPLICATED,
    /// A singular message comes in two parts that are to be merged.
    SPLIT_MESSAGES,
    /// Two members of a oneof.
    SECOND_MEMBER,
    /// Tags in more bytes than they need.
    OVERLONG_TAGS,
    /// Lengths and integers in more bytes than they need.
    PADDED_VARINTS,
    /// 32-bit integers and booleans with more bits than they have.
    WIDE_INTEGERS,
    /// Repeated scalars one by one.
    UNPACKED,
    /// Fields that nobody knows, anywhere.
    UNKNOWN_FIELDS
  }

  private final SplittableRandom random;
  private final Set<Spelling> spellings;
  private final int oneIn;

  /// Creates a mutator.
  ///
  /// @param oneIn a spelling is applied at one in so many places
  public WireMutator(SplittableRandom random, Set<Spelling> spellings, int oneIn) {
    this.random = random;
    this.spellings = spellings.isEmpty() ? Set.of() : EnumSet.copyOf(spellings);
    this.oneIn = oneIn;
  }

  /// Respells a request that is canonical.
  public byte[] respell(Signal signal, byte[] request) {
    return message(OtlpMessage.request(signal), request, 0, request.length);
  }

  /// Flips up to `count` bits.
  public static byte[] flip(SplittableRandom random, byte[] bytes, int count) {
    byte[] flipped = bytes.clone();
    for (int i = 0; i < count && flipped.length > 0; i++) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  /// Cuts the end off.
  public static byte[] truncate(SplittableRandom random, byte[] bytes) {
    return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
  }

  private byte[] message(OtlpMessage message, byte[] source, int from, int to) {
    List<byte[]> fields = new ArrayList<>();
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(source, at);
      int value = WireScan.varintEnd(source, at);
      at = WireScan.skip(source, tag, value);
      OtlpField field = message.field(WireType.field(tag));
      if (field == null) {
        fields.add(field(tag, source, value, at));
      } else if (field.message() != null) {
        int bodyFrom = WireScan.varintEnd(source, value);
        byte[] body = message(field.message(), source, bodyFrom, at);
        addMessage(fields, field, tag, body);
      } else if (field.packed() && applies(Spelling.UNPACKED)) {
        unpack(fields, field, source, WireScan.varintEnd(source, value), at);
      } else {
        fields.add(field(tag, source, value, at));
        if (applies(Spelling.DUPLICATED)) {
          fields.add(random.nextInt(fields.size() + 1), decoy(field, source, value, at));
        }
      }
      if (field != null && field.oneof() && applies(Spelling.SECOND_MEMBER)) {
        fields.add(random.nextInt(fields.size() + 1), otherMember(message));
      }
    }
    if (applies(Spelling.UNKNOWN_FIELDS)) {
      byte[] text = {'s', 'e', 'c', 'r', 'e', 't'};
      fields.add(random.nextInt(fields.size() + 1), bytesField(77, text));
    }
    if (applies(Spelling.SHUFFLED)) {
      shuffle(fields);
    }
    WireWriter out = new WireWriter(64);
    for (byte[] field : fields) {
      out.writeRaw(field, 0, field.length);
    }
    return out.toByteArray();
  }

  private void addMessage(List<byte[]> fields, OtlpField field, int tag, byte[] body) {
    if (!field.repeated() && applies(Spelling.SPLIT_MESSAGES)) {
      int cut = 0;
      while (cut < body.length && random.nextBoolean()) {
        int inner = (int) WireScan.varint(body, cut);
        cut = WireScan.skip(body, inner, WireScan.varintEnd(body, cut));
      }
      fields.add(messageField(tag, Arrays.copyOf(body, cut)));
      fields.add(messageField(tag, Arrays.copyOfRange(body, cut, body.length)));
    } else {
      fields.add(messageField(tag, body));
    }
    if (applies(Spelling.DUPLICATED)) {
      byte[] again = random.nextBoolean() ? body : new byte[0];
      fields.add(random.nextInt(fields.size() + 1), messageField(tag, again));
    }
  }

  private void unpack(List<byte[]> fields, OtlpField field, byte[] source, int from, int to) {
    int tag = WireType.tag(field.number(), field.kind().wireType());
    int at = from;
    while (at < to) {
      int end = WireScan.skip(source, tag, at);
      fields.add(field(tag, source, at, end));
      at = end;
    }
  }

  private byte[] decoy(OtlpField field, byte[] source, int value, int end) {
    WireWriter out = new WireWriter(64);
    out.writeTag(field.number(), field.wireType());
    if (random.nextBoolean()) {
      out.writeRaw(source, value, end);
      return out.toByteArray();
    }
    switch (field.wireType()) {
      case WireType.VARINT -> out.writeVarint(random.nextInt(3));
      case WireType.FIXED64 -> out.writeFixed64(random.nextLong());
      case WireType.FIXED32 -> out.writeFixed32(random.nextInt());
      default -> out.writeVarint(0);
    }
    return out.toByteArray();
  }

  private byte[] otherMember(OtlpMessage message) {
    List<OtlpField> members = message.fields().stream().filter(OtlpField::oneof).toList();
    OtlpField other = members.get(random.nextInt(members.size()));
    return decoy(other, new byte[] {0, 0, 0, 0, 0, 0, 0, 0}, 0, width(other));
  }

  private static int width(OtlpField field) {
    return field.wireType() == WireType.FIXED64 ? 8 : 1;
  }

  private byte[] field(int tag, byte[] source, int value, int end) {
    WireWriter out = new WireWriter(64);
    writeTag(out, tag);
    switch (WireType.type(tag)) {
      case WireType.VARINT -> writeInteger(out, WireScan.varint(source, value));
      case WireType.LENGTH_DELIMITED -> {
        int bodyFrom = WireScan.varintEnd(source, value);
        writeVarint(out, end - bodyFrom);
        out.writeRaw(source, bodyFrom, end);
      }
      default -> out.writeRaw(source, value, end);
    }
    return out.toByteArray();
  }

  private byte[] bytesField(int number, byte[] body) {
    return messageField(WireType.tag(number, WireType.LENGTH_DELIMITED), body);
  }

  private byte[] messageField(int tag, byte[] body) {
    WireWriter out = new WireWriter(body.length + 16);
    writeTag(out, tag);
    writeVarint(out, body.length);
    out.writeRaw(body, 0, body.length);
    return out.toByteArray();
  }

  private void writeTag(WireWriter out, int tag) {
    if (applies(Spelling.OVERLONG_TAGS)) {
      pad(out, Integer.toUnsignedLong(tag), 5);
    } else {
      out.writeVarint(Integer.toUnsignedLong(tag));
    }
  }

  private void writeInteger(WireWriter out, long value) {
    // The upper bits of what may be a 64-bit integer: a parser of 32 bits does not look at them.
    boolean wide = applies(Spelling.WIDE_INTEGERS);
    writeVarint(out, wide ? value ^ (long) random.nextInt() << 32 : value);
  }

  private void writeVarint(WireWriter out, long value) {
    if (applies(Spelling.PADDED_VARINTS)) {
      pad(out, value, value >>> 28 == 0 ? 5 : 10);
    } else {
      out.writeVarint(value);
    }
  }

  private static void pad(WireWriter out, long value, int bytes) {
    for (int i = 0; i < bytes - 1; i++) {
      out.writeByte((int) (value >>> 7 * i) | 0x80);
    }
    out.writeByte((int) (value >>> 7 * (bytes - 1)) & (bytes == 10 ? 1 : 0x7f));
  }

  private void shuffle(List<byte[]> fields) {
    for (int i = fields.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      byte[] moved = fields.get(i);
      fields.set(i, fields.get(other));
      fields.set(other, moved);
    }
  }

  private boolean applies(Spelling spelling) {
    return spellings.contains(spelling) && random.nextInt(oneIn) == 0;
  }
}
