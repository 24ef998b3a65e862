package dev.headgate.pipeline.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/// What the check removes and mends, done with protobuf-java.
final class RepairOracle {
  final Message request;
  int rejectedItems;
  int droppedAttributes;
  int repairedTimes;
  private final long arrivalUnixNanos;

  RepairOracle(Message request, long arrivalUnixNanos) {
    this.arrivalUnixNanos = arrivalUnixNanos;
    this.request = edit(request);
  }

  private Message edit(Message message) {
    Message.Builder edited = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        if (field.isRepeated()) {
          edited.clearField(field);
          for (Object element : (List<?>) entry.getValue()) {
            addKept(edited, field, (Message) element);
          }
        } else {
          edited.setField(field, edit((Message) entry.getValue()));
        }
      }
    }
    String type = message.getDescriptorForType().getName();
    if (type.equals("LogRecord")
        && number(message, "time_unix_nano") == 0
        && number(message, "observed_time_unix_nano") == 0) {
      edited.setField(field(message, "observed_time_unix_nano"), arrivalUnixNanos);
      repairedTimes++;
    }
    if (type.equals("Exemplar")) {
      clearWrongLength(edited, "trace_id", 16);
      clearWrongLength(edited, "span_id", 8);
    }
    return edited.build();
  }

  private void addKept(Message.Builder parent, FieldDescriptor field, Message child) {
    String type = child.getDescriptorForType().getName();
    if (type.equals("KeyValue") && child.getField(field(child, "key")).equals("")) {
      droppedAttributes++;
      return;
    }
    if (isRejected(type, child)) {
      rejectedItems++;
      return;
    }
    int rejectedBefore = rejectedItems;
    Message edited = edit(child);
    boolean envelope = type.startsWith("Scope") || type.startsWith("Resource");
    if (envelope && rejectedItems > rejectedBefore && isEmpty(edited)) {
      return;
    }
    parent.addRepeatedField(field, edited);
  }

  private static boolean isEmpty(Message envelope) {
    return envelope.getRepeatedFieldCount(envelope.getDescriptorForType().findFieldByNumber(2))
        == 0;
  }

  private static boolean isRejected(String type, Message item) {
    if (type.equals("LogRecord")) {
      return hasWrongLength(item, "trace_id", 16) || hasWrongLength(item, "span_id", 8);
    }
    if (!type.equals("Span")) {
      return false;
    }
    for (Object link : (List<?>) item.getField(field(item, "links"))) {
      if (hasWrongLength((Message) link, "trace_id", 16)
          || hasWrongLength((Message) link, "span_id", 8)) {
        return true;
      }
    }
    return isZeroOrWrong(item, "trace_id", 16)
        || isZeroOrWrong(item, "span_id", 8)
        || hasWrongLength(item, "parent_span_id", 8);
  }

  private static boolean isZeroOrWrong(Message message, String name, int length) {
    ByteString id = (ByteString) message.getField(field(message, name));
    return id.size() != length || id.equals(ByteString.copyFrom(new byte[length]));
  }

  private static boolean hasWrongLength(Message message, String name, int length) {
    int size = ((ByteString) message.getField(field(message, name))).size();
    return size != 0 && size != length;
  }

  private static void clearWrongLength(Message.Builder message, String name, int length) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    int size = ((ByteString) message.getField(field)).size();
    if (size != 0 && size != length) {
      message.clearField(field);
    }
  }

  private static long number(Message message, String name) {
    return (Long) message.getField(field(message, name));
  }

  private static FieldDescriptor field(Message message, String name) {
    return message.getDescriptorForType().findFieldByName(name);
  }
}
