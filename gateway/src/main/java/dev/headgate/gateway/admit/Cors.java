package dev.headgate.gateway.admit;

import dev.headgate.config.CorsConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which web pages may send (Fetch standard, "CORS protocol"), decided as the Collector does:
/// credentials are allowed, origins are compared in any case and may have one `*`.
///
/// **Threading:** immutable.
public final class Cors {
  private static final List<String> USUAL_HEADERS =
      List.of("accept", "content-type", "x-requested-with");
  private static final Set<String> METHODS = Set.of("GET", "POST", "HEAD", "OPTIONS");
  private static final int MAX_EMPTY_NAMES = 16;

  private final boolean anyOrigin;
  private final boolean anyHeader;
  private final List<String> origins = new ArrayList<>();
  private final Set<String> headers;
  private final String exposed;
  private final int maxAgeSeconds;

  /// Takes over what the configuration allows.
  public Cors(CorsConfig config) {
    anyOrigin = config.allowedOrigins().contains("*");
    anyHeader = config.allowedHeaders().contains("*");
    config.allowedOrigins().forEach(origin -> origins.add(lower(origin)));
    headers = new TreeSet<>();
    List<String> allowed = config.allowedHeaders();
    (allowed.isEmpty() ? USUAL_HEADERS : allowed).forEach(name -> headers.add(lower(name)));
    exposed = String.join(", ", config.exposedHeaders().stream().map(Cors::canonical).toList());
    maxAgeSeconds = config.maxAgeSeconds();
  }

  /// The headers of the answer to a preflight, which is empty otherwise.
  ///
  /// @param method `Access-Control-Request-Method`
  /// @param wanted all values of `Access-Control-Request-Headers`
  public Map<String, String> preflight(
      @Nullable String origin, String method, List<String> wanted) {
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    if (origin == null || !allows(origin) || !METHODS.contains(method) || !allowsAll(wanted)) {
      return answer;
    }
    allow(origin, answer);
    answer.put("access-control-allow-methods", method);
    if (!wanted.isEmpty() && !wanted.getFirst().isEmpty()) {
      answer.put("access-control-allow-headers", String.join(",", wanted));
    }
    if (maxAgeSeconds != 0) {
      answer.put("access-control-max-age", Integer.toString(Math.max(0, maxAgeSeconds)));
    }
    return answer;
  }

  /// What is added to the answer to any other request.
  public Map<String, String> actual(@Nullable String origin, String method) {
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("vary", "Origin");
    if (origin == null || !allows(origin) || !METHODS.contains(method)) {
      return answer;
    }
    allow(origin, answer);
    if (!exposed.isEmpty()) {
      answer.put("access-control-expose-headers", exposed);
    }
    return answer;
  }

  private void allow(String origin, Map<String, String> answer) {
    answer.put("access-control-allow-origin", anyOrigin ? "*" : origin);
    answer.put("access-control-allow-credentials", "true");
  }

  private boolean allows(String origin) {
    if (origin.isEmpty()) {
      return false;
    }
    String asked = lower(origin);
    for (String allowed : origins) {
      int star = allowed.indexOf('*');
      boolean same =
          star < 0
              ? allowed.equals(asked)
              : asked.length() >= allowed.length() - 1
                  && asked.startsWith(allowed.substring(0, star))
                  && asked.endsWith(allowed.substring(star + 1));
      if (same) {
        return true;
      }
    }
    return false;
  }

  /// Browsers send the names in lower case, sorted and each once; what does otherwise is none.
  private boolean allowsAll(List<String> wanted) {
    if (anyHeader) {
      return true;
    }
    String last = "";
    int empty = 0;
    for (String list : wanted) {
      for (String part : list.split(",", -1)) {
        String name = withoutSpaceOrTab(part);
        if (name.isEmpty()) {
          empty++;
        } else if (!headers.contains(name) || name.compareTo(last) <= 0) {
          return false;
        } else {
          last = name;
        }
        if (empty > MAX_EMPTY_NAMES) {
          return false;
        }
      }
    }
    return true;
  }

  /// Takes one space or tab off either end.
  private static String withoutSpaceOrTab(String part) {
    int start = !part.isEmpty() && isSpaceOrTab(part.charAt(0)) ? 1 : 0;
    int end = part.length();
    if (end > start && isSpaceOrTab(part.charAt(end - 1))) {
      end--;
    }
    return part.substring(start, end);
  }

  private static boolean isSpaceOrTab(char c) {
    return c == ' ' || c == '\t';
  }

  /// As Go writes the names of headers: `X-One`.
  private static String canonical(String name) {
    StringBuilder text = new StringBuilder(name.length());
    boolean first = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      text.append(first ? Character.toUpperCase(c) : Character.toLowerCase(c));
      first = c == '-';
    }
    return text.toString();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
