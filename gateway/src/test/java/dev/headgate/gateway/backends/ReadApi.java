package dev.headgate.gateway.backends;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headgate.config.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The query APIs of Tempo 3, Loki 3 and Mimir or Prometheus 3 over what arrived in journals: their
/// paths, statuses and shapes of JSON, and as much of their languages as a smoke test speaks.
///
/// **Threading:** any thread.
///
/// **Ownership:** owns its listener and its threads.
public final class ReadApi implements AutoCloseable {
  private static final Pattern NAME_QUERY = Pattern.compile("\\{ name =~ \"(.*)\" }");
  private static final Pattern LOG_QUERY =
      Pattern.compile("\\{service_name=\"([^\"]*)\"} \\| (\\w+)=\"([^\"]*)\"");
  private static final Pattern SERIES_QUERY = Pattern.compile("\\{__name__=\"([^\"]*)\"}");
  private static final Pattern BUDGET_QUERY =
      Pattern.compile("topk\\(\\d+, \\(count by \\(__name__, job\\) .*\\) > (\\d+)\\)");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Journal journal;
  private final HttpServer server;

  private record Answer(int status, String type, byte[] body) {}

  /// What writes the middle of a JSON document.
  private interface Json {
    void write(JsonGenerator json) throws IOException;
  }

  /// @param metricsPath where PromQL is answered: below `/prometheus` by Mimir
  public ReadApi(Journal journal, String metricsPath) {
    this.journal = journal;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, notFound("404 page not found")));
    server.createContext("/api/traces/", exchange -> answer(exchange, trace(exchange)));
    server.createContext("/api/search", exchange -> answer(exchange, search(query(exchange))));
    server.createContext(
        "/loki/api/v1/query_range", exchange -> answer(exchange, logs(query(exchange))));
    server.createContext(
        metricsPath + "/api/v1/query", exchange -> answer(exchange, metrics(query(exchange))));
    server.start();
  }

  /// Its base URL.
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new TreeMap<>();
    for (String pair : exchange.getRequestURI().getRawQuery().split("&", -1)) {
      int equals = pair.indexOf('=');
      query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), UTF_8));
    }
    return query;
  }

  private static void answer(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", answer.type);
      exchange.sendResponseHeaders(
          answer.status, answer.body.length == 0 ? -1 : answer.body.length);
      exchange.getResponseBody().write(answer.body);
    }
  }

  private static Answer notFound(String text) {
    return new Answer(404, "text/plain", text.getBytes(UTF_8));
  }

  private static Answer bad(String text) {
    return new Answer(400, "text/plain", text.getBytes(UTF_8));
  }

  private static Answer json(Json content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      content.write(json);
      json.writeEndObject();
    }
    return new Answer(200, "application/json", out.toByteArray());
  }

  /// The result of Loki and Prometheus in its envelope.
  private static Answer result(String type, Json result) throws IOException {
    return json(json -> {
      json.writeStringField("status", "success");
      json.writeObjectFieldStart("data");
      json.writeStringField("resultType", type);
      json.writeArrayFieldStart("result");
      result.write(json);
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  private static void texts(JsonGenerator json, String name, Map<String, String> texts)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }

  private List<Span> spans() {
    return journal
        .taken()
        .filter(received -> received.signal() == Signal.TRACES)
        .flatMap(received -> OtlpItems.spans(received.message()))
        .toList();
  }

  /// By id, in the form that is asked for; what is not there is a 404 without a body.
  private Answer trace(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    byte[] id = HexFormat.of().parseHex(path.substring(path.lastIndexOf('/') + 1));
    List<Span> spans =
        spans().stream()
            .filter(span -> Arrays.equals(span.getTraceId().toByteArray(), id))
            .toList();
    if (spans.isEmpty()) {
      return new Answer(404, "text/plain", new byte[0]);
    }
    if (!"application/protobuf".equals(exchange.getRequestHeaders().getFirst("Accept"))) {
      return bad("this Tempo speaks protobuf only");
    }
    ScopeSpans scope = ScopeSpans.newBuilder().addAllSpans(spans).build();
    TracesData data =
        TracesData.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
            .build();
    return new Answer(200, "application/protobuf", data.toByteArray());
  }

  /// Leading zeros of ids are left out.
  private Answer search(Map<String, String> query) throws IOException {
    Matcher name = NAME_QUERY.matcher(query.get("q"));
    if (!name.matches() || !query.keySet().containsAll(List.of("start", "end", "limit"))) {
      return bad("parse error");
    }
    List<ByteString> ids =
        spans().stream()
            .filter(span -> span.getName().matches(name.group(1)))
            .map(Span::getTraceId)
            .distinct()
            .limit(Integer.parseInt(query.get("limit")))
            .toList();
    return json(json -> {
      json.writeArrayFieldStart("traces");
      for (ByteString id : ids) {
        String hex = HexFormat.of().formatHex(id.toByteArray());
        texts(json, hex.replaceFirst("^0+(?=.)", ""));
      }
      json.writeEndArray();
    });
  }

  private static void texts(JsonGenerator json, String traceId) throws IOException {
    json.writeStartObject();
    json.writeStringField("traceID", traceId);
    json.writeStringField("rootServiceName", "any");
    json.writeEndObject();
  }

  private static String label(String key) {
    return key.replaceAll("[^A-Za-z0-9_]+", "_");
  }

  private static Map<String, String> labels(List<KeyValue> attributes) {
    Map<String, String> labels = new LinkedHashMap<>();
    attributes.forEach(
        attribute -> labels.put(label(attribute.getKey()), attribute.getValue().getStringValue()));
    return labels;
  }

  /// Structured metadata stands among the labels.
  private Answer logs(Map<String, String> query) throws IOException {
    Matcher wanted = LOG_QUERY.matcher(query.get("query"));
    if (!wanted.matches() || Integer.parseInt(query.get("limit")) > 5000) {
      return bad("parse error");
    }
    List<Map<String, String>> labels = new ArrayList<>();
    List<List<String>> values = new ArrayList<>();
    for (Message message : journal.messages()) {
      if (!(message instanceof ExportLogsServiceRequest request)) {
        continue;
      }
      for (var resource : request.getResourceLogsList()) {
        for (var record : OtlpItems.records(request).toList()) {
          Map<String, String> all = labels(resource.getResource().getAttributesList());
          all.putAll(labels(record.getAttributesList()));
          long nanos = record.getTimeUnixNano();
          boolean inTime =
              nanos >= Long.parseLong(query.get("start"))
                  && nanos < Long.parseLong(query.get("end"));
          if (inTime
              && wanted.group(1).equals(all.get("service_name"))
              && wanted.group(3).equals(all.get(wanted.group(2)))) {
            labels.add(all);
            values.add(List.of(Long.toString(nanos), record.getBody().getStringValue()));
          }
        }
      }
    }
    return result(
        "streams",
        json -> {
          for (int i = 0; i < labels.size(); i++) {
            json.writeStartObject();
            texts(json, "stream", labels.get(i));
            json.writeArrayFieldStart("values");
            json.writeArray(values.get(i).toArray(String[]::new), 0, 2);
            json.writeEndArray();
            json.writeEndObject();
          }
        });
  }

  private record Series(Map<String, String> labels, double value) {}

  /// The latest value of every series.
  private List<Series> series() {
    Map<Map<String, String>, Double> latest = new LinkedHashMap<>();
    for (Message message : journal.messages()) {
      if (!(message instanceof ExportMetricsServiceRequest request)) {
        continue;
      }
      for (var resource : request.getResourceMetricsList()) {
        String job =
            labels(resource.getResource().getAttributesList()).getOrDefault("service_name", "");
        resource.getScopeMetricsList().stream()
            .flatMap(scope -> scope.getMetricsList().stream())
            .forEach(metric ->
                metric
                    .getGauge()
                    .getDataPointsList()
                    .forEach(
                        point -> latest.put(labels(metric.getName(), job, point), value(point))));
      }
    }
    return latest.entrySet().stream()
        .map(entry -> new Series(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static double value(NumberDataPoint point) {
    return point.hasAsInt() ? point.getAsInt() : point.getAsDouble();
  }

  private static Map<String, String> labels(String metric, String job, NumberDataPoint point) {
    Map<String, String> labels = labels(point.getAttributesList());
    labels.put("__name__", label(metric));
    labels.put("job", job);
    return labels;
  }

  private Answer metrics(Map<String, String> query) throws IOException {
    Matcher name = SERIES_QUERY.matcher(query.get("query"));
    Matcher budget = BUDGET_QUERY.matcher(query.get("query"));
    List<Series> found;
    if (name.matches()) {
      found =
          series().stream()
              .filter(series -> name.group(1).equals(series.labels.get("__name__")))
              .toList();
    } else if (budget.matches()) {
      found = over(Integer.parseInt(budget.group(1)));
    } else {
      return bad("parse error");
    }
    return result(
        "vector",
        json -> {
          for (Series series : found) {
            json.writeStartObject();
            texts(json, "metric", series.labels);
            json.writeArrayFieldStart("value");
            json.writeNumber(1790000000.5);
            json.writeString(new BigDecimal(series.value).toPlainString());
            json.writeEndArray();
            json.writeEndObject();
          }
        });
  }

  private List<Series> over(int budget) {
    Map<Map<String, String>, Double> counts = new LinkedHashMap<>();
    for (Series series : series()) {
      Map<String, String> group = new TreeMap<>(series.labels);
      group.keySet().retainAll(List.of("__name__", "job"));
      counts.merge(group, 1.0, Double::sum);
    }
    return counts.entrySet().stream()
        .filter(count -> count.getValue() > budget)
        .map(count -> new Series(count.getKey(), count.getValue()))
        .toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
