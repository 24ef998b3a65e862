package dev.headgate.config.load;

import static dev.headgate.config.load.TestConfigs.load;
import static dev.headgate.config.load.TestConfigs.problems;
import static dev.headgate.config.load.TestConfigs.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.BasicClientAuthConfig;
import dev.headgate.config.BasicServerAuthConfig;
import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.CorsConfig;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.HeadersSetterConfig;
import dev.headgate.config.HeadersSetterConfig.Action;
import dev.headgate.config.HeadersSetterConfig.HeaderAction;
import dev.headgate.config.HeadersSetterConfig.Source;
import dev.headgate.config.HttpServerConfig;
import dev.headgate.config.OtlpHttpExporterConfig;
import dev.headgate.config.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthReadingTest {
  /// A receiver and an exporter around extensions, each given as flow YAML.
  private static String yaml(String http, String exporter, String extensions, String started) {
    return """
    receivers: {otlp: {protocols: {http: %s}}}
    exporters: {otlphttp: %s}
    extensions: %s
    service:
      extensions: [%s]
      pipelines: {traces: {receivers: [otlp], exporters: [otlphttp]}}
    """
        .formatted(http, exporter, extensions, started);
  }

  private static String server(String extensions, String started) {
    return yaml(
        "{auth: {authenticator: " + started + "}}", "{endpoint: 'http://h'}", extensions, started);
  }

  private static String client(String extension, String id) {
    return yaml(
        "{}",
        "{endpoint: 'http://h', auth: {authenticator: " + id + "}}",
        "{" + id + ": " + extension + "}",
        id);
  }

  private static HttpServerConfig http(String yaml) throws ConfigException {
    GatewayConfig config = load(yaml).config();
    return Objects.requireNonNull(config.receivers().get(ComponentId.parse("otlp")).http());
  }

  private static OtlpHttpExporterConfig exporter(String yaml) throws ConfigException {
    return (OtlpHttpExporterConfig)
        load(yaml).config().exporters().get(ComponentId.parse("otlphttp"));
  }

  @Test
  void an_extension_stands_where_it_is_used() throws ConfigException {
    String yaml =
        yaml(
            "{auth: {authenticator: bearertokenauth/in}}",
            "{endpoint: 'http://h', auth: {authenticator: bearertokenauth/out}}",
            "{bearertokenauth/in: {tokens: [a, b], scheme: ''},"
                + " bearertokenauth/out: {filename: /t, header: X-Key}}",
            "bearertokenauth/in, bearertokenauth/out");
    assertThat(http(yaml).auth())
        .isEqualTo(
            new BearerTokenAuthConfig(
                "Authorization", "", List.of(new Secret("a"), new Secret("b")), null));
    assertThat(exporter(yaml).auth())
        .isEqualTo(new BearerTokenAuthConfig("X-Key", "Bearer", List.of(), Path.of("/t")));
    assertThat(load(yaml).config().extensions()).isEmpty();
  }

  @Test
  void reads_basicauth_for_either_side() throws ConfigException {
    assertThat(
            http(server("{basicauth: {htpasswd: {file: /f, inline: 'a:b'}}}", "basicauth")).auth())
        .isEqualTo(new BasicServerAuthConfig(Path.of("/f"), new Secret("a:b")));
    assertThat(
            exporter(client("{client_auth: {username: u, password_file: /p}}", "basicauth")).auth())
        .isEqualTo(new BasicClientAuthConfig("u", null, null, Path.of("/p")));
  }

  @Test
  void reads_headers_setter() throws ConfigException {
    String block =
        """
        {headers: [{action: insert, key: X-Scope-OrgID, from_context: Tenant_ID, default_value: x},
          {key: A, value: b}, {action: delete, key: C}]}\
        """
            .replace('\n', ' ');
    assertThat(exporter(client(block, "headers_setter")).auth())
        .isEqualTo(
            new HeadersSetterConfig(
                List.of(
                    new HeaderAction(
                        Action.INSERT,
                        "X-Scope-OrgID",
                        new Source.Context("tenant_id", new Secret("x"))),
                    new HeaderAction(Action.UPSERT, "A", new Source.Fixed(new Secret("b"))),
                    new HeaderAction(Action.DELETE, "C", null))));
  }

  @Test
  void reads_cors_and_response_headers() throws ConfigException {
    HttpServerConfig http =
        http(
            yaml(
                "{cors: {allowed_origins: ['https://*.example.com'], allowed_headers: ['*'],"
                    + " exposed_headers: [A], max_age: 7200}, response_headers: {X: y}}",
                "{endpoint: 'http://h'}",
                "{}",
                ""));
    assertThat(http.cors())
        .isEqualTo(
            new CorsConfig(List.of("https://*.example.com"), List.of("*"), List.of("A"), 7200));
    assertThat(http.responseHeaders()).isEqualTo(Map.of("X", new Secret("y")));
    assertThat(http(yaml("{cors: {}}", "{endpoint: 'http://h'}", "{}", "")).cors()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {bearertokenauth: {}} | extensions.bearertokenauth: no token (expected: token, tokens or filename)
          {bearertokenauth: {token: ''}} | extensions.bearertokenauth.token: the value is empty
          {bearertokenauth: {tokens: []}} | extensions.bearertokenauth: no token
          {bearertokenauth: {token: "a\\nb"}} | extensions.bearertokenauth.token: the value has a line break
          {bearertokenauth: {token: a, tokens: [b]}} | extensions.bearertokenauth.tokens: given besides token
          {bearertokenauth: {tokn: a}} | extensions.bearertokenauth.tokn: unknown key
          """)
  void refuses_bearer_tokens_that_are_none(String extensions, String problem) {
    assertThat(texts(problems(server(extensions, "bearertokenauth"))))
        .anySatisfy(text -> assertThat(text).contains(problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {} | no credentials (expected: htpasswd
          {htpasswd: } | htpasswd: empty (expected: file or inline)
          {htpasswd: {inline: ''}} | htpasswd.inline: the value is empty
          {client_auth: {username: u, password: p}} | basicauth' cannot do that (expected: bearertokenauth, or basicauth with htpasswd)
          {htpasswd: {file: f}, client_auth: {username: u, password: p}} | client_auth: given besides htpasswd
          {client_auth: {username: 'a:b', password: p}} | client_auth.username: has a colon
          {client_auth: {username: a}} | client_auth: no password
          """)
  void refuses_basicauth_without_credentials(String block, String problem) {
    assertThat(texts(problems(server("{basicauth: " + block + "}", "basicauth"))))
        .anySatisfy(text -> assertThat(text).contains(problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {headers: []} | headers: empty
          {headers: [{key: a}]} | value: missing (expected: value or from_context)
          {headers: [{key: a, value: b, from_context: c}]} | from_context: given besides value
          {headers: [{value: b}]} | key: missing
          {headers: [{key: a, from_attribute: b}]} | from_attribute: not supported (expected: from_context
          {headers: [{action: replace, key: a, value: b}]} | action: 'replace' is not known
          """)
  void refuses_headers_without_a_source(String block, String problem) {
    assertThat(texts(problems(client(block, "headers_setter"))))
        .anySatisfy(text -> assertThat(text).contains(problem));
  }

  @Test
  void refuses_what_is_not_started_or_not_there() {
    String extensions = "{bearertokenauth: {token: t}, zpages: {}}";
    String http = "{auth: {authenticator: %s}}";
    String exporter = "{endpoint: 'http://h'}";
    assertThat(texts(problems(yaml(http.formatted("bearertokenauth"), exporter, extensions, ""))))
        .singleElement()
        .asString()
        .contains(
            "protocols.http.auth.authenticator: 'bearertokenauth' is not started (expected: its id"
                + " in service.extensions)");
    assertThat(texts(problems(yaml(http.formatted("nobody"), exporter, extensions, ""))))
        .singleElement()
        .asString()
        .contains("unknown extension 'nobody'");
    assertThat(texts(problems(yaml(http.formatted("zpages"), exporter, extensions, "zpages"))))
        .singleElement()
        .asString()
        .contains("'zpages' cannot do that");
    assertThat(texts(problems(yaml("{auth: }", exporter, extensions, ""))))
        .singleElement()
        .asString()
        .contains("auth.authenticator: missing");
  }

  @Test
  void grpc_sends_no_secret_in_plain_text() {
    String yaml =
        """
        receivers: {otlp: {protocols: {http: {}}}}
        exporters:
          otlp: {endpoint: 'h:1', tls: {insecure: true}, auth: {authenticator: bearertokenauth}}
        extensions: {bearertokenauth: {token: geheim}}
        service:
          extensions: [bearertokenauth]
          pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}
        """;
    assertThat(texts(problems(yaml)))
        .singleElement()
        .asString()
        .contains("exporters.otlp.auth: sends a secret in plain text (expected: TLS)")
        .doesNotContain("geheim");
  }

  @Test
  void secrets_are_printed_nowhere() throws ConfigException {
    String yaml =
        yaml(
            "{auth: {authenticator: basicauth/in}, response_headers: {X: hush1}}",
            "{endpoint: 'http://h', auth: {authenticator: headers_setter}, tls: {ca_pem: hush2}}",
            "{basicauth/in: {htpasswd: {inline: 'u:hush3'}}, bearertokenauth: {token: hush4},"
                + " basicauth/out: {client_auth: {username: u, password: hush5}},"
                + " headers_setter: {headers: [{key: a, value: hush6},"
                + " {key: b, from_context: c, default_value: hush7}]}}",
            "basicauth/in, headers_setter");
    LoadResult result = load(yaml);
    assertThat(result.maskedYaml()).doesNotContain("hush").contains("authenticator: basicauth/in");
    assertThat(result.config().toString()).doesNotContain("hush");
  }
}
