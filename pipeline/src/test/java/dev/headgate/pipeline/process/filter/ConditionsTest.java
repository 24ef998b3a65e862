package dev.headgate.pipeline.process.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
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
        "log_record~severity_number < SEVERITY_NUMBER_WARN2",
        "log_record~log.body == \"x\" or body[\"k\"][\"j\"] == true or IsMatch(body.string, \"a\")",
        "log_record~severity_text == \"INFO\" and event_name == \"e\"",
        "metric~metric.name == \"a\" and type == METRIC_DATA_TYPE_SUM and unit == \"1\"",
        "datapoint~metric.name == \"a\" and datapoint.attributes[\"k\"] == 1",
        "datapoint~attributes[\"k\"] == nil"
      })
  void parses(String context, String text) {
    assertThat(Conditions.problem(context, text)).isNull();
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
        "span~HasPrefix(name, \"a\")~column 1: unsupported function HasPrefix",
        "span~name == Concat([name], \"\")~column 9: unsupported function Concat",
        "span~name == [\"a\"]~column 9: lists and maps are not supported",
        "span~end_time_unix_nano - start_time_unix_nano > 5~column 20: arithmetic",
        "span~attributes == nil~column 1: unsupported path attributes",
        "span~attributes[0] == 1~column 12: unexpected 0",
        "span~name[\"a\"] == 1~column 1: unsupported path name",
        "span~body == 1~column 1: unsupported path body",
        "span~span.foo.bar == 1~column 1: unsupported path span.foo.bar",
        "span~kind == SEVERITY_NUMBER_INFO~column 9: unknown symbol",
        "log_record~severity_number == SEVERITY_NUMBER_INFO5~column 20: unknown symbol",
        "log_record~span.name == 1~column 1: unsupported path span.name",
        "span~IsMatch(name, \"(\")~column 15: invalid pattern",
        "span~IsMatch(name, \"(?=a)\")~column 15: invalid pattern",
        "span~IsMatch(name, name)~column 15: unexpected name (expected: a pattern",
        "span~IsMatch(name)~column 13: unexpected )",
        "span~name == 0x1f~column 9: unsupported number",
        "span~name == 99999999999999999999~column 9: number beyond 64 bits",
        "span~name == 'x'~column 9: unexpected character",
        "span~name == -\"x\"~column 9: unexpected -",
        "nonsense~true~unknown context"
      })
  void names_what_it_cannot_parse(String context, String text, String problem) {
    assertThat(Conditions.problem(context, text == null ? "" : text)).startsWith(problem);
  }

  @Test
  void bounds_the_depth_and_the_length() {
    assertThat(Conditions.problem("span", "(".repeat(60) + "true" + ")".repeat(60))).isNull();
    assertThat(Conditions.problem("span", "(".repeat(100) + "true")).contains("levels");
    assertThat(Conditions.problem("span", "not ".repeat(4000) + "true")).contains("levels");
    assertThat(Conditions.problem("span", "true or ".repeat(4000) + "true")).contains("characters");
  }
}
