package dev.headgate.config;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The `headers_setter` extension: changes to the headers of an exporter's requests, in order.
public record HeadersSetterConfig(List<HeaderAction> headers) implements ClientAuthConfig {
  /// Checks that there is anything to do.
  public HeadersSetterConfig {
    headers = List.copyOf(headers);
    if (headers.isEmpty()) {
      throw new IllegalArgumentException("headers: empty (expected: at least one header)");
    }
  }

  /// What is done to one header.
  ///
  /// @param key the header's name
  /// @param source null for a header that is deleted
  public record HeaderAction(Action action, String key, @Nullable Source source) {
    /// Checks that there is a value.
    public HeaderAction {
      if ((source == null) != (action == Action.DELETE)) {
        throw new IllegalArgumentException(
            source == null
                ? "value: missing (expected: value or from_context)"
                : "action: delete takes no value (expected: insert, update or upsert)");
      }
    }
  }

  /// The actions of the Collector.
  public enum Action {
    /// Adds a header that is not there.
    INSERT,
    /// Changes a header that is there.
    UPDATE,
    /// Both.
    UPSERT,
    /// Takes a header away.
    DELETE
  }

  /// Where a value comes from.
  public sealed interface Source {
    /// The configuration.
    record Fixed(Secret value) implements Source {}

    /// A header of the request that brought the data.
    ///
    /// @param name in lower case
    /// @param otherwise the value when the request had no such header
    record Context(String name, Secret otherwise) implements Source {
      /// Lowers the name.
      public Context {
        name = name.toLowerCase(Locale.ROOT);
      }
    }
  }
}
