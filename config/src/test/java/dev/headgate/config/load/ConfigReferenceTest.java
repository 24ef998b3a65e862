package dev.headgate.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {
  private static final String UPDATE = "headgate.updateDocs";

  private static final String DIFFERENCES = "# Differences\n\n| one | other |\n|---|---|\n";

  @Test
  void the_reference_page_is_what_the_tables_and_the_differences_say() throws IOException {
    Path docs = repositoryRoot().resolve("docs");
    Path page = docs.resolve("configuration.md");
    String differences = Files.readString(docs.resolve("differences.md"), StandardCharsets.UTF_8);
    String expected = ConfigReference.markdown(differences);
    if (Boolean.getBoolean(UPDATE)) {
      Files.writeString(page, expected, StandardCharsets.UTF_8);
    }

    String written = Files.readString(page, StandardCharsets.UTF_8);
    // Not isEqualTo: its message would be both pages.
    assertThat(written.equals(expected))
        .as("docs/configuration.md; to rewrite it run this test with -D" + UPDATE + "=true")
        .isTrue();
  }

  @Test
  void the_differences_are_a_section() {
    assertThat(ConfigReference.markdown(DIFFERENCES))
        .contains("\n\n## Differences\n\n| one | other |\n|---|---|\n\n## Without a file\n");
  }

  @Test
  void every_key_has_a_meaning_and_stands_once() {
    String page = ConfigReference.markdown(DIFFERENCES);

    assertThat(page.lines().filter(line -> line.startsWith("| `")))
        .isNotEmpty()
        .noneMatch(line -> line.endsWith("|  |"));
    assertThat(page).doesNotContain("Optional[", "@", "null");
  }

  @Test
  void lists_all_four_classes_of_keys() {
    assertThat(ConfigReference.markdown(DIFFERENCES))
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
