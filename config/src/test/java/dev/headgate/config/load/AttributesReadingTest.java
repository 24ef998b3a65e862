package dev.headgate.config.load;

import static dev.headgate.config.load.TestConfigs.problems;
import static dev.headgate.config.load.TestConfigs.processor;
import static dev.headgate.config.load.TestConfigs.withProcessor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.AttributeAction;
import dev.headgate.config.AttributeAction.Source;
import dev.headgate.config.AttributeAction.When;
import dev.headgate.config.AttributeValue;
import dev.headgate.config.AttributeValue.Text;
import dev.headgate.config.AttributeValue.Whole;
import dev.headgate.config.AttributesConfig;
import dev.headgate.config.MatchProperties;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributesReadingTest {
  private static final String DELETE = ", actions: [{key: a, action: delete}]}";

  @Test
  void reads_actions_with_typed_values() throws ConfigException {
    AttributesConfig attributes =
        (AttributesConfig)
            processor(
                "attributes/x",
                """
                {actions: [
                  {key: text, action: insert, value: prod},
                  {key: whole, action: UPSERT, value: 42},
                  {key: number, action: upsert, value: 1.5e3},
                  {key: flag, action: update, value: true},
                  {key: quoted, action: insert, value: '42'},
                  {key: empty, action: insert, value: ''},
                  {key: list, action: insert, value: [1, b, null]},
                  {key: map, action: insert, value: {k: [v]}},
                  {key: copy, action: insert, from_attribute: text, default_value: 7},
                  {key: tenant, action: insert, from_context: metadata.x-scope-orgid},
                  {key: bare, action: upsert, from_context: X-Scope-OrgID},
                  {key: only, action: upsert, default_value: d},
                  {action: delete, pattern: '^tmp'},
                  {key: secret, action: hash},
                  {key: url, action: extract, pattern: '(?<host>.*)'},
                  {key: n, action: convert, converted_type: int}
                ]}
                """
                    .replace("\n", " "));

    assertThat(attributes.target()).isEqualTo(AttributesConfig.Target.ITEM);
    assertThat(attributes.actions())
        .containsExactly(
            put(When.ABSENT, "text", new Text("prod")),
            put(When.ALWAYS, "whole", new Whole(42)),
            put(When.ALWAYS, "number", new AttributeValue.Decimal(1500)),
            put(When.PRESENT, "flag", new AttributeValue.Truth(true)),
            put(When.ABSENT, "quoted", new Text("42")),
            put(When.ABSENT, "empty", new Text("")),
            put(
                When.ABSENT,
                "list",
                new AttributeValue.Items(
                    List.of(new Whole(1), new Text("b"), new AttributeValue.Nothing()))),
            put(
                When.ABSENT,
                "map",
                new AttributeValue.Members(
                    Map.of("k", new AttributeValue.Items(List.of(new Text("v")))))),
            new AttributeAction.Put(
                When.ABSENT, "copy", new Source.Attribute("text"), new Whole(7)),
            new AttributeAction.Put(
                When.ABSENT, "tenant", new Source.Header("x-scope-orgid"), null),
            new AttributeAction.Put(When.ALWAYS, "bare", new Source.Header("x-scope-orgid"), null),
            new AttributeAction.Put(When.ALWAYS, "only", new Source.None(), new Text("d")),
            new AttributeAction.Delete("", "^tmp"),
            new AttributeAction.Hash("secret", null),
            new AttributeAction.Extract("url", "(?<host>.*)"),
            new AttributeAction.Convert("n", AttributeAction.ConvertedType.INT));
  }

  @ParameterizedTest
  @CsvSource({
    "0x1F, 31",
    "0o17, 15",
    "017, 15",
    "-0b11, -3",
    "1_000, 1000",
    "+5, 5",
    "18446744073709551615, -1",
    "9223372036854775807, 9223372036854775807"
  })
  void reads_whole_numbers_as_the_collectors_yaml_library(String text, long value)
      throws ConfigException {
    assertThat(valueOf(text)).isEqualTo(new Whole(value));
  }

  @ParameterizedTest
  @CsvSource({"1., 1", ".5, 0.5", "-1.5e-3, -0.0015", "0189, 189", "1e3, 1000", ".inf, Infinity"})
  void reads_numbers_as_the_collectors_yaml_library(String text, double value)
      throws ConfigException {
    assertThat(valueOf(text)).isEqualTo(new AttributeValue.Decimal(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "on", "1e400", "0x", "0xG", "_1", "+", ".", "1.2.3", "0b2", "NaN"})
  void everything_else_is_a_text(String text) throws ConfigException {
    assertThat(valueOf(text)).isEqualTo(new Text(text));
  }

  private static AttributeValue valueOf(String text) throws ConfigException {
    AttributesConfig attributes =
        (AttributesConfig)
            processor("attributes", "{actions: [{key: k, action: insert, value: " + text + "}]}");
    AttributeAction.Put put = (AttributeAction.Put) attributes.actions().getFirst();
    return ((Source.Fixed) put.source()).value();
  }

  private static AttributeAction put(When when, String key, AttributeValue value) {
    return new AttributeAction.Put(when, key, new Source.Fixed(value), null);
  }

  @Test
  void reads_what_to_include_and_exclude() throws ConfigException {
    AttributesConfig attributes =
        (AttributesConfig)
            processor(
                "attributes",
                """
                {include: {match_type: strict, services: [a, b], span_names: 'x,y', span_kinds:
                [SPAN_KIND_SERVER], attributes: [{key: k}, {key: n, value: 5}], resources: [{key:
                r, value: [1]}], libraries: [{name: l}, {name: m, version: ''}]},
                exclude: {match_type: regexp, regexp: {cacheenabled: true, cachemaxnumentries: 9},
                span_names: ['^health']}, actions: [{key: a, action: delete}]}
                """
                    .replace("\n", " "));

    assertThat(attributes.include())
        .isEqualTo(
            new MatchProperties(
                MatchProperties.MatchType.STRICT,
                List.of("a", "b"),
                List.of("x", "y"),
                List.of("SPAN_KIND_SERVER"),
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of(
                    new MatchProperties.Attribute("k", null),
                    new MatchProperties.Attribute("n", new Whole(5))),
                List.of(
                    new MatchProperties.Attribute(
                        "r", new AttributeValue.Items(List.of(new Whole(1))))),
                List.of(
                    new MatchProperties.Library("l", null), new MatchProperties.Library("m", ""))));
    MatchProperties exclude = attributes.exclude();
    assertThat(exclude).isNotNull();
    assertThat(exclude.match()).isEqualTo(MatchProperties.MatchType.REGEXP);
    assertThat(exclude.keys()).containsExactly("span_names");
  }

  @Test
  void the_resource_processor_has_its_actions_under_attributes() throws ConfigException {
    assertThat(processor("resource", "{attributes: [{key: a, action: delete}]}"))
        .isEqualTo(
            new AttributesConfig(
                AttributesConfig.Target.RESOURCE,
                null,
                null,
                List.of(new AttributeAction.Delete("a", null))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | actions: missing (expected: list of actions)",
        "{actions: []} | actions: an empty list",
        "{actions: [{key: a, action: rename}]} | actions[0].action: 'rename' is not known",
        "{actions: [{key: a, action: insert}]} | actions[0].value: missing (expected: value,",
        "{actions: [{key: a, action: insert, value: 1, from_attribute: b}]} | actions[0].value:"
            + " several sources",
        "{actions: [{key: a, action: insert, value: 1, from_context: X-Scope-OrgID}]} |"
            + " actions[0].value: several sources",
        "{actions: [{key: a, action: insert, from_context: metadata.x-user}]} |"
            + " actions[0].from_context: 'metadata.x-user' is not kept with the data (expected:"
            + " metadata.X-Scope-OrgID",
        "{actions: [{key: a, action: insert, from_context: client.address}]} |"
            + " actions[0].from_context: 'client.address' is not kept",
        "{actions: [{action: upsert, value: 1}]} | actions[0].key: missing (expected: the key of"
            + " an attribute)",
        "{actions: [{action: delete}]} | actions[0].key: missing (expected: the key of an"
            + " attribute, a pattern or both)",
        "{actions: [{action: extract, pattern: '(?<a>.)'}]} | actions[0].key: missing",
        "{actions: [{key: a, action: extract}]} | actions[0].pattern: missing",
        "{actions: [{key: a, action: extract, pattern: '(a)'}]} | actions[0].pattern: a group"
            + " without a name (expected: groups,",
        "{actions: [{key: a, action: convert}]} | actions[0].converted_type: missing (expected:"
            + " string | int | double)",
        "{actions: [{key: a, action: convert, converted_type: bool}]} |"
            + " actions[0].converted_type: 'bool' is not known",
        "{actions: [{key: a, action: hash, value: 1}]} | actions[0].value: not for this action",
        "{actions: [{key: a, action: insert, value: 1, pattern: b}]} | actions[0].pattern: not for"
            + " this action",
        "{actions: [{key: a, action: delete, converted_type: int}]} | actions[0].converted_type:"
            + " not for this action"
      })
  void refuses_actions_that_cannot_be_meant(String block, String expected) {
    assertThat(problem(block)).startsWith("processors.attributes." + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{x: y} | .x: unknown key",
        "{match_type: strict} | : nothing to match (expected: at least one property)",
        "{services: [a]} | .match_type: missing (expected: strict | regexp)",
        "{attributes: [{key: a, value: 1}]} | .match_type: missing",
        "{match_type: expr, metric_names: [a]} | .match_type: 'expr' is not known",
        "{match_type: strict, span_kinds: [SERVER]} | .span_kinds: 'SERVER' is not known",
        "{match_type: regexp, span_names: ['(']} | .span_names: '(' is no pattern: error at",
        "{match_type: regexp, attributes: [{key: a, value: 1}]} | .attributes: the value of 'a' is"
            + " no text",
        "{match_type: regexp, libraries: [{name: a, version: '('}]} | .libraries: '(' is no"
            + " pattern",
        "{match_type: strict, attributes: [{value: 1}]} | .attributes[0].key: missing",
        "{match_type: strict, log_severity_number: {min: 25}} | .log_severity_number.min: '25' is"
            + " out of range",
        "{match_type: regexp, span_names: [a], regexp: {cache: true}} | .regexp.cache: unknown key"
      })
  void refuses_properties_that_cannot_be_meant(String match, String expected) {
    assertThat(problem("{include: " + match + DELETE))
        .startsWith("processors.attributes.include" + expected);
    assertThat(problem("{exclude: " + match + DELETE))
        .startsWith("processors.attributes.exclude" + expected);
  }

  @Test
  void the_way_of_comparing_is_not_needed_where_nothing_is_compared() throws ConfigException {
    AttributesConfig attributes =
        (AttributesConfig)
            processor(
                "attributes", "{include: {resources: [{key: r}], attributes: [{key: a}]}" + DELETE);

    MatchProperties include = attributes.include();
    assertThat(include).isNotNull();
    assertThat(include.attributes()).containsExactly(new MatchProperties.Attribute("a", null));
  }

  @Test
  void a_header_that_is_sent_on_may_become_an_attribute() throws ConfigException {
    String yaml =
        """
        extensions:
          headers_setter: {headers: [{key: X-Team, from_context: X-Team}]}
        receivers: {otlp: {protocols: {http: {include_metadata: true}}}}
        processors:
          attributes: {actions: [{key: team, action: insert, from_context: metadata.x-TEAM}]}
        exporters:
          otlphttp: {endpoint: 'http://h:1', auth: {authenticator: headers_setter}}
        service:
          extensions: [headers_setter]
          pipelines:
            traces: {receivers: [otlp], processors: [attributes], exporters: [otlphttp]}
        """;
    AttributesConfig attributes =
        (AttributesConfig) TestConfigs.config(yaml).processors().values().iterator().next();

    assertThat(attributes.actions())
        .containsExactly(
            new AttributeAction.Put(When.ABSENT, "team", new Source.Header("x-team"), null));
  }

  /// The one problem of an attributes processor, without `file:line: `.
  private static String problem(String block) {
    List<Problem> problems = problems(withProcessor("attributes", block));
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().line()).isPositive();
    return problems.getFirst().path() + ": " + problems.getFirst().message();
  }
}
