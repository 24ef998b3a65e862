package dev.headgate.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.payload.Tenant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextHeadersTest {
  private final ContextHeaders context =
      new ContextHeaders(true, Map.of("tenant_id", true, "x-user", false));

  private static @Nullable Tenant read(ContextHeaders context, Map<String, List<String>> request) {
    return context.read(name -> request.getOrDefault(name, List.of()));
  }

  @Test
  void takes_what_is_named_and_nothing_else() {
    Tenant tenant =
        read(
            context,
            Map.of(
                "x-scope-orgid", List.of("org"),
                "tenant_id", List.of("t-1"),
                "x-user", List.of("a|b: c"),
                "authorization", List.of("secret")));
    assertThat(tenant).isEqualTo(new Tenant("org", Map.of("tenant_id", "t-1", "x-user", "a|b: c")));
    assertThat(read(context, Map.of())).isEqualTo(Tenant.NONE);
  }

  @Test
  void takes_nothing_when_it_is_off() {
    ContextHeaders off = new ContextHeaders(false, Map.of());
    assertThat(read(off, Map.of("x-scope-orgid", List.of("a", "b")))).isEqualTo(Tenant.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-scope-orgid", "tenant_id", "x-user"})
  void a_header_given_twice_is_refused(String name) {
    assertThat(read(context, Map.of(name, List.of("a", "a")))).isNull();
  }

  @Test
  void what_cannot_be_sent_on_is_refused() {
    assertThat(read(context, Map.of("tenant_id", List.of("a|b")))).isNull();
    assertThat(read(context, Map.of("x-scope-orgid", List.of("..")))).isNull();
    assertThat(read(context, Map.of("x-user", List.of("a\u0000b")))).isNull();
    assertThat(read(context, Map.of("x-user", List.of("é")))).isNull();
    assertThat(read(context, Map.of("x-user", List.of("x".repeat(257))))).isNull();
    assertThat(read(context, Map.of("x-user", List.of("x".repeat(256))))).isNotNull();
  }
}
