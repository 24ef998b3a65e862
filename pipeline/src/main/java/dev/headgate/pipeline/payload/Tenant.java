package dev.headgate.pipeline.payload;

/// Whose data it is: the value of `X-Scope-OrgID`, or [#NONE].
public record Tenant(String id) {
  /// No tenant was named.
  public static final Tenant NONE = new Tenant("");

  /// Whether a tenant was named.
  public boolean isNamed() {
    return !id.isEmpty();
  }
}
