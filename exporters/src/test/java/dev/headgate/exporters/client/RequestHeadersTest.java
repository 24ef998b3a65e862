package dev.headgate.exporters.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.config.BasicClientAuthConfig;
import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.ClientAuthConfig;
import dev.headgate.config.HeadersSetterConfig;
import dev.headgate.config.HeadersSetterConfig.Action;
import dev.headgate.config.HeadersSetterConfig.HeaderAction;
import dev.headgate.config.HeadersSetterConfig.Source;
import dev.headgate.config.Secret;
import dev.headgate.pipeline.payload.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestHeadersTest {
  private static final Tenant TENANT = new Tenant("org", Map.of("team", "blue"));

  private final ExportLoops loops = new ExportLoops(1);
  @TempDir private Path folder;

  @AfterEach
  void close() {
    loops.close();
  }

  private Map<String, String> headers(
      Map<String, Secret> configured, @Nullable ClientAuthConfig auth, Tenant tenant)
      throws IOException {
    try (RequestHeaders headers = new RequestHeaders(configured, auth, loops)) {
      return headers.of(tenant);
    }
  }

  private static Map<String, Secret> configured(String name, String value) {
    return Map.of(name, new Secret(value));
  }

  private static HeadersSetterConfig setter(HeaderAction... actions) {
    return new HeadersSetterConfig(List.of(actions));
  }

  private static HeaderAction from(Action action, String key, String context, String otherwise) {
    return new HeaderAction(action, key, new Source.Context(context, new Secret(otherwise)));
  }

  @Test
  void the_tenant_goes_along_unless_the_operator_names_one() throws IOException {
    assertThat(headers(Map.of(), null, TENANT))
        .containsExactlyEntriesOf(Map.of(Tenant.HEADER, "org"));
    assertThat(headers(Map.of(), null, Tenant.NONE)).isEmpty();
    assertThat(headers(configured("X-Scope-OrgID", "fixed"), null, TENANT))
        .containsExactlyEntriesOf(Map.of("X-Scope-OrgID", "fixed"));
  }

  @Test
  void a_token_wins_over_a_configured_header() throws IOException {
    ClientAuthConfig token =
        new BearerTokenAuthConfig(
            "Authorization", "Bearer", List.of(new Secret("one"), new Secret("two")), null);
    Map<String, String> sent = headers(configured("authorization", "old"), token, TENANT);
    assertThat(sent).containsEntry("AUTHORIZATION", "Bearer one").hasSize(2);
    Path file = Files.writeString(folder.resolve("token"), "\n first  comment\nsecond\n");
    assertThat(
            headers(Map.of(), new BearerTokenAuthConfig("X-Key", "", List.of(), file), Tenant.NONE))
        .containsExactlyEntriesOf(Map.of("X-Key", "first"));
  }

  @Test
  void a_user_and_password_are_base64() throws IOException {
    Path user = Files.writeString(folder.resolve("user"), " Aladdin\n");
    assertThat(
            headers(
                Map.of(),
                new BasicClientAuthConfig("ignored", user, new Secret("open sesame"), null),
                Tenant.NONE))
        .containsEntry("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    Files.writeString(user, "\n");
    assertThatThrownBy(() ->
            headers(
                Map.of(), new BasicClientAuthConfig("", user, new Secret("p"), null), Tenant.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("user: empty (expected: a text)");
  }

  @Test
  void a_headers_setter_decides_alone() throws IOException {
    assertThat(headers(Map.of(), setter(from(Action.UPSERT, "X-Team", "team", "")), TENANT))
        .containsExactlyEntriesOf(Map.of("X-Team", "blue"));
    assertThat(
            headers(Map.of(), setter(from(Action.UPSERT, "Org", "X-Scope-OrgID", "none")), TENANT))
        .containsExactlyEntriesOf(Map.of("Org", "org"));
    assertThat(
            headers(
                Map.of(), setter(from(Action.UPSERT, "Org", "x-scope-orgid", "none")), Tenant.NONE))
        .containsExactlyEntriesOf(Map.of("Org", "none"));
  }

  @Test
  void actions_see_what_is_configured_and_each_other() throws IOException {
    Map<String, Secret> there = configured("A", "old");
    HeaderAction fixed = new HeaderAction(Action.INSERT, "a", new Source.Fixed(new Secret("new")));
    assertThat(headers(there, setter(fixed), TENANT).get("A")).isEqualTo("old");
    assertThat(headers(Map.of(), setter(fixed), TENANT).get("A")).isEqualTo("new");
    HeaderAction delete = new HeaderAction(Action.DELETE, "a", null);
    assertThat(headers(there, setter(delete), TENANT)).isEmpty();
    assertThat(headers(there, setter(delete, fixed), TENANT).get("A")).isEqualTo("new");
    HeaderAction update = from(Action.UPDATE, "a", "team", "");
    assertThat(headers(there, setter(update), TENANT).get("A")).isEqualTo("blue");
    assertThat(headers(Map.of(), setter(update), TENANT)).isEmpty();
  }

  @Test
  void grpc_checks_every_name_that_may_occur() {
    HeadersSetterConfig setter = setter(from(Action.UPSERT, "a!b", "team", "geheim"));
    assertThat(RequestHeaders.names(configured("c", "d"), setter)).containsExactly("a!b", "c");
    assertThatThrownBy(() -> GrpcHeaders.check(RequestHeaders.names(Map.of(), setter)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a!b")
        .hasMessageNotContaining("geheim");
  }
}
