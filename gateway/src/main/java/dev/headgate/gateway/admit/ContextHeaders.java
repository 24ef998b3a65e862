package dev.headgate.gateway.admit;

import dev.headgate.pipeline.payload.Tenant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Takes what exporters send on from the headers of a request: the tenant, and what
/// `headers_setter` extensions name.
///
/// **Threading:** immutable.
///
/// @param enabled whether the receiver has `include_metadata`
/// @param names further headers, in lower case, with whether their value becomes a tenant
public record ContextHeaders(boolean enabled, Map<String, Boolean> names) {
  /// What is said of a request whose headers cannot be sent on.
  public static final String REFUSAL =
      "X-Scope-OrgID, or another header that is sent on: given twice or not legal (expected: a"
          + " tenant id)";

  private static final int MAX_VALUE_CHARS = 256;

  /// Copies the names.
  public ContextHeaders {
    names = Map.copyOf(names);
  }

  /// The tenant of a request, or null when a header is given twice or has a value that cannot be
  /// sent on.
  ///
  /// @param values all values of a header
  public @Nullable Tenant read(Function<String, List<String>> values) {
    if (!enabled) {
      return Tenant.NONE;
    }
    List<String> ids = values.apply(Tenant.HEADER);
    Tenant tenant =
        ids.size() > 1 ? null : TenantHeader.parse(ids.isEmpty() ? null : ids.getFirst());
    if (tenant == null || names.isEmpty()) {
      return tenant;
    }
    Map<String, String> context = new HashMap<>();
    for (Map.Entry<String, Boolean> name : names.entrySet()) {
      List<String> found = values.apply(name.getKey());
      if (found.isEmpty()) {
        continue;
      }
      String value = found.getFirst();
      boolean legal = name.getValue() ? TenantHeader.parse(value) != null : isPrintable(value);
      if (found.size() > 1 || !legal) {
        return null;
      }
      context.put(name.getKey(), value);
    }
    return new Tenant(tenant.id(), context);
  }

  private static boolean isPrintable(String value) {
    return value.length() <= MAX_VALUE_CHARS && value.chars().allMatch(c -> c >= ' ' && c <= '~');
  }
}
