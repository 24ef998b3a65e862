package dev.headgate.pipeline.process.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SecretDocsTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| \\S");

  @Test
  void the_page_has_a_row_for_every_name() throws IOException {
    String page = Files.readString(repositoryRoot().resolve("docs/secrets.md"));
    List<String> rows = ROW.matcher(page).results().map((MatchResult row) -> row.group(1)).toList();
    assertThat(rows).containsExactlyInAnyOrderElementsOf(SecretPack.forTexts().names());
  }

  private static Path repositoryRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/secrets.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
