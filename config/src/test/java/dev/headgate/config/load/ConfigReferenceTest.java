package dev.headgate.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {
  private static final String UPDATE = "headgate.updateDocs";

  @Test
  void the_reference_page_is_what_the_tables_say() throws IOException {
    Path page = repositoryRoot().resolve("docs/configuration.md");
    if (Boolean.getBoolean(UPDATE)) {
      Files.writeString(page, ConfigReference.markdown(), StandardCharsets.UTF_8);
    }

    String written = Files.readString(page, StandardCharsets.UTF_8);
    // Not isEqualTo: its message would be both pages.
    assertThat(written.equals(ConfigReference.markdown()))
        .as("docs/configuration.md; to rewrite it run this test with -D" + UPDATE + "=true")
        .isTrue();
  }

  @Test
  void every_key_has_a_meaning_and_stands_once() {
    String page = ConfigReference.markdown();

    assertThat(page.lines().filter(line -> line.startsWith("| `")))
        .isNotEmpty()
        .noneMatch(line -> line.endsWith("|  |"));
    assertThat(page).doesNotContain("Optional[", "@", "null");
  }

  @Test
  void lists_all_four_classes_of_keys() {
    assertThat(ConfigReference.markdown())
        .contains("| `sampling_percentage` | number | `0` |")
        .contains("`balancer_name`, `keepalive`: connections are kept by the client itself")
        .contains("- `storage`: max_bytes: queues live in memory in this version")
        .contains("- `tail_sampling`")
        .contains("**unknown**");
  }

  @Test
  void names_the_components_by_section() {
    assertThat(ConfigReference.components())
        .containsOnlyKeys("receivers", "processors", "exporters", "extensions");
    assertThat(ConfigReference.components().get("exporters"))
        .containsExactly("otlp", "otlp_grpc", "otlphttp", "otlp_http", "file", "debug", "nop");
  }

  /// The folder with the wrapper, from wherever the tests are started.
  private static Path repositoryRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("gateway/pom.xml"))) {
      folder = folder.getParent();
      assertThat(folder).as("the root of the repository").isNotNull();
    }
    return folder;
  }
}
