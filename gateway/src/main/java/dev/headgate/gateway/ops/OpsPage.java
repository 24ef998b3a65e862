package dev.headgate.gateway.ops;

import dev.headgate.gateway.admin.Answer;
import dev.headgate.gateway.admin.Page;
import dev.headgate.gateway.admin.Request;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `/ops`: the operator's page and what it loads, all from this jar. It holds no data and is open;
/// its script asks for a token and for the overview.
///
/// **Threading:** any thread.
public final class OpsPage {
  /// Nothing but what this port serves, and no scripts or styles in the markup.
  static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src"
              + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
              + " require-trusted-types-for 'script'; trusted-types 'none'",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Referrer-Policy",
          "no-referrer",
          "Cache-Control",
          "no-cache");

  private static final String HTML = "text/html; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

  private OpsPage() {}

  /// The page and its parts by their paths.
  public static Map<String, Page> pages() {
    Map<String, Page> pages = new HashMap<>();
    pages.put("/ops", page("index.html", HTML));
    pages.put("/ops/ops.css", page("ops.css", CSS));
    pages.put("/ops/app.js", page("app.js", JAVASCRIPT));
    // The build takes it out of the jar of the library.
    pages.put("/ops/chart.umd.min.js", page("chart.umd.min.js", JAVASCRIPT));
    pages.put("/ops/charts.js", page("charts.js", JAVASCRIPT));
    pages.put("/ops/flow.js", page("flow.js", JAVASCRIPT));
    pages.put("/ops/format.js", page("format.js", JAVASCRIPT));
    pages.put("/ops/icon.svg", page("icon.svg", "image/svg+xml"));
    // What the page names is beside it: behind a proxy it may stand anywhere.
    Answer away = new Answer(308, HTML, new byte[0], Map.of("Location", "../ops"));
    pages.put("/ops/", Page.open(_ -> away));
    return Map.copyOf(pages);
  }

  private static Page page(String file, String contentType) {
    return Page.open(new Part(file, contentType));
  }

  /// A file of the jar, read when it is first asked for and kept for everybody: a page that nobody
  /// opens takes no memory, and one that many open takes it once.
  private static final class Part implements Page.Handler {
    private final String file;
    private final String contentType;
    private @Nullable Answer answer;

    Part(String file, String contentType) {
      this.file = file;
      this.contentType = contentType;
    }

    @Override
    public synchronized Answer answer(Request request) throws IOException {
      Answer known = answer;
      if (known == null) {
        known = new Answer(200, contentType, content(file), HEADERS);
        answer = known;
      }
      return known;
    }
  }

  private static byte[] content(String file) throws IOException {
    try (InputStream in = OpsPage.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new FileNotFoundException(file + ": missing (expected: in the jar)");
      }
      return in.readAllBytes();
    }
  }
}
