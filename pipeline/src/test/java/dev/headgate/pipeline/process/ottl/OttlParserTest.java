package dev.headgate.pipeline.process.ottl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OttlParserTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "span~name == \"GET /health\"",
        "span~IsMatch(name, \"^GET /(health|ready|metrics)$\")",
        "span~attributes[\"url.path\"] != nil and IsMatch(attributes[\"url.path\"],"
            + " \"\\\\.(js|css)$\")",
        "span~not (span.kind == SPAN_KIND_SERVER or status.code == STATUS_CODE_ERROR)",
        "span~resource.attributes[\"service.name\"] == \"shop\"",
        "span~instrumentation_scope.name == \"a\" and scope.version >= \"1\"",
        "span~span.status.message == \"\" and kind.string == \"Server\" and trace_state != \"\"",
        "span~true",
        "span~end_time_unix_nano > 5 and start_time_unix_nano < -1",
        "spanevent~name == \"exception\" and span.name == \"x\"",
        "spanevent~spanevent.attributes[\"a\"] == 1.5e3",
        "log~severity_number < SEVERITY_NUMBER_WARN2",
        "log~log.body == \"x\" or body[\"k\"][\"j\"] == true or IsMatch(body.string, \"a\")",
        "log~severity_text == \"INFO\" and event_name == \"e\"",
        "metric~metric.name == \"a\" and type == METRIC_DATA_TYPE_SUM and unit == \"1\"",
        "datapoint~metric.name == \"a\" and datapoint.attributes[\"k\"] == 1",
        "datapoint~attributes[\"k\"] == nil or value_int > 5 or value_double < 0.5",
        "span~(end_time_unix_nano - start_time_unix_nano) / 1000000 > 5 * (2 + -1)",
        "span~trace_id == TraceID(0x0102030405060708090a0b0c0d0e0f10) and IsRootSpan()",
        "span~not HasPrefix(name, \"a\") and Len(attributes) > 3 and not (true)",
        "span~Concat([name, kind], \"-\") == \"a-2\" and attributes[\"l\"][0] == 1",
        "resource~attributes[\"a\"] == 1 and resource.attributes[\"b\"] != 2",
        "scope~name == \"x\" and resource.attributes[\"b\"] != 2",
        "metric~HasAttrOnDatapoint(\"a\", \"b\") or is_monotonic == true"
      })
  void parses(String context, String text) {
    assertThat(problem(context, text)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "span~~column 1: unexpected the end",
        "span~name~column 5: unexpected the end (expected: one of ==",
        "span~name = \"x\"~column 6: unexpected '='",
        "span~name == \"x~column 9: string without its closing quote",
        "span~name == \"\\d\"~column 10: unknown escape \\d",
        "span~name == \"a\" or~column 15: unexpected the end",
        "span~(name == \"a\"~column 13: unexpected the end (expected: ))",
        "span~name == \"a\" name~column 13: unexpected name",
        "span~ParseJSON(name) == nil~column 1: unsupported function ParseJSON",
        "span~name == Split(name, \"\")~column 9: unsupported function Split",
        "span~HasPrefix(name)~column 1: HasPrefix: 1 arguments (expected: 2)",
        "span~HasAttrKeyOnDatapoint(\"a\")~column 1: HasAttrKeyOnDatapoint is not for",
        "span~name == [\"a\"]~column 9: lists and maps are not supported",
        "span~name + \"a\" == \"b\"~column 6: unexpected + (expected: arithmetic with",
        "span~attributes[0] == 1~column 1: attributes with a number",
        "span~attributes[name] == 1~column 12: unexpected name",
        "span~Len(name)~column 10: unexpected the end (expected: one of ==",
        "span~Concat([name], \"\")[0] == 1~column 19: unexpected [",
        "span~name == len(name)~column 9: unsupported function len",
        "span~name[\"a\"] == 1~column 1: unsupported path name[...]: it has no members",
        "span~body == 1~column 1: unsupported path body",
        "span~span.foo.bar == 1~column 1: unsupported path span.foo.bar",
        "span~kind == SEVERITY_NUMBER_INFO~column 9: unknown symbol",
        "log~severity_number == SEVERITY_NUMBER_INFO5~column 20: unknown symbol",
        "log~span.name == 1~column 1: unsupported path span.name",
        "span~IsMatch(name, \"(\")~column 1: invalid pattern",
        "span~IsMatch(name, \"(?=a)\")~column 1: invalid pattern",
        "span~IsMatch(name, name)~column 1: a pattern that is no text",
        "span~IsMatch(name)~column 1: IsMatch: 1 arguments (expected: 2)",
        "span~name == 0x1~column 9: bytes without",
        "span~name == 99999999999999999999~column 9: number beyond 64 bits",
        "span~name == 'x'~column 9: unexpected character",
        "span~name == -\"x\"~column 9: unexpected -"
      })
  void names_what_it_cannot_parse(String context, String text, String problem) {
    assertThat(problem(context, text == null ? "" : text)).startsWith(problem);
  }

  private static @Nullable String problem(String contextName, String text) {
    Context context =
        Arrays.stream(Context.values())
            .filter(known -> known.contextName().equals(contextName))
            .findFirst()
            .orElseThrow();
    try {
      OttlParser.condition(context, false, text);
      return null;
    } catch (OttlException e) {
      return e.problem();
    }
  }

  @Test
  void bounds_the_depth_and_the_length() {
    assertThat(problem("span", "(".repeat(60) + "true" + ")".repeat(60))).isNull();
    assertThat(problem("span", "(".repeat(100) + "true")).contains("levels");
    assertThat(problem("span", "not ".repeat(4000) + "true")).contains("levels");
    assertThat(problem("span", "true or ".repeat(4000) + "true")).contains("characters");
  }
}
