package dev.headgate.config.load;

import dev.headgate.config.CorsConfig;
import java.util.List;

/// `cors` of the HTTP receiver.
final class CorsBlock {
  private static final ScalarType<String> ORIGIN =
      ScalarType.of(
          "origin",
          "an origin such as https://*.example.com, or *",
          (text, _) -> {
            if (text.isBlank() || text.indexOf('*') != text.lastIndexOf('*')) {
              throw new BadValueException("is not an origin with at most one *");
            }
            return text;
          });

  private static final Key<List<String>> ALLOWED_ORIGINS =
      Key.of(
          "allowed_origins",
          ListType.ofNames(ORIGIN, "origins"),
          List.of(),
          "origins of pages that may send, each with at most one `*`; none = off");
  private static final Key<List<String>> ALLOWED_HEADERS =
      Key.of(
          "allowed_headers",
          ListType.ofNames(HeadersType.NAME, "headers"),
          List.of(),
          "headers that pages may send; none = Accept, Content-Type and X-Requested-With; `*` ="
              + " any");
  private static final Key<List<String>> EXPOSED_HEADERS =
      Key.of(
          "exposed_headers",
          ListType.ofNames(HeadersType.NAME, "headers"),
          List.of(),
          "headers of answers that pages may read");
  private static final Key<Integer> MAX_AGE =
      Key.of(
          "max_age",
          Types.integer(-1, Integer.MAX_VALUE),
          0,
          "seconds that browsers may keep the answer of a preflight; 0 = their default, -1 = none");

  static final Block<CorsConfig> BLOCK =
      Block.of(CorsBlock::cors, ALLOWED_ORIGINS, ALLOWED_HEADERS, EXPOSED_HEADERS, MAX_AGE);

  private CorsBlock() {}

  private static CorsConfig cors(Values v) {
    if (v.get(ALLOWED_ORIGINS).isEmpty() && !v.get(ALLOWED_HEADERS).isEmpty()) {
      v.notice(ALLOWED_HEADERS, "has no effect without allowed_origins");
    }
    return new CorsConfig(
        v.get(ALLOWED_ORIGINS), v.get(ALLOWED_HEADERS), v.get(EXPOSED_HEADERS), v.get(MAX_AGE));
  }
}
