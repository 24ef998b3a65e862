package dev.headgate.pipeline.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.headgate.config.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;

/// Random OTLP requests, made from the proto descriptors, so that a field that is new in OTLP is in
/// the tests at once. The same seed gives the same requests. Without options they are what a
/// [OtlpChecker] hands on untouched.
public final class RandomOtlp {
  private static final String[] WORDS = {
    "service.name",
    "http.request.method",
    "user.password",
    "api_key",
    "a",
    "é",
    "日本語 text",
    "\uD83D\uDE00 smile",
    "Bearer abc.def-ghi",
    "{\"access_token\":\"s3cr3t\",\"n\":1}",
    "GET /health",
    "\u0000\u0001\u007f",
    "card 4111 1111 1111 1111",
    "x".repeat(130),
    "ünïcödé ".repeat(20)
  };
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    300,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 53,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1_700_000_000_000_000_000L
  };
  private static final double[] DOUBLES = {
    0,
    -0.0,
    1,
    -1.5,
    1e-7,
    1e300,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    123456.789
  };

  private final SplittableRandom random;
  private boolean invalidIds;
  private boolean emptyKeys;
  private boolean zeroTimes;
  private boolean unknownFields = true;
  private int maxValueDepth = 6;

  /// Starts a sequence of requests.
  public RandomOtlp(long seed) {
    random = new SplittableRandom(seed);
  }

  /// Also spans and log records with ids that no backend takes.
  public RandomOtlp withInvalidIds() {
    invalidIds = true;
    return this;
  }

  /// Also attributes with an empty key.
  public RandomOtlp withEmptyKeys() {
    emptyKeys = true;
    return this;
  }

  /// Also log records without any time.
  public RandomOtlp withZeroTimes() {
    zeroTimes = true;
    return this;
  }

  /// No fields but those of the schema.
  public RandomOtlp withoutUnknownFields() {
    unknownFields = false;
    return this;
  }

  /// At most this many arrays and maps around a value.
  public RandomOtlp withValueDepth(int levels) {
    maxValueDepth = levels;
    return this;
  }

  /// The next request, as protobuf-java writes it.
  public byte[] next(Signal signal) {
    return nextMessage(signal).toByteArray();
  }

  /// The next request as a message.
  public Message nextMessage(Signal signal) {
    return fill(prototype(signal).newBuilderForType(), 0);
  }

  /// The randomness, for choices that belong to the same sequence.
  public SplittableRandom random() {
    return random;
  }

  /// What protobuf-java reads from a request. Goes through DynamicMessage, because the generated
  /// classes remember an earlier message of a oneof when that member comes again after another one,
  /// which the encoding guide ("Last One Wins") does not allow.
  ///
  /// @throws UncheckedIOException when it refuses the bytes
  public static Message parse(Signal signal, byte[] bytes) {
    try {
      CodedInputStream input = CodedInputStream.newInstance(bytes);
      input.setRecursionLimit(1000);
      Message prototype = prototype(signal);
      Message read =
          DynamicMessage.newBuilder(prototype.getDescriptorForType()).mergeFrom(input).build();
      CodedInputStream plain = CodedInputStream.newInstance(read.toByteArray());
      plain.setRecursionLimit(1000);
      return prototype.newBuilderForType().mergeFrom(plain).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The empty request of a signal.
  public static Message prototype(Signal signal) {
    return switch (signal) {
      case TRACES -> ExportTraceServiceRequest.getDefaultInstance();
      case LOGS -> ExportLogsServiceRequest.getDefaultInstance();
      case METRICS -> ExportMetricsServiceRequest.getDefaultInstance();
    };
  }

  private Message fill(Message.Builder builder, int valueDepth) {
    Descriptor type = builder.getDescriptorForType();
    for (FieldDescriptor field : type.getFields()) {
      if (field.getContainingOneof() == null && isSet(field)) {
        set(builder, field, valueDepth);
      }
    }
    for (OneofDescriptor oneof : type.getOneofs()) {
      List<FieldDescriptor> members = oneof.getFields();
      int choice = random.nextInt(members.size() * 8 + 1);
      if (choice < members.size() * 8) {
        FieldDescriptor member = members.get(choice / 8);
        if (!isContainer(member) || valueDepth < maxValueDepth) {
          set(builder, member, valueDepth);
        }
      }
    }
    if (unknownFields && random.nextInt(40) == 0) {
      builder.setUnknownFields(unknown());
    }
    return builder.build();
  }

  private boolean isSet(FieldDescriptor field) {
    String type = field.getContainingType().getName();
    String name = field.getName();
    if (type.equals("KeyValue") && name.equals("key")
        || type.equals("Span") && (name.equals("trace_id") || name.equals("span_id"))) {
      return true;
    }
    if (type.equals("LogRecord") && name.equals("time_unix_nano")) {
      return !zeroTimes || random.nextBoolean();
    }
    return random.nextInt(isEnvelope(field) ? 20 : 3) > 0;
  }

  /// Whether a field leads to items: without them a request would test little.
  private static boolean isEnvelope(FieldDescriptor field) {
    String type = field.getContainingType().getName();
    return field.isRepeated()
        && (type.startsWith("Export") || type.startsWith("Resource") || type.startsWith("Scope"))
        && !field.getName().equals("attributes");
  }

  private void set(Message.Builder builder, FieldDescriptor field, int valueDepth) {
    if (!field.isRepeated()) {
      builder.setField(field, value(builder, field, valueDepth));
      return;
    }
    int count = isEnvelope(field) ? 1 + random.nextInt(2) : random.nextInt(4);
    for (int i = 0; i < count; i++) {
      builder.addRepeatedField(field, value(builder, field, valueDepth));
    }
  }

  private Object value(Message.Builder builder, FieldDescriptor field, int valueDepth) {
    return switch (field.getJavaType()) {
      case MESSAGE ->
          fill(builder.newBuilderForField(field), valueDepth + (isContainer(field) ? 1 : 0));
      case STRING -> text(field);
      case BYTE_STRING -> bytes(field);
      case BOOLEAN -> random.nextBoolean();
      case INT -> (int) number();
      case LONG -> time(field);
      case FLOAT -> (float) DOUBLES[random.nextInt(DOUBLES.length)];
      case DOUBLE -> DOUBLES[random.nextInt(DOUBLES.length)];
      case ENUM -> enumValue(field);
    };
  }

  private static boolean isContainer(FieldDescriptor field) {
    return field.getName().equals("array_value") || field.getName().equals("kvlist_value");
  }

  private EnumValueDescriptor enumValue(FieldDescriptor field) {
    int number = random.nextInt(10) == 0 ? (int) number() : random.nextInt(5);
    return field.getEnumType().findValueByNumberCreatingIfUnknown(number);
  }

  private long number() {
    return random.nextInt(4) == 0 ? random.nextLong() : NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private long time(FieldDescriptor field) {
    if (field.getContainingType().getName().equals("LogRecord")) {
      return zeroTimes && random.nextInt(4) == 0 ? 0 : 1_700_000_000_000_000_000L;
    }
    return number();
  }

  private String text(FieldDescriptor field) {
    boolean key = field.getContainingType().getName().equals("KeyValue");
    if (random.nextInt(8) == 0 && (!key || emptyKeys)) {
      return "";
    }
    String word = WORDS[random.nextInt(WORDS.length)];
    return random.nextBoolean() ? word : word + random.nextInt(100);
  }

  private ByteString bytes(FieldDescriptor field) {
    boolean traceId = field.getName().equals("trace_id");
    int length = traceId ? 16 : 8;
    if (!traceId && !field.getName().endsWith("span_id")) {
      length = random.nextInt(200);
    } else if (!isRequired(field) && random.nextInt(4) == 0) {
      length = 0;
    }
    if (invalidIds && random.nextInt(12) == 0) {
      length = random.nextInt(20);
    }
    byte[] id = new byte[length];
    if (!invalidIds || random.nextInt(12) > 0) {
      random.nextBytes(id);
      if (length > 0) {
        id[length - 1] |= 1;
      }
    }
    return ByteString.copyFrom(id);
  }

  private static boolean isRequired(FieldDescriptor field) {
    return field.getContainingType().getName().equals("Span") && field.getNumber() < 3;
  }

  private UnknownFieldSet unknown() {
    UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      UnknownFieldSet.Field.Builder field = UnknownFieldSet.Field.newBuilder();
      switch (random.nextInt(4)) {
        case 0 -> field.addVarint(number());
        case 1 -> field.addFixed32((int) number());
        case 2 -> field.addFixed64(number());
        default -> field.addLengthDelimited(ByteString.copyFromUtf8("unknown " + number()));
      }
      int[] numbers = {20, 31, 32, 99, 2047, 2048, 19_000, (1 << 29) - 1};
      fields.mergeField(numbers[random.nextInt(numbers.length)], field.build());
    }
    return fields.build();
  }
}
