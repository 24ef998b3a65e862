package dev.headgate.gateway.admin;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Renders `/metrics` in the Prometheus text format. The writer gives every counter the suffix
/// `_total`; a scrape of the Collector shows its own counters without, so it is taken off theirs.
///
/// **Threading:** any thread.
public final class MetricsPage {
  /// The content type of the page.
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String COLLECTOR_PREFIX = "otelcol_";
  private static final String SUFFIX = "_total";

  private final PrometheusRegistry registry;
  private final boolean withTypeSuffix;
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  /// @param withTypeSuffix whether the Collector's counters keep `_total`
  public MetricsPage(PrometheusRegistry registry, boolean withTypeSuffix) {
    this.registry = registry;
    this.withTypeSuffix = withTypeSuffix;
  }

  /// The page as it is now.
  public byte[] render() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 14);
    writer.write(out, registry.scrape());
    return withTypeSuffix ? out.toByteArray() : stripped(out.toString(StandardCharsets.UTF_8));
  }

  private static byte[] stripped(String page) {
    StringBuilder result = new StringBuilder(page.length());
    for (int from = 0; from < page.length(); ) {
      int end = page.indexOf('\n', from);
      int to = end < 0 ? page.length() : end + 1;
      int name = page.charAt(from) == '#' ? page.indexOf(' ', from + 2) + 1 : from;
      appendLine(result, page, from, name, to);
      from = to;
    }
    return result.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void appendLine(StringBuilder result, String page, int from, int name, int to) {
    int nameEnd = name;
    while (nameEnd < to && " {\n".indexOf(page.charAt(nameEnd)) < 0) {
      nameEnd++;
    }
    int suffix = nameEnd - SUFFIX.length();
    boolean strip =
        page.startsWith(COLLECTOR_PREFIX, name) && suffix > name && page.startsWith(SUFFIX, suffix);
    result.append(page, from, strip ? suffix : nameEnd).append(page, nameEnd, to);
  }
}
