package dev.headgate.pipeline.payload;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whose data it is: the value of `X-Scope-OrgID`, and what else of the request's headers exporters
/// send on. Data of different tenants is never joined.
///
/// @param id the tenant, empty = none was named
/// @param context the headers, by their names in lower case
public record Tenant(String id, Map<String, String> context) {
  /// The header that names a tenant to Tempo, Loki and Mimir, in lower case.
  public static final String HEADER = "x-scope-orgid";

  /// No tenant was named, and nothing is sent on.
  public static final Tenant NONE = new Tenant("");

  /// Copies the headers.
  public Tenant {
    context = Map.copyOf(context);
  }

  /// A tenant without further headers.
  public Tenant(String id) {
    this(id, Map.of());
  }

  /// Whether a tenant was named.
  public boolean isNamed() {
    return !id.isEmpty();
  }

  /// What a header of the request said, null when it was not there or is not kept.
  ///
  /// @param name in lower case
  public @Nullable String header(String name) {
    if (name.equals(HEADER)) {
      return isNamed() ? id : null;
    }
    return context.get(name);
  }
}
