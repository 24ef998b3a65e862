package dev.headgate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void what_is_nested_gets_its_path_as_key() {
    assertThat(
            Json.read("{\"a\":1,\"l\":{\"p50\":0.5,\"deep\":{\"b\":true}},\"s\":\"x\",\"n\":null}"))
        .isEqualTo(Map.of("a", 1L, "l.p50", 0.5, "l.deep.b", true, "s", "x"));
  }

  @Test
  void writes_one_line() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("a", 1);
    object.put("b", 0.1234567);
    object.put("c", List.of("x\n"));
    object.put("d", Map.of("e", true));

    assertThat(Json.write(object))
        .isEqualTo("{\"a\":1,\"b\":0.123457,\"c\":[\"x\\n\"],\"d\":{\"e\":true}}");
  }

  @Test
  void refuses_what_is_no_object() {
    assertThatThrownBy(() -> Json.read("oops")).hasMessageContaining("oops");
    assertThatThrownBy(() -> Json.read("[1]")).hasMessageContaining("an object");
  }
}
