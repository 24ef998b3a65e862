package dev.headgate.pipeline.otlp;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What can be said of a parsed request, for comparisons.
public final class RequestFacts {
  private static final Set<String> ITEMS =
      Set.of(
          "Span",
          "LogRecord",
          "NumberDataPoint",
          "HistogramDataPoint",
          "ExponentialHistogramDataPoint",
          "SummaryDataPoint");

  private RequestFacts() {}

  /// Fails with the first line that differs, because whole requests are too long to read.
  public static void assertSame(Message actual, Message expected, long seed) {
    if (actual.equals(expected)) {
      return;
    }
    List<String> actualLines = actual.toString().lines().toList();
    List<String> expectedLines = expected.toString().lines().toList();
    int line = 0;
    while (line < Math.min(actualLines.size(), expectedLines.size())
        && actualLines.get(line).equals(expectedLines.get(line))) {
      line++;
    }
    throw new AssertionError(
        "seed "
            + seed
            + ", line "
            + line
            + "\nexpected: "
            + around(expectedLines, line)
            + "\nactual: "
            + around(actualLines, line));
  }

  private static List<String> around(List<String> lines, int line) {
    return lines.subList(Math.max(0, line - 5), Math.min(lines.size(), line + 5));
  }

  /// The number of items.
  public static int items(Message request) {
    return flatten(request).size();
  }

  /// Every item in order, each with all that stands around it: the headers of its resource, scope
  /// and metric.
  public static List<List<Message>> flatten(Message request) {
    List<List<Message>> items = new ArrayList<>();
    flatten(request, List.of(), items);
    return items;
  }

  private static void flatten(Message message, List<Message> around, List<List<Message>> items) {
    List<Message> path = new ArrayList<>(around);
    if (ITEMS.contains(message.getDescriptorForType().getName())) {
      path.add(message);
      items.add(path);
      return;
    }
    Message.Builder header = message.toBuilder();
    List<Message> below = new ArrayList<>();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (!leadsToItems(field)) {
        continue;
      }
      header.clearField(field);
      if (field.isRepeated()) {
        for (Object child : (List<?>) entry.getValue()) {
          below.add((Message) child);
        }
      } else {
        below.add((Message) entry.getValue());
      }
    }
    path.add(header.build());
    for (Message child : below) {
      flatten(child, path, items);
    }
  }

  private static boolean leadsToItems(FieldDescriptor field) {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return false;
    }
    String type = field.getMessageType().getName();
    return ITEMS.contains(type)
        || Set.of("Metric", "Gauge", "Sum", "Histogram", "ExponentialHistogram", "Summary")
            .contains(type)
        || type.matches("(Resource|Scope)(Spans|Logs|Metrics)");
  }
}
