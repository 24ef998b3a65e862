package dev.headgate.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.AdminRole;
import dev.headgate.gateway.admin.Answer;
import dev.headgate.gateway.admin.Caller;
import dev.headgate.gateway.admin.Page;
import dev.headgate.gateway.admin.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OpsPageTest {
  private static final Map<String, Page> PAGES = OpsPage.pages();
  private static final Request ANYBODY =
      new Request(new Caller("", AdminRole.NONE, Caller.Way.OPEN, "127.0.0.1"), Map.of(), false);

  private static Answer get(String path) throws IOException {
    return Objects.requireNonNull(PAGES.get(path), path).handler().answer(ANYBODY);
  }

  private static String text(String path) throws IOException {
    return new String(get(path).body(), StandardCharsets.UTF_8);
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  @Test
  void everything_that_the_page_loads_is_beside_it() throws IOException {
    List<String> loaded = found("(?:src|href)=\"(ops/[^\"]*)\"", text("/ops"));
    assertThat(loaded).hasSize(3).allMatch(path -> PAGES.containsKey("/" + path));
    for (String module : List.of("/ops/app.js", "/ops/charts.js", "/ops/flow.js")) {
      assertThat(found("(?:from|import) '\\./([^']*)'", text(module)))
          .isNotEmpty()
          .allMatch(name -> PAGES.containsKey("/ops/" + name));
    }
    for (Page page : PAGES.values()) {
      assertThat(page.needed()).isEqualTo(AdminRole.NONE);
      assertThat(page.handler().answer(ANYBODY).status()).isIn(200, 308);
    }
  }

  @Test
  void nothing_is_asked_of_anybody_else() throws IOException {
    for (String path : PAGES.keySet()) {
      // The licence of the chart library, which stays in it, names its authors' site.
      String code = text(path).replaceAll("(?s)/\\*!.*?\\*/", "");
      assertThat(code.replace("http://www.w3.org/2000/svg", ""))
          .as(path)
          .doesNotContain("http://", "https://", "\"//", "'//", "@import", "url(");
    }
  }

  @Test
  void the_policy_allows_what_this_port_serves_and_nothing_in_the_markup() throws IOException {
    String policy = Objects.requireNonNull(get("/ops").headers().get("Content-Security-Policy"));
    assertThat(policy)
        .contains("default-src 'none'", "script-src 'self';", "style-src 'self';")
        .doesNotContain("unsafe", "*", "http");
    assertThat(text("/ops"))
        .doesNotContainPattern("<style|style=|\\son[a-z]+=|javascript:")
        .doesNotContainPattern("<script(?![^>]*src=)");
    for (String module : List.of("app", "charts", "chart.umd.min", "flow", "format")) {
      assertThat(text("/ops/" + module + ".js"))
          .doesNotContain("innerHTML", "outerHTML", "insertAdjacent", "eval(", "document.write");
    }
  }

  @Test
  void a_part_is_read_once_for_everybody() throws IOException {
    assertThat(get("/ops/chart.umd.min.js")).isSameAs(get("/ops/chart.umd.min.js"));
  }

  @Test
  void the_chart_library_comes_with_its_licence() throws IOException {
    assertThat(text("/ops/chart.umd.min.js")).startsWith("/*!").contains("MIT License");
    try (InputStream licence = OpsPage.class.getResourceAsStream("chart.LICENSE.md")) {
      assertThat(licence).asString(StandardCharsets.UTF_8).contains("Permission is hereby granted");
    }
  }
}
